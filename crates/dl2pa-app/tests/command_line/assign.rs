//! `--assign`: what is matched, reported, and what lies in the files.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{json_line, keys, number, place, run, stdout};

/// A row of numbers each.
type Rows = Vec<Vec<f64>>;

#[track_caller]
fn report(place: &Path, more: &[&str]) -> Value {
    super::report(place, "--assign", more)
}

/// The list of whole numbers under `key`.
fn list(report: &Value, key: &str) -> Vec<u64> {
    let items = report[key].as_array().into_iter().flatten();
    items.map(|item| item.as_u64().unwrap()).collect()
}

/// As `numpy.save` writes a matrix of `float32`.
fn write_npy(path: &Path, rows: &Rows) {
    let (count, dim) = (rows.len(), rows[0].len());
    let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, {dim}), }}");
    let text = format!("{text:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes.extend(
        rows.iter()
            .flatten()
            .flat_map(|&value| (value as f32).to_le_bytes()),
    );
    fs::write(path, bytes).unwrap();
}

fn write_csv(path: &Path, rows: &Rows) {
    let line = |row: &Vec<f64>| {
        let fields: Vec<String> = row.iter().map(ToString::to_string).collect();
        fields.join(",") + "\n"
    };
    fs::write(path, rows.iter().map(line).collect::<String>()).unwrap();
}

fn rows(count: usize, dim: usize, value: impl Fn(usize, usize) -> f64) -> Rows {
    let row = |at: usize| (0..dim).map(|k| value(at, k)).collect();
    (0..count).map(row).collect()
}

