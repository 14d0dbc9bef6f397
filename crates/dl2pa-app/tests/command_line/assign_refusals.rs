//! What `--assign` cannot match or write: an exit code, one sentence, nothing left on disk.

use std::fs;

use super::{place, refused};

#[test]
fn bad_usage_is_one_sentence() {
    let place = place();
    let given = ["--assign", "--means", "m.npy", "--prototypes", "p.npy"];
    for (more, word) in [
        (&["--scores", "s.npy"][..], "--scores FILE alone"),
        (&["--out", "a.txt"], ".csv or .npy"),
        (&["--out", "a"], ".csv or .npy"),
        (&["--solver", "best"], "shortest-path"),
        (&["--rotate", "--solver", "sparse"], "--solver"),
        (&["--seed", "1"], "--seed means nothing without --rotate"),
        (
            &["--starts", "1"],
            "--starts means nothing without --rotate",
        ),
        (&["--rotate", "--starts", "many"], "--starts"),
        (&["--dim", "3"], "--dim means nothing to --assign"),
        (&["--max-seconds", "3"], "--max-seconds needs --prototypes"),
        (&["--measure", "p.npy"], "--measure needs --prototypes"),
        (&["--train"], "--train"),
    ] {
        refused(place.path(), &[&given, more].concat(), 2, word, &[]);
    }
    for (arguments, word) in [
        (&["--assign"][..], "--means FILE and --prototypes FILE"),
        (
            &["--assign", "--prototypes"],
            "--means FILE and --prototypes FILE",
        ),
        (&["--assign", "--means", "m.npy"], "--prototypes FILE"),
        (&["--assign", "--scores", "s.npy", "--rotate"], "--scores"),
        (&["--assign", "--scores", "s.txt"], ".csv or .pth"),
        (&["--prototypes", "p.npy"], "beside --assign only"),
        (&["--train", "--prototypes"], "--train"),
        (&["--train", "--means", "m.npy"], "--means needs --assign"),
        (&["--rotate"], "--rotate needs --assign"),
    ] {
        refused(place.path(), arguments, 2, word, &[]);
    }
}

/// Means and prototypes of these texts are refused with 3.
#[track_caller]
fn unusable(means: &str, prototypes: &str, word: &str) {
    let place = place();
    fs::write(place.path().join("m.csv"), means).unwrap();
    fs::write(place.path().join("p.csv"), prototypes).unwrap();
    let given = ["--assign", "--means", "m.csv", "--prototypes", "p.csv"];
    for more in [&["--out", "a.csv"][..], &["--rotate", "--out", "a.npy"]] {
        let kept = ["m.csv", "p.csv"];
        refused(place.path(), &[&given, more].concat(), 3, word, &kept);
    }
}

#[test]
fn arrays_that_do_not_fit_are_refused() {
    let prototypes = "1,0\n0,1\n-1,0\n";
    unusable(
        "1,0\n0,NaN\n",
        prototypes,
        "`m.csv` holds NaN in row 2, column 2",
    );
    unusable(
        "inf,0\n0,1\n",
        prototypes,
        "`m.csv` holds inf in row 1, column 1",
    );
    unusable(
        "1,0\n0,1\n",
        "1,0\n0,NaN\n",
        "`p.csv` holds NaN in row 2, column 2",
    );
    unusable("1,0\n0,1\n", "1,0\n0,0\n", "zeros in row 2");
    unusable("1,0\n0,1\n", "1,0\n2,0\n", "rows 1 and 2");
    unusable(
        "1,0,0\n0,1,0\n",
        prototypes,
        "3 numbers a row and `p.csv` has 2",
    );
    unusable("1,0\n0,1\n1,1\n2,1\n", prototypes, "4 classes cannot each");
    unusable("", prototypes, "empty");
    unusable("a,b\n", prototypes, "line 1, column 1");
}

#[test]
fn scores_that_do_not_fit_are_refused() {
    let place = place();
    for (scores, word) in [
        ("1,0\n0,NaN\n", "NaN in row 2, column 2"),
        ("1,0\n0,-inf\n", "-inf in row 2, column 2"),
        ("1\n0\n", "2 classes cannot each"),
        ("", "empty"),
    ] {
        fs::write(place.path().join("s.csv"), scores).unwrap();
        let arguments = ["--assign", "--scores", "s.csv", "--out", "a.csv"];
        refused(place.path(), &arguments, 3, word, &["s.csv"]);
    }
}

