//! `--verify-data` and `--download`: published data sets on disk, checked and fetched.

use std::ops::ControlFlow;
use std::path::Path;

use dl2pa_core::config::{RunConfig, Switch};
use dl2pa_data::decode::check_picture;
use dl2pa_data::files::download::{Progress, download};
use dl2pa_data::files::{Published, Report, verify_with};

use super::error::CliError;
use super::signals::Interrupts;
use super::voice::Voice;

/// How many classes are named in words.
const NAMED_CLASSES: usize = 10;
/// Bytes between two lines about a download.
const TELL_EVERY_BYTES: u64 = 16 << 20;

/// Checks the data set of `config` and says what is there.
///
/// # Errors
/// When anything is missing or damaged; the sentence names the file.
pub(super) fn verify_data(config: &RunConfig, voice: Voice) -> Result<u8, CliError> {
    let (kind, root) = place(config)?;
    let report = verify_with(kind, root, &check_picture)?;
    voice.result(&report, &in_words(&report))?;
    Ok(0)
}

/// Fetches the data set of `config` from its publisher, or from the folder at the address `base`.
///
/// # Errors
/// When it is not public, or cannot be fetched or written.
pub(super) fn fetch(
    config: &RunConfig,
    base: Option<&str>,
    interrupts: &Interrupts,
    voice: Voice,
) -> Result<(), CliError> {
    let (kind, root) = place(config)?;
    let mut told = 0;
    let mut follow = |progress: Progress<'_>| {
        if progress.bytes < told || progress.bytes >= told + TELL_EVERY_BYTES {
            told = progress.bytes;
            voice.say(&format!(
                "{}: {} of {} MB",
                progress.name,
                progress.bytes >> 20,
                progress.total >> 20
            ));
        }
        match interrupts.exit_code() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    };
    let extra = config.images.extra == Switch::On;
    let result = download(kind, root, extra, base, &mut follow);
    if let (Err(_), Some(code)) = (&result, interrupts.exit_code()) {
        return Err(CliError::Stopped {
            before: "the data were there; what has arrived is kept",
            code,
        });
    }
    for path in result? {
        voice.say(&format!("{} is there", path.display()));
    }
    Ok(())
}

fn place(config: &RunConfig) -> Result<(Published, &Path), CliError> {
    let name = config.dataset.name();
    let kind = Published::ALL.into_iter().find(|kind| kind.name() == name);
    match (kind, &config.images.data_dir) {
        (Some(kind), Some(root)) => Ok((kind, Path::new(root))),
        _ => Err(CliError::Usage(format!(
            "`{name}` is made by the program and has no files; choose a published set with --dataset and its folder with --data-dir."
        ))),
    }
}

fn in_words(report: &Report) -> String {
    let mut lines = Vec::new();
    for split in &report.splits {
        lines.push(format!(
            "{}: {} pictures in {} classes",
            split.split,
            split.samples,
            split.classes.len()
        ));
        for (class, count) in split.classes.iter().take(NAMED_CLASSES) {
            lines.push(format!("  {class}: {count}"));
        }
        if split.classes.len() > NAMED_CLASSES {
            lines.push(format!(
                "  and {} more classes (--json names all)",
                split.classes.len() - NAMED_CLASSES
            ));
        }
    }
    lines.extend(report.checked.iter().map(|what| format!("checked: {what}")));
    lines.extend(
        report
            .differences
            .iter()
            .map(|what| format!("differs from what was published: {what}")),
    );
    lines.join("\n")
}
