//! `--study`: what a folder holds, what is refused, and the findings that the README states.

use std::fs;

use serde_json::Value;

use super::{place, refused, run, stdout};

/// The JSON line of a study, run in an empty folder.
fn outcome(name: &str) -> Value {
    let place = place();
    let output = run(place.path(), &["--study", name, "--json", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_str(stdout(&output).trim_end()).unwrap()
}

/// Mean of a series at x.
fn mean(outcome: &Value, series: &str, x: f64) -> f64 {
    let all = outcome["series"].as_array().unwrap();
    let series = all.iter().find(|one| one["label"] == series).unwrap();
    let points = series["points"].as_array().unwrap();
    let point = points.iter().find(|point| point["x"] == x).unwrap();
    assert_eq!(point["runs"], 3);
    point["mean"].as_f64().unwrap()
}

#[test]
fn a_study_leaves_table_figures_and_plot() {
    let place = place();
    let output = run(place.path(), &["--study", "fig2-apad"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = stdout(&output);
    assert!(said.contains("mean of the Gaussian"), "{said}");
    assert!(said.contains("says little about separation"), "{said}");
    let folder = fs::read_dir(place.path().join("runs")).unwrap().next();
    let folder = folder.unwrap().unwrap().path();
    let json: Value =
        serde_json::from_slice(&fs::read(folder.join("outcome.json")).unwrap()).unwrap();
    assert_eq!(json["study"], "fig2-apad");
    let table = fs::read_to_string(folder.join("outcome.csv")).unwrap();
    assert!(table.starts_with("series,mean of the Gaussian,mean pairwise cosine,deviation,runs"));
    // Four Gaussians of 41 means each, the two ends of the line of the spread prototypes, the heading.
    assert_eq!(table.lines().count(), 4 * 41 + 2 + 1);
    let plot = fs::read_to_string(folder.join("plot.svg")).unwrap();
    assert!(plot.starts_with("<svg") && plot.trim_end().ends_with("</svg>"));
    for label in ["mean pairwise cosine", "spread"] {
        assert!(plot.contains(label), "{label}");
    }
}

#[test]
fn what_is_no_study_is_refused() {
    let place = place();
    refused(place.path(), &["--study", "fig5"], 2, "fig4b-moves", &[]);
    refused(
        place.path(),
        &["--study", "init", "--dim", "5"],
        2,
        "--dim",
        &[],
    );
}

#[test]
fn a_first_assignment_that_fits_the_data_pays() {
    let outcome = outcome("init");
    let geometric = mean(&outcome, "dynamic, geometric", 3.0);
    let random = mean(&outcome, "dynamic, random", 3.0);
    let psc = mean(&outcome, "psc", 3.0);
    assert!(geometric - random >= 12.0, "{geometric} {random}");
    assert!(geometric >= psc, "{geometric} {psc}");
}

#[test]
fn moving_labels_helps_most_in_few_dimensions() {
    let outcome = outcome("fig4a-dimension");
    let gain = |d| mean(&outcome, "dynamic", d) - mean(&outcome, "fixed", d);
    for d in [2.0, 3.0, 5.0] {
        assert!(gain(d) >= 0.0, "d = {d}: {}", gain(d));
    }
    let widest = gain(2.0).max(gain(3.0)).max(gain(5.0));
    assert!(gain(10.0) < widest / 4.0, "{} of {widest}", gain(10.0));
}
