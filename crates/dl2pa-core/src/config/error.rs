//! What can be wrong with a configuration, each in one sentence with the remedy.

use std::fmt;

/// Where a setting was read: a file's name, perhaps with a line, or "the command line".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as the user named it, or another origin.
    pub origin: String,
    /// Line in the file, counted from 1.
    pub line: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)?;
        match self.line {
            Some(line) => write!(f, ", line {line}"),
            None => Ok(()),
        }
    }
}

/// Why a configuration was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("In {place}, this is not valid TOML ({cause}).")]
    Syntax {
        /// Where.
        place: Place,
        /// The parser's words.
        cause: String,
    },
    /// There is no such setting.
    #[error("In {place}, there is no setting `{key}`; the nearest is `{nearest}`.")]
    UnknownKey {
        /// Where.
        place: Place,
        /// The key as written.
        key: String,
        /// The known key that resembles it most.
        nearest: String,
    },
    /// A value of the wrong type, or a name that is not among the choices.
    #[error("In {place}, `{key}` cannot be read ({cause}).")]
    BadValue {
        /// Where.
        place: Place,
        /// The key.
        key: String,
        /// The reader's words.
        cause: String,
    },
    /// A value, or two together, that makes no sense.
    #[error("{reason}.")]
    Refused {
        /// The key to change, as a field of [`super::RunConfig`].
        key: &'static str,
        /// Cause and remedy in one sentence, without its full stop.
        reason: String,
    },
    /// The configuration cannot be written as TOML.
    #[error("The configuration cannot be written as TOML ({cause}).")]
    Unwritable {
        /// The writer's words.
        cause: String,
    },
}
