//! Whatever bytes are dropped on the page, they are a table or a sentence.

use dl2pa_fixtures::try_all;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::tests::npy;
use super::{MAX_CLASSES, Table};
use crate::streams::Streams;

/// A good CSV file and a good `.npy` file.
fn good() -> [Vec<u8>; 2] {
    let text: String = (0..40)
        .map(|row| format!("{row},{}.25,k{}\n", row % 7, row % 3))
        .collect();
    let numbers: Vec<u8> = (0..40_u8)
        .flat_map(|row| [f32::from(row), 0.5, f32::from(row % 4)])
        .flat_map(f32::to_le_bytes)
        .collect();
    [text.into_bytes(), npy("<f4", "(40, 3)", &numbers)]
}

/// What holds of every table that is read.
fn judge(bytes: &[u8]) -> Result<(), TestCaseError> {
    match Table::read(bytes) {
        Ok(table) => {
            let classes = table.class_names().len();
            prop_assert!((2..=MAX_CLASSES).contains(&classes));
            let again = Table::read(table.to_csv().as_bytes());
            prop_assert_eq!(again.map(|again| again.digest()), Ok(table.digest()));
            let set = table.dataset(&Streams::new(7));
            prop_assert_eq!(set.train.len() + set.test.len(), table.rows());
            prop_assert!(!set.train.is_empty());
            let labels = set.train.labels.iter().chain(&set.test.labels);
            prop_assert!(labels.into_iter().all(|&label| (label as usize) < classes));
        }
        Err(error) => prop_assert!(error.to_string().ends_with('.'), "{}", error),
    }
    Ok(())
}

#[test]
fn changed_files_are_a_table_or_a_sentence() {
    let telling = || prop_oneof![any::<u8>(), select(&b",;\t\n\r\"'.-eE0(9)\x00\x93\xff"[..])];
    let change = (
        0..2_usize,
        vec((0.0..1.0_f64, telling()), 0..12),
        0.0..1.3_f64,
    );
    try_all(600, &change, |(which, overwritten, cut)| {
        let mut bytes = good()[which].clone();
        let length = bytes.len();
        for (place, value) in overwritten {
            bytes[(place * length as f64) as usize] = value;
        }
        bytes.truncate((cut * length as f64) as usize);
        judge(&bytes)
    });
}

#[test]
fn any_bytes_are_a_table_or_a_sentence() {
    let text = "([0-9.,;\t\"ae-]{0,12}\n){0,30}".prop_map(String::into_bytes);
    let bytes = prop_oneof![vec(any::<u8>(), 0..400), text];
    try_all(600, &bytes, |bytes| judge(&bytes));
}
