//! The playground: owns the parts of the interface and passes one frame's input round.

use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Command, Event, Pace, Snapshot};

use crate::theme;

/// What the host (the window or the page) knows and the view shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostStatus {
    /// Where training runs, as a person would say it: "Training on the CPU".
    pub device_line: String,
    /// One friendly line about a limit of this machine, for example that there is no WebGPU.
    pub notice: Option<String>,
    /// Frames a second, lately.
    pub fps: f32,
    /// 95th percentile of the frame time, in milliseconds.
    pub frame_ms_p95: f32,
    /// What has ended the session for good: one sentence with cause and remedy.
    pub fatal: Option<String>,
}

/// Everything one frame needs from outside.
#[derive(Clone, Copy, Debug)]
pub struct FrameInput<'a> {
    /// The latest snapshot; `None` before the first.
    pub snapshot: Option<&'a Arc<Snapshot>>,
    /// What the host knows.
    pub host: &'a HostStatus,
    /// The present time in seconds, from any origin, never falling.
    pub now_secs: f64,
}

/// All state of the interface.
pub struct Playground {
    config: RunConfig,
}

impl Playground {
    /// An interface for a session that starts with `config`. Gives `ctx` fonts and both themes.
    #[must_use]
    pub fn new(ctx: &egui::Context, config: RunConfig) -> Self {
        theme::install(ctx);
        Self { config }
    }

    /// Takes notice of something that happened in the session.
    pub fn on_event(&mut self, event: &Event, now_secs: f64) {
        let _ = now_secs;
        if let Event::Started { config, .. } = event {
            self.config = RunConfig::clone(config);
        }
    }

    /// Draws everything into `ui` and returns what the person asked for, in order.
    pub fn ui(&mut self, ui: &mut egui::Ui, input: &FrameInput<'_>) -> Vec<Command> {
        let _ = (ui, input, &self.config);
        Vec::new()
    }

    /// The pace that the speed control stands at; the host sends it once at the start.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace::FULL_SPEED
    }

    /// True while something on the screen moves by itself.
    #[must_use]
    pub fn wants_repaint(&self) -> bool {
        true
    }
}
