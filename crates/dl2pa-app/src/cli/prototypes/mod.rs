//! `--prototypes`: spreads points on a sphere, or takes those of a file, says how well they are spread,
//! and writes them if asked.

mod follow;
mod measure;
mod report;
mod streamed;

use std::path::Path;

use dl2pa_core::prototypes::codes::Code;
use dl2pa_core::prototypes::{
    Effort, MOST_ANNEALED, Method, PAPER_T, Request, RowSource as _, make,
};
use dl2pa_core::streams::{PROTOTYPES, Streams};
use dl2pa_runtime::device::{DeviceChoice, TrainingDevice, headless};
use dl2pa_runtime::now_secs;

use crate::array_files::{self, Format, Matrix};
use crate::run_folder::check_place;

use super::arguments::{CommonFlags, PrototypeFlags};
use super::error::CliError;
use super::run_flags::RunFlags;
use super::signals::Interrupts;
use super::voice::Voice;
use follow::Follow;
use report::{Figures, PrototypeReport};

/// Seed unless told otherwise.
const SEED: u64 = 42;
/// Sets of prototypes that take more than this are only made into a file, in bytes.
const MOST_WITHOUT_FILE_BYTES: usize = 1 << 30;
/// Arithmetic of one pair and dimension in a step of [`Method::Tiled`]: the product and its gradient,
/// a multiplication and an addition each.
const FLOPS_A_PAIR: f64 = 4.0;

/// What all stages know.
struct Surroundings<'a> {
    common: &'a CommonFlags,
    voice: Voice,
    interrupts: Interrupts,
}

/// Makes or reads prototypes, reports, writes. The exit code is 0, or that of the signal that ended the
/// search for better ones.
///
/// # Errors
/// Flags that make no sense, a file that cannot be read or written (nothing is then left of it), and a
/// signal that leaves nothing to report.
pub(super) fn prototypes(
    flags: &RunFlags,
    own: &PrototypeFlags,
    common: &CommonFlags,
    voice: Voice,
) -> Result<u8, CliError> {
    refuse_other_flags(flags, own, common)?;
    if let Some(path) = &common.output {
        Format::to_write(path)?;
        check_place(path)?;
    }
    if let Some(threads) = own.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global()
            .map_err(|error| CliError::Failed(format!("The threads cannot be had ({error}).")))?;
    }
    let surroundings = Surroundings {
        common,
        voice,
        interrupts: Interrupts::install()?,
    };
    if let Some(path) = &own.measure {
        surroundings.measure(path)?;
    } else {
        surroundings.make(flags, own)?;
    }
    Ok(surroundings.interrupts.exit_code().unwrap_or(0))
}

impl Surroundings<'_> {
    fn follow(&self, stage: &'static str) -> Follow<'_> {
        Follow::new(
            stage,
            self.voice,
            !self.common.no_progress,
            &self.interrupts,
        )
    }

    fn output(&self) -> Option<&Path> {
        self.common.output.as_deref()
    }

    fn measure(&self, path: &Path) -> Result<(), CliError> {
        let began_secs = now_secs();
        let rows = super::prototype_file::open(path)?;
        if let Some(note) = &rows.note {
            self.voice.note(note);
        }
        if let Some(output) = self.output() {
            streamed::write(&rows, Some(output), &self.follow("writing"))?;
        }
        let (count, dim) = (rows.rows(), rows.dim());
        let figures = match rows.in_memory() {
            Some(values) => self.figures(values, dim),
            None => self.figures_of(&rows),
        };
        if let Some(cause) = rows.failure() {
            return Err(CliError::Failed(format!(
                "`{}` cannot be read any more ({cause}).",
                path.display()
            )));
        }
        let figures = figures?;
        let proven = measure::meets_bound(&figures, count, dim);
        let seconds = now_secs() - began_secs;
        self.report((count, dim), "measured", proven, &figures, seconds)
    }

    fn make(&self, flags: &RunFlags, own: &PrototypeFlags) -> Result<(), CliError> {
        let (count, dim) = size(flags)?;
        let method = method(flags)?;
        let streams = Streams::new(flags.seed.unwrap_or(SEED));
        if let Some(code) = streamed::code(method, count, dim) {
            let bytes = count.saturating_mul(dim).saturating_mul(size_of::<f32>());
            if self.output().is_none() && bytes > MOST_WITHOUT_FILE_BYTES {
                return Err(CliError::Usage(format!(
                    "{count} prototypes in {dim} dimensions take {:.1} GB and are only written to a file; add --output FILE.npy.",
                    bytes as f64 / 1e9
                )));
            }
            return self.make_streamed(code, (count, dim), &streams, own.verify_all);
        }
        let request = Request {
            count,
            dim,
            method,
            t: flags.prototype_t.unwrap_or(PAPER_T),
            effort: match own.max_seconds {
                Some(_) => Effort::UntilStopped,
                None => Effort::Thorough,
            },
        };
        let device = open_device(&request, self.common.device)?;
        let began_secs = now_secs();
        let follow = self.follow("spreading").with_budget(own.max_seconds);
        let spread = pollster::block_on(make(&request, &streams, &device.device, &follow))?;
        drop(follow);
        let seconds = now_secs() - began_secs;
        // First of all what took long is brought to safety.
        let matrix = Matrix {
            rows: count,
            columns: dim,
            values: spread.prototypes,
        };
        if let Some(path) = self.output() {
            array_files::write(path, &matrix)?;
        }
        let figures = self.figures(&matrix.values, dim)?;
        let (name, proven) = (spread.method.name(), spread.proven_optimal);
        self.report((count, dim), name, proven, &figures, seconds)
    }

    fn make_streamed(
        &self,
        code: Code,
        (count, dim): (usize, usize),
        streams: &Streams,
        verify_all: bool,
    ) -> Result<(), CliError> {
        let began_secs = now_secs();
        let rows = code
            .source_in(count, dim, &mut streams.rng(PROTOTYPES))
            .map_err(|error| CliError::Usage(error.to_string()))?;
        let mean_cos = streamed::write(&*rows, self.output(), &self.follow("writing"))?;
        let seconds = now_secs() - began_secs;
        let figures = if verify_all {
            self.figures_of(&*rows)?
        } else {
            streamed::figures(&*rows, code, mean_cos, streams)?
        };
        let is_whole = (count, dim) == (code.len(), code.dim());
        let proven =
            (is_whole && code.is_proven_optimal()) || measure::meets_bound(&figures, count, dim);
        self.report((count, dim), code.name(), proven, &figures, seconds)
    }

    fn report(
        &self,
        size: (usize, usize),
        method: &str,
        proven_optimal: bool,
        figures: &Figures,
        seconds: f64,
    ) -> Result<(), CliError> {
        let report = PrototypeReport::new(size, method, proven_optimal, figures, seconds);
        let words = report.in_words(self.output());
        self.voice.result(&report, &words)
    }
}

