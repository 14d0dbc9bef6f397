//! The playground: owns the parts of the interface and passes one frame's input round.

use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::lessons::Language;
use dl2pa_core::protocol::{Command, Event, Pace, Phase, Snapshot};
use egui::{Rect, Ui, UiBuilder, pos2};

use crate::classroom::Classroom;
use crate::controls::Touch;
use crate::controls::command_list::CommandList;
use crate::controls::glossary::Glossary;
use crate::controls::keys::{self, Wish};
use crate::controls::setup::Setup;
use crate::controls::share::Take;
use crate::controls::transport::{Ask, PlayState, Transport, ask_of};
use crate::film::Filming;
use crate::frame;
use crate::hiding::Hidden;
use crate::host::{HostLine, HostRequest};
use crate::lane::Lane;
use crate::layout::{Regions, Showing};
use crate::lesson::{LessonPanel, UnderWay};
use crate::lineup::{self, Rival};
use crate::motion;
use crate::note::Note;
use crate::own::{self, Own};
use crate::playhead::Playhead;
use crate::selection::Selection;
use crate::text::{self, Sentence};
use crate::theme;
use crate::tour::{self, Sight, Tour};
use crate::why::Why;

/// What the host (the window or the page) knows and the view shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostStatus {
    /// Where training runs: "Training on the CPU".
    pub device_line: HostLine,
    /// One friendly line about a limit of this machine, for example that there is no WebGPU.
    pub notice: Option<HostLine>,
    /// Frames a second, lately.
    pub fps: f32,
    /// 95th percentile of the frame time, in milliseconds.
    pub frame_ms_p95: f32,
    /// What has ended the session for good: one sentence with cause and remedy.
    pub fatal: Option<HostLine>,
    /// Where the page lies, without what is behind a `#`; a window has no address.
    pub address: Option<String>,
}

/// Everything one frame needs from outside.
#[derive(Clone, Copy, Debug)]
pub struct FrameInput<'a> {
    /// The latest snapshot of each session, the leading one's first; `None` before its first.
    pub snapshots: &'a [Option<Arc<Snapshot>>],
    /// What the host knows.
    pub host: &'a HostStatus,
    /// The present time in seconds, from any origin, never falling.
    pub now_secs: f64,
    /// Tells the time in seconds, for what a lesson measures.
    pub clock: fn() -> f64,
}

/// A command to one of the sessions: 0 is the leading one, which is always there. The others are opened when
/// their first command comes.
pub type Addressed = (usize, Command);

/// How much larger everything is for an audience.
const TALK_ZOOM: f32 = 1.5;

/// Which tab shows where plots, the why-panel and the setup share a place. Where the setup has a place of its own,
/// its tab stands for that of the plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Plots,
    Why,
    Setup,
    Lessons,
}

/// All state of the interface; each part owns its own.
#[derive(Debug)]
pub struct Playground {
    /// The run that the setup, the plots and the timeline show.
    pub(crate) lead: Lane,
    /// Runs beside it, from the left, with what each is for. The leading run stands at the right.
    pub(crate) rivals: Vec<(Rival, Lane)>,
    /// Which moment is shown.
    pub(crate) playhead: Playhead,
    pub(crate) transport: Transport,
    pub(crate) setup: Setup,
    pub(crate) selection: Selection,
    pub(crate) why: Why,
    pub(crate) tab: Tab,
    /// The person's own data.
    pub(crate) own: Own,
    /// What a class is given.
    pub(crate) classroom: Classroom,
    /// The film that is being made.
    pub(crate) film: Option<Box<Filming>>,
    /// What is said over the stage.
    pub(crate) note: Note,
    /// The lessons; none where their files are broken, which the tests would have found.
    pub(crate) lessons: Option<LessonPanel>,
    language: Language,
    /// Exercises of a lesson, in order.
    pub(crate) exercises: Vec<UnderWay>,
    /// The lessons stand where the setup has a place of its own.
    pub(crate) teaching: bool,
    /// They have such a place beside the other panels.
    pub(crate) has_column: bool,
    /// Commands that events have led to.
    pub(crate) pending: Vec<Addressed>,
    /// Sessions that change places.
    pub(crate) exchanges: Vec<(usize, usize)>,
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
    pub(crate) comparison_asked: bool,
    pub(crate) command_list: CommandList,
    pub(crate) glossary: Glossary,
    /// What is left out of it.
    pub(crate) hidden: Hidden,
    showing: Showing,
    reduced_motion: bool,
    /// The first minute, until somebody takes over.
    pub(crate) tour: Option<Tour>,
    /// What was asked of the session and does not show in its snapshots yet.
    pub(crate) pause_wish: Option<bool>,
    /// An epoch that the host wants shown.
    seek_wish: Option<f64>,
    last_secs: Option<f64>,
}

