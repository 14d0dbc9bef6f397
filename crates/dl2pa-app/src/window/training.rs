//! Chooses where the playground trains and starts its session.

use async_channel::Receiver;
use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Command, Pace};
use dl2pa_core::session::{self, Session, SessionHandle, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::{
    DeviceChoice, TrainingDevice, auto_prefers_gpu, is_software, register_shared,
};
use dl2pa_runtime::spawn_actor;

use super::Fault;
use super::outlet::Outlet;
use crate::session_host::SessionHost;

/// With what the playground opens.
pub struct Opening {
    /// The first run.
    pub config: RunConfig,
    /// Where it trains.
    pub training: Training,
    /// One friendly line about a limit of this machine.
    pub notice: Option<String>,
    /// Ready prototypes (c x d, unit rows) for the runs.
    pub prototypes: Option<Vec<f32>>,
    /// Where a lost GPU is reported.
    pub fault: Fault,
    /// A link to open with instead of `config`.
    pub link: Option<String>,
    /// Links that come later.
    pub links: Option<Receiver<String>>,
    /// Keeps files and shows the address.
    pub outlet: Box<dyn Outlet>,
}

impl Opening {
    /// Where training runs, as a person would say it.
    pub(super) fn device_line(&self) -> String {
        match self.training.device.backend {
            "flex" => "Training on the CPU".to_owned(),
            _ => format!("Training on the GPU: {}", self.training.device.name),
        }
    }
}

/// The device that was chosen, and what to tell the person about the choice.
#[derive(Clone, Debug)]
pub struct Training {
    /// Where tensors live.
    pub device: TrainingDevice,
    /// Why it is not what was asked for, if so.
    pub remark: Option<String>,
}

/// About the arithmetic of one step of the playground's largest set-up; see
/// [`auto_prefers_gpu`].
const PLAYGROUND_STEP_FLOPS: f64 = 1e7;

impl Training {
    /// The CPU.
    #[must_use]
    pub fn on_cpu() -> Self {
        Self {
            device: TrainingDevice::cpu(),
            remark: None,
        }
    }

    /// The window's own GPU or the CPU, as `choice` and the adapter have it.
    #[must_use]
    pub fn beside(drawing: &eframe::egui_wgpu::RenderState, choice: DeviceChoice) -> Self {
        let adapter = drawing.adapter.get_info();
        let wants_gpu = match choice {
            DeviceChoice::Cpu => false,
            DeviceChoice::Gpu | DeviceChoice::Cuda(_) => true,
            DeviceChoice::Auto => auto_prefers_gpu(&adapter, PLAYGROUND_STEP_FLOPS),
        };
        if !wants_gpu {
            return Self::on_cpu();
        }
        match register_shared(
            &drawing.instance,
            &drawing.adapter,
            &drawing.device,
            &drawing.queue,
        ) {
            Ok(device) => {
                let remark = is_software(&adapter).then(|| {
                    "The CPU simulates this GPU, so training is slow: choose the CPU to train directly."
                        .to_owned()
                });
                Self { device, remark }
            }
            Err(error) => Self {
                remark: Some(error.to_string()),
                ..Self::on_cpu()
            },
        }
    }
}

/// Starts the session and gives it its `first` commands; each piece of news asks for a frame.
pub(super) fn start(
    training: Training,
    prototypes: Option<Vec<f32>>,
    pace: Pace,
    first: Vec<Command>,
    context: &egui::Context,
) -> SessionHandle {
    let (handle, ports) = session::open();
    let options = SessionOptions {
        pace,
        prototypes,
        ..SessionOptions::default()
    };
    for command in first {
        super::send(&handle, command);
    }
    let TrainingDevice { device, name, .. } = training.device;
    let context = context.clone();
    let spawned = spawn_actor("training", move || {
        let host = SessionHost::new(move || context.request_repaint());
        Session::new(ports, options, host, Builder, device, name).run()
    });
    if let Err(error) = spawned {
        // The ports are gone with the closure, which the app notices as a session that has ended.
        log::error!("no thread for the training: {error}");
    }
    handle
}
