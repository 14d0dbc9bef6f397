//! Follows a long computation: a bar or plain lines, a time budget, and the user's wish to stop.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};

use dl2pa_core::prototypes::{Progress, Watch};
use dl2pa_runtime::now_secs;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::super::signals::Interrupts;
use super::super::voice::Voice;

/// Steps of the bar.
const BAR_STEPS: u64 = 1000;
/// Pause between two plain lines, and before the first.
const LINE_EVERY_SECS: f64 = 5.0;

/// Shows how far a stage of the work is, and ends it on a signal or when its time is up.
pub(super) struct Follow<'a> {
    stage: &'static str,
    voice: Voice,
    bar: Option<ProgressBar>,
    /// Signals that end this stage; none of them if one has ended an earlier stage.
    interrupts: Option<&'a Interrupts>,
    began_secs: f64,
    max_secs: Option<f64>,
    last_line_secs: Mutex<f64>,
}

impl<'a> Follow<'a> {
    /// Begins a stage, named as in "comparing".
    pub(super) fn new(
        stage: &'static str,
        voice: Voice,
        may_have_bar: bool,
        interrupts: &'a Interrupts,
    ) -> Self {
        let began_secs = now_secs();
        let has_bar = may_have_bar && !voice.quiet && std::io::stderr().is_terminal();
        Self {
            stage,
            voice,
            bar: has_bar.then(|| new_bar(stage)),
            interrupts: interrupts.exit_code().is_none().then_some(interrupts),
            began_secs,
            max_secs: None,
            last_line_secs: Mutex::new(began_secs),
        }
    }

    /// Ends the stage after so long.
    pub(super) fn with_budget(mut self, max_secs: Option<f64>) -> Self {
        self.max_secs = max_secs;
        self
    }

    /// The exit code of the signal that ends this stage, if one has come.
    pub(super) fn exit_code(&self) -> Option<u8> {
        self.interrupts.and_then(Interrupts::exit_code)
    }

    fn says_now(&self) -> bool {
        if self.voice.quiet {
            return false;
        }
        let mut last_secs = self
            .last_line_secs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_time = now_secs() - *last_secs >= LINE_EVERY_SECS;
        if is_time {
            *last_secs = now_secs();
        }
        is_time
    }
}

fn new_bar(stage: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(BAR_STEPS), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:24} {percent:>3} % {wide_msg}") {
        bar.set_style(style);
    }
    bar.set_prefix(stage);
    bar
}

impl Watch for Follow<'_> {
    fn should_stop(&self) -> bool {
        let is_late = self
            .max_secs
            .is_some_and(|max_secs| now_secs() - self.began_secs >= max_secs);
        is_late || self.exit_code().is_some()
    }

    fn progress(&self, progress: Progress) {
        // With a time budget the work ends when that does, if not before.
        let of_time = self
            .max_secs
            .map_or(0.0, |max_secs| (now_secs() - self.began_secs) / max_secs);
        let share = f64::from(progress.share).max(of_time).clamp(0.0, 1.0);
        let best = progress.best_max_cos.map_or_else(String::new, |cos| {
            let angle_deg = cos.clamp(-1.0, 1.0).acos().to_degrees();
            format!("closest pair {angle_deg:.4} degrees apart")
        });
        if let Some(bar) = &self.bar {
            bar.set_position((share * BAR_STEPS as f64) as u64);
            bar.set_message(best);
        } else if self.says_now() {
            let comma = if best.is_empty() { "" } else { ", " };
            let (stage, percent) = (self.stage, 100.0 * share);
            self.voice
                .say(&format!("{stage}: {percent:.0} %{comma}{best}"));
        }
    }
}

impl Drop for Follow<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