impl Playground {
    /// An interface for a session that starts with `config`. Gives `ctx` fonts and both themes.
    #[must_use]
    pub fn new(ctx: &egui::Context, config: RunConfig) -> Self {
        theme::install(ctx);
        Self {
            setup: Setup::new(config.clone()),
            lead: Lane::asked_for(config),
            rivals: Vec::new(),
            playhead: Playhead::Live,
            transport: Transport::new(),
            selection: Selection::default(),
            why: Why::default(),
            tab: Tab::Plots,
            own: Own::default(),
            classroom: Classroom::default(),
            film: None,
            note: Note::default(),
            lessons: LessonPanel::new(Language::English).ok(),
            language: Language::English,
            exercises: Vec::new(),
            teaching: false,
            has_column: false,
            pending: Vec::new(),
            exchanges: Vec::new(),
            requests: Vec::new(),
            linked_class: None,
            names: true,
            pair: false,
            pair_pointed: false,
            comparing: false,
            comparison_asked: false,
            command_list: CommandList::default(),
            glossary: Glossary::default(),
            hidden: Hidden::default(),
            showing: Showing::All,
            reduced_motion: false,
            tour: None,
            pause_wish: None,
            seek_wish: None,
            last_secs: None,
        }
    }

    /// The settings that the first minute begins with.
    #[must_use]
    pub fn tour_config() -> RunConfig {
        Tour::config()
    }

    /// Shows by itself what this is about, in a run of [`Self::tour_config`], until somebody touches anything.
    pub fn begin_tour(&mut self) {
        let tour = Tour::new();
        self.transport.set_speed(tour.speed());
        self.tour = Some(tour);
    }

    /// Ends the first minute where it is; what runs goes on.
    pub fn take_over(&mut self) {
        self.tour = None;
    }

    /// Shows more or less of the playground; for an audience everything is larger as well.
    pub fn show(&mut self, ctx: &egui::Context, showing: Showing) {
        let is_talk = |showing| showing == Showing::Talk;
        match (is_talk(self.showing), is_talk(showing)) {
            (false, true) => ctx.set_zoom_factor(ctx.zoom_factor() * TALK_ZOOM),
            (true, false) => ctx.set_zoom_factor(ctx.zoom_factor() / TALK_ZOOM),
            _ => {}
        }
        self.showing = showing;
    }

    /// Shows the run as it was at `epoch`, from the next frame on.
    pub fn seek(&mut self, epoch: f64) {
        self.seek_wish = Some(epoch);
    }

    /// Takes notice of something that happened in a session (0 is the leading one). Events of an older run are
    /// dropped.
    pub fn on_event(&mut self, session: usize, event: &Event, now_secs: f64) {
        let speed = self.transport.speed();
        match session.checked_sub(1) {
            None if self.lead.recorded.is_some() && !self.own.gives_way() => return,
            None => {
                self.lead.on_event(event, now_secs, speed);
                if let Event::Started { config, .. } = event {
                    self.setup.set(config);
                    self.selection.clear_run();
                    self.why.clear_run();
                    self.comparison_asked = false;
                    self.playhead = Playhead::Live;
                    if let Some(class) = self.linked_class.take() {
                        self.selection.choose_class(class);
                    }
                }
            }
            Some(place) => {
                // One that has been sent away may still have something to say.
                if let Some((_, lane)) = self.rivals.get_mut(place) {
                    lane.on_event(event, now_secs, speed);
                }
            }
        }
        self.tell_lesson(session, event, now_secs);
    }

    /// The name of the lesson that is open.
    #[must_use]
    pub fn lesson(&self) -> Option<&str> {
        let walk = self.lessons.as_ref()?.walk()?;
        Some(&walk.lesson().plan.id)
    }

    /// The name of that lesson's beat.
    pub(crate) fn beat(&self) -> Option<&str> {
        let walk = self.lessons.as_ref()?.walk()?;
        Some(&walk.beat().id)
    }

    /// The beat of that lesson, from 0, and what it waits for: `asking`, `ready`, `running`, `done` or `broken`.
    #[must_use]
    pub fn lesson_place(&self) -> Option<(usize, &'static str)> {
        let walk = self.lessons.as_ref()?.walk()?;
        Some((walk.at(), walk.stage().name()))
    }

