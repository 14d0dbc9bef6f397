//! How the program ends when it cannot do what was asked: a sentence and an exit code.

use std::io;
use std::path::PathBuf;

use dl2pa_core::config::ConfigError;
use dl2pa_core::precision::PrecisionError;
use dl2pa_core::protocol::FailureCause;
use dl2pa_core::prototypes::PrototypeError;
use dl2pa_data::DataError;
use dl2pa_data::files::DataFileError;
use dl2pa_data::files::download::DownloadError;
use dl2pa_runtime::device::DeviceError;

use crate::array_files::ArrayFileError;
use crate::run_folder::{CheckpointError, RunFolderError};

use super::assign::AssignInputError;
use super::compare::NoRun;
use super::pretrained::PretrainedError;
use super::prototype_file::PrototypeFileError;
use super::word_vectors::WordVectorError;

/// Why the program ends badly; each is one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// Flags that cannot be understood or do not go together.
    #[error("{0}")]
    Usage(String),
    /// The configuration file cannot be read.
    #[error("The configuration file `{}` cannot be read ({cause}); check --config.", path.display())]
    ConfigFile { path: PathBuf, cause: io::Error },
    /// A configuration that makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Prototypes that cannot be.
    #[error(transparent)]
    Prototypes(#[from] PrototypeError),
    /// Prototypes that cannot be used.
    #[error(transparent)]
    PrototypeFile(#[from] PrototypeFileError),
    /// Weights that a run cannot begin with.
    #[error(transparent)]
    Pretrained(#[from] PretrainedError),
    /// Word vectors that cannot be used.
    #[error(transparent)]
    WordVectors(#[from] WordVectorError),
    /// A run that cannot be compared.
    #[error(transparent)]
    Compare(#[from] NoRun),
    /// Arrays that cannot be matched.
    #[error(transparent)]
    Assign(#[from] AssignInputError),
    /// A result that cannot be written.
    #[error(transparent)]
    Array(#[from] ArrayFileError),
    /// A run that cannot be written.
    #[error(transparent)]
    RunFolder(#[from] RunFolderError),
    /// The folder of a run takes no more.
    #[error("{error} Make room there, or make it writable, then {}.", match kept { Some(run) => format!("go on with --train --resume {}", run.display()), None => "train again".to_owned() })]
    Broken {
        error: RunFolderError,
        /// The run's folder, if it has a checkpoint.
        kept: Option<PathBuf>,
    },
    /// A checkpoint that cannot be used.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Nothing to compute on.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The device lacks the numbers that were asked for.
    #[error(transparent)]
    Precision(#[from] PrecisionError),
    /// The data set cannot be had.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Files of a published data set are missing or damaged.
    #[error(transparent)]
    DataFiles(#[from] DataFileError),
    /// A published data set cannot be fetched.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// A signal came before there was a result.
    #[error("Stopped before {before}.")]
    Stopped { before: &'static str, code: u8 },
    /// A run ended with an error.
    #[error("{message}")]
    Run { message: String, code: u8 },
    /// Anything else that went wrong.
    #[error("{0}")]
    Failed(String),
}

impl CliError {
    /// A run's error as the session told it.
    pub(super) fn of_run(message: String, cause: FailureCause) -> Self {
        let code = match cause {
            FailureCause::Other => 1,
            FailureCause::Data => 3,
            FailureCause::Diverged => 4,
            FailureCause::Device => 5,
        };
        Self::Run { message, code }
    }

    /// The exit code that scripts rely on.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Array(ArrayFileError::Extension { .. })
            | Self::PrototypeFile(PrototypeFileError::Array(ArrayFileError::Extension {
                ..
            }))
            | Self::Assign(AssignInputError::Array(ArrayFileError::Extension { .. }))
            | Self::Usage(_)
            | Self::ConfigFile { .. }
            | Self::Config(_)
            | Self::Prototypes(_) => 2,
            Self::Pretrained(error) if error.is_usage() => 2,
            Self::PrototypeFile(_)
            | Self::Pretrained(_)
            | Self::WordVectors(_)
            | Self::Compare(_)
            | Self::Assign(_)
            | Self::Data(_)
            | Self::DataFiles(_)
            | Self::Download(_)
            | Self::Checkpoint(_) => 3,
            Self::Stopped { code, .. } | Self::Run { code, .. } => *code,
            Self::Device(_) | Self::Precision(_) => 5,
            Self::Array(_) | Self::RunFolder(_) | Self::Broken { .. } | Self::Failed(_) => 1,
        }
    }
}

/// The parser's complaint as one sentence.
pub(super) fn usage_sentence(error: &clap::Error) -> String {
    use clap::error::{ContextKind, ContextValue, ErrorKind};

    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    if error.kind() == ErrorKind::UnknownArgument
        && let Some(unknown) = text(ContextKind::InvalidArg)
    {
        return match text(ContextKind::SuggestedArg) {
            Some(near) => format!("There is no flag `{unknown}`; the nearest is `{near}`."),
            None => format!("There is no flag `{unknown}`; `dl2pa-app --help` lists all."),
        };
    }
    let rendered = error.render().to_string();
    let lines: Vec<&str> = rendered
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"))
        .filter(|line| !line.is_empty())
        .collect();
    let text = lines.join("; ");
    as_sentence(text.strip_prefix("error: ").unwrap_or(&text))
}

/// The text with a capital at its beginning and a full stop at its end.
pub(super) fn as_sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::arguments::Arguments;
    use super::*;

    fn complaint(arguments: &[&str]) -> String {
        let arguments = [&["dl2pa-app"], arguments].concat();
        let sentence = usage_sentence(&Arguments::try_parse_from(arguments).unwrap_err());
        assert!(!sentence.contains('\n'), "{sentence}");
        sentence
    }

    #[test]
    fn an_unknown_flag_names_the_nearest() {
        assert_eq!(
            complaint(&["--train", "--epoch", "3"]),
            "There is no flag `--epoch`; the nearest is `--epochs`."
        );
        assert!(complaint(&["--zzzzqqqq"]).contains("--help"));
        assert!(complaint(&["train"]).contains("`train`"));
    }

    #[test]
    fn other_complaints_are_one_line_with_the_choices() {
        let sentence = complaint(&["--dataset", "digit"]);
        assert!(sentence.contains("'--dataset"), "{sentence}");
        assert!(sentence.contains("digits"), "{sentence}");
        assert!(complaint(&["--dim", "-1"]).contains("--dim"));
        assert!(complaint(&["--seed", "18446744073709551615"]).contains("--seed"));
        assert!(complaint(&["--train", "--eval"]).contains("--eval"));
    }
}
