//! What a person reads about links, commands and files.

use crate::link::LinkError;

pub(crate) const SHARE: &str = "Share and save";
pub(crate) const SHARE_HINT: &str =
    "Copy a link or the command, save pictures and numbers (S copies the link)";
pub(crate) const COPY_LINK: &str = "Copy link to this state";
pub(crate) const COPY_COMMAND: &str = "Copy command for the terminal";
pub(crate) const COPY_COMMAND_HINT: &str = "The command that trains the same run without a window";
pub(crate) const SAVE_SVG: &str = "Picture as SVG";
pub(crate) const SAVE_PNG: &str = "Picture as PNG, 4 times as sharp";
pub(crate) const SAVE_CSV: &str = "Curves as CSV";
pub(crate) const SAVE_JSON: &str = "Everything as JSON";

pub(crate) const LINK_COPIED: &str = "Link copied. Whoever opens it sees this run at this moment.";
pub(crate) const FRAGMENT_COPIED: &str =
    "Copied. Put it behind the address of the playground's page, or open it by dl2pa-app --open.";
pub(crate) const LEAVES_OUT_POINTS: &str =
    "This link leaves out your data: there are too many points for it.";
pub(crate) const COMMAND_COPIED: &str = "Command copied. Paste it into a terminal.";
pub(crate) const NOTHING_TO_SAVE: &str =
    "There is nothing to save yet: wait for the first picture.";
pub(crate) const CLOSE: &str = "Close message";

/// What is said of a link that cannot be opened.
pub(crate) fn not_opened(error: &LinkError) -> String {
    format!("{error} The playground starts as usual.")
}

/// What is said when a file cannot be made.
pub(crate) fn not_made(cause: &str) -> String {
    format!("The file could not be made ({cause}).")
}

/// What is said of a file that was saved, or was not.
pub(crate) fn saved(name: &str, place: Result<Option<&str>, &str>) -> String {
    match place {
        Ok(None) => format!("{name} is in your downloads."),
        Ok(Some(folder)) => format!("Saved {name} in {folder}."),
        Err(cause) => format!("{name} was not saved ({cause})."),
    }
}