#[test]
fn missing_files_are_named() {
    let place = place();
    let scores = ["--assign", "--scores", "nowhere.npy"];
    refused(place.path(), &scores, 3, "nowhere.npy", &[]);
    let means = ["--assign", "--means", "m.csv", "--prototypes", "p.csv"];
    refused(place.path(), &means, 3, "m.csv", &[]);
    fs::write(place.path().join("m.csv"), "1,0\n0,1\n").unwrap();
    refused(place.path(), &means, 3, "p.csv", &["m.csv"]);
    fs::write(place.path().join("p.csv"), "1,0\n0,1\n").unwrap();
    for name in ["nowhere.csv", "nowhere.npy"] {
        let present = [&means[..], &["--present", name]].concat();
        refused(place.path(), &present, 3, name, &["m.csv", "p.csv"]);
    }
}

#[test]
fn assignments_before_that_do_not_fit_are_refused() {
    let place = place();
    fs::write(place.path().join("s.csv"), "1,0,0\n0,1,0\n").unwrap();
    for (before, word) in [
        ("", "class and prototype"),
        ("0,1\n1,0\n", "class and prototype"),
        ("class,prototype\n0,1\n", "class 1 is missing"),
        ("class,prototype\n0,1\n0,2\n", "line 3: class 0 comes again"),
        ("class,prototype\n0,1\n2,2\n", "no class 2 among 2"),
        ("class,prototype\n0,1\n1,x\n", "line 3: \"x\""),
        ("class,prototype\n0,1\n1,-1\n", "line 3: \"-1\""),
        ("class,prototype\n0,1\n1\n", "2 fields"),
        ("class,prototype\n0,1\n1,3\n", "only 3"),
        ("class,prototype\n0,1\n1,99999999999\n", "only 3"),
        (
            "class,prototype\n0,1\n1,1\n",
            "both assigned to prototype 1",
        ),
    ] {
        fs::write(place.path().join("b.csv"), before).unwrap();
        let arguments = ["--assign", "--scores", "s.csv", "--present", "b.csv"];
        refused(place.path(), &arguments, 3, word, &["b.csv", "s.csv"]);
    }
    fs::remove_file(place.path().join("b.csv")).unwrap();
    fs::write(place.path().join("b.npy"), "class,prototype\n").unwrap();
    let arguments = ["--assign", "--scores", "s.csv", "--present", "b.npy"];
    refused(
        place.path(),
        &arguments,
        3,
        "does not begin",
        &["b.npy", "s.csv"],
    );
    let arguments = ["--assign", "--scores", "s.csv", "--present", "b.txt"];
    refused(
        place.path(),
        &arguments,
        2,
        ".csv or .npy",
        &["b.npy", "s.csv"],
    );
}

#[test]
fn what_needs_all_scores_is_refused_where_they_are_too_many() {
    let place = place();
    // 20,000 directions of the plane, and as many means: 3.2 GB of scores.
    let line = |at: u32| {
        let (sin, cos) = (f64::from(at) * 3e-4).sin_cos();
        format!("{cos},{sin}\n")
    };
    let text: String = (0..20_000).map(line).collect();
    fs::write(place.path().join("w.csv"), text).unwrap();
    let given = ["--assign", "--means", "w.csv", "--prototypes", "w.csv"];
    for (more, word) in [
        (&["--rotate"][..], "match without it"),
        (&["--solver", "shortest-path"], "take --solver sparse"),
    ] {
        refused(place.path(), &[&given, more].concat(), 2, word, &["w.csv"]);
    }
}

#[test]
fn a_folder_that_takes_no_file_is_refused_at_once() {
    let place = place();
    fs::write(place.path().join("s.csv"), "1,0\n0,1\n").unwrap();
    let arguments = ["--assign", "--scores", "s.csv", "--out"];
    let below_a_file = [&arguments[..], &["s.csv/a.csv"]].concat();
    refused(place.path(), &below_a_file, 1, "s.csv/a.csv", &["s.csv"]);
    // Root may write anywhere but in /proc, so this stands for a read-only folder.
    if cfg!(target_os = "linux") {
        let read_only = [&arguments[..], &["/proc/a.npy"]].concat();
        refused(place.path(), &read_only, 1, "/proc/a.npy", &["s.csv"]);
    }
}
