//! The page's poster shows the first frame of the opening run, so that the program takes over without a jump.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use dl2pa_core::config::RunConfig;
use dl2pa_core::prototypes::Spreader;
use dl2pa_core::streams::Streams;

/// The rows of the constant `PINS` in web/poster.js.
fn pins_of_the_poster() -> Result<Vec<f32>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/poster.js");
    let script = fs::read_to_string(path)?;
    let (_, rest) = script
        .split_once("const PINS = [")
        .context("the poster has no pins")?;
    let (list, _) = rest.split_once("];").context("the list has no end")?;
    list.split([',', '[', ']'])
        .map(str::trim)
        .filter(|number| !number.is_empty())
        .map(|number| Ok(number.parse()?))
        .collect()
}

#[test]
fn the_poster_shows_where_the_prototypes_of_the_opening_run_begin() -> Result<()> {
    let config = RunConfig::playground();
    let mut spreader = Spreader::new(
        config.classes,
        config.dim,
        config.prototype_method,
        config.prototype_t,
        &Streams::new(config.seed),
    )?
    .with_trajectory(true);
    while !spreader.advance() {}
    let spread = spreader.finish();
    let first = &spread
        .trajectory
        .first()
        .context("there is no frame")?
        .prototypes;
    let pins = pins_of_the_poster()?;
    ensure!(
        pins.len() == first.len(),
        "{} numbers on the poster, {} in the run",
        pins.len(),
        first.len()
    );
    let off = pins
        .iter()
        .zip(first)
        .map(|(shown, is)| (shown - is).abs())
        .fold(0.0, f32::max);
    ensure!(
        off < 1e-3,
        "a pin of the poster is {off} away from its place; the first frame is {first:.4?}"
    );
    Ok(())
}
