//! Prototypes that cannot be made, read or written: an exit code, one sentence, nothing left on disk.

use std::fs;

use super::{golden_pth, place, refused};

#[test]
fn bad_usage_is_one_sentence() {
    let place = place();
    let size = ["--prototypes", "--classes", "9", "--dim", "3"];
    for (more, word) in [
        (&["--max-seconds", "0"][..], "--max-seconds"),
        (&["--max-seconds", "nan"], "--max-seconds"),
        (&["--threads", "0"], "--threads"),
        (&["--threads", "9999"], "--threads"),
        (&["--method", "spiral"], "higman-sims"),
        (&["--method", "annealed", "--t", "2"], "--t"),
        (&["--t", "2"], "uniformity"),
        (&["--method", "uniformity", "--t", "-1"], "t"),
        (&["--method", "simplex"], "simplex"),
        (&["--method", "e8"], "e8"),
        (&["--prototype-file", "w.npy"], "--prototype-file"),
        (&["--output", "w.pth"], ".npy, .safetensors or .csv"),
        (&["--measure", "w.npy"], "--classes"),
    ] {
        refused(place.path(), &[&size, more].concat(), 2, word, &[]);
    }
    for (arguments, word) in [
        (
            &["--prototypes", "--measure", "w.npy", "--seed", "1"][..],
            "--seed",
        ),
        (
            &["--prototypes", "--measure", "w.npy", "--max-seconds", "1"],
            "--max-seconds",
        ),
        (&["--prototypes", "--measure", "w.txt"], ".csv or .pth"),
        (
            &["--train", "--threads", "2"],
            "--threads needs --prototypes",
        ),
        (&["--measure", "w.npy"], "--measure needs --prototypes"),
    ] {
        refused(place.path(), arguments, 2, word, &[]);
    }
}

#[test]
fn what_only_fits_a_file_needs_one() {
    let place = place();
    let arguments = ["--prototypes", "--classes", "1050624", "--dim", "1024"];
    refused(place.path(), &arguments, 2, "--output FILE.npy", &[]);
}

/// Each of these files is refused by `--measure` and by `--train`.
#[track_caller]
fn unusable(name: &str, bytes: &[u8], word: &str) {
    let place = place();
    fs::write(place.path().join(name), bytes).unwrap();
    let measure = ["--prototypes", "--measure", name, "--json"];
    refused(place.path(), &measure, 3, word, &[name]);
    let train = [
        "--train",
        "--classes",
        "2",
        "--dim",
        "2",
        "--prototype-file",
        name,
    ];
    refused(place.path(), &train, 3, name, &[name]);
}

#[test]
fn numbers_that_are_no_prototypes_are_refused() {
    unusable("w.csv", b"1,0\n0,NaN\n", "NaN in row 2, column 2");
    unusable("w.csv", b"1,0\n0,inf\n", "inf in row 2, column 2");
    unusable("w.csv", b"1,0\n0,0\n", "zeros in row 2");
    unusable("w.csv", b"1,0\n1,0\n", "rows 1 and 2");
    unusable("w.csv", b"1,0\n", "single row");
    unusable("w.csv", b"", "empty");
    unusable("w.csv", b"1,0\n0\n", "fields");
    unusable("w.csv", b"a,b\n1,0\n", "line 1, column 1");
}

#[test]
fn broken_files_are_refused() {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
    let npy = |header: &str, numbers: usize| {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend(vec![0x3f; 4 * numbers]);
        bytes
    };
    unusable("w.npy", b"", "cut off");
    unusable("w.npy", b"not numpy at all", "does not begin");
    unusable("w.npy", &npy(header, 3), "too early");
    unusable(
        "w.npy",
        &npy(&header.replace("(2, 2)", "(4,)"), 4),
        "1 dimensions",
    );
    unusable(
        "w.npy",
        &npy(&header.replace("(2, 2)", "(0, 2)"), 0),
        "empty",
    );
    unusable("w.npy", &npy(&header.replace("<f4", "<i4"), 4), "float32");
    let absurd = header.replace("(2, 2)", "(4000000000, 4000000000)");
    unusable("w.npy", &npy(&absurd, 4), "absurd");
    unusable("w.safetensors", b"\x01", "cut off");
    unusable(
        "w.safetensors",
        b"\xff\xff\xff\xff\xff\xff\xff\x7f{}",
        "longer than the file",
    );
    unusable("w.pth", b"PK\x03\x04", "archive");
    unusable("w.pth", b"\x80\x02}.", "torch.save");
}

#[test]
fn pickles_of_more_than_tensors_are_refused() {
    for (name, word) in [
        ("refused_epoch.pth", "`epoch` is no tensor"),
        ("refused_object.pth", "`argparse.Namespace`"),
        ("refused_integers.pth", "`torch.LongStorage`"),
        ("refused_several.pth", "2 tensors"),
        ("refused_vector.pth", "1 dimensions"),
    ] {
        unusable("w.pth", &fs::read(golden_pth(name)).unwrap(), word);
    }
    let whole = fs::read(golden_pth("authors.pth")).unwrap();
    unusable("w.pth", &whole[..whole.len() / 2], "archive");
    // What pickle.dumps gives for an object that runs a command when it is loaded.
    let system = b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.";
    let mut legacy = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.".to_vec();
    legacy.extend_from_slice(b"\x80\x02M\xe9\x03.\x80\x02}.");
    legacy.extend_from_slice(system);
    unusable("w.pth", &legacy, "`posix.system`");
}

#[test]
fn missing_files_are_refused() {
    let place = place();
    for name in ["w.npy", "w.safetensors", "w.csv", "w.pth"] {
        refused(
            place.path(),
            &["--prototypes", "--measure", name],
            3,
            name,
            &[],
        );
    }
}

#[test]
fn a_folder_that_takes_no_file_is_refused_at_once() {
    let place = place();
    fs::write(place.path().join("file"), "").unwrap();
    let small = ["--prototypes", "--classes", "4", "--dim", "3", "--output"];
    let large = [
        "--prototypes",
        "--classes",
        "1050624",
        "--dim",
        "1024",
        "--output",
    ];
    for size in [&small[..], &large] {
        let below_a_file = [size, &["file/w.npy"]].concat();
        refused(place.path(), &below_a_file, 1, "file/w.npy", &["file"]);
        // Root may write anywhere but in /proc, so this stands for a read-only folder.
        if cfg!(target_os = "linux") {
            let read_only = [size, &["/proc/w.npy"]].concat();
            refused(place.path(), &read_only, 1, "/proc/w.npy", &["file"]);
        }
    }
}
