//! `window.dl2pa`: the present snapshot as a plain object, commands from scripts, and the hooks of
//! the page's script (`web/page.js` describes them).

use std::cell::RefCell;
use std::rc::Rc;

use dl2pa_core::lessons::Language;
use dl2pa_core::protocol::{Command, Snapshot};
use dl2pa_core::prototypes::Method;
use dl2pa_core::session::SessionHandle;
use dl2pa_runtime::device::TrainingDevice;
use eframe::egui;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::window::{FrameReport, Order, Orders};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = __dl2pa_attach)]
    fn hook_attach(handle: PageHandle);
    #[wasm_bindgen(js_name = __dl2pa_ready)]
    fn hook_ready();
    #[wasm_bindgen(js_name = __dl2pa_say)]
    fn hook_say(text: &str);
    #[wasm_bindgen(js_name = __dl2pa_speak)]
    fn hook_speak(code: &str);
    #[wasm_bindgen(js_name = __dl2pa_fail)]
    fn hook_fail(headline: &str, details: &str);
}

/// Gives the page's script the handle.
pub(super) fn attach(handle: PageHandle) {
    hook_attach(handle);
}

/// Tells the page's script that the first moving picture is on the canvas.
pub(super) fn ready() {
    hook_ready();
}

/// Gives screen readers a sentence.
pub(super) fn say(text: &str) {
    hook_say(text);
}

/// Tells the page's script which language is spoken now.
pub(super) fn speak(language: Language) {
    hook_speak(language.code());
}

/// Shows the page's error card; the headline is a key of web/words.js.
pub(super) fn fail(headline: &str, details: &str) {
    hook_fail(headline, details);
}

/// What the page knows besides the session's snapshot.
pub(super) struct PageFacts {
    backend: &'static str,
    device_name: String,
    fps: f32,
    frame_ms_p95: f32,
    frames_with_snapshot: u32,
    lesson: Option<String>,
    lesson_place: Option<(usize, &'static str)>,
    session: Option<SessionHandle>,
}

impl PageFacts {
    pub(super) fn new(device: &TrainingDevice) -> Self {
        Self {
            backend: device.backend,
            device_name: device.name.clone(),
            fps: 0.0,
            frame_ms_p95: 0.0,
            frames_with_snapshot: 0,
            lesson: None,
            lesson_place: None,
            session: None,
        }
    }

    pub(super) fn attach(&mut self, session: SessionHandle) {
        self.session = Some(session);
    }

    pub(super) fn note_frame(&mut self, report: &FrameReport<'_>) {
        if let Some(session) = report.session {
            self.session = Some(session.clone());
        }
        self.fps = report.status.fps;
        self.frame_ms_p95 = report.status.frame_ms_p95;
        if self.lesson.as_deref() != report.lesson {
            self.lesson = report.lesson.map(str::to_owned);
        }
        self.lesson_place = report.lesson_place;
        if self
            .session
            .as_ref()
            .is_some_and(|session| session.latest.get().is_some())
        {
            self.frames_with_snapshot += 1;
        }
    }

    /// Whether a picture with the session's state is on the screen.
    pub(super) const fn has_drawn(&self) -> bool {
        self.frames_with_snapshot >= 2
    }
}

/// The plain object of `window.dl2pa.snapshot()`; its keys are a contract with scripts.
#[derive(Serialize)]
struct PageSnapshot<'a> {
    step: u64,
    epoch: f64,
    loss: Option<f64>,
    train_accuracy: Option<f64>,
    test_accuracy: Option<f64>,
    assignment: &'a [u32],
    labels_moved: &'a [u32],
    min_angle_deg: f64,
    /// No arrangement has a larger `min_angle_deg`.
    bound_angle_deg: f64,
    /// How the prototypes were spread; `null` for learned ones and those of a file.
    method: Option<&'static str>,
    proven_optimal: bool,
    /// Temperature of the spreading that is shown; `null` after it.
    spread_t: Option<f64>,
    steps_per_sec: f64,
    backend: &'a str,
    device_name: &'a str,
    fps: f32,
    frame_ms_p95: f32,
    paused: bool,
    phase: dl2pa_core::protocol::Phase,
    /// Of a completed run, 16 hexadecimal digits, as `--train --json` gives them; `null` before.
    state_hash: Option<String>,
    /// The name of the lesson that is open, or `null`.
    lesson: Option<&'a str>,
    /// Its beat, from 0.
    lesson_beat: Option<usize>,
    /// What the beat waits for: `asking`, `ready`, `running`, `done` or `broken`.
    lesson_stage: Option<&'static str>,
}

