//! A state dict as the bytes of a file: `.safetensors` for PyTorch, `.npz` for NumPy.

use std::collections::HashMap;
use std::io::{self, Cursor, Write as _};

use npyz::WriterBuilder as _;
use safetensors::tensor::{Dtype, TensorView};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::state::State;

/// What `safetensors.torch.load_file` reads.
pub(super) fn safetensors(state: &State) -> io::Result<Vec<u8>> {
    let arrays = state.arrays.iter().map(|array| {
        let bytes: Vec<u8> = array.values.iter().flat_map(|v| v.to_le_bytes()).collect();
        (&array.name, Dtype::F32, array.shape.clone(), bytes)
    });
    let counters = state.counters.iter().map(|(name, count)| {
        let bytes = count.to_le_bytes().to_vec();
        (name, Dtype::I64, Vec::new(), bytes)
    });
    let parts: Vec<_> = arrays.chain(counters).collect();
    let views = parts
        .iter()
        .map(|(name, dtype, shape, bytes)| {
            TensorView::new(*dtype, shape.clone(), bytes).map(|view| (*name, view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(io::Error::other)?;
    let notes: HashMap<String, String> = state.notes.iter().cloned().collect();
    safetensors::serialize(views, Some(notes)).map_err(io::Error::other)
}

/// What `numpy.load` reads; not compressed, as weights hardly get smaller.
pub(super) fn npz(state: &State) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .large_file(true);
    for array in &state.arrays {
        archive.start_file(format!("{}.npy", array.name), options)?;
        let shape: Vec<u64> = array.shape.iter().map(|&length| length as u64).collect();
        let mut bytes = Vec::new();
        let mut writer = npyz::WriteOptions::new()
            .default_dtype()
            .shape(&shape)
            .writer(&mut bytes)
            .begin_nd()?;
        writer.extend(array.values.iter().copied())?;
        writer.finish()?;
        archive.write_all(&bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
