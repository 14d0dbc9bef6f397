//! `--prototypes`: what is printed and what lies in the files.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{golden_pth, json_line, keys, number, place, run, stdout};

#[track_caller]
fn report(place: &Path, more: &[&str]) -> Value {
    super::report(place, "--prototypes", more)
}

#[track_caller]
fn assert_near(report: &Value, key: &str, expected: f64, within: f64) {
    let found = number(report, key);
    assert!(
        (found - expected).abs() <= within,
        "{key} is {found} and not {expected}: {report}"
    );
}

#[test]
fn they_are_reported_and_written_in_every_format_and_can_be_trained_with() {
    let place = place();
    for name in ["w.npy", "w.safetensors", "w.csv"] {
        let made = report(
            place.path(),
            &["--classes", "6", "--dim", "3", "--output", name],
        );
        let expected = [
            "apad_deg",
            "bound_angle_deg",
            "bound_max_cos",
            "bound_name",
            "checked_pairs",
            "classes",
            "dim",
            "l_uni",
            "max_cos",
            "max_cos_source",
            "mean_cos",
            "mean_max_cos",
            "method",
            "min_angle_deg",
            "proven_optimal",
            "seconds",
        ];
        assert_eq!(keys(&made), expected);
        // The octahedron.
        assert_near(&made, "min_angle_deg", 90.0, 1e-4);
        assert_near(&made, "bound_angle_deg", 90.0, 1e-9);
        assert_near(&made, "mean_cos", -0.2, 1e-6);
        assert_eq!(made["bound_name"], "Rankin");
        assert_eq!(made["max_cos_source"], "all pairs");
        assert_eq!(made["checked_pairs"], 15);
        assert_eq!(made["proven_optimal"], true);
        let trained = run(
            place.path(),
            &[
                "--train",
                "--classes",
                "6",
                "--epochs",
                "1",
                "--prototype-file",
                name,
                "--device",
                "cpu",
                "--json",
            ],
        );
        assert_near(&json_line(&trained), "min_angle_deg", 90.0, 0.1);
    }
}

/// Greatest cosines: closed forms, and the best known 20 points on the sphere (Sloane; 47.43104 degrees).
#[test]
fn each_method_can_be_asked_for_by_name() {
    let place = place();
    for (method, classes, dim, max_cos, within) in [
        ("simplex", "4", "3", -1.0 / 3.0, 1e-6),
        ("cross-polytope", "5", "3", 0.0, 1e-6),
        (
            "polygon",
            "7",
            "2",
            (std::f64::consts::TAU / 7.0).cos(),
            1e-6,
        ),
        ("annealed", "20", "3", 0.676_477, 1e-3),
        ("24-cell", "24", "4", 0.5, 1e-6),
        ("higman-sims", "100", "25", 1.0 / 11.0, 1e-6),
    ] {
        let arguments = ["--method", method, "--classes", classes, "--dim", dim];
        let made = report(place.path(), &arguments);
        assert_eq!(made["method"], method);
        assert_near(&made, "max_cos", max_cos, within);
    }
}

#[test]
fn the_paper_s_methods_lie_below_the_best() {
    let place = place();
    let made = |arguments: &[&str]| {
        let size = ["--classes", "30", "--dim", "3", "--seed", "1"];
        report(place.path(), &[&size, arguments].concat())
    };
    let best = made(&[]);
    let uniformity = made(&["--method", "uniformity", "--t", "2"]);
    let released = made(&["--prototype-method", "released"]);
    assert_eq!(uniformity["method"], "uniformity");
    assert_eq!(released["method"], "released");
    for other in [&uniformity, &released] {
        assert!(
            number(other, "max_cos") > number(&best, "max_cos") + 0.01,
            "{other}"
        );
    }
    // Each is best at what it is for.
    assert!(number(&uniformity, "l_uni") <= number(&best, "l_uni"));
}

#[test]
fn the_same_seed_gives_the_same_file_on_any_number_of_threads() {
    let place = place();
    let file = |threads, name| {
        let arguments = [
            "--classes",
            "40",
            "--dim",
            "4",
            "--seed",
            "3",
            "--threads",
            threads,
            "--output",
            name,
        ];
        report(place.path(), &arguments);
        fs::read(place.path().join(name)).unwrap()
    };
    let one = file("1", "a.npy");
    assert_eq!(one, file("1", "b.npy"));
    assert_eq!(one, file("3", "c.npy"));
}

#[test]
fn a_file_measures_as_it_was_made() {
    let place = place();
    for name in ["w.npy", "w.safetensors", "w.csv"] {
        let arguments = ["--classes", "40", "--dim", "5", "--output", name];
        let made = report(place.path(), &arguments);
        let measured = report(place.path(), &["--measure", name]);
        assert_eq!(measured["method"], "measured");
        assert_eq!(keys(&measured), keys(&made));
        for key in keys(&made) {
            if key != "seconds" && key != "method" {
                match made[key].as_f64() {
                    Some(value) => assert_near(&measured, key, value, 1e-6 * (1.0 + value.abs())),
                    None => assert_eq!(measured[key], made[key], "{key}"),
                }
            }
        }
    }
}

