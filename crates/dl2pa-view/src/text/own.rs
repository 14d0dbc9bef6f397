//! What a person reads about their own data and about recorded runs.

use dl2pa_core::config::RunConfig;
use dl2pa_core::recorded::Unknown;

pub(crate) const OWN: &str = "Own";
pub(crate) const OWN_HINT: &str = "Points that you draw, or a table of yours.";
pub(crate) const SQUARE: &str = "Square to draw points in";
pub(crate) const SQUARE_HINT: &str =
    "A click puts a point, a drag many; the right button takes them away.";
pub(crate) const ADD_CLASS: &str = "Add a class";
pub(crate) const ERASE: &str = "Erase";
pub(crate) const CLEAR: &str = "Clear";
pub(crate) const SAVE: &str = "Save as CSV";
pub(crate) const PASTE: &str = "Paste a table";
pub(crate) const PASTE_FIELD: &str = "Table to learn";
pub(crate) const PASTE_EXAMPLE: &str = "5.1, 3.5, lily\n6.2, 2.9, rose";
pub(crate) const LEARN: &str = "Learn this table";
pub(crate) const DROP_A_FILE: &str = "Or drop a CSV or .npy file anywhere.";
pub(crate) const STAYS_HERE: &str = "It stays here: nothing is sent anywhere.";
pub(crate) const DROP: &str = "Drop it here";
pub(crate) const DROP_NOTE: &str =
    "A table (.csv, .npy) is learned, a recorded run (.jsonl) is shown again.";
pub(crate) const SQUARE_FULL: &str = "The square is full: take some points away first.";
pub(crate) const TOO_FEW_POINTS: &str = "Two classes and five points in all, and training starts.";
/// Name of the table of drawn points.
pub(crate) const DRAWN: &str = "my-points.csv";
/// Name of a table that was pasted.
pub(crate) const PASTED: &str = "my-table.csv";

/// What the empty square says.
pub(crate) fn put_points(class: &str) -> String {
    format!("Click to put points of {class}")
}

/// Name of the button that chooses a class to draw.
pub(crate) fn draw_class(class: &str) -> String {
    format!("Draw class {class}")
}

/// "150 rows of 4 numbers in 3 classes".
pub(crate) fn size(rows: usize, features: usize, classes: usize) -> String {
    let numbers = if features == 1 { "number" } else { "numbers" };
    format!("{rows} rows of {features} {numbers} in {classes} classes")
}

/// The note when a table begins to be learned.
pub(crate) fn begins(name: &str, size: &str) -> String {
    format!("Learning {name}: {size}. {STAYS_HERE}")
}

/// The note for a file that is no table.
pub(crate) fn refused(name: &str, cause: &str) -> String {
    format!("{name} cannot be learned. {cause}")
}

/// The note for a file that could not be read at all.
pub(crate) fn unread(name: &str, cause: &str) -> String {
    format!("{name} could not be read ({cause}).")
}

/// What a link to somebody else's data says.
pub(crate) fn awaited(name: &str) -> String {
    format!(
        "The run of this link learns {name}, which stayed with whoever made the link. Drop that file here to see it."
    )
}

/// A run's data are gone.
pub(crate) fn missing(name: &str) -> String {
    format!("{name} is not at hand any more: drop it here again.")
}

/// The note when the command of a run on one's own data was copied.
pub(crate) fn command_copied(name: &str) -> String {
    format!("Command copied. It reads {name}: run it where that file is.")
}

/// "3 classes of flowers.csv".
pub(crate) fn stage_title(config: &RunConfig) -> String {
    let name = config.own.data_file.as_deref().unwrap_or_default();
    format!("{} classes of {}", config.classes, bare(name))
}

/// A file's name without its folders.
pub(crate) fn bare(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Name of a saved run.
pub(crate) const RUN_FILE: &str = "run.jsonl";
pub(crate) const SAVE_RUN: &str = "Run, to be opened again";

/// The note when a recorded run is opened.
pub(crate) fn shown_again(name: &str, epochs: f64, unknown: Unknown) -> String {
    let cut = if unknown.end {
        " The file ends before the run does."
    } else {
        ""
    };
    format!(
        "Showing {name} again: {epochs:.0} epochs. {}.{cut}",
        recorded(unknown)
    )
}

/// What a recording does not hold.
pub(crate) fn recorded(unknown: Unknown) -> String {
    let mut missing = vec!["samples"];
    if unknown.means {
        missing.push("class means");
    }
    if unknown.labels {
        missing.push("labels");
    }
    if unknown.prototypes {
        missing.push("the moves of prototypes");
    }
    let last = missing.pop().unwrap_or_default();
    let list = match missing.is_empty() {
        true => last.to_owned(),
        false => format!("{} and {last}", missing.join(", ")),
    };
    format!("Recorded run, without {list}")
}

/// The note for a file that is no recorded run.
pub(crate) fn not_shown(name: &str, cause: &str) -> String {
    format!("{name} cannot be shown. {cause}")
}
