//! What can be taken out of the playground: pictures as SVG, curves as CSV, everything as JSON.

pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod svg;

use dl2pa_core::config::RunConfig;

use crate::host::Keepsake;

/// Pixels along a point of a picture in pixels.
pub(crate) const PIXEL_SCALE: u32 = 4;

/// A file of the run `config` after so many epochs, whose name says both.
pub(crate) fn keepsake(
    config: &RunConfig,
    epoch: f64,
    extension: &str,
    media_type: &'static str,
    bytes: Vec<u8>,
) -> Keepsake {
    let RunConfig {
        dataset,
        head,
        seed,
        ..
    } = config;
    Keepsake {
        name: format!("dl2pa-{dataset}-{head}-seed{seed}-epoch{epoch:.1}.{extension}"),
        media_type,
        bytes,
    }
}
