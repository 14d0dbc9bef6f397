//! The playground as an eframe app, the same in a window and on a page: passes events and snapshots
//! to the view and commands to the session.

mod arrivals;
mod frame_meter;
#[cfg(not(target_family = "wasm"))]
mod native;
mod outlet;
#[cfg(not(target_family = "wasm"))]
mod pixels;
mod training;

use std::sync::{Arc, Mutex};

use async_channel::Receiver;
use dl2pa_core::lessons::Language;
use dl2pa_core::protocol::{Command, Event};
use dl2pa_core::session::SessionHandle;
use dl2pa_view::{FrameInput, HostLine, HostRequest, HostStatus, Keepsake, Playground};

use arrivals::Arrivals;
use frame_meter::FrameMeter;
#[cfg(not(target_family = "wasm"))]
pub use native::open;
pub use outlet::{Outlet, PixelPicture};
use training::Sessions;
pub use training::{Opened, Opening, Training};

/// What went wrong outside the app's own frames (a lost GPU, for one), told to it by whoever noticed.
pub type Fault = Arc<Mutex<Option<HostLine>>>;

/// What somebody outside the frames wants done in the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Show the run as it was at an epoch.
    Seek(f64),
    /// End the first minute: the run is steered from outside now.
    TakeOver,
}

/// Orders that the next frame carries out.
pub type Orders = Arc<Mutex<Vec<Order>>>;

/// What there is to tell after a frame.
#[derive(Clone, Copy, Debug)]
pub struct FrameReport<'a> {
    /// The leading session's end; another one leads after a branch.
    pub session: Option<&'a SessionHandle>,
    /// The host's figures, as the frame showed them.
    pub status: &'a HostStatus,
    /// The stressed beginning of the sentence under the stage.
    pub news: &'a str,
    /// The rest of that sentence.
    pub explanation: &'a str,
    /// The language of all of it.
    pub language: Language,
    /// The name of the lesson that is open.
    pub lesson: Option<&'a str>,
    /// Its beat, from 0, and what that waits for.
    pub lesson_place: Option<(usize, &'static str)>,
}

