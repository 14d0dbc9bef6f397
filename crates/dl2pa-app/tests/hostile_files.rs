//! Files that are broken at random: the readers end in a matrix or in one sentence, never in a panic,
//! and take no more memory than a small multiple of the file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

use dl2pa_app::array_files::{self, ArrayFileError, Matrix, Opened, StateArray};
use dl2pa_fixtures::try_all;
use peak_alloc::PeakAlloc;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory is counted for the whole process, so one reader runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// What reading may take whatever the file: a reader's blocks of 1 MiB and its buffers.
const FIXED_BYTES: usize = 4 << 20;
/// What reading may take for each byte of the file. A pickle of one-byte instructions needs the most.
const BYTES_A_BYTE: usize = 100;

/// A change to a file.
#[derive(Clone, Debug)]
enum Change {
    Flip(Index, u8),
    Cut(Index),
    Insert(Index, Vec<u8>),
    /// Repeats a part elsewhere.
    Copy(Index, Index, usize),
    /// Puts the greatest number into eight bytes, which lengths and sizes are made of.
    Saturate(Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), 1_u8..).prop_map(|(at, bits)| Change::Flip(at, bits)),
        1 => any::<Index>().prop_map(Change::Cut),
        2 => (any::<Index>(), vec(any::<u8>(), 1..9)).prop_map(|(at, more)| Change::Insert(at, more)),
        1 => (any::<Index>(), any::<Index>(), 1_usize..32)
            .prop_map(|(from, to, length)| Change::Copy(from, to, length)),
        1 => any::<Index>().prop_map(Change::Saturate),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    match change {
        Change::Flip(at, bits) => {
            let at = at.index(bytes.len());
            bytes[at] ^= bits;
        }
        Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Change::Insert(at, more) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, more.iter().copied());
        }
        Change::Copy(from, to, length) => {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let part = bytes[from..(from + length).min(bytes.len())].to_vec();
            bytes.splice(to..to, part);
        }
        Change::Saturate(at) => {
            let at = at.index(bytes.len());
            let end = (at + 8).min(bytes.len());
            bytes[at..end].fill(0xff);
        }
    }
}

/// Reads the bytes as a file of that name, both at once and row by row.
fn read(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    check(array_files::read(&path))?;
    if name.ends_with(".pth") {
        check_state_dict(array_files::read_state_dict(&path))?;
    }
    if let Ok(Opened::Stored(stored)) = array_files::open(&path, 0) {
        prop_assert!(stored.columns() <= bytes.len(), "more columns than bytes");
        let mut row = vec![0.0; stored.columns()];
        prop_assert!(stored.read_rows(stored.rows() - 1, &mut row).is_ok());
        prop_assert!(stored.read_rows(stored.rows(), &mut row).is_err());
    }
    let taken = MEMORY.peak_usage().saturating_sub(before);
    let allowed = FIXED_BYTES + BYTES_A_BYTE * bytes.len();
    prop_assert!(
        taken <= allowed,
        "{taken} bytes of memory for a file of {} bytes",
        bytes.len()
    );
    Ok(())
}

fn check(result: Result<Matrix, ArrayFileError>) -> Result<(), TestCaseError> {
    match result {
        Ok(matrix) => {
            prop_assert!(matrix.rows > 0 && matrix.columns > 0);
            prop_assert_eq!(matrix.values.len(), matrix.rows * matrix.columns);
            Ok(())
        }
        Err(error) => check_sentence(&error),
    }
}

fn check_state_dict(result: Result<Vec<StateArray>, ArrayFileError>) -> Result<(), TestCaseError> {
    match result {
        Ok(arrays) => {
            for array in arrays {
                if let Some(values) = array.values {
                    prop_assert_eq!(values.len(), array.shape.iter().product::<usize>());
                }
            }
            Ok(())
        }
        Err(error) => check_sentence(&error),
    }
}

fn check_sentence(error: &ArrayFileError) -> Result<(), TestCaseError> {
    let said = error.to_string();
    prop_assert!(said.ends_with('.') && !said.contains('\n'), "{}", said);
    prop_assert!(said.len() < 500, "{}", said);
    Ok(())
}

/// The bytes of a sound file of each format.
static SOUND_FILES: LazyLock<Vec<(&'static str, Vec<u8>)>> = LazyLock::new(sound_files);

fn sound_files() -> Vec<(&'static str, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let matrix = Matrix {
        rows: 4,
        columns: 3,
        values: (0..12).map(|value| value as f32 / 7.0).collect(),
    };
    let mut files = Vec::new();
    for name in ["a.npy", "a.safetensors", "a.csv"] {
        let path = folder.path().join(name);
        array_files::write(&path, &matrix).unwrap();
        files.push((name, fs::read(&path).unwrap()));
    }
    let golden = Path::new("../../tests/golden/pth");
    for name in [
        "authors.pth",
        "authors_legacy.pth",
        "several_half.pth",
        "network.pth",
        "network_legacy.pth",
    ] {
        files.push(("a.pth", fs::read(golden.join(name)).unwrap()));
    }
    files
}

/// How files of each format begin, so that random bytes get past the first look.
const BEGINNINGS: [(&str, &[u8]); 9] = [
    ("a.npy", b""),
    (
        "a.npy",
        b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f4', 'fortran_order': False, 'shape': (",
    ),
    ("a.npy", b"\x93NUMPY\x03\x00"),
    ("a.safetensors", b""),
    (
        "a.safetensors",
        b"\x30\0\0\0\0\0\0\0{\"w\":{\"dtype\":\"F32\",\"shape\":[",
    ),
    ("a.csv", b""),
    ("a.pth", b""),
    ("a.pth", b"PK\x03\x04"),
    (
        "a.pth",
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.",
    ),
];

#[test]
fn changed_files_are_matrices_or_errors() {
    let changes = (any::<Index>(), vec(change(), 1..6));
    try_all(1500, &changes, |(which, changes)| {
        let (name, mut bytes) = which.get(&SOUND_FILES).clone();
        for change in &changes {
            apply(&mut bytes, change);
        }
        read(name, &bytes)
    });
}

#[test]
fn random_bytes_are_matrices_or_errors() {
    let file = (any::<Index>(), vec(any::<u8>(), 0..600));
    try_all(1500, &file, |(beginning, rest)| {
        let (name, begins) = beginning.get(&BEGINNINGS);
        read(name, &[begins, rest.as_slice()].concat())
    });
}

/// Random instructions, most of which the machine knows.
#[test]
fn random_pickles_are_matrices_or_errors() {
    let known = b"(.0N\x88\x89JKM\x8aX\x8c)t\x85\x86\x87}]suaeqrhjc\x93QRb\0\x01\n".to_vec();
    try_all(1500, &vec(prop::sample::select(known), 0..400), |program| {
        let begins = BEGINNINGS[8].1;
        read("a.pth", &[begins, program.as_slice()].concat())
    });
}

#[test]
fn long_runs_of_one_byte_take_little_memory() {
    for byte in [
        b'N', b'(', b')', b'}', b']', b'[', b'{', b',', b'1', 0x85, b'\n',
    ] {
        for (name, begins) in BEGINNINGS {
            let bytes = [begins, vec![byte; 1 << 20].as_slice()].concat();
            read(name, &bytes).unwrap_or_else(|error| panic!("{name}, {byte}: {error}"));
        }
    }
}
