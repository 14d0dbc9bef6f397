//! Lines as events again: of a run that is over, that was cut off, or that went on later.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::check::Shape;
use super::error::RecordError;
use crate::config::{HeadKind, RunConfig};
use crate::protocol::{
    Evaluation, Event, FailureCause, FinishReason, Provenance, Relabelling, RunId, RunInfo,
};

/// Events and resumptions that a file may have: more than any run, and few enough to be gone through in no time.
const MOST_EVENTS: usize = 200_000;
const MOST_RESUMPTIONS: usize = 1_000;
/// Letters of a cause that are shown.
const SHOWN: usize = 120;

/// What a file holds of a run.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// From its beginning on.
    pub events: Vec<Event>,
    /// The last line is not whole: the run was cut off, or still goes on.
    pub is_cut: bool,
    /// The first assignment was recorded. Older files do not hold it.
    pub has_first_assignment: bool,
}

/// Whether bytes look like a recorded run and not like a table: they begin an object.
#[must_use]
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'{')
}

/// Reads a recorded run, whose events get the number `run`. Events of kinds that this program does not know are left
/// out.
///
/// # Errors
/// A [`RecordError`], which names the line.
pub fn read(bytes: &[u8], run: RunId) -> Result<Recorded, RecordError> {
    let mut reader = Reader::new(run);
    let mut is_cut = false;
    let mut lines = bytes.split(|&byte| byte == b'\n').enumerate().peekable();
    while let Some((place, line)) = lines.next() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let line_number = place + 1;
        match serde_json::from_slice(line) {
            Ok(value) => reader.take(line_number, value)?,
            // The last line ends with the file where the program was stopped while it wrote.
            Err(_) if lines.peek().is_none() => is_cut = true,
            Err(error) => return Err(damaged(line_number, &error)),
        }
    }
    if reader.events.is_empty() {
        return Err(RecordError::Empty);
    }
    Ok(Recorded {
        events: reader.events,
        is_cut,
        has_first_assignment: reader.has_first_assignment,
    })
}

fn damaged(line: usize, cause: &impl ToString) -> RecordError {
    let cause = cause.to_string();
    RecordError::Line {
        line,
        cause: cause
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(SHOWN)
            .collect(),
    }
}

struct Reader {
    run: RunId,
    events: Vec<Event>,
    shape: Option<Shape>,
    /// W (c x d) as it lies at the moment.
    prototypes: Arc<[f32]>,
    has_first_assignment: bool,
    /// The beginning that comes next is that of the same run, which goes on.
    goes_on: bool,
    /// The step from which it went on, until a matching was done.
    redone: Option<u64>,
    resumptions: usize,
    is_over: bool,
}

impl Reader {
    fn new(run: RunId) -> Self {
        Self {
            run,
            events: Vec::new(),
            shape: None,
            prototypes: [].into(),
            has_first_assignment: false,
            goes_on: false,
            redone: None,
            resumptions: 0,
            is_over: false,
        }
    }

    fn take(&mut self, line: usize, mut value: Value) -> Result<(), RecordError> {
        let kind = value.get("event").and_then(Value::as_str);
        let Some(kind) = kind.map(str::to_owned) else {
            return Err(damaged(line, &"it names no event"));
        };
        let parts = &mut Parts {
            line,
            value: &mut value,
        };
        if kind == "started" {
            return self.started(parts);
        }
        let Some(shape) = self.shape else {
            return Err(RecordError::NoBeginning { line });
        };
        let run = self.run;
        let misfit = |what| RecordError::Misfit { line, what };
        if self.is_over && kind != "resumed" {
            return Err(misfit("that run was over"));
        }
        match kind.as_str() {
            "spread" => self.spread(parts, shape)?,
            "relabelled" => self.relabelled(parts, shape)?,
            "evaluated" => {
                let evaluation: Evaluation = parts.get("evaluation")?;
                self.events.push(Event::Evaluated { run, evaluation });
            }
            "resumed" => {
                let step: u64 = parts.get("step")?;
                self.resumptions += 1;
                if self.resumptions > MOST_RESUMPTIONS {
                    return Err(misfit("it went on too often"));
                }
                self.events.retain(|event| is_before(event, step));
                (self.goes_on, self.is_over) = (true, false);
                self.redone = Some(step);
            }
            "warning" => self.events.push(Event::Warning {
                run,
                message: parts.get("message")?,
            }),
            "finished" => {
                let reason: FinishReason = parts.get("reason")?;
                self.is_over = true;
                self.events.push(Event::Finished { run, reason });
            }
            "failed" => {
                let message = parts.get("message")?;
                let cause: FailureCause = parts.get("cause")?;
                self.is_over = true;
                self.events.push(Event::Failed {
                    run,
                    message,
                    cause,
                });
            }
            // Checkpoints lie beside; comparisons and verdicts are written without what a picture needs.
            _ => {}
        }
        if self.events.len() > MOST_EVENTS {
            return Err(misfit("it has too many events"));
        }
        Ok(())
    }

