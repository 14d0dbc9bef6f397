//! Whatever has become of a recorded run, it can be gone through or is refused in a sentence.

use dl2pa_fixtures::try_all;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::tests::{events, file};
use super::{Replay, read};
use crate::protocol::RunId;

/// What whoever draws a moment relies on.
fn judge(bytes: &[u8]) -> Result<bool, TestCaseError> {
    let replay = match read(bytes, RunId(1)).and_then(Replay::of) {
        Ok(replay) => replay,
        Err(error) => {
            prop_assert!(error.to_string().ends_with('.'), "{}", error);
            return Ok(false);
        }
    };
    let classes = replay.config.classes;
    prop_assert_eq!(replay.info.class_names.len(), classes);
    prop_assert!(!replay.moments.is_empty());
    for moment in &replay.moments {
        prop_assert_eq!(moment.prototypes.len(), classes * moment.dim);
        prop_assert_eq!(moment.assignment.len(), classes);
        prop_assert!(moment.assignment.iter().all(|&p| (p as usize) < classes));
        prop_assert!(moment.epoch.is_finite());
        if let Some(means) = &moment.class_means {
            prop_assert_eq!(means.len(), classes * moment.dim);
        }
    }
    Ok(true)
}

#[test]
fn changed_files_are_a_run_or_a_sentence() {
    let whole = file(&events());
    let telling = || prop_oneof![any::<u8>(), select(&b"0123456789,.:-e{}[]\"\n"[..])];
    let change = (vec((0.0..1.0_f64, telling()), 0..6), 0.2..1.4_f64);
    let shown = std::cell::Cell::new(0);
    try_all(1500, &change, |(overwritten, cut)| {
        let mut bytes = whole.clone();
        for (place, value) in overwritten {
            bytes[(place * whole.len() as f64) as usize] = value;
        }
        bytes.truncate((cut * whole.len() as f64) as usize);
        shown.set(shown.get() + usize::from(judge(&bytes)?));
        Ok(())
    });
    assert!(shown.get() > 100, "only {} were a run", shown.get());
}

#[test]
fn lines_in_any_order_are_a_run_or_a_sentence() {
    let whole = String::from_utf8(file(&events())).unwrap();
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    lines.push("{\"event\":\"resumed\",\"epoch\":1,\"step\":10}".to_owned());
    lines.push("{\"event\":\"resumed\",\"epoch\":0,\"step\":0}".to_owned());
    try_all(1500, &vec(select(lines), 0..14), |lines| {
        judge(lines.join("\n").as_bytes()).map(drop)
    });
}