/// W[r][k] = (3 r + k + 1) / 8 for 5 classes in 3 dimensions, stored d x c as the authors do.
#[test]
fn a_file_of_pytorch_s_is_measured_and_written_as_another() {
    let place = place();
    let rows: Vec<Vec<f64>> = (0..5)
        .map(|row| (1..=3).map(|k| f64::from(3 * row + k)).collect())
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let cos = |a: usize, b: usize| {
        dot(&rows[a], &rows[b]) / (dot(&rows[a], &rows[a]) * dot(&rows[b], &rows[b])).sqrt()
    };
    let pairs = (0..5).flat_map(|a| (0..a).map(move |b| (a, b)));
    let cosines: Vec<f64> = pairs.map(|(a, b)| cos(a, b)).collect();
    let max_cos = cosines.iter().copied().fold(-1.0, f64::max);
    let mean_cos = cosines.iter().sum::<f64>() / 10.0;
    let check = |measured: &Value| {
        assert_eq!(measured["classes"], 5);
        assert_eq!(measured["dim"], 3);
        assert_near(measured, "max_cos", max_cos, 1e-6);
        assert_near(measured, "mean_cos", mean_cos, 1e-6);
    };
    let file = golden_pth("authors.pth");
    check(&report(
        place.path(),
        &["--measure", &file, "--output", "w.npy"],
    ));
    check(&report(place.path(), &["--measure", "w.npy"]));
    let output = run(place.path(), &["--prototypes", "--measure", &file]);
    let remark = String::from_utf8(output.stderr).unwrap();
    assert!(remark.contains("lengths from 0.4677"), "{remark}");
    let quiet = run(
        place.path(),
        &["--prototypes", "--measure", &file, "--quiet"],
    );
    assert!(quiet.stderr.is_empty());
}

#[test]
fn the_authors_files_can_be_trained_with() {
    let place = place();
    let file = golden_pth("authors.pth");
    let arguments = [
        "--train",
        "--classes",
        "5",
        "--dim",
        "3",
        "--epochs",
        "1",
        "--prototype-file",
        &file,
        "--device",
        "cpu",
        "--json",
    ];
    let output = run(place.path(), &arguments);
    assert_eq!(output.status.code(), Some(0));
    let remark = String::from_utf8_lossy(&output.stderr);
    assert!(remark.contains("set to 1"), "{remark}");
}

/// The largest Kerdock code that is quick to write, row by row: 2^-4 is its greatest cosine.
#[test]
fn a_large_code_is_written_row_by_row() {
    let place = place();
    let arguments = [
        "--classes",
        "66048",
        "--dim",
        "256",
        "--method",
        "kerdock-256",
        "--output",
        "w.npy",
    ];
    let made = report(place.path(), &arguments);
    assert_eq!(made["method"], "kerdock-256");
    assert_eq!(made["max_cos"], 0.0625);
    assert_eq!(made["max_cos_source"], "construction");
    assert!(number(&made, "checked_pairs") > 1e6, "{made}");
    assert!(
        made["l_uni"].is_null() && made["apad_deg"].is_null(),
        "{made}"
    );
    // The code is antipodal, so all rows sum to 0.
    assert_near(&made, "mean_cos", -1.0 / 66_047.0, 1e-9);
    assert!(number(&made, "bound_max_cos") <= 0.0625);
    let length = fs::metadata(place.path().join("w.npy")).unwrap().len();
    let header = length - 66_048 * 256 * 4;
    assert!(
        (64..256).contains(&header) && header.is_multiple_of(16),
        "{header}"
    );
}

#[test]
fn a_time_budget_ends_the_search() {
    let place = place();
    let arguments = [
        "--classes",
        "60",
        "--dim",
        "5",
        "--method",
        "annealed",
        "--max-seconds",
        "1",
        "--output",
        "w.csv",
    ];
    let made = report(place.path(), &arguments);
    // Half of the greatest angle that can be, which any search beats in a second.
    assert!(number(&made, "min_angle_deg") > number(&made, "bound_angle_deg") / 2.0);
    let lines = fs::read_to_string(place.path().join("w.csv")).unwrap();
    assert_eq!(lines.lines().count(), 60);
}

/// Starts a search without an end, sends `signal` once it is under way, and checks what is left.
#[cfg(unix)]
#[track_caller]
fn interrupted(signal: &str, code: i32) {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let place = place();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dl2pa-app"))
        .current_dir(place.path())
        .args([
            "--prototypes",
            "--classes",
            "60",
            "--dim",
            "5",
            "--method",
            "annealed",
            "--max-seconds",
            "1e6",
            "--json",
            "--output",
            "w.npy",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.starts_with("spreading: "), "{first}");
    let pid = child.id().to_string();
    let killed = Command::new("kill").args([signal, &pid]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(code));
    let made = json_line(&output);
    assert!(number(&made, "min_angle_deg") > number(&made, "bound_angle_deg") / 2.0);
    let measured = report(place.path(), &["--measure", "w.npy"]);
    assert_near(&measured, "max_cos", number(&made, "max_cos"), 1e-6);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_best_so_far_and_ends_with_130() {
    interrupted("-INT", 130);
}

#[cfg(unix)]
#[test]
fn termination_keeps_the_best_so_far_and_ends_with_143() {
    interrupted("-TERM", 143);
}

#[test]
fn people_get_words() {
    let place = place();
    let arguments = [
        "--prototypes",
        "--classes",
        "12",
        "--dim",
        "3",
        "--output",
        "w.csv",
    ];
    let said = stdout(&run(place.path(), &arguments));
    for part in [
        "12 prototypes in 3 dimensions",
        "smallest angle 63.43",
        "no arrangement has more than 63.4349 (",
        "written to w.csv",
    ] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}
