//! Tests against the files that tests/golden/make_pth_golden.py writes, and against broken archives.

use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::tests::content_error;
use super::super::{ArrayFileError, Matrix, StateArray, read, read_state_dict};

/// From the package, in which cargo runs its tests.
const GOLDEN: &str = "../../tests/golden/pth";

fn golden(name: &str) -> Result<Matrix, ArrayFileError> {
    read(&PathBuf::from(GOLDEN).join(name))
}

#[test]
fn every_way_of_saving_gives_the_same_matrix() {
    let expected: Vec<f32> = (1..=15).map(|value| value as f32 / 8.0).collect();
    for name in [
        "authors.pth",
        "authors_legacy.pth",
        "authors_double.pth",
        "tensor.pth",
        "tensor_bfloat16.pth",
        "tensor_view.pth",
        "tensor_view_legacy.pth",
        "parameter.pth",
        "several_half.pth",
    ] {
        let matrix = golden(name).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((matrix.rows, matrix.columns), (5, 3), "{name}");
        assert_eq!(matrix.values, expected, "{name}");
    }
}

#[test]
fn anything_but_tensors_is_refused_by_its_name() {
    for (name, word) in [
        ("refused_epoch.pth", "`epoch` is no tensor"),
        ("refused_object.pth", "`argparse.Namespace`"),
        ("refused_integers.pth", "`torch.LongStorage`"),
        ("refused_several.pth", "2 tensors"),
        ("refused_vector.pth", "1 dimensions"),
        ("refused_list.pth", "neither a tensor nor"),
    ] {
        let error = golden(name).unwrap_err().to_string();
        assert!(error.contains(word), "{name}: {error}");
    }
}

/// The arrays of `network*.pth`, as the script describes them.
fn network() -> Vec<StateArray> {
    let shapes: [(&str, &[usize]); 14] = [
        ("conv1.weight", &[16, 1, 3, 3]),
        ("conv1.bias", &[16]),
        ("norm1.weight", &[16]),
        ("norm1.bias", &[16]),
        ("norm1.running_mean", &[16]),
        ("norm1.running_var", &[16]),
        ("conv2.weight", &[32, 16, 3, 3]),
        ("conv2.bias", &[32]),
        ("norm2.weight", &[32]),
        ("norm2.bias", &[32]),
        ("norm2.running_mean", &[32]),
        ("norm2.running_var", &[32]),
        ("last.weight", &[3, 512]),
        ("last.bias", &[3]),
    ];
    let mut arrays = Vec::new();
    for (number, (name, shape)) in shapes.into_iter().enumerate() {
        let count: usize = shape.iter().product();
        let values = (0..count).map(|at| (5 + (number + at) % 7) as f32 / 64.0);
        arrays.push(StateArray {
            name: name.to_owned(),
            shape: shape.to_vec(),
            values: Some(values.collect()),
        });
        if let Some(layer) = name.strip_suffix("running_var") {
            arrays.push(StateArray {
                name: format!("{layer}num_batches_tracked"),
                shape: vec![],
                values: None,
            });
        }
    }
    arrays
}

fn state_dict(name: &str) -> Result<Vec<StateArray>, ArrayFileError> {
    read_state_dict(&PathBuf::from(GOLDEN).join(name))
}

#[test]
fn a_state_dict_is_read_from_either_container() {
    for name in ["network.pth", "network_legacy.pth"] {
        let arrays = state_dict(name).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(arrays, network(), "{name}");
    }
    for name in [
        "network_in_checkpoint.pth",
        "network_in_checkpoint_legacy.pth",
    ] {
        let arrays = state_dict(name).unwrap_or_else(|error| panic!("{error}"));
        let expected = network().into_iter().map(|array| StateArray {
            name: format!("module.{}", array.name),
            ..array
        });
        assert_eq!(arrays, expected.collect::<Vec<_>>(), "{name}");
    }
    let several = state_dict("several_half.pth").unwrap();
    let shapes: Vec<_> = several.iter().map(|array| array.shape.as_slice()).collect();
    assert_eq!(shapes, [&[2][..], &[5, 3]]);
    let turned = state_dict("authors.pth").unwrap();
    assert_eq!(turned[0].shape, [3, 5], "as it is stored");
}

#[test]
fn a_state_dict_of_anything_else_is_refused_by_its_name() {
    for (name, word) in [
        ("tensor.pth", "no dictionary"),
        ("refused_epoch.pth", "`epoch` is no tensor"),
        ("refused_object.pth", "`argparse.Namespace`"),
        ("refused_list.pth", "neither a tensor nor"),
    ] {
        let error = state_dict(name).unwrap_err().to_string();
        assert!(error.contains(word), "{name}: {error}");
        assert!(error.contains("state_dict()"), "{name}: {error}");
    }
}

