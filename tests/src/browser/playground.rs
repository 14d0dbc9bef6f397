//! The playground as a script sees it: `window.dl2pa`, screenshots, and figures that are kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::picture::Picture;
use super::server::StaticServer;
use super::webdriver::{Graphics, Session, Viewport};
use super::{Stopwatch, artefacts, dist, wait_for};

/// How often the page is asked. Asking is work for its main thread, so not too often.
const PAUSE: Duration = Duration::from_millis(250);

/// How a test opens the page.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Name of the test's artefacts.
    pub name: &'static str,
    /// What follows the page's path, such as `?device=gpu`.
    pub query: &'static str,
    /// What the page draws with.
    pub graphics: Graphics,
    /// The visible area.
    pub viewport: Viewport,
    /// Dark or light.
    pub dark: bool,
    /// Files that the server withholds, by the end of their names.
    pub withheld: Option<&'static str>,
}

/// What `window.dl2pa.snapshot()` returns.
#[derive(Clone, Debug, Deserialize)]
pub struct Snapshot {
    /// Optimiser steps done.
    pub step: u64,
    /// Epochs done.
    pub epoch: f64,
    /// Training loss lately; `None` before the first step or where it is not finite.
    pub loss: Option<f64>,
    /// Train accuracy lately, 0 to 1.
    pub train_accuracy: Option<f64>,
    /// Test accuracy, 0 to 1.
    pub test_accuracy: Option<f64>,
    /// Prototype of each class.
    pub assignment: Vec<u32>,
    /// Labels moved, one entry a matching.
    pub labels_moved: Vec<u32>,
    /// Smallest angle between two prototypes, in degrees.
    pub min_angle_deg: f64,
    /// What trains.
    pub backend: String,
    /// Where it trains.
    pub device_name: String,
    /// Frames a second.
    pub fps: f64,
    /// 95th percentile of the time between frames, in milliseconds.
    pub frame_ms_p95: f64,
    /// Whether the session waits.
    pub paused: bool,
    /// Hash of the state of a completed run.
    pub state_hash: Option<String>,
    /// The lesson shown, if any.
    pub lesson: Option<Value>,
    /// Its beat, from 0.
    pub lesson_beat: Option<usize>,
    /// What the beat waits for.
    pub lesson_stage: Option<String>,
}

/// The page in a browser, with what it has shown so far.
#[derive(Debug)]
pub struct Playground {
    /// For what this type has no word for.
    pub session: Session,
    /// Since the page was ready.
    pub since_ready: Stopwatch,
    opening: Opening,
    folder: PathBuf,
    figures: Map<String, Value>,
    server: Option<StaticServer>,
}

impl Playground {
    /// Opens the page; does not wait for anything.
    ///
    /// # Errors
    /// When the page is not built or no browser starts.
    pub fn open(opening: Opening) -> Result<Self> {
        Self::open_from(&dist()?, opening)
    }

    /// Opens the page that lies in `folder`.
    ///
    /// # Errors
    /// When there is none or no browser starts.
    pub fn open_from(folder: &Path, opening: Opening) -> Result<Self> {
        let server = StaticServer::start(folder, opening.withheld)?;
        let session = Session::open(opening.graphics, opening.viewport, opening.dark)?;
        // The first minute would start runs of its own.
        let query = match opening.query {
            "" => "?tour=off".to_owned(),
            query => format!("{query}&tour=off"),
        };
        session.go(&format!("{}{query}", server.address()))?;
        let mut page = Self {
            session,
            since_ready: Stopwatch::start(),
            opening,
            folder: artefacts()?,
            figures: Map::new(),
            server: Some(server),
        };
        page.note("query", json!(opening.query));
        page.note("graphics", json!(format!("{:?}", opening.graphics)));
        page.wait_for_script()?;
        Ok(page)
    }

