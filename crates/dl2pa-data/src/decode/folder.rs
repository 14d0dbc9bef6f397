//! A whole set of small images in memory, decoded in parallel.

use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::error::DecodeError;
use super::loader::with_decoder;
use super::sample::Transform;
use crate::streams::Streams;

/// Side to which a picture is brought when it is only looked at.
const GLANCE_PIXELS: usize = 32;

/// Decodes the whole of a picture to see whether it can be.
///
/// # Errors
///
/// In words, why it cannot.
pub fn check_picture(path: &Path) -> Result<(), String> {
    let transform = Transform::Evaluate {
        resize: GLANCE_PIXELS,
        crop: GLANCE_PIXELS,
    };
    let mut planes = vec![0; transform.bytes()];
    let mut unused = Streams::new(0).rng("evaluation draws nothing");
    with_decoder(|decoder| decoder.load(path, &transform, &mut unused, &mut planes))
        .map_err(|error| error.to_string())
}

/// Decodes all `files` to `size` x `size` pixels on `workers` threads: n x 3 x size x size bytes, as
/// planes. A picture of that size stays as it is; of another, its shorter side is resized and the centre
/// is kept.
///
/// # Errors
///
/// The first file (in their order) that gives no picture; a size or number of threads that cannot be.
pub fn decode_all(files: &[PathBuf], size: usize, workers: usize) -> Result<Vec<u8>, DecodeError> {
    let transform = Transform::Evaluate {
        resize: size,
        crop: size,
    };
    transform.check()?;
    let bytes = transform.bytes();
    let total = files
        .len()
        .checked_mul(bytes)
        .filter(|&total| total <= isize::MAX as usize);
    let total = total.ok_or_else(|| DecodeError::Plan {
        what: format!(
            "{} images of {size} x {size} pixels in memory; load them batch by batch",
            files.len()
        ),
    })?;
    let pool = ThreadPoolBuilder::new()
        .num_threads(workers.max(1))
        .thread_name(|worker| format!("decode {worker}"))
        .build()
        .map_err(|error| DecodeError::Threads {
            reason: error.to_string(),
        })?;
    let mut pixels = vec![0; total];
    let mut results: Vec<Result<(), DecodeError>> = Vec::new();
    pool.install(|| {
        pixels
            .par_chunks_exact_mut(bytes)
            .zip(files.par_iter())
            .map(|(planes, path)| {
                let mut unused = Streams::new(0).rng("evaluation draws nothing");
                with_decoder(|decoder| decoder.load(path, &transform, &mut unused, planes))
            })
            .collect_into_vec(&mut results);
    });
    results.into_iter().collect::<Result<(), _>>()?;
    Ok(pixels)
}
