//! The languages of the lessons, and their files.

use toml::{Table, Value};

use super::error::LessonError;

/// A language that lessons are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The first, and what stands in where another has no words.
    #[default]
    English,
    /// The second.
    German,
}

/// The texts of one lesson.
pub(super) struct Files {
    /// The files' name, without folder and ending.
    pub name: &'static str,
    pub plan: &'static str,
    english: &'static str,
    german: &'static str,
}

/// Names the files of a lesson once.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// The lessons, in their order.
        pub(super) const FILES: &[Files] = &[$(Files {
            name: $name,
            plan: include_str!(concat!("../../lessons/plan/", $name, ".toml")),
            english: include_str!(concat!("../../lessons/en/", $name, ".toml")),
            german: include_str!(concat!("../../lessons/de/", $name, ".toml")),
        }),+];
    };
}

files! {
    "1-three-methods",
    "2-the-average-lies",
    "3-spreading",
    "4-matching",
    "5-how-often",
    "6-what-it-costs",
    "7-learned-and-uniform",
    "8-small-dimensions",
}

impl Language {
    /// Every language.
    pub const ALL: &'static [Self] = &[Self::English, Self::German];

    /// Its code, as in web pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a code such as `de` or `de-AT`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let first = code.split(['-', '_']).next()?;
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.code().eq_ignore_ascii_case(first))
    }

    /// What stands between whole and fraction.
    #[must_use]
    pub const fn decimal_mark(self) -> char {
        match self {
            Self::English => '.',
            Self::German => ',',
        }
    }

    /// A lesson's words as a table: those of this language, English ones where it has none.
    pub(super) fn words(self, files: &Files) -> Result<Table, LessonError> {
        let english = Self::English.own_words(files)?;
        Ok(match self {
            Self::English => english,
            Self::German => laid_over(english, self.own_words(files)?),
        })
    }

    /// A lesson's words in this language alone.
    pub(super) fn own_words(self, files: &Files) -> Result<Table, LessonError> {
        let text = match self {
            Self::English => files.english,
            Self::German => files.german,
        };
        let name = format!("{}/{}.toml", self.code(), files.name);
        toml::from_str(text).map_err(|error| LessonError::syntax(&name, &error))
    }
}

/// `below` with what `above` says otherwise, key by key.
fn laid_over(mut below: Table, above: Table) -> Table {
    for (key, value) in above {
        let value = match (below.remove(&key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => Value::Table(laid_over(old, new)),
            (_, value) => value,
        };
        below.insert(key, value);
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_name_languages() {
        assert_eq!(Language::from_code("de-AT"), Some(Language::German));
        assert_eq!(Language::from_code("EN_us"), Some(Language::English));
        assert_eq!(Language::from_code("fr"), None);
    }

    #[test]
    fn a_language_s_words_lie_over_the_english_ones() {
        let english: Table =
            toml::from_str("a = \"one\"\n[b]\nc = \"two\"\nd = \"three\"").unwrap();
        let other: Table = toml::from_str("[b]\nc = \"zwei\"").unwrap();
        let both: Table = toml::from_str("a = \"one\"\n[b]\nc = \"zwei\"\nd = \"three\"").unwrap();
        assert_eq!(laid_over(english, other), both);
    }

    #[test]
    fn every_language_says_everything_itself() {
        fn keys(table: &Table) -> Vec<String> {
            let mut names = Vec::new();
            for (key, value) in table {
                match value {
                    Value::Table(inner) => {
                        names.extend(keys(inner).iter().map(|name| format!("{key}.{name}")));
                    }
                    Value::Array(list) => names.push(format!("{key}[{}]", list.len())),
                    _ => names.push(key.clone()),
                }
            }
            names.sort();
            names
        }
        for files in FILES {
            let english = keys(&Language::English.own_words(files).unwrap());
            for &language in Language::ALL {
                let own = keys(&language.own_words(files).unwrap());
                assert_eq!(own, english, "{} in {}", files.name, language.code());
            }
        }
    }
}