    fn wait_for_script(&self) -> Result<()> {
        let is_there = "return typeof window.dl2pa === 'object' && !window.dl2paOld";
        wait_for(
            "the page's own script",
            Duration::from_secs(30),
            PAUSE,
            || {
                let there = self.session.execute(is_there)?;
                Ok(there.as_bool().filter(|there| *there))
            },
        )
        .map(drop)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When the page does not come back.
    pub fn reload(&self) -> Result<()> {
        self.session
            .execute("window.dl2paOld = true; location.reload()")?;
        self.wait_for_script()
    }

    /// Takes the network away: from now on nobody listens at the page's address.
    pub fn cut_network(&mut self) {
        self.server = None;
    }

    /// Waits until `script`, the body of an async function, returns something else than `null` or `false`.
    ///
    /// # Errors
    /// When `limit` passes or the script throws.
    pub fn wait_for_page(&self, what: &str, limit: Duration, script: &str) -> Result<Value> {
        wait_for(what, limit, PAUSE, || {
            let answer = self.session.execute_async(script)?;
            Ok(Some(answer).filter(|answer| !answer.is_null() && *answer != json!(false)))
        })
    }

    /// Waits for `window.dl2pa.ready` and begins to watch for long tasks of the main thread.
    ///
    /// # Errors
    /// When the page fails, with what it says, or is not ready within `limit`.
    pub fn wait_until_ready(&mut self, limit: Duration) -> Result<()> {
        // Asked again and again rather than awaited once: a driver waits for a script only so long.
        self.session.execute(
            "window.dl2paTest = { longTasks: [] };
             window.dl2pa.ready.then(() => {
                 window.dl2paTest.readyMs = performance.now();
                 new PerformanceObserver((list) => {
                     for (const task of list.getEntries())
                         window.dl2paTest.longTasks.push({ start: task.startTime, ms: task.duration });
                 }).observe({ type: 'longtask', buffered: true });
             }, () => {});",
        )?;
        let session = &self.session;
        let waited = wait_for("the page's becoming ready", limit, PAUSE, || {
            let state = session.execute(
                "return { error: window.dl2pa.error, ms: window.dl2paTest.readyMs ?? null }",
            )?;
            if let Some(error) = state["error"].as_str() {
                bail!("the page says: {error}");
            }
            Ok(state["ms"].as_f64())
        });
        match waited {
            Ok(ready_ms) => {
                self.since_ready = Stopwatch::start();
                self.note("ready_ms", json!(ready_ms.round()));
                Ok(())
            }
            Err(error) => Err(self.with_evidence(error)),
        }
    }

    /// Adds what the console holds to an error, and keeps a screenshot named `failed`.
    fn with_evidence(&self, error: anyhow::Error) -> anyhow::Error {
        let name = self.opening.name;
        let console = self.session.console_errors().unwrap_or_default();
        let picture = match self.keep_screenshot("failed") {
            Ok(_) => format!("see {name}-failed.png"),
            Err(problem) => format!("no screenshot: {problem:#}"),
        };
        error.context(format!(
            "{name}: {picture}; errors in the console: {console:#?}"
        ))
    }

    /// The present snapshot.
    ///
    /// # Errors
    /// When the page has none, or one of another form.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let mut answer = self
            .session
            .execute("return { error: window.dl2pa.error, snapshot: window.dl2pa.snapshot() }")?;
        if let Some(error) = answer["error"].as_str() {
            bail!("the page says: {error}");
        }
        let value = answer["snapshot"].take();
        serde_json::from_value(value.clone())
            .with_context(|| format!("window.dl2pa.snapshot() has not the promised form: {value}"))
    }

    /// Waits for a snapshot that `is_it`; returns it. A loss that is not finite once training has begun ends the wait.
    ///
    /// # Errors
    /// When `limit` passes, or the page reports an error; the error ends with the last snapshot.
    pub fn wait_for(
        &self,
        what: &str,
        limit: Duration,
        is_it: impl Fn(&Snapshot) -> bool,
    ) -> Result<Snapshot> {
        let mut last = None;
        let waited = wait_for(what, limit, PAUSE, || {
            let snapshot = self.snapshot()?;
            if snapshot.step > 0 && snapshot.loss.is_some_and(|loss| !loss.is_finite()) {
                bail!("the loss is not finite at step {}", snapshot.step);
            }
            let found = is_it(&snapshot).then(|| snapshot.clone());
            last = Some(snapshot);
            Ok(found)
        });
        waited
            .with_context(|| format!("the last snapshot is {last:?}"))
            .map_err(|error| self.with_evidence(error))
    }

    /// Gives a command through `window.dl2pa.command`.
    ///
    /// # Errors
    /// When the page refuses it.
    pub fn command(&self, command: &Value) -> Result<()> {
        self.session
            .execute_with("window.dl2pa.command(arguments[0])", command)
            .map(drop)
    }

    /// Takes a screenshot and keeps it as `NAME-MOMENT.png`.
    ///
    /// # Errors
    /// When it cannot be taken, kept or decoded.
    pub fn keep_screenshot(&self, moment: &str) -> Result<Picture> {
        let png = self.session.screenshot()?;
        let path = self
            .folder
            .join(format!("{}-{moment}.png", self.opening.name));
        std::fs::write(&path, &png)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        Picture::decode(&png)
    }

    /// The main thread's tasks over 50 ms that began after `from_ms` of the page's clock, in milliseconds.
    ///
    /// # Errors
    /// When the page does not answer.
    pub fn long_tasks_ms(&self, from_ms: f64) -> Result<Vec<f64>> {
        let script = "return window.dl2paTest.longTasks.filter((task) => task.start >= arguments[0]).map((task) => task.ms)";
        Ok(serde_json::from_value(
            self.session.execute_with(script, &json!(from_ms))?,
        )?)
    }

    /// The page's clock, in milliseconds since it was opened.
    ///
    /// # Errors
    /// When the page does not answer.
    pub fn now_ms(&self) -> Result<f64> {
        self.session
            .execute("return performance.now()")?
            .as_f64()
            .context("the page has no clock")
    }

    /// Adds a figure to those that are kept as `NAME.json`.
    pub fn note(&mut self, key: &str, value: Value) {
        self.figures.insert(key.to_owned(), value);
    }

    /// The console's errors, of which there should be none. Ends the page.
    ///
    /// # Errors
    /// When the driver keeps no log.
    pub fn finish(self) -> Result<Vec<String>> {
        self.session.console_errors()
    }

    fn keep_figures(&self) -> Result<()> {
        let path = self.folder.join(format!("{}.json", self.opening.name));
        let text = serde_json::to_string_pretty(&self.figures)?;
        eprintln!("{}: {text}", self.opening.name);
        std::fs::write(&path, format!("{text}\n"))
            .with_context(|| format!("{} cannot be written", path.display()))
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        // However the test ends: the figures of one that fails are the ones that are wanted.
        if let Err(error) = self.keep_figures() {
            eprintln!("{}: no figures: {error:#}", self.opening.name);
        }
    }
}
