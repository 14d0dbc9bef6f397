//! What the machine and its browser are said to do, and what they cannot.

use super::words::host as say;
use crate::host::HostLine;

/// A line of the host in the language spoken.
pub(crate) fn line(line: &HostLine) -> String {
    match line {
        HostLine::OnCpu => say::on_cpu().to_owned(),
        HostLine::OnGpu { name } => say::on_gpu(name.as_str()),
        HostLine::SimulatedGpu => say::simulated_gpu().to_owned(),
        HostLine::NoWebGpu => say::no_webgpu().to_owned(),
        HostLine::SimulatedWebGpu => say::simulated_webgpu().to_owned(),
        HostLine::UnknownDevice => say::unknown_device().to_owned(),
        HostLine::GpuLost { cause } => say::gpu_lost(cause.as_str()),
        HostLine::TrainingEnded => say::training_ended().to_owned(),
        HostLine::Said(words) => words.clone(),
    }
}
