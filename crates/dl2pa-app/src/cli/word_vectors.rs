//! Word vectors of the class names as prototypes: the "privileged" baseline of HPN and of the paper's tables.
//!
//! The file is text, as word2vec and GloVe are given out: a word and its numbers a line, perhaps after a line
//! with the number of words and of dimensions. A name of several words that has no line of its own gets the
//! mean of their vectors.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

/// Longest line; word vectors have some hundred numbers.
const MOST_LINE_BYTES: usize = 1 << 20;
/// How many missing names an error shows.
const SHOWN: usize = 5;

/// Why word vectors cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum WordVectorError {
    /// The file cannot be read.
    #[error("`{}` cannot be read ({cause}); check --prototype-file.", path.display())]
    Read {
        path: PathBuf,
        cause: std::io::Error,
    },
    /// A line is no word vector.
    #[error("`{}`, line {line}, is no word with {dim} numbers ({what}); match --dim to the file.", path.display())]
    Line {
        path: PathBuf,
        line: usize,
        dim: usize,
        what: String,
    },
    /// Some class has no vector.
    #[error("`{}` has no vector for {names}; add them, or rename the words.", path.display())]
    Missing { path: PathBuf, names: String },
}

/// Whether the name is that of a file of word vectors.
pub(super) fn is_one(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("txt"))
}

/// The vectors (classes x `dim`, any length) of the classes `names`.
///
/// # Errors
/// When the file cannot be read, a wanted line has other than `dim` numbers, or a name has no vector.
pub(super) fn read(path: &Path, names: &[String], dim: usize) -> Result<Vec<f32>, WordVectorError> {
    let failed = |cause| WordVectorError::Read {
        path: path.to_owned(),
        cause,
    };
    let mut wanted: HashMap<String, Option<Vec<f32>>> = names
        .iter()
        .flat_map(|name| parts(name).chain([whole(name)]))
        .map(|word| (word, None))
        .collect();
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        // Bytes and not text: such files hold words in many encodings.
        let length = reader.read_until(b'\n', &mut line).map_err(failed)?;
        if length == 0 {
            break;
        }
        let refused = |what: &str| WordVectorError::Line {
            path: path.to_owned(),
            line: number,
            dim,
            what: what.to_owned(),
        };
        if length > MOST_LINE_BYTES {
            return Err(refused("it is longer than any word vector"));
        }
        let text = String::from_utf8_lossy(&line);
        let mut fields = text.split_whitespace();
        let Some(slot) = fields.next().and_then(|word| wanted.get_mut(&whole(word))) else {
            continue;
        };
        let values: Vec<f32> = fields
            .map(|field| {
                field
                    .parse()
                    .map_err(|_no_number| refused(&format!("`{field}`")))
            })
            .collect::<Result<_, _>>()?;
        if values.len() != dim {
            // The first line may say how many there are, and a class may be called 400000.
            if number == 1 && values.len() == 1 {
                continue;
            }
            return Err(refused(&format!("it has {}", values.len())));
        }
        slot.get_or_insert(values);
    }
    let mut rows = Vec::with_capacity(names.len() * dim);
    let mut missing = Vec::new();
    for name in names {
        match vector(name, &wanted, dim) {
            Some(vector) => rows.extend(vector),
            None => missing.push(format!("`{name}`")),
        }
    }
    if missing.is_empty() {
        return Ok(rows);
    }
    let shown = missing.len().min(SHOWN);
    let mut names = missing[..shown].join(", ");
    if missing.len() > shown {
        names += &format!(" and {} more", missing.len() - shown);
    }
    Err(WordVectorError::Missing {
        path: path.to_owned(),
        names,
    })
}

/// The vector of a name, or the mean of those of its words.
fn vector(name: &str, found: &HashMap<String, Option<Vec<f32>>>, dim: usize) -> Option<Vec<f32>> {
    if let Some(Some(vector)) = found.get(&whole(name)) {
        return Some(vector.clone());
    }
    let mut mean = vec![0.0; dim];
    let words: Vec<String> = parts(name).collect();
    for word in &words {
        let vector = found.get(word)?.as_ref()?;
        for (sum, value) in mean.iter_mut().zip(vector) {
            *sum += value / words.len() as f32;
        }
    }
    Some(mean)
}

fn whole(name: &str) -> String {
    name.trim().to_lowercase().replace(' ', "_")
}

fn parts(name: &str) -> impl Iterator<Item = String> {
    let words = name.split(['_', ' ', '-', ',']).map(str::to_lowercase);
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn of(text: &str, classes: &[&str]) -> Result<Vec<f32>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path(), &names(classes), 2).map_err(|error| error.to_string())
    }

    #[test]
    fn names_are_found_whole_or_by_their_words() {
        let text = "4 2\nfish 1 0\naquarium 0 1\nApple 2 2\nsweet_pepper -1 -1\nsweet 9 9\n";
        let rows = of(text, &["apple", "aquarium_fish", "sweet_pepper"]);
        assert_eq!(rows, Ok(vec![2.0, 2.0, 0.5, 0.5, -1.0, -1.0]));
    }

    #[test]
    fn what_is_missing_or_misshapen_is_named() {
        let error = of("apple 1 2\n", &["apple", "pear", "plum"]).unwrap_err();
        assert!(error.contains("`pear`, `plum`"), "{error}");
        let error = of("apple 1 2 3\n", &["apple"]).unwrap_err();
        assert!(
            error.contains("line 1") && error.contains("it has 3"),
            "{error}"
        );
        let error = of("pear 1 2\napple 1 x\n", &["apple"]).unwrap_err();
        assert!(error.contains("line 2") && error.contains("`x`"), "{error}");
    }
}