impl<'a> PageSnapshot<'a> {
    fn new(snapshot: &'a Snapshot, facts: &'a PageFacts) -> Self {
        Self {
            step: snapshot.step,
            epoch: snapshot.epoch,
            loss: snapshot.loss,
            train_accuracy: snapshot.train_accuracy,
            test_accuracy: snapshot.test_accuracy,
            assignment: &snapshot.assignment,
            labels_moved: &snapshot.labels_moved,
            min_angle_deg: snapshot.min_angle_deg,
            bound_angle_deg: snapshot.provenance.bound_angle_deg,
            method: snapshot.provenance.method.map(Method::name),
            proven_optimal: snapshot.provenance.proven_optimal,
            spread_t: snapshot.spread_t,
            steps_per_sec: snapshot.steps_per_sec,
            backend: facts.backend,
            device_name: &facts.device_name,
            fps: facts.fps,
            frame_ms_p95: facts.frame_ms_p95,
            paused: snapshot.paused,
            phase: snapshot.phase,
            state_hash: snapshot.state_hash.map(|hash| format!("{hash:016x}")),
            lesson: facts.lesson.as_deref(),
            lesson_beat: facts.lesson_place.map(|(beat, _)| beat),
            lesson_stage: facts.lesson_place.map(|(_, stage)| stage),
        }
    }
}

/// What scripts hold of the program.
#[wasm_bindgen]
pub struct PageHandle {
    facts: Rc<RefCell<PageFacts>>,
    orders: Orders,
    context: egui::Context,
}

impl PageHandle {
    pub(super) const fn new(
        facts: Rc<RefCell<PageFacts>>,
        orders: Orders,
        context: egui::Context,
    ) -> Self {
        Self {
            facts,
            orders,
            context,
        }
    }

    /// Leaves an order for the next frame, and asks for that.
    fn order(&self, order: Order) {
        if let Ok(mut orders) = self.orders.lock() {
            orders.push(order);
        }
        self.context.request_repaint();
    }
}

#[wasm_bindgen]
impl PageHandle {
    /// The present state as a plain object, or `null` before there is one.
    pub fn snapshot(&self) -> Result<JsValue, JsError> {
        let facts = self.facts.borrow();
        let latest = facts
            .session
            .as_ref()
            .and_then(|session| session.latest.get());
        let Some(snapshot) = latest else {
            return Ok(JsValue::NULL);
        };
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        Ok(PageSnapshot::new(&snapshot, &facts).serialize(&serializer)?)
    }

    /// Takes a command as JSON text.
    pub fn command(&self, json: &str) -> Result<(), JsError> {
        let command: Command = serde_json::from_str(json)
            .map_err(|error| JsError::new(&format!("This is no command: {error}.")))?;
        self.order(Order::TakeOver);
        let facts = self.facts.borrow();
        let session = facts
            .session
            .as_ref()
            .ok_or_else(|| JsError::new("The session has not begun."))?;
        session
            .commands
            .try_send(command)
            .map_err(|_closed| JsError::new("The session has ended: reload the page."))
    }

    /// Shows the run as it was at an epoch, and stays there.
    pub fn seek(&self, epoch: f64) {
        self.order(Order::TakeOver);
        self.order(Order::Seek(epoch));
    }
}