fn unit(rows: Rows) -> Rows {
    let set = |row: Vec<f64>| {
        let length = row.iter().map(|value| value * value).sum::<f64>().sqrt();
        row.iter().map(|value| value / length).collect()
    };
    rows.into_iter().map(set).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Directions without a pattern, by Marsaglia's xorshift generator.
fn scattered(count: usize, dim: usize, seed: u64) -> Rows {
    let mut state = seed;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let drawn: Rows = (0..count)
        .map(|_| (0..dim).map(|_| next()).collect())
        .collect();
    unit(drawn)
}

/// The numbers are scipy 1.17.1's, by
/// ```python
/// i = numpy.arange
/// unit = lambda a: a / numpy.linalg.norm(a, axis=1, keepdims=True)
/// means = unit(numpy.sin(1 + 3 * i(7)[:, None] + 7 * i(4)[None] ** 2))
/// prototypes = unit(numpy.cos(2 + 5 * i(9)[:, None] + 11 * i(4)[None] ** 2))
/// scores = means @ prototypes.T
/// rows, columns = scipy.optimize.linear_sum_assignment(scores, maximize=True)
/// ```
/// with spare prototypes, and the second best total 0.005 lower.
const SCIPY_COLUMNS: [u64; 7] = [0, 7, 5, 3, 1, 8, 6];
const SCIPY_TOTAL: f64 = 5.107_570_55;

fn means_of_scipy() -> Rows {
    unit(rows(7, 4, |y, k| {
        (1.0 + 3.0 * y as f64 + 7.0 * (k * k) as f64).sin()
    }))
}

fn prototypes_of_scipy() -> Rows {
    unit(rows(9, 4, |y, k| {
        (2.0 + 5.0 * y as f64 + 11.0 * (k * k) as f64).cos()
    }))
}

#[test]
fn anyone_s_arrays_are_matched_as_scipy_does() {
    let place = place();
    let (means, prototypes) = (means_of_scipy(), prototypes_of_scipy());
    write_npy(&place.path().join("means.npy"), &means);
    write_npy(&place.path().join("p.npy"), &prototypes);
    let line = "--assign --means means.npy --prototypes p.npy --out a.csv";
    let arguments: Vec<&str> = line.split(' ').collect();
    let words = stdout(&run(place.path(), &arguments));
    for part in [
        "7 classes matched to 9 prototypes (shortest-path)",
        "total score 5.107571, proven the best",
        "written to a.csv",
    ] {
        assert!(words.contains(part), "{part:?} is not in {words}");
    }
    let text = fs::read_to_string(place.path().join("a.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("class,prototype,score"));
    for ((class, line), prototype) in lines.enumerate().zip(SCIPY_COLUMNS) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[..2], [class.to_string(), prototype.to_string()]);
        let score = dot(&means[class], &prototypes[prototype as usize]);
        assert!((fields[2].parse::<f64>().unwrap() - score).abs() < 1e-6);
    }
    assert_eq!(text.lines().count(), 8);
    let mut with_json = arguments.clone();
    with_json.push("--json");
    let said = json_line(&run(place.path(), &with_json));
    assert_eq!(
        keys(&said),
        [
            "assignment",
            "certificate_gap",
            "classes",
            "cycles",
            "dim",
            "moved",
            "prototypes",
            "rotated",
            "rotation_file",
            "score",
            "score_before",
            "seconds",
            "solver"
        ]
    );
    assert_eq!(list(&said, "assignment"), SCIPY_COLUMNS);
    assert!((number(&said, "score") - SCIPY_TOTAL).abs() < 1e-6);
    assert_eq!(said["certificate_gap"], 0.0);
    assert!(
        said["moved"].is_null() && said["cycles"].is_null(),
        "{said}"
    );
}

#[test]
fn every_solver_and_format_gives_the_same() {
    let place = place();
    write_csv(&place.path().join("m.csv"), &means_of_scipy());
    write_csv(&place.path().join("p.csv"), &prototypes_of_scipy());
    let arguments = [
        "--means",
        "m.csv",
        "--prototypes",
        "p.csv",
        "--out",
        "a.npy",
    ];
    for solver in ["auto", "kuhn-munkres", "shortest-path", "sparse"] {
        let said = report(
            place.path(),
            &[&arguments[..], &["--solver", solver]].concat(),
        );
        assert_eq!(list(&said, "assignment"), SCIPY_COLUMNS, "{solver}");
        assert!(number(&said, "certificate_gap").abs() < 1e-5, "{said}");
        let named = if solver == "auto" {
            "shortest-path"
        } else {
            solver
        };
        assert_eq!(said["solver"], named);
        // int64 after NumPy's header, as numpy.load gives it.
        let bytes = fs::read(place.path().join("a.npy")).unwrap();
        let numbers: Vec<u8> = SCIPY_COLUMNS
            .iter()
            .flat_map(|it| it.to_le_bytes())
            .collect();
        let header = bytes.len() - numbers.len();
        assert!(bytes.ends_with(&numbers) && header.is_multiple_of(16));
    }
}

/// scipy's columns and total for `numpy.sin(3 * i(8)[:, None] ** 2 + 5 * i(8)[None] + 1)`.
#[test]
fn ready_scores_are_matched() {
    let place = place();
    let scores = rows(8, 8, |y, k| ((3 * y * y + 5 * k + 1) as f64).sin());
    write_npy(&place.path().join("s.npy"), &scores);
    let said = report(place.path(), &["--scores", "s.npy"]);
    assert_eq!(list(&said, "assignment"), [5, 7, 4, 6, 3, 0, 1, 2]);
    assert!((number(&said, "score") - 6.786_076_5).abs() < 1e-6);
    assert_eq!(said["certificate_gap"], 0.0);
    assert!(said["dim"].is_null());
}

#[test]
fn what_moved_is_explained_and_ties_stay() {
    let place = place();
    // Classes 0, 1 and 2 gain by passing on; class 3 gains from the free prototype 4; 4 and 5 are tied.
    let mut scores = rows(6, 7, |_, _| 0.0);
    for (class, prototype) in [(0, 1), (1, 2), (2, 0), (3, 4)] {
        scores[class][prototype] = 0.5;
    }
    scores[0][0] = 0.125;
    write_csv(&place.path().join("s.csv"), &scores);
    let before = "prototype,class\n0,0\n1,1\n2,2\n3,3\n6,4\n5,5\n";
    fs::write(place.path().join("before.csv"), before).unwrap();
    for solver in ["auto", "kuhn-munkres"] {
        let more = [
            "--scores",
            "s.csv",
            "--present",
            "before.csv",
            "--solver",
            solver,
        ];
        let said = report(place.path(), &[&more[..], &["--out", "a.csv"]].concat());
        assert_eq!(list(&said, "assignment"), [1, 2, 0, 4, 6, 5], "{solver}");
        assert_eq!(list(&said, "moved"), [0, 1, 2, 3]);
        assert_eq!(number(&said, "score_before"), 0.125);
        assert_eq!(number(&said, "score"), 2.0);
        assert_eq!(said["certificate_gap"], 0.0, "{solver}");
        let mut cycles: Vec<Value> = said["cycles"].as_array().unwrap().clone();
        cycles.sort_by_key(|cycle| list(cycle, "classes").len());
        assert_eq!(cycles.len(), 2);
        assert_eq!(list(&cycles[0], "classes"), [3]);
        assert_eq!(cycles[0]["gain"], 0.5);
        assert_eq!(cycles[0]["ends_at_free"], true);
        assert_eq!(list(&cycles[1], "classes"), [0, 1, 2]);
        assert_eq!(cycles[1]["gain"], 1.375);
        assert_eq!(cycles[1]["ends_at_free"], false);
    }
    // What was written is the present assignment of the next call, in which nothing moves.
    for name in ["a.csv", "a.npy"] {
        let more = ["--scores", "s.csv", "--present", "a.csv"];
        let said = report(place.path(), &[&more[..], &["--out", name]].concat());
        assert_eq!(said["moved"], serde_json::json!([]));
        let more = ["--scores", "s.csv", "--present", name];
        let words = stdout(&run(place.path(), &[&["--assign"], &more[..]].concat()));
        assert!(words.contains("no label moved"), "{words}");
        assert!(words.contains("class 3 has prototype 4"), "{words}");
    }
    let more = ["--assign", "--scores", "s.csv", "--present", "before.csv"];
    let words = stdout(&run(place.path(), &more));
    assert!(words.contains("4 labels moved and gained 1.875"), "{words}");
    assert!(
        words.contains("0 took 1's, 1 took 2's, 2 took 0's: +1.375"),
        "{words}"
    );
    assert!(words.contains("3 took a free one: +0.5"), "{words}");
}

/// The sparse solver knows no present pairs; what it moves for nothing is taken back.
#[test]
fn the_sparse_solver_moves_nothing_for_nothing() {
    let place = place();
    write_csv(
        &place.path().join("s.csv"),
        &rows(5, 5, |y, k| (y % 2 + k % 2) as f64),
    );
    fs::write(
        place.path().join("before.csv"),
        "class,prototype\n0,3\n1,2\n2,4\n3,0\n4,1\n",
    )
    .unwrap();
    let more = [
        "--scores",
        "s.csv",
        "--present",
        "before.csv",
        "--solver",
        "sparse",
    ];
    let said = report(place.path(), &more);
    assert_eq!(list(&said, "assignment"), [3, 2, 4, 0, 1]);
    assert_eq!(said["moved"], serde_json::json!([]));
    assert_eq!(said["score"], 4.0);
}

#[test]
fn absent_classes_take_what_is_left() {
    let place = place();
    let prototypes = prototypes_of_scipy();
    let mut means: Rows = [3, 0, 1, 6].map(|k: usize| prototypes[k].clone()).into();
    means[1] = vec![0.0; 4];
    // Sums of samples as well as means: only the direction counts.
    means[2].iter_mut().for_each(|value| *value *= 40.0);
    write_csv(&place.path().join("m.csv"), &means);
    write_csv(&place.path().join("p.csv"), &prototypes);
    let before = "class,prototype\n0,3\n1,7\n2,8\n3,0\n";
    fs::write(place.path().join("before.csv"), before).unwrap();
    let arguments = [
        "--assign",
        "--means",
        "m.csv",
        "--prototypes",
        "p.csv",
        "--present",
        "before.csv",
    ];
    let output = run(place.path(), &[&arguments[..], &["--json"]].concat());
    let said = json_line(&output);
    assert_eq!(list(&said, "assignment"), [3, 7, 1, 6]);
    assert!((number(&said, "score") - 3.0).abs() < 1e-6, "{said}");
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(
        notes.contains("1 of the 4 rows of `m.csv` are zero"),
        "{notes}"
    );
    assert!(notes.contains("lengths from 1.0000 to 40.0000"), "{notes}");
    let quiet = run(place.path(), &[&arguments[..], &["--quiet"]].concat());
    assert!(quiet.stderr.is_empty());
}

/// Turned about two axes and reordered, the prototypes are the means; one rotation leads back.
#[test]
fn a_hidden_rotation_is_found_and_written() {
    let place = place();
    let prototypes = scattered(12, 3, 37);
    let ((s, c), (t, d)) = (0.9_f64.sin_cos(), 2.1_f64.sin_cos());
    let rotation = [[c, -s * d, s * t], [s, c * d, -c * t], [0.0, t, d]];
    let hidden: Vec<usize> = (0..12).map(|class| (5 * class + 3) % 12).collect();
    let means: Rows = hidden
        .iter()
        .map(|&k| {
            rotation
                .iter()
                .map(|axis| dot(axis, &prototypes[k]))
                .collect()
        })
        .collect();
    write_npy(&place.path().join("m.npy"), &means);
    write_npy(&place.path().join("p.npy"), &prototypes);
    let files = ["--means", "m.npy", "--prototypes", "p.npy"];
    let as_they_lie = report(place.path(), &files);
    assert!(number(&as_they_lie, "score") < 11.9, "{as_they_lie}");
    let rotate = [&files[..], &["--rotate", "--out", "out/a.v1.csv"]].concat();
    fs::create_dir(place.path().join("out")).unwrap();
    let said = report(place.path(), &rotate);
    let expected: Vec<u64> = hidden.iter().map(|&k| k as u64).collect();
    assert_eq!(list(&said, "assignment"), expected);
    assert!((number(&said, "score") - 12.0).abs() < 1e-5, "{said}");
    assert_eq!(said["rotated"], true);
    assert_eq!(said["certificate_gap"], 0.0);
    let file = place.path().join(said["rotation_file"].as_str().unwrap());
    assert!(file.ends_with("out/a.v1.rotation.npy"), "{said}");
    let bytes = fs::read(file).unwrap();
    let numbers = bytes[bytes.len() - 36..].as_chunks::<4>().0;
    let found = numbers
        .iter()
        .map(|bytes| f64::from(f32::from_le_bytes(*bytes)));
    for (found, expected) in found.zip(rotation.as_flattened()) {
        assert!(
            (found - expected).abs() < 1e-5,
            "{found} and not {expected}"
        );
    }
    // From what was found no label moves, whatever the random starts come upon.
    let again = [
        &files[..],
        &["--rotate", "--present", "out/a.v1.csv", "--seed", "7"],
    ]
    .concat();
    let said = report(place.path(), &again);
    assert_eq!(said["moved"], serde_json::json!([]));
    assert!(said["rotation_file"].is_null());
}

#[test]
fn other_symmetries_of_the_prototypes_move_no_label() {
    let place = place();
    // A cube, whose 48 symmetries all fit as well as the first.
    let corner = |at: usize, k: usize| if at >> k & 1 == 0 { -1.0 } else { 1.0 };
    let cube = unit(rows(8, 3, corner));
    write_csv(&place.path().join("p.csv"), &cube);
    let order = [6, 2, 7, 0, 5, 1, 4, 3];
    let turned: Rows = order
        .iter()
        .map(|&k: &usize| {
            let row = &cube[k];
            vec![
                0.6 * row[0] - 0.8 * row[1],
                0.8 * row[0] + 0.6 * row[1],
                row[2],
            ]
        })
        .collect();
    write_csv(&place.path().join("m.csv"), &turned);
    let lines = order
        .iter()
        .enumerate()
        .map(|(class, k)| format!("{class},{k}\n"));
    let before = format!("class,prototype\n{}", lines.collect::<String>());
    fs::write(place.path().join("before.csv"), before).unwrap();
    let files = [
        "--means",
        "m.csv",
        "--prototypes",
        "p.csv",
        "--present",
        "before.csv",
    ];
    let said = report(place.path(), &[&files[..], &["--rotate"]].concat());
    assert_eq!(said["moved"], serde_json::json!([]));
    assert!((number(&said, "score") - 8.0).abs() < 1e-5, "{said}");
}

#[test]
fn the_sparse_solver_says_how_close_it_is() {
    let place = place();
    write_npy(&place.path().join("m.npy"), &scattered(3000, 64, 11));
    write_npy(&place.path().join("p.npy"), &scattered(3000, 64, 73));
    let files = ["--means", "m.npy", "--prototypes", "p.npy", "--solver"];
    let exact = report(place.path(), &[&files[..], &["shortest-path"]].concat());
    let sparse = report(place.path(), &[&files[..], &["sparse"]].concat());
    assert_eq!(exact["certificate_gap"], 0.0);
    let (best, found) = (number(&exact, "score"), number(&sparse, "score"));
    let gap = number(&sparse, "certificate_gap");
    assert!(found <= best + 1e-3, "{found} above {best}");
    // Scores are in single precision there.
    assert!(best - found <= gap + 1e-3, "{best} - {found} above {gap}");
    assert!(gap <= 0.001 * best, "gap {gap} of {best}");
}
