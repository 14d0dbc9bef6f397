//! Steps with names and durations: said when they start and end, listed in a summary.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The steps that were done so far.
#[derive(Debug, Default)]
pub struct Steps {
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Does one step; its name goes in front of whatever error it ends with.
    pub fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("\n==> {name}");
        let started = now();
        let result = work();
        let took = started.elapsed();
        match result {
            Ok(value) => {
                eprintln!("    done in {}", human(took));
                self.done.push((name.to_owned(), took));
                Ok(value)
            }
            Err(error) => {
                self.summary();
                eprintln!("    {:>9}  {name}  FAILED", human(took));
                Err(error).with_context(|| format!("step \"{name}\""))
            }
        }
    }

    /// Lists the steps with how long each took.
    pub fn summary(&self) {
        let total: Duration = self.done.iter().map(|(_, took)| *took).sum();
        eprintln!("\n==> summary");
        for (name, took) in &self.done {
            eprintln!("    {:>9}  {name}", human(*took));
        }
        eprintln!("    {:>9}  together", human(total));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this program never runs on wasm, where the clock is missing"
)]
fn now() -> Instant {
    Instant::now()
}

fn human(time: Duration) -> String {
    let secs = time.as_secs();
    if secs >= 60 {
        format!("{} min {:02} s", secs / 60, secs % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
