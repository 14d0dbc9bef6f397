//! Who hears what: text for people, and the result line for programs.

use std::io::{self, Write as _};

use serde::Serialize;

use super::error::CliError;

/// Where text goes. With `--json` standard output belongs to the result alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Voice {
    pub(super) json: bool,
    pub(super) quiet: bool,
}

impl Voice {
    /// A line for a person who wants to know how it goes.
    pub(super) fn say(self, line: &str) {
        if self.quiet {
            return;
        }
        let written = if self.json {
            writeln!(io::stderr(), "{line}")
        } else {
            writeln!(io::stdout(), "{line}")
        };
        // A reader that went away (as `| head` does) is no reason to stop training.
        written.ok();
    }

    /// A line that a person should not miss.
    pub(super) fn warn(self, line: &str) {
        // There is nowhere left to complain about a closed standard error.
        writeln!(io::stderr(), "{line}").ok();
    }

    /// A remark on what was given, beside the result.
    pub(super) fn note(self, note: &str) {
        if !self.quiet {
            self.warn(&format!("note: {note}"));
        }
    }

    /// The result: with `--json` as the last line of standard output, in words otherwise.
    ///
    /// # Errors
    /// When standard output is closed.
    pub(super) fn result(self, result: &impl Serialize, in_words: &str) -> Result<(), CliError> {
        let text = if self.json {
            serde_json::to_string(result).map_err(|error| CliError::Failed(error.to_string()))?
        } else {
            in_words.to_owned()
        };
        print(&format!("{text}\n"))
    }
}

/// Writes to standard output.
///
/// # Errors
/// When it is closed.
pub(super) fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| CliError::Failed(format!("Standard output cannot be written ({error}).")))
}