/// Every tensor alone would fit; together they are more than the file holds.
#[test]
fn tensors_that_share_their_numbers_without_end_are_refused() {
    let one = program([2, 2], [2, 1], 0, 4);
    // The pickle without its beginning (2 bytes) and its end, as the value of each of a hundred names.
    let tensor = &one[2..one.len() - 1];
    let mut all = b"\x80\x02}(".to_vec();
    for name in 0..100_u8 {
        all.extend_from_slice(&[b'X', 1, 0, 0, 0, name]);
        all.extend_from_slice(tensor);
    }
    all.extend_from_slice(b"u.");
    // Longer tensors in a storage that is the greater part of the file.
    let error = |program: &[u8], numbers: usize| {
        let data = vec![0; 4 * numbers];
        let entries = [("a/data.pkl", program), ("a/data/0", data.as_slice())];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pth");
        std::fs::write(&path, archive(&entries, CompressionMethod::Stored)).unwrap();
        read_state_dict(&path).map_err(|error| error.to_string())
    };
    assert_eq!(error(&all, 4).unwrap().len(), 100, "sharing is no fault");
    let long = program([250, 1], [1, 1], 0, 250);
    let tensor = &long[2..long.len() - 1];
    let mut all = b"\x80\x02}(".to_vec();
    for name in 0..100_u8 {
        all.extend_from_slice(&[b'X', 1, 0, 0, 0, name]);
        all.extend_from_slice(tensor);
    }
    all.extend_from_slice(b"u.");
    let said = error(&all, 250).unwrap_err();
    assert!(said.contains("more numbers than it stores"), "{said}");
}

/// A pickle of the tensor `shape` with `strides` at `offset`, in a storage of `count` floats.
fn program(shape: [u8; 2], strides: [u8; 2], offset: u8, count: u8) -> Vec<u8> {
    let mut bytes =
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage".to_vec();
    bytes.extend_from_slice(b"ctorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK");
    bytes.extend_from_slice(&[count, b't', b'Q', b'K', offset]);
    for [a, b] in [shape, strides] {
        bytes.extend_from_slice(&[b'K', a, b'K', b, 0x86]);
    }
    bytes.extend_from_slice(b"\x89}tR.");
    bytes
}

fn archive(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn error_of(program: &[u8], data: &[u8]) -> String {
    let entries = [("a/data.pkl", program), ("a/data/0", data)];
    content_error("a.pth", &archive(&entries, CompressionMethod::Stored))
}

#[test]
fn views_that_reach_beyond_their_numbers_are_refused() {
    let data = [0; 16];
    for (shape, strides, offset, count) in [
        ([2, 3], [3, 1], 0, 4),
        ([2, 2], [2, 1], 1, 4),
        ([2, 2], [255, 255], 0, 4),
        // A view that repeats one number.
        ([200, 200], [0, 0], 0, 4),
    ] {
        let error = error_of(&program(shape, strides, offset, count), &data);
        assert!(error.contains("does not fit"), "{error}");
    }
    let error = error_of(&program([0, 2], [2, 1], 0, 4), &data);
    assert!(error.contains("empty"), "{error}");
    let error = error_of(&program([2, 2], [2, 1], 0, 4), &data[..15]);
    assert!(error.contains("too early"), "{error}");
}

#[test]
fn broken_archives_are_errors() {
    let whole = archive(
        &[
            ("a/data.pkl", &program([2, 2], [2, 1], 0, 4)),
            ("a/data/0", &[0; 16]),
        ],
        CompressionMethod::Stored,
    );
    content_error("a.pth", b"");
    content_error("a.pth", b"PK");
    content_error("a.pth", &whole[..whole.len() - 30]);
    let no_pickle = archive(&[("a/data/0", &[0; 16])], CompressionMethod::Stored);
    assert!(content_error("a.pth", &no_pickle).contains("data.pkl"));
    let no_data = archive(
        &[("a/data.pkl", &program([2, 2], [2, 1], 0, 4))],
        CompressionMethod::Stored,
    );
    assert!(content_error("a.pth", &no_data).contains("missing"));
    let mut flipped = whole.clone();
    // The sum of the numbers' entry no longer fits.
    let numbers = whole.windows(16).position(|it| it == [0; 16]).unwrap();
    flipped[numbers] ^= 1;
    assert!(content_error("a.pth", &flipped).contains("checksum"));
    let large = vec![b'N'; 2 << 20];
    assert!(error_of(&large, &[]).contains("2097152 bytes"));
}

#[test]
fn legacy_files_that_are_cut_off_are_errors() {
    let whole = std::fs::read(PathBuf::from(GOLDEN).join("authors_legacy.pth")).unwrap();
    for length in 0..whole.len() {
        content_error("a.pth", &whole[..length]);
    }
}