/// The number of prototypes and their dimension.
fn size(flags: &RunFlags) -> Result<(usize, usize), CliError> {
    flags.classes.zip(flags.dim).ok_or_else(|| {
        CliError::Usage(
            "--prototypes needs to know how many and where: --classes C --dim D, or --measure FILE."
                .into(),
        )
    })
}

fn method(flags: &RunFlags) -> Result<Method, CliError> {
    let method = match &flags.prototype_method {
        Some(name) => name
            .parse()
            .map_err(|error: dl2pa_core::prototypes::UnknownMethod| {
                CliError::Usage(error.to_string())
            })?,
        None => Method::Auto,
    };
    if flags.prototype_t.is_some() && method != Method::Uniformity {
        return Err(CliError::Usage(format!(
            "--t is the temperature of --method uniformity and means nothing to {method}."
        )));
    }
    Ok(method)
}

/// Only many prototypes are spread on a device; a graphics adapter takes longer to open than a few take.
fn open_device(request: &Request, choice: DeviceChoice) -> Result<TrainingDevice, CliError> {
    let &Request {
        method, count, dim, ..
    } = request;
    // Up to two a dimension are known in closed form.
    let may_be_tiled = method == Method::Auto && count > MOST_ANNEALED.max(2 * dim);
    let is_tiled = method == Method::Tiled || may_be_tiled;
    if !is_tiled {
        return Ok(TrainingDevice::cpu());
    }
    let pairs = (request.count as f64).powi(2) / 2.0;
    Ok(headless(choice, FLOPS_A_PAIR * pairs * request.dim as f64)?)
}

/// Refuses what would be silently without effect.
fn refuse_other_flags(
    flags: &RunFlags,
    own: &PrototypeFlags,
    common: &CommonFlags,
) -> Result<(), CliError> {
    const TAKEN: [&str; 5] = ["classes", "dim", "seed", "prototype_method", "prototype_t"];
    let given =
        toml::Table::try_from(flags).map_err(|error| CliError::Failed(error.to_string()))?;
    let dashed = |key: &String| match key.as_str() {
        "prototype_method" => "method".to_owned(),
        "prototype_t" => "t".to_owned(),
        other => other.replace('_', "-"),
    };
    let other = given.keys().find(|key| !TAKEN.contains(&key.as_str()));
    let other = match other {
        Some(key) => Some(dashed(key)),
        None if common.config.is_some() => Some("config".to_owned()),
        None => None,
    };
    if let Some(other) = other {
        return Err(CliError::Usage(format!(
            "--{other} means nothing to --prototypes, which takes --classes, --dim, --method, --t, --seed, --max-seconds, --threads, --device, --measure, --verify-all and --output."
        )));
    }
    let without_file = match given.keys().next() {
        Some(key) => Some(dashed(key)),
        None => own.max_seconds.map(|_| "max-seconds".to_owned()),
    };
    match (without_file, &own.measure) {
        (Some(flag), Some(_)) => Err(CliError::Usage(format!(
            "--{flag} means nothing to --measure, which takes the prototypes as they are in its file."
        ))),
        _ => Ok(()),
    }
}
