//! Ctrl-C and the system's request to end: the first is noted, the second ends the program at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use dl2pa_runtime::now_secs;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::error::CliError;

/// How often the watcher looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Exit codes by signal, as shells expect: 128 plus its number.
const SIGNALS: [(i32, u8); 2] = [(SIGINT, 130), (SIGTERM, 143)];

/// The signals that have come.
#[derive(Clone, Debug)]
pub(super) struct Interrupts {
    /// Exit code of the latest signal; 0 before the first.
    code: Arc<AtomicUsize>,
}

impl Interrupts {
    /// From now on a first signal is only noted.
    ///
    /// # Errors
    /// When the system does not let the program handle signals.
    pub(super) fn install() -> Result<Self, CliError> {
        let failed = |error| CliError::Failed(format!("Signals cannot be handled ({error})."));
        let has_come = Arc::new(AtomicBool::new(false));
        let code = Arc::new(AtomicUsize::new(0));
        for (signal, exit_code) in SIGNALS {
            // In this order: the first signal finds `has_come` unset and sets it after that look.
            flag::register_conditional_shutdown(
                signal,
                i32::from(exit_code),
                Arc::clone(&has_come),
            )
            .map_err(failed)?;
            flag::register(signal, Arc::clone(&has_come)).map_err(failed)?;
            flag::register_usize(signal, Arc::clone(&code), usize::from(exit_code))
                .map_err(failed)?;
        }
        Ok(Self { code })
    }

    /// The exit code of the signal that has come, if one has.
    pub(super) fn exit_code(&self) -> Option<u8> {
        match self.code.load(Ordering::Relaxed) {
            0 => None,
            code => u8::try_from(code).ok(),
        }
    }

    /// Calls `first` soon after the first signal or after `deadline_secs` of the runtime's clock, from a thread of its own that ends with
    /// the returned watch.
    ///
    /// # Errors
    /// When the thread cannot be made.
    pub(super) fn watch(
        &self,
        deadline_secs: Option<f64>,
        first: impl FnOnce() + Send + 'static,
    ) -> Result<Watch, CliError> {
        let watched = self.clone();
        let is_over = Arc::new(AtomicBool::new(false));
        let watch = Watch {
            is_over: Arc::clone(&is_over),
        };
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                let has_passed = || deadline_secs.is_some_and(|deadline| now_secs() >= deadline);
                while watched.exit_code().is_none() && !has_passed() {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    thread::sleep(LOOK_EVERY);
                }
                first();
            })
            .map_err(|error| CliError::Failed(format!("A thread cannot be started ({error}).")))?;
        Ok(watch)
    }
}

/// Ends its thread when it is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    is_over: Arc<AtomicBool>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}
