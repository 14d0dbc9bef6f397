//! Decodes the JPEG files of a folder for benches/decode.py and prints one line of JSON.
//!
//! `decode_bench one FOLDER SIZE`: one thread, each file once. `decode_bench loader FOLDER SIZE WORKERS`:
//! the loader, batches of 64, each file sixteen times.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use dl2pa_data::decode::{DamageLimit, Decoder, Loader, Plan, Transform};
use dl2pa_data::streams::Streams;
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder, size, rest @ ..] = arguments.as_slice() else {
        return Err("decode_bench one|loader FOLDER SIZE [WORKERS]".into());
    };
    let transform = Transform::train(size.parse()?);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| {
            extension.eq_ignore_ascii_case("jpg") || extension.eq_ignore_ascii_case("jpeg")
        }) {
            files.push(path);
        }
    }
    files.sort();
    let result = match (what.as_str(), rest) {
        ("one", []) => one(&files, &transform)?,
        ("loader", [workers]) => loader(files, transform, workers.parse()?)?,
        _ => return Err("decode_bench one|loader FOLDER SIZE [WORKERS]".into()),
    };
    writeln!(std::io::stdout(), "{result}")?;
    Ok(())
}

/// Processor seconds of this thread so far, as Linux counts them.
fn cpu_secs() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos: f64 = stat.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanos * 1e-9)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is native only")]
fn one(files: &[PathBuf], transform: &Transform) -> Result<serde_json::Value, Box<dyn Error>> {
    let mut decoder = Decoder::default();
    let mut planes = vec![0; transform.bytes()];
    let mut pass = |epoch: u64| -> Result<_, Box<dyn Error>> {
        let (start, cpu) = (Instant::now(), cpu_secs()?);
        for (at, path) in files.iter().enumerate() {
            let mut rng = Streams::new(epoch).rng_at("benchmark", at as u64);
            decoder.load(path, transform, &mut rng, &mut planes)?;
        }
        Ok((start.elapsed().as_secs_f64(), cpu_secs()? - cpu))
    };
    // Once to warm up.
    pass(0)?;
    let (wall_secs, cpu_secs) = pass(1)?;
    Ok(json!({ "wall_secs": wall_secs, "cpu_secs": cpu_secs }))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is native only")]
fn loader(
    files: Vec<PathBuf>,
    transform: Transform,
    workers: usize,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let count = files.len() as u32;
    let plan = Plan {
        labels: vec![0; files.len()].into(),
        order: (0..16 * count).map(|at| at % count).collect(),
        files: files.into(),
        batch_size: 64,
        skip_batches: 0,
        workers,
        transform,
        seed: 0,
        epoch: 0,
        damage_limit: DamageLimit::default(),
    };
    let start = Instant::now();
    let mut loader = Loader::start(plan)?;
    for batch in loader.by_ref() {
        batch?;
    }
    let secs = start.elapsed().as_secs_f64();
    let stats = loader.stats();
    Ok(json!({
        "images_per_sec": stats.decoded as f64 / secs,
        "waited_secs": stats.waited_secs,
    }))
}