/// The playground: the view, and the sessions it reads.
pub struct PlaygroundApp {
    view: Playground,
    sessions: Sessions,
    status: HostStatus,
    fault: Fault,
    orders: Orders,
    meter: FrameMeter,
    links: Option<Receiver<String>>,
    arrivals: Arrivals,
    outlet: Box<dyn Outlet>,
    after_frame: Box<dyn FnMut(&FrameReport<'_>)>,
}

impl PlaygroundApp {
    /// Opens the view, starts the session and its first run. `after_frame` hears of every frame.
    pub fn new(
        context: &egui::Context,
        mut opening: Opening,
        after_frame: impl FnMut(&FrameReport<'_>) + 'static,
    ) -> Self {
        if opening.has_tour {
            opening.config = Playground::tour_config();
        }
        let mut view = Playground::new(context, opening.config.clone());
        if opening.has_tour {
            view.begin_tour();
        }
        let status = HostStatus {
            device_line: opening.device_line(),
            address: opening.outlet.address(),
            notice: opening.notice,
            ..HostStatus::default()
        };
        view.show(context, opening.showing);
        view.hide(opening.hidden);
        view.set_reduced_motion(opening.reduced_motion);
        view.speak(opening.language);
        let mut first = match opening.opened {
            Some(Opened::Link(link)) => view.open_link(context, &link),
            Some(Opened::Run(name, bytes)) => view.take_file(&name, &bytes),
            None => Vec::new(),
        };
        if first.is_empty() {
            if let Some(table) = opening.table {
                let table = view.keep_table(&mut opening.config, table);
                first.push((0, Command::Bring(table)));
            }
            first.push((0, Command::Start(Box::new(opening.config))));
        }
        let Opening {
            training,
            prototypes,
            fault,
            orders,
            links,
            outlet,
            ..
        } = opening;
        let sessions = Sessions::start(training, prototypes, view.pace(), first, context);
        Self {
            view,
            sessions,
            status,
            fault,
            orders,
            meter: FrameMeter::default(),
            links,
            arrivals: Arrivals::new(),
            outlet,
            after_frame: Box::new(after_frame),
        }
    }

    /// The reader's end of the leading session.
    #[must_use]
    pub fn session(&self) -> SessionHandle {
        self.sessions.leading()
    }

    /// Opens the links that have come since the last frame.
    fn take_links(&mut self, context: &egui::Context) {
        while let Some(Ok(link)) = self.links.as_ref().map(Receiver::try_recv) {
            for (place, command) in self.view.open_link(context, &link) {
                self.sessions.tell(place, command);
            }
        }
    }

    /// Gives the view what was dropped.
    fn take_files(&mut self, context: &egui::Context) {
        self.arrivals.note(context);
        while let Some(arrival) = self.arrivals.next() {
            match arrival.content {
                Ok(bytes) => {
                    for (place, command) in self.view.take_file(&arrival.name, &bytes) {
                        self.sessions.tell(place, command);
                    }
                }
                Err(cause) => self.view.file_unread(&arrival.name, &cause),
            }
        }
    }

    /// Does what the view asked for in this frame.
    fn answer_requests(
        &mut self,
        context: &egui::Context,
        input: &FrameInput<'_>,
        frame: &eframe::Frame,
    ) {
        for request in self.view.take_requests() {
            match request {
                HostRequest::ShowFragment(fragment) => self.outlet.show_fragment(&fragment),
                HostRequest::Save(keepsake) => {
                    let place = self.outlet.save(&keepsake);
                    self.tell_saved(&keepsake, &place);
                }
                HostRequest::SavePixels { svg, size, scale } => {
                    let pixels = PixelPicture { svg, size, scale };
                    let view = &mut self.view;
                    let mut draw = || view.picture(context, scale as f32, input);
                    let (name, place) = self.outlet.save_pixels(&pixels, &mut draw, frame);
                    let place = place.as_ref().map(Option::as_deref).map_err(String::as_str);
                    self.view.saved(&name, place);
                }
            }
        }
    }

    fn tell_saved(&mut self, keepsake: &Keepsake, place: &Result<Option<String>, String>) {
        let place = place.as_ref().map(Option::as_deref).map_err(String::as_str);
        self.view.saved(&keepsake.name, place);
    }

    fn take_news(&mut self, now_secs: f64) {
        for (place, session) in self.sessions.all().iter().enumerate() {
            loop {
                match session.events.try_recv() {
                    Ok(event) => {
                        if let Event::Warning { message, .. } = &event {
                            log::warn!("{message}");
                        }
                        self.view.on_event(place, &event, now_secs);
                    }
                    Err(async_channel::TryRecvError::Empty) => break,
                    Err(async_channel::TryRecvError::Closed) => {
                        self.status.fatal.get_or_insert(HostLine::TrainingEnded);
                        break;
                    }
                }
            }
        }
        if let Ok(fault) = self.fault.lock()
            && let Some(message) = fault.as_ref()
        {
            self.status.fatal = Some(message.clone());
        }
    }
}

impl eframe::App for PlaygroundApp {
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        let now_secs = dl2pa_runtime::now_secs();
        self.meter.note_frame(now_secs);
        self.status.fps = self.meter.fps();
        self.status.frame_ms_p95 = self.meter.frame_ms_p95();
        self.take_news(now_secs);
        if let Ok(mut orders) = self.orders.lock() {
            for order in orders.drain(..) {
                match order {
                    Order::Seek(epoch) => self.view.seek(epoch),
                    Order::TakeOver => self.view.take_over(),
                }
            }
        }
        self.take_links(ui.ctx());
        self.take_files(ui.ctx());
        let snapshots: Vec<_> = self
            .sessions
            .all()
            .iter()
            .map(|session| session.latest.get())
            .collect();
        let status = self.status.clone();
        let input = FrameInput {
            snapshots: &snapshots,
            host: &status,
            now_secs,
            clock: dl2pa_runtime::now_secs,
        };
        let commands = self.view.ui(ui, &input);
        for (a, b) in self.view.take_exchanges() {
            self.sessions.exchange(a, b);
        }
        for (place, command) in commands {
            self.sessions.tell(place, command);
        }
        self.answer_requests(ui.ctx(), &input, frame);
        if self.view.wants_repaint() {
            ui.ctx().request_repaint();
        }
        let (news, explanation) = self.view.narration();
        (self.after_frame)(&FrameReport {
            session: self.sessions.all().first(),
            status: &self.status,
            news: &news,
            explanation: &explanation,
            language: self.view.language(),
            lesson: self.view.lesson(),
            lesson_place: self.view.lesson_place(),
        });
    }
}
