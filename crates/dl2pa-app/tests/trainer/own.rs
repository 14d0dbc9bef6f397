//! A person's own table: trained on, gone on with, measured, and refused once it is another.

use std::fs;
use std::path::Path;

use dl2pa_core::protocol::RunId;
use dl2pa_core::recorded::{self, Replay, Unknown};

use super::{folder, number, report, run};

/// Two classes of 30 rows on either side of 0.
fn write_table(place: &Path, shift: f32) {
    let rows: String = (0..60)
        .map(|row| {
            let side = if row % 2 == 0 { "left" } else { "right" };
            let x = if row % 2 == 0 { -5.0 } else { 5.0 + shift };
            format!(
                "{},{},{side}\n",
                x + f64::from(row % 7) as f32 / 7.0,
                row % 5
            )
        })
        .collect();
    fs::write(place.join("sides.csv"), format!("x,y,label\n{rows}")).unwrap();
}

#[test]
fn a_table_has_a_whole_life() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    write_table(place, 0.0);
    let own = ["--dataset", "own", "--data-file", "sides.csv"];
    let trained = report(place, &[&["--train", "--dim", "2"], &own[..]].concat());
    assert_eq!(trained["dataset"], "own");
    assert_eq!(trained["classes"], 2);
    assert!(number(&trained, "top1") > 99.0, "{trained}");
    let run_dir = folder(place, &trained);
    let settings = fs::read_to_string(run_dir.join("config.toml")).unwrap();
    assert!(settings.contains("data_features = 2"), "{settings}");
    let run_name = run_dir.display().to_string();
    let measured = report(place, &["--eval", "--checkpoint", &run_name]);
    assert_eq!(number(&measured, "top1"), number(&trained, "top1"));
    // Its log can be shown again, with what the matchings went by.
    let log = fs::read(run_dir.join("metrics.jsonl")).unwrap();
    let recorded = recorded::read(&log, RunId(1)).unwrap();
    let replay = Replay::of(recorded).unwrap();
    assert_eq!(replay.unknown, Unknown::default());
    assert_eq!(replay.info.class_names, ["left", "right"]);
    let last = replay.moments.last().unwrap();
    assert_eq!(
        last.test_accuracy.map(|top1| 100.0 * top1),
        trained["top1"].as_f64()
    );
    assert_eq!(last.class_means.as_ref().map(|means| means.len()), Some(4));
    // Its own settings are a whole run, as long as the table stays as it is.
    let settings = run_dir.join("config.toml").display().to_string();
    let again = report(place, &["--train", "--config", &settings]);
    assert_eq!(again["state_hash"], trained["state_hash"]);
    write_table(place, 0.5);
    let changed = run(place, &["--train", "--config", &settings]);
    let said = String::from_utf8_lossy(&changed.stderr);
    assert_eq!(changed.status.code(), Some(3), "{said}");
    assert!(
        said.contains("`sides.csv` does not hold the table"),
        "{said}"
    );
}

#[test]
fn a_bad_table_is_one_sentence_and_leaves_no_folder() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    fs::write(place.join("bad.csv"), "1,2,a\n1,x,b\n").unwrap();
    for (file, code, said) in [
        ("bad.csv", 3, "Line 2, column 2"),
        ("none.csv", 3, "--data-file"),
    ] {
        let arguments = ["--train", "--dataset", "own", "--data-file", file];
        let output = run(place, &arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(text.contains(said), "{text}");
    }
    let without = run(place, &["--train", "--dataset", "own"]);
    assert_eq!(without.status.code(), Some(2));
    assert_eq!(fs::read_dir(place).unwrap().count(), 1);
}
