//! Tests of what all formats share: what is written is read back, and faults are one sentence.

use std::fs;

use super::*;

pub(super) fn example() -> Matrix {
    Matrix {
        rows: 3,
        columns: 2,
        values: vec![1.0, 0.0, -0.1, 0.3, f32::MIN_POSITIVE, -123.456],
    }
}

/// The matrix in a file of these bytes.
#[track_caller]
pub(super) fn matrix_of(name: &str, bytes: &[u8]) -> Matrix {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    read(&path).unwrap_or_else(|error| panic!("{error}"))
}

/// What is said about a file of these bytes.
#[track_caller]
pub(super) fn content_error(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let error = read(&path).unwrap_err();
    assert!(matches!(error, ArrayFileError::Content { .. }), "{error}");
    assert!(!error.to_string().contains('\n'), "{error}");
    error.to_string()
}

#[test]
fn every_format_reads_back_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.npy", "a.safetensors", "a.csv", "a.NPY"] {
        let path = folder.path().join(name);
        write(&path, &example()).unwrap();
        assert_eq!(read(&path).unwrap(), example(), "{name}");
    }
}

#[test]
fn rows_are_the_same_however_they_are_split() {
    let folder = tempfile::tempdir().unwrap();
    let matrix = Matrix {
        rows: 700,
        columns: 311,
        values: (0..700 * 311).map(|at| (at as f32).sin()).collect(),
    };
    for name in ["a.npy", "a.safetensors", "a.csv"] {
        let whole = folder.path().join(name);
        write(&whole, &matrix).unwrap();
        let split = folder.path().join(format!("split-{name}"));
        let mut writer = RowWriter::create(&split, matrix.rows, matrix.columns).unwrap();
        for rows in matrix.values.chunks(13 * matrix.columns) {
            writer.write(rows).unwrap();
        }
        writer.finish().unwrap();
        assert!(
            fs::read(&whole).unwrap() == fs::read(&split).unwrap(),
            "{name}"
        );
        // A limit of 0 bytes keeps what can be in the file.
        if let Opened::Stored(stored) = open(&split, 0).unwrap() {
            let mut block = vec![0.0; 5 * matrix.columns];
            stored.read_rows(690, &mut block).unwrap();
            assert_eq!(block, matrix.values[690 * 311..695 * 311], "{name}");
            assert!(stored.read_rows(698, &mut block).is_err());
        } else {
            assert_eq!(name, "a.csv");
        }
    }
}

#[test]
fn an_unfinished_file_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    fs::write(&path, "before").unwrap();
    let mut writer = RowWriter::create(&path, 2, 2).unwrap();
    writer.write(&[1.0, 2.0]).unwrap();
    drop(writer);
    let mut writer = RowWriter::create(&path, 2, 2).unwrap();
    writer.write(&[1.0, 2.0]).unwrap();
    assert!(
        writer
            .write(&[0.0; 4])
            .unwrap_err()
            .to_string()
            .contains("more rows")
    );
    assert!(
        writer
            .finish()
            .unwrap_err()
            .to_string()
            .contains("fewer rows")
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn other_extensions_name_the_known_ones() {
    for name in ["a.txt", "a", "a.pth"] {
        let error = write(Path::new(name), &example()).unwrap_err().to_string();
        assert!(error.contains(".npy, .safetensors or .csv."), "{error}");
    }
    let error = read(Path::new("a.txt")).unwrap_err().to_string();
    assert!(error.contains(".csv or .pth."), "{error}");
}

#[test]
fn a_missing_file_and_a_folder_are_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.npy", "a.safetensors", "a.csv", "a.pth"] {
        let path = folder.path().join(name);
        let error = read(&path).unwrap_err();
        assert!(matches!(error, ArrayFileError::Unreadable { .. }));
        fs::create_dir(&path).unwrap();
        let error = read(&path).unwrap_err();
        assert!(
            matches!(error, ArrayFileError::Unreadable { .. }),
            "{error}"
        );
    }
}
