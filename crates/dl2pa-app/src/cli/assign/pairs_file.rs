//! An assignment as a file: `.csv` with the columns `class`, `prototype` and `score`, or the prototype of
//! each class as `.npy` of `int64`.

use std::fs::File;
use std::path::Path;

use dl2pa_core::assignment::Assignment;

use crate::array_files::{self, ArrayFileError};
use crate::run_folder::{RunFolderError, write_beside};

use super::super::error::CliError;
use super::error::AssignInputError;

/// The columns of the text.
const COLUMNS: [&str; 3] = ["class", "prototype", "score"];

/// The formats of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PairsFormat {
    Csv,
    Npy,
}

impl PairsFormat {
    /// The format that the extension names.
    ///
    /// # Errors
    /// When it names none.
    pub(super) fn of(path: &Path) -> Result<Self, CliError> {
        let extension = path
            .extension()
            .map(|it| it.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("npy") => Ok(Self::Npy),
            _ => Err(CliError::Usage(format!(
                "`{}` needs the extension .csv or .npy, as assignments have.",
                path.display()
            ))),
        }
    }
}

/// Reads an assignment of `classes` classes to `prototypes` prototypes. A text may have its rows in any
/// order and other columns too.
///
/// # Errors
/// A file that cannot be read, or content that is no such assignment.
pub(super) fn read(path: &Path, classes: usize, prototypes: usize) -> Result<Assignment, CliError> {
    let wrong = |cause: String| AssignInputError::Present {
        path: path.to_owned(),
        cause,
    };
    let prototype_of = match PairsFormat::of(path)? {
        PairsFormat::Csv => {
            let file = File::open(path).map_err(|cause| ArrayFileError::Unreadable {
                path: path.to_owned(),
                cause,
            });
            from_text(file.map_err(AssignInputError::from)?, classes).map_err(wrong)?
        }
        PairsFormat::Npy => array_files::read_indices(path).map_err(AssignInputError::from)?,
    };
    if prototype_of.len() != classes {
        let count = prototype_of.len();
        return Err(wrong(format!("it has {count} classes and not {classes}")).into());
    }
    // What is too large for the type is too large for any number of prototypes.
    let prototype_of = prototype_of
        .into_iter()
        .map(|it| u32::try_from(it).unwrap_or(u32::MAX));
    let assignment = Assignment::from_vec(prototype_of.collect(), prototypes);
    Ok(assignment.map_err(|error| wrong(error.to_string()))?)
}

/// The prototype of each class.
fn from_text(file: File, classes: usize) -> Result<Vec<u64>, String> {
    let one_line = |error: csv::Error| {
        let words: Vec<String> = error
            .to_string()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        words.join(" ")
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(file);
    let headings = reader.headers().map_err(one_line)?;
    let place = |name: &str| headings.iter().position(|heading| heading == name);
    let (Some(class_at), Some(prototype_at)) = (place(COLUMNS[0]), place(COLUMNS[1])) else {
        return Err("its first line does not name the columns class and prototype".to_owned());
    };
    let mut prototype_of = vec![None; classes];
    for record in reader.records() {
        let record = record.map_err(one_line)?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = |at: usize| -> Result<u64, String> {
            let field = record.get(at).unwrap_or_default();
            field
                .parse()
                .map_err(|_no_number: std::num::ParseIntError| {
                    let short: String = field.chars().take(20).collect();
                    format!("line {line}: {short:?} is no whole number from 0 on")
                })
        };
        let (class, prototype) = (number(class_at)?, number(prototype_at)?);
        match usize::try_from(class)
            .ok()
            .and_then(|it| prototype_of.get_mut(it))
        {
            None => {
                return Err(format!(
                    "line {line}: there is no class {class} among {classes}, counted from 0"
                ));
            }
            Some(Some(_)) => return Err(format!("line {line}: class {class} comes again")),
            Some(free) => *free = Some(prototype),
        }
    }
    match prototype_of.iter().position(Option::is_none) {
        Some(class) => Err(format!("class {class} is missing")),
        None => Ok(prototype_of.into_iter().flatten().collect()),
    }
}

/// Writes `assignment` beside `path` and renames it there; `score_of` a class and its prototype goes with
/// the text.
///
/// # Errors
/// When the folder does not take the file; one that was there is then untouched.
pub(super) fn write(
    path: &Path,
    assignment: &Assignment,
    score_of: impl Fn(usize, usize) -> f64,
) -> Result<(), CliError> {
    let prototype_of = assignment.as_slice();
    match PairsFormat::of(path)? {
        PairsFormat::Npy => Ok(array_files::write_indices(path, prototype_of)?),
        PairsFormat::Csv => {
            let text = to_text(prototype_of, score_of).map_err(|cause| RunFolderError::File {
                path: path.to_owned(),
                cause,
            })?;
            Ok(write_beside(path, &text)?)
        }
    }
}

fn to_text(
    prototype_of: &[u32],
    score_of: impl Fn(usize, usize) -> f64,
) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for (class, &prototype) in prototype_of.iter().enumerate() {
        let score = score_of(class, prototype as usize);
        writer.write_record([class.to_string(), prototype.to_string(), score.to_string()])?;
    }
    writer
        .into_inner()
        .map_err(|error| std::io::Error::other(error.to_string()))
}
