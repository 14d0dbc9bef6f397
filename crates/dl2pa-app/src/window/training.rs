//! Chooses where the playground trains and starts its session.

use async_channel::Receiver;
use dl2pa_core::config::RunConfig;
use dl2pa_core::datasets::Table;
use dl2pa_core::lessons::Language;
use dl2pa_core::protocol::{Command, Pace};
use dl2pa_core::session::{self, Abreast, Session, SessionHandle, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::{
    DeviceChoice, TrainingDevice, auto_prefers_gpu, is_software, register_shared,
};
use dl2pa_runtime::spawn_actor;
use dl2pa_view::{Addressed, Hidden, HostLine, Showing};

use super::outlet::Outlet;
use super::{Fault, Orders};
use crate::session_host::SessionHost;

/// What is opened instead of a new run.
#[derive(Debug)]
pub enum Opened {
    /// The text of a link.
    Link(String),
    /// A recorded run: its name, and what its file holds.
    Run(String, Vec<u8>),
}

/// With what the playground opens.
pub struct Opening {
    /// The first run.
    pub config: RunConfig,
    /// Show the first minute, with a run of its own instead.
    pub has_tour: bool,
    /// Where it trains.
    pub training: Training,
    /// One friendly line about a limit of this machine.
    pub notice: Option<HostLine>,
    /// Ready prototypes (c x d, unit rows) for the runs.
    pub prototypes: Option<Vec<f32>>,
    /// The person's own table, if the first run learns one.
    pub table: Option<Table>,
    /// Where a lost GPU is reported.
    pub fault: Fault,
    /// How much is shown at first.
    pub showing: Showing,
    /// What is left out.
    pub hidden: Hidden,
    /// The person has asked for as little motion as possible.
    pub reduced_motion: bool,
    /// The person's language, where there are words in it.
    pub language: Language,
    /// What scripts want done in the view.
    pub orders: Orders,
    /// A link or a recorded run to open with instead of `config`.
    pub opened: Option<Opened>,
    /// Links that come later.
    pub links: Option<Receiver<String>>,
    /// Keeps files and shows the address.
    pub outlet: Box<dyn Outlet>,
}

impl Opening {
    /// Where training runs.
    pub(super) fn device_line(&self) -> HostLine {
        match self.training.device.backend {
            "flex" => HostLine::OnCpu,
            _ => HostLine::OnGpu {
                name: self.training.device.name.clone(),
            },
        }
    }
}

/// The device that was chosen, and what to tell the person about the choice.
#[derive(Clone, Debug)]
pub struct Training {
    /// Where tensors live.
    pub device: TrainingDevice,
    /// Why it is not what was asked for, if so.
    pub remark: Option<HostLine>,
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
                let remark = is_software(&adapter).then_some(HostLine::SimulatedGpu);
                Self { device, remark }
            }
            Err(error) => Self {
                remark: Some(HostLine::Said(error.to_string())),
                ..Self::on_cpu()
            },
        }
    }
}

/// The sessions of the playground: the leading one from the start, those beside it when they are first needed.
/// All train on the same device, and none goes ahead of the others.
pub(super) struct Sessions {
    open: Vec<SessionHandle>,
    abreast: Abreast,
    device: TrainingDevice,
    prototypes: Option<Vec<f32>>,
    pace: Pace,
    context: egui::Context,
}

impl Sessions {
    /// Starts the leading session and gives all the `first` commands; each piece of news asks for a frame.
    pub(super) fn start(
        training: Training,
        prototypes: Option<Vec<f32>>,
        pace: Pace,
        first: Vec<Addressed>,
        context: &egui::Context,
    ) -> Self {
        let mut sessions = Self {
            open: Vec::new(),
            abreast: Abreast::default(),
            device: training.device,
            prototypes,
            pace,
            context: context.clone(),
        };
        for (place, command) in first {
            sessions.tell(place, command);
        }
        sessions
    }

    /// The reader's end of the leading session.
    pub(super) fn leading(&self) -> SessionHandle {
        self.open[0].clone()
    }

    /// All that are open, the leading one first.
    pub(super) fn all(&self) -> &[SessionHandle] {
        &self.open
    }

    /// Two sessions, which are opened if they are not yet, change places.
    pub(super) fn exchange(&mut self, a: usize, b: usize) {
        self.open_up_to(a.max(b));
        self.open.swap(a, b);
    }

    fn open_up_to(&mut self, place: usize) {
        while self.open.len() <= place {
            let session = self.open_one();
            self.open.push(session);
        }
    }

    /// Gives a command to session `place`, which is opened, with all before it, if it is not yet.
    pub(super) fn tell(&mut self, place: usize, command: Command) {
        self.open_up_to(place);
        // Commands are never refused: the channel has no bound, and a session that is gone has already been
        // noticed.
        if self.open[place].commands.try_send(command).is_err() {
            log::debug!("a command came after the session's end");
        }
    }

    fn open_one(&self) -> SessionHandle {
        let (handle, ports) = session::open();
        let options = SessionOptions {
            pace: self.pace,
            prototypes: self.prototypes.clone(),
            abreast: Some(self.abreast.join()),
            keeps_states: true,
            ..SessionOptions::default()
        };
        let TrainingDevice { device, name, .. } = self.device.clone();
        let context = self.context.clone();
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
}
