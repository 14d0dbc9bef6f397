//! The playground: owns the parts of the interface and passes one frame's input round.

use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Command, Event, Pace, Phase, Snapshot};
use egui::{Rect, Ui, UiBuilder, pos2};

use crate::controls::keys::{self, Wish};
use crate::controls::setup::Setup;
use crate::controls::share::Take;
use crate::controls::transport::{Ask, PlayState, Transport, ask_of, next_seed};
use crate::frame;
use crate::host::HostRequest;
use crate::layout::Regions;
use crate::motion;
use crate::narration::Narration;
use crate::note::Note;
use crate::run::{Outcome, Run};
use crate::selection::Selection;
use crate::stage::{Stage, show_length_secs};
use crate::theme;
use crate::timeline::Timeline;

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
    /// Where the page lies, without what is behind a `#`; a window has no address.
    pub address: Option<String>,
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

/// Which tab shows where setup and plots share a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Plots,
    Setup,
}

/// All state of the interface; each part owns its own.
#[derive(Debug)]
pub struct Playground {
    pub(crate) run: Run,
    pub(crate) stage: Stage,
    pub(crate) narration: Narration,
    pub(crate) timeline: Timeline,
    pub(crate) transport: Transport,
    pub(crate) setup: Setup,
    pub(crate) selection: Selection,
    pub(crate) tab: Tab,
    /// What is said over the stage.
    pub(crate) note: Note,
    /// What is asked of the host and not taken yet.
    pub(crate) requests: Vec<HostRequest>,
    /// The class that a link chose, for the run that it asked for.
    pub(crate) linked_class: Option<usize>,
    /// Labels show their names.
    pub(crate) names: bool,
    /// The closest pair is marked also after the spreading.
    pub(crate) pair: bool,
    /// The pointer is on its figure, which marks it too.
    pub(crate) pair_pointed: bool,
    /// Two ways of spreading stand side by side.
    pub(crate) comparing: bool,
    /// The session has been asked for the second way of the present run.
    comparison_asked: bool,
    /// Relabellings with moved labels in this run.
    relabellings: usize,
    /// What was asked of the session and does not show in its snapshots yet.
    pause_wish: Option<bool>,
    last_secs: Option<f64>,
}

impl Playground {
    /// An interface for a session that starts with `config`. Gives `ctx` fonts and both themes.
    #[must_use]
    pub fn new(ctx: &egui::Context, config: RunConfig) -> Self {
        theme::install(ctx);
        Self {
            setup: Setup::new(config.clone()),
            run: Run::asked_for(config),
            stage: Stage::new(),
            narration: Narration::default(),
            timeline: Timeline::default(),
            transport: Transport::new(),
            selection: Selection::default(),
            tab: Tab::Plots,
            note: Note::default(),
            requests: Vec::new(),
            linked_class: None,
            names: true,
            pair: false,
            pair_pointed: false,
            comparing: false,
            comparison_asked: false,
            relabellings: 0,
            pause_wish: None,
            last_secs: None,
        }
    }

    /// Takes notice of something that happened in the session. Events of an older run are dropped.
    pub fn on_event(&mut self, event: &Event, now_secs: f64) {
        self.run.on_event(event);
        match event {
            Event::Started { config, .. } => {
                self.setup.set(config);
                self.stage.clear_run();
                self.narration.clear_run();
                self.timeline.clear_run();
                self.relabellings = 0;
                self.comparison_asked = false;
                if let Some(class) = self.linked_class.take() {
                    self.selection.choose(class);
                }
            }
            Event::Relabelled { run, relabelling } if self.run.is(*run) => {
                if !relabelling.moved.is_empty() {
                    let first = self.relabellings == 0;
                    self.relabellings += 1;
                    let length_secs = show_length_secs(self.transport.speed(), first);
                    self.stage
                        .relabel(Arc::clone(relabelling), now_secs, length_secs);
                }
                self.narration.relabelled(Arc::clone(relabelling));
                self.timeline.relabelled(Arc::clone(relabelling));
            }
            _ => {}
        }
    }

