//! `--export`: a checkpoint's network for other programs, under PyTorch's names, with the prototypes in the
//! order of the classes as its classifier.

mod files;
mod onnx;
mod state;

use std::io;
use std::path::Path;

use dl2pa_core::datasets;
use serde::Serialize;

use crate::run_folder::{BEST, check_place, read_checkpoint, write_beside};

use super::arguments::CommonFlags;
use super::error::CliError;
use super::voice::Voice;

use state::State;

/// The formats of `--export`, by name.
pub(super) const FORMATS: [&str; 3] = ["safetensors", "npz", "onnx"];

/// The last line of `--export --json`.
#[derive(Debug, Serialize)]
struct ExportReport<'a> {
    file: String,
    format: &'a str,
    arrays: usize,
    parameters: usize,
    classes: usize,
    dim: usize,
    /// Top-1 in percent of the exported state, if it was measured.
    top1: Option<f64>,
}

/// Writes the network of the checkpoint to `--output FILE`.
///
/// # Errors
/// When the checkpoint cannot be read, or the file not be written.
pub(super) fn export(
    format: &str,
    checkpoint: Option<&Path>,
    common: &CommonFlags,
    voice: Voice,
) -> Result<u8, CliError> {
    let Some(path) = checkpoint else {
        return Err(CliError::Usage(
            "--export writes the network of a checkpoint: name it, or its run folder, with --checkpoint."
                .to_owned(),
        ));
    };
    let path = if path.is_dir() {
        path.join(BEST)
    } else {
        path.to_owned()
    };
    let Some(output) = &common.output else {
        return Err(CliError::Usage(format!(
            "--export needs the file to write: --output NAME.{format}."
        )));
    };
    check_place(output)?;
    let checkpoint = read_checkpoint(&path)?;
    let config = &checkpoint.header.config;
    let shape = datasets::input_shape(config);
    let state = State::of(&checkpoint, &path, shape)?;
    let bytes = match format {
        "npz" => files::npz(&state),
        "onnx" => onnx::model(&state, &checkpoint.header, shape).map_err(io::Error::other),
        _ => files::safetensors(&state),
    };
    let bytes = bytes.map_err(|cause| {
        CliError::Failed(format!("`{}` cannot be made ({cause}).", output.display()))
    })?;
    write_beside(output, &bytes)?;
    let report = ExportReport {
        file: output.display().to_string(),
        format,
        arrays: state.arrays.len(),
        parameters: state.arrays.iter().map(|array| array.values.len()).sum(),
        classes: config.classes,
        dim: config.dim,
        top1: checkpoint.header.top1.map(|top1| 100.0 * top1),
    };
    let words = format!(
        "wrote {} arrays, {} numbers, to {}",
        report.arrays, report.parameters, report.file
    );
    voice.result(&report, &words)?;
    Ok(0)
}
