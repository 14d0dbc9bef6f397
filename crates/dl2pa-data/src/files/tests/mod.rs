//! Tests of the readers against fixtures in the published formats, and against files that Python wrote.

mod damage;
mod files;
mod pixels;
mod verify;

use std::fs;
use std::path::Path;

use dl2pa_fixtures::Sizes;
use tempfile::TempDir;

use super::*;

/// From the package, in which cargo runs its tests.
const GOLDEN: &str = "../../tests/golden/data";

const SMALL: Sizes = Sizes {
    train: 100,
    test: 20,
};

/// A file that tests/golden/make_data_golden.py wrote.
pub(super) fn golden(name: &str) -> Vec<u8> {
    let path = Path::new(GOLDEN).join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The request for all of a data set.
fn all(kind: Published, root: &Path) -> Request<'_> {
    Request {
        kind,
        root,
        classes: None,
        extra: false,
        long_tail: None,
        seed: 1,
    }
}

fn pixels(request: &Request<'_>) -> PixelSet {
    match read(request) {
        Ok(Contents::Pixels(set)) => set,
        Ok(Contents::Files(_)) => panic!("{:?} is one of files", request.kind),
        Err(error) => panic!("{error}"),
    }
}

fn file_set(request: &Request<'_>) -> FileSet {
    match read(request) {
        Ok(Contents::Files(set)) => set,
        Ok(Contents::Pixels(_)) => panic!("{:?} is one of pixels", request.kind),
        Err(error) => panic!("{error}"),
    }
}

/// The message of the error that reading ends with.
fn message(kind: Published, root: &Path) -> String {
    match read(&all(kind, root)) {
        Ok(_) => panic!("{kind:?} is read from what is broken"),
        Err(error) => error.to_string(),
    }
}

/// A folder that is removed with the test.
fn folder() -> TempDir {
    tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"))
}