    /// Draws everything into `ui` and returns what the person asked for, in order.
    ///
    /// The ground is left to the host, which clears the window with the style's `panel_fill` anyway: on
    /// software graphics painting it a second time costs a third of a frame.
    pub fn ui(&mut self, ui: &mut Ui, input: &FrameInput<'_>) -> Vec<Command> {
        // The snapshot of a run that is over must not be taken for the new one's.
        let snapshot = input
            .snapshot
            .filter(|snapshot| self.run.id.is_none_or(|id| id == snapshot.run));
        if snapshot.is_some_and(|snapshot| Some(snapshot.paused) == self.pause_wish) {
            self.pause_wish = None;
        }
        let before = self.last_secs.replace(input.now_secs);
        let dt_secs = before.map_or(0.0, |before| {
            (input.now_secs - before).clamp(0.0, motion::MAX_STEP_SECS)
        });

        let mut asks: Vec<Ask> = Vec::new();
        let mut take = None;
        for wish in keys::wishes(ui) {
            match wish {
                Wish::Labels => self.names = !self.names,
                Wish::Pair => self.pair = !self.pair,
                Wish::Compare => self.compare(!self.comparing),
                Wish::Share => take = Some(Take::Link),
                _ => asks.extend(ask_of(wish)),
            }
        }
        let play = self.play_state(snapshot);
        let window = ui.max_rect();
        let drawn = frame::draw(
            self,
            ui,
            &Regions::of(window),
            &frame::Input {
                snapshot,
                host: input.host,
                now_secs: input.now_secs,
                dt_secs,
                play,
                still: false,
            },
        );
        if let Some(take) = drawn.take.or(take) {
            self.take(ui.ctx(), take, input);
        }
        asks.extend(drawn.asks);
        let mut commands = Vec::new();
        for ask in asks {
            self.answer(ask, play, snapshot, &mut commands);
        }
        if let Some(config) = drawn.start {
            self.start(config, &mut commands);
        }
        if self.comparing && self.run.id.is_some() && !self.comparison_asked {
            self.comparison_asked = true;
            let (method, t) = self.run.rival();
            commands.push(Command::Compare { method, t });
        }
        let stressed = self.selection.end_frame(self.run.classes());
        if stressed || self.wants_repaint() {
            ui.ctx().request_repaint();
        }
        commands
    }

    /// What the sentence under the stage says of `snapshot`, for those who cannot see it: the news and
    /// its explanation.
    #[must_use]
    pub fn narration(&self, snapshot: Option<&Arc<Snapshot>>) -> (String, String) {
        self.narration.sentence(&self.run, snapshot, self.comparing)
    }

    /// Sets two ways of spreading side by side, or goes back to the run.
    pub(crate) fn compare(&mut self, comparing: bool) {
        self.comparing = comparing;
        if comparing {
            self.stage.face_pair();
        }
    }

    /// The pace that the speed control stands at; the host sends it once at the start.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.transport.pace()
    }

    /// True while something on the screen moves by itself.
    #[must_use]
    pub fn wants_repaint(&self) -> bool {
        self.stage.wants_repaint()
    }

    fn play_state(&self, snapshot: Option<&Arc<Snapshot>>) -> PlayState {
        if self.run.outcome != Outcome::Open
            || snapshot.is_some_and(|s| matches!(s.phase, Phase::Finished | Phase::Failed))
        {
            PlayState::Ended
        } else if self
            .pause_wish
            .unwrap_or_else(|| snapshot.is_some_and(|snapshot| snapshot.paused))
        {
            PlayState::Paused
        } else {
            PlayState::Running
        }
    }

    fn answer(
        &mut self,
        ask: Ask,
        play: PlayState,
        snapshot: Option<&Arc<Snapshot>>,
        commands: &mut Vec<Command>,
    ) {
        let config = RunConfig::clone(&self.run.config);
        match ask {
            Ask::PlayPause => match play {
                PlayState::Ended => self.start(config, commands),
                PlayState::Paused => {
                    self.pause_wish = Some(false);
                    commands.push(Command::Resume);
                }
                PlayState::Running => {
                    self.pause_wish = Some(true);
                    commands.push(Command::Pause);
                }
            },
            Ask::Step(size) => {
                if play != PlayState::Ended && snapshot.is_some() {
                    self.pause_wish = None;
                    commands.push(Command::Step(size));
                }
            }
            Ask::Reset => self.start(config, commands),
            Ask::NewSeed => {
                let seed = next_seed(config.seed);
                self.start(RunConfig { seed, ..config }, commands);
            }
            Ask::Seed(seed) => self.start(RunConfig { seed, ..config }, commands),
            Ask::Pace => commands.push(Command::SetPace(self.transport.pace())),
        }
    }

    fn start(&mut self, config: RunConfig, commands: &mut Vec<Command>) {
        self.pause_wish = None;
        commands.push(Command::Start(Box::new(config)));
    }
}

/// A child of `ui` that fills `rect`.
pub(crate) fn inside<R>(ui: &mut Ui, name: &str, rect: Rect, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().id_salt(name).max_rect(rect);
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.expand(3.0).intersect(ui.clip_rect()));
        draw(ui)
    })
    .inner
}

/// `rect` without `pad` points on each side.
pub(crate) fn padded(rect: Rect, pad: f32) -> Rect {
    Rect::from_min_max(
        pos2(rect.left() + pad, rect.top() + pad),
        pos2(rect.right() - pad, rect.bottom() - pad),
    )
}
