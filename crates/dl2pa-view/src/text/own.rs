//! What a person reads about their own data and about recorded runs.

use dl2pa_core::config::RunConfig;
use dl2pa_core::recorded::Unknown;

use super::number::fixed;
use super::words::own as say;

pub(crate) use super::words::own::{
    add_class, awaited, begins, clear, command_copied, draw_class, drop, drop_a_file, drop_note,
    erase, learn, missing, not_shown, own, own_hint, paste, paste_example, paste_field, put_points,
    refused, save, save_run, size, square, square_full, square_hint, stays_here, too_few_points,
    unread,
};

/// Name of the table of drawn points.
pub(crate) const DRAWN: &str = "my-points.csv";
/// Name of a table that was pasted.
pub(crate) const PASTED: &str = "my-table.csv";
/// Name of a saved run.
pub(crate) const RUN_FILE: &str = "run.jsonl";

/// "3 classes of flowers.csv".
pub(crate) fn stage_title(config: &RunConfig) -> String {
    let name = config.own.data_file.as_deref().unwrap_or_default();
    say::title(config.classes, bare(name))
}

/// A file's name without its folders.
pub(crate) fn bare(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The note when a recorded run is opened.
pub(crate) fn shown_again(name: &str, epochs: f64, unknown: Unknown) -> String {
    let epochs = fixed(epochs, 0);
    let is_missing = recorded(unknown);
    if unknown.end {
        say::shown_cut(name, epochs, is_missing)
    } else {
        say::shown_again(name, epochs, is_missing)
    }
}

/// What a recording does not hold.
pub(crate) fn recorded(unknown: Unknown) -> String {
    let parts = [
        (true, say::samples()),
        (unknown.means, say::means()),
        (unknown.labels, say::labels()),
        (unknown.prototypes, say::moves()),
    ];
    let missing: Vec<&str> = parts
        .into_iter()
        .filter_map(|(is_missing, name)| is_missing.then_some(name))
        .collect();
    say::recorded(match missing.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => say::list(rest.join(", "), *last),
        None => String::new(),
    })
}