    /// Speaks this language from now on. A lesson that is open begins its beat again.
    pub fn speak(&mut self, language: Language) {
        let open = self.lesson().map(str::to_owned);
        let beat = self.beat().map(str::to_owned);
        self.language = language;
        self.lessons = LessonPanel::new(language).ok();
        text::catalogue::speak(language);
        if let Some(lesson) = open {
            self.exercises.clear();
            let mut commands = std::mem::take(&mut self.pending);
            self.open_lesson(&lesson, beat.as_deref(), &mut commands);
            self.pending = commands;
        }
    }

    /// The language it speaks.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Draws everything into `ui` and returns what the person asked for, in order.
    ///
    /// The ground is left to the host, which clears the window with the style's `panel_fill` anyway: on
    /// software graphics painting it a second time costs a third of a frame.
    pub fn ui(&mut self, ui: &mut Ui, input: &FrameInput<'_>) -> Vec<Addressed> {
        text::catalogue::speak(self.language);
        let latest = |session: usize| input.snapshots.get(session).and_then(Option::as_ref);
        self.lead.see(latest(0));
        for (place, (_, lane)) in self.rivals.iter_mut().enumerate() {
            lane.see(latest(place + 1));
        }
        let paused = self.lead.snapshot.as_ref().map(|snapshot| snapshot.paused);
        if paused.is_some() && paused == self.pause_wish {
            self.pause_wish = None;
        }
        let before = self.last_secs.replace(input.now_secs);
        let dt_secs = before.map_or(0.0, |before| {
            (input.now_secs - before).clamp(0.0, motion::MAX_STEP_SECS)
        });

        let mut commands = std::mem::take(&mut self.pending);
        if self.exercise(input.clock, &mut commands) {
            ui.ctx().request_repaint();
        }
        self.replay(dt_secs, input.now_secs, &mut commands);
        self.look();
        let is_inviting = self.tour.is_some_and(Tour::is_over);
        if keys::is_touched(ui) && !is_inviting {
            self.take_over();
        }
        self.tour_on(input.now_secs, &mut commands);
        let mut asks: Vec<Ask> = self.seek_wish.take().map(Ask::GoTo).into_iter().collect();
        let mut take = None;
        let touch = Touch(Regions::of(ui.max_rect(), self.showing).touch);
        let chosen = self.dialogues(ui, touch, input);
        for wish in keys::wishes(ui).into_iter().chain(chosen) {
            if self.hidden.has_wish(wish) {
                continue;
            }
            match wish {
                Wish::Commands => self.command_list.toggle(),
                Wish::Words => self.glossary.toggle(),
                Wish::Language => self.speak(text::catalogue::after(self.language)),
                Wish::Unroll => self.lead.stage.unroll(),
                Wish::Lessons => {
                    self.teaching = !self.teaching;
                    self.tab = if self.teaching {
                        Tab::Lessons
                    } else {
                        Tab::Plots
                    };
                    if let Some(panel) = &mut self.lessons {
                        panel.expect_keys();
                    }
                }
                Wish::Talk => {
                    let showing = match self.showing {
                        Showing::Talk => Showing::All,
                        _ => Showing::Talk,
                    };
                    self.show(ui.ctx(), showing);
                }
                Wish::Labels => self.names = !self.names,
                Wish::Pair => self.pair = !self.pair,
                Wish::Compare => self.compare(!self.comparing),
                Wish::Share => take = Some(Take::Link),
                Wish::Film => take = Some(Take::Film),
                Wish::Classroom => take = Some(Take::Classroom),
                _ => asks.extend(ask_of(wish)),
            }
        }
        let play = self.play_state();
        let window = ui.max_rect();
        self.keep_to_what_is_shown();
        let regions = Regions::of(window, self.showing).without(&self.hidden);
        self.has_column = regions.setup.is_some();
        let drawn = frame::draw(
            self,
            ui,
            &regions,
            &frame::Input {
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
        self.go_on_filming(ui.ctx(), input);
        asks.extend(drawn.asks);
        // A press on one of the offers is not yet the click.
        let is_answered = !asks.is_empty()
            || ui.input(|input| {
                input.pointer.any_released() || input.key_pressed(egui::Key::Escape)
            });
        if is_inviting && is_answered {
            self.take_over();
        }
        for ask in asks {
            self.answer(ask, play, &mut commands);
        }
        self.obey_lesson(drawn.lesson, &mut commands);
        if let Some(config) = drawn.start {
            self.start(config, &mut commands);
        }
        self.obey_own(&mut commands);
        for text in own::pasted(ui) {
            commands.extend(self.take_text(ui.ctx(), &text));
        }
        if self.comparing && self.lead.run.id.is_some() && !self.comparison_asked {
            self.comparison_asked = true;
            let (method, t) = self.lead.run.rival();
            commands.push((0, Command::Compare { method, t }));
        }
        if self.selection.take_asks_why() {
            self.tab = Tab::Why;
            ui.ctx().request_repaint();
        }
        let stressed = self.selection.end_frame(self.lead.run.classes());
        if stressed || self.wants_repaint() {
            ui.ctx().request_repaint();
        }
        commands
    }

    /// What is read out to those who cannot see it: the message over the stage; in a lesson its words; else the news
    /// and its explanation, as under the stage.
    #[must_use]
    pub fn narration(&self) -> (String, String) {
        text::catalogue::speak(self.language);
        if let Some(message) = self.note.message() {
            return (message.to_owned(), String::new());
        }
        if self.film.is_some() {
            return (text::film::under_way().to_owned(), String::new());
        }
        let is_open = self.teaching || self.tab == Tab::Lessons;
        let panel = self.lessons.as_ref().filter(|_| is_open);
        let spoken = panel.and_then(LessonPanel::spoken);
        spoken.map_or_else(|| self.sentence(), |words| (words, String::new()))
    }

    pub(crate) fn sentence(&self) -> Sentence {
        let lead = &self.lead;
        if let Some(sentence) = self.tour.and_then(|tour| tour.sentence(self.sight())) {
            return sentence;
        }
        if lead.is_exhibit {
            return text::say_exhibit(lead.title.as_deref(), lead.shown.as_deref());
        }
        if !self.rivals.is_empty()
            && let Some(sentence) = text::lineup::say(&self.lanes())
        {
            return sentence;
        }
        if let (Some(epoch), Some(shown)) = (self.playhead.epoch(), &lead.shown) {
            return text::say_looking_back(shown.epoch, lead.timeline.latest_at(&lead.run, epoch));
        }
        lead.narration
            .sentence(&lead.run, lead.snapshot.as_ref(), self.comparing)
    }

    /// Goes on with the first minute.
    fn tour_on(&mut self, now_secs: f64, commands: &mut Vec<Addressed>) {
        let sight = self.sight();
        let Some(tour) = &mut self.tour else {
            return;
        };
        match tour.advance(sight, now_secs) {
            Some(tour::Wish::SetBeside) => {
                let speed = tour.speed();
                self.transport.set_speed(speed);
                commands.push((0, Command::SetPace(self.transport.pace())));
                self.line_up(lineup::usual(self.lead.run.config.head, 1), commands);
            }
            Some(tour::Wish::Rest) if self.run_state() == PlayState::Running => {
                self.pause_wish = Some(true);
                self.tell_all(&Command::Pause, commands);
            }
            _ => {}
        }
    }

    /// What the first minute goes by; `None` before all runs can be seen.
    fn sight(&self) -> Option<Sight> {
        let mut sight = Sight {
            is_spreading: false,
            epoch: f64::INFINITY,
            has_moved: false,
            is_showing: false,
        };
        for lane in self.lanes() {
            let snapshot = lane.snapshot.as_ref()?;
            sight.is_spreading |= matches!(snapshot.phase, Phase::Spreading { .. });
            sight.epoch = sight.epoch.min(snapshot.epoch);
            sight.has_moved |= snapshot.labels_moved.iter().any(|&moved| moved > 0);
            sight.is_showing |= lane.stage.is_showing();
        }
        Some(sight)
    }

    /// All runs, from the left.
    pub(crate) fn lanes(&self) -> Vec<&Lane> {
        let rivals = self.rivals.iter().map(|(_, lane)| lane);
        rivals.chain([&self.lead]).collect()
    }

    /// Sets two ways of spreading side by side, or goes back to the run.
    pub(crate) fn compare(&mut self, comparing: bool) {
        self.comparing = comparing;
        if comparing {
            self.lead.stage.face_pair();
        }
    }

    /// Shows the ends of movements as stills, for people whom motion makes unwell
    /// (`prefers-reduced-motion` of the page, the system's setting of the window).
    pub fn set_reduced_motion(&mut self, reduced: bool) {
        self.reduced_motion = reduced;
        self.keep_still();
    }

    /// Tells every stage whether it may move by itself.
    pub(crate) fn keep_still(&mut self) {
        let reduced = self.reduced_motion;
        self.lead.stage.set_still(reduced);
        for (_, lane) in &mut self.rivals {
            lane.stage.set_still(reduced);
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
        matches!(self.playhead, Playhead::Replaying { .. })
            || self.lanes().iter().any(|lane| lane.stage.wants_repaint())
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
