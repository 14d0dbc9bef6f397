//! How far a training is: a bar on a terminal, plain lines elsewhere, or nothing.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use dl2pa_core::protocol::{Evaluation, Latest, Relabelling, RunInfo, Snapshot};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::voice::Voice;

/// How often the bar follows the session.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);

/// Shows a run to a person.
pub(super) struct Progress {
    voice: Voice,
    has_bar: bool,
    bar: Option<Bar>,
    epochs: usize,
    batch_size: usize,
}

/// A bar that follows the latest snapshot until it is dropped.
struct Bar {
    bar: ProgressBar,
    is_done: Arc<AtomicBool>,
}

impl Progress {
    /// A bar where standard error is a terminal and nobody objects.
    pub(super) fn new(voice: Voice, may_have_bar: bool, epochs: usize, batch_size: usize) -> Self {
        Self {
            voice,
            has_bar: may_have_bar && !voice.quiet && std::io::stderr().is_terminal(),
            bar: None,
            epochs,
            batch_size,
        }
    }

    /// Whether a bar will be drawn, which needs snapshots within epochs.
    pub(super) fn has_bar(&self) -> bool {
        self.has_bar
    }

    /// The run has its data and its network.
    pub(super) fn started(&mut self, info: &RunInfo, latest: &Latest<Snapshot>) {
        self.say(&format!(
            "{}: {} training and {} test samples, {} classes; {} parameters on {}",
            info.dataset,
            info.train_samples,
            info.test_samples,
            info.class_names.len(),
            info.parameters,
            info.device
        ));
        if self.has_bar {
            let steps = (self.epochs * info.steps_per_epoch) as u64;
            self.bar = Bar::new(steps, latest.clone(), self.batch_size);
        }
    }

    /// The prototypes are spread.
    pub(super) fn spread(&self, min_angle_deg: f64) {
        self.say(&format!(
            "prototypes spread: nearest two {min_angle_deg:.2} degrees apart"
        ));
    }

    /// Labels were matched again.
    pub(super) fn relabelled(&self, relabelling: &Relabelling) {
        if !relabelling.moved.is_empty() {
            self.say(&format!(
                "epoch {}: {} labels moved",
                relabelling.epoch,
                relabelling.moved.len()
            ));
        }
    }

    /// An epoch was measured.
    pub(super) fn evaluated(&self, evaluation: &Evaluation, images_per_sec: Option<f64>) {
        let rate = images_per_sec.map_or_else(String::new, |rate| format!(", {rate:.0} images/s"));
        let line = format!(
            "epoch {}/{}: loss {:.4}, train {:.2} %, test {:.2} %, lr {:.2e}{rate}",
            evaluation.epoch,
            self.epochs,
            evaluation.train_loss,
            100.0 * evaluation.train_accuracy,
            100.0 * evaluation.top1,
            evaluation.lr,
        );
        match &self.bar {
            Some(bar) => bar.bar.set_message(format!(
                "epoch {}/{}, loss {:.2}, test {:.1} %",
                evaluation.epoch,
                self.epochs,
                evaluation.train_loss,
                100.0 * evaluation.top1
            )),
            None => self.say(&line),
        }
    }

    /// Something survivable.
    pub(super) fn warning(&self, message: &str) {
        match &self.bar {
            Some(bar) => bar
                .bar
                .suspend(|| self.voice.warn(&format!("warning: {message}"))),
            None => self.voice.warn(&format!("warning: {message}")),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        self.bar = None;
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.bar.suspend(|| self.voice.say(line)),
            None => self.voice.say(line),
        }
    }
}

impl Bar {
    /// `None` where no thread can be had to move the bar.
    fn new(steps: u64, latest: Latest<Snapshot>, batch_size: usize) -> Option<Self> {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
        let template = "{bar:16} {percent:>3} % {prefix} ETA {eta} {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let is_done = Arc::new(AtomicBool::new(false));
        let follower = (bar.clone(), Arc::clone(&is_done));
        thread::Builder::new()
            .name("progress".to_owned())
            .spawn(move || {
                let (bar, is_done) = follower;
                while !is_done.load(Ordering::Relaxed) {
                    if let Some(snapshot) = latest.get() {
                        bar.set_position(snapshot.step);
                        let rate = snapshot.steps_per_sec * batch_size as f64;
                        bar.set_prefix(format!("{rate:.0} images/s"));
                    }
                    thread::sleep(FOLLOW_EVERY);
                }
            })
            .ok()?;
        Some(Self { bar, is_done })
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.is_done.store(true, Ordering::Relaxed);
        self.bar.finish_and_clear();
    }
}