    fn started(&mut self, parts: &mut Parts<'_>) -> Result<(), RecordError> {
        let config: RunConfig = parts.get("config")?;
        let mut info: RunInfo = parts.get("info")?;
        let shape = Shape::of(&config, &mut info).map_err(|what| RecordError::Misfit {
            line: parts.line,
            what,
        })?;
        let begun = Event::Started {
            run: self.run,
            config: Arc::new(config),
            info: Arc::new(info),
        };
        let goes_on = std::mem::take(&mut self.goes_on);
        if goes_on && self.shape.is_some_and(|before| before.goes_on_as(shape)) {
            // Longer than it was to be, or a branch of it: from here on these are its settings.
            self.shape = Some(shape);
            let begin = self.events.iter_mut();
            for old in begin.filter(|event| matches!(event, Event::Started { .. })) {
                *old = begun.clone();
            }
            return Ok(());
        }
        // Another run behind the first: the last one is shown.
        self.events.clear();
        self.is_over = false;
        self.has_first_assignment = false;
        self.prototypes = [].into();
        self.shape = Some(shape);
        self.events.push(begun);
        Ok(())
    }

    fn spread(&mut self, parts: &mut Parts<'_>, shape: Shape) -> Result<(), RecordError> {
        let prototypes: Vec<f32> = parts.get("prototypes")?;
        let misfit = |what| RecordError::Misfit {
            line: parts.line,
            what,
        };
        shape
            .check_rows(&prototypes, "its prototypes")
            .map_err(misfit)?;
        let min_angle_deg: f64 = parts.get("min_angle_deg")?;
        let provenance: Provenance = parts.get("provenance")?;
        let assignment: Option<Vec<u32>> = parts.maybe("assignment")?;
        let line = parts.line;
        if let Some(assignment) = &assignment {
            shape
                .check_assignment(assignment)
                .map_err(|what| RecordError::Misfit { line, what })?;
        }
        // A run that goes on spreads nothing anew: these are the ones that it had turned until then.
        if !self.prototypes.is_empty() {
            self.prototypes = prototypes.into();
            return Ok(());
        }
        self.has_first_assignment = assignment.is_some() || shape.head == HeadKind::Psc;
        self.prototypes = prototypes.into();
        self.events.push(Event::Spread {
            run: self.run,
            prototypes: Arc::clone(&self.prototypes),
            assignment: match assignment {
                Some(assignment) => assignment.into(),
                None => (0..shape.classes as u32).collect(),
            },
            min_angle_deg,
            provenance,
        });
        Ok(())
    }

    fn relabelled(&mut self, parts: &mut Parts<'_>, shape: Shape) -> Result<(), RecordError> {
        let mut relabelling: Relabelling = parts.get("relabelling")?;
        let class_means: Option<Vec<f32>> = parts.maybe("class_means")?;
        let turned: Option<Vec<f32>> = parts.maybe("prototypes")?;
        let line = parts.line;
        let misfit = |what| RecordError::Misfit { line, what };
        shape.check_relabelling(&relabelling).map_err(misfit)?;
        if let Some(means) = &class_means {
            shape.check_rows(means, "its class means").map_err(misfit)?;
        }
        if let Some(rows) = turned {
            shape.check_rows(&rows, "its prototypes").map_err(misfit)?;
            self.prototypes = rows.into();
        }
        if self.prototypes.is_empty() {
            return Err(misfit("there are no prototypes yet"));
        }
        // Without the means nothing can be explained, and the prototypes are of no use either.
        if let Some(means) = class_means {
            relabelling.class_means = Some(means.into());
            relabelling.prototypes = Arc::clone(&self.prototypes);
        }
        let event = Event::Relabelled {
            run: self.run,
            relabelling: Arc::new(relabelling),
        };
        // One that a run did again after it was taken up stands for the first.
        if self
            .redone
            .take()
            .is_some_and(|step| step_of(&event) == Some(step))
        {
            let step = step_of(&event);
            self.events.retain(|other| {
                !matches!(other, Event::Relabelled { .. }) || step_of(other) != step
            });
        }
        self.events.push(event);
        Ok(())
    }
}

/// The optimiser step of what happened at one.
fn step_of(event: &Event) -> Option<u64> {
    match event {
        Event::Relabelled { relabelling, .. } => Some(relabelling.step),
        Event::Evaluated { evaluation, .. } => Some(evaluation.step),
        _ => None,
    }
}

/// Whether an event belongs to what a run had done by `step`; how it ended before it went on does not.
fn is_before(event: &Event, step: u64) -> bool {
    match event {
        Event::Finished { .. } | Event::Failed { .. } => false,
        other => step_of(other).is_none_or(|at| at <= step),
    }
}

/// The parts of one line.
struct Parts<'a> {
    line: usize,
    value: &'a mut Value,
}

impl Parts<'_> {
    fn get<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, RecordError> {
        let part = self.value.get_mut(name).map(Value::take);
        let part = part.ok_or_else(|| damaged(self.line, &format!("it has no `{name}`")))?;
        serde_json::from_value(part).map_err(|error| damaged(self.line, &error))
    }

    fn maybe<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, RecordError> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.get(name).map(Some),
        }
    }
}
