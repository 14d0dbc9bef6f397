//! `--assign`: matches the classes of anyone's arrays to prototypes, says how good that is and what moved,
//! and writes it if asked.

mod error;
mod pairs_file;
mod problem;
mod report;
mod rotation;

use std::path::{Path, PathBuf};

use dl2pa_core::assignment::{Assignment, Matching, Solver};
use dl2pa_runtime::now_secs;

use crate::array_files::{self, Matrix};
use crate::run_folder::check_place;

use super::arguments::{AssignFlags, CommonFlags};
use super::error::CliError;
use super::run_flags::RunFlags;
use super::voice::Voice;

pub(super) use error::AssignInputError;
use pairs_file::PairsFormat;
use problem::Problem;
use report::{AssignReport, Changes, cycles_of};

/// Seed unless told otherwise.
const SEED: u64 = 42;

/// Matches, reports, writes. `prototypes` is the file to match to.
///
/// # Errors
/// Flags that make no sense, a file that cannot be used, or one that cannot be written (nothing is then
/// left of it).
pub(super) fn assign(
    prototypes: Option<&Path>,
    flags: &RunFlags,
    own: &AssignFlags,
    common: &CommonFlags,
    voice: Voice,
) -> Result<(), CliError> {
    refuse_other_flags(flags, own, common)?;
    if let Some(path) = &common.output {
        PairsFormat::of(path)?;
        check_place(path)?;
    }
    let mut problem = read_problem(prototypes, own, voice)?;
    let (classes, columns) = (problem.classes(), problem.prototypes());
    let present = match &own.present {
        Some(path) => Some(pairs_file::read(path, classes, columns)?),
        None => None,
    };
    let solver = solver(own, &problem, voice)?;
    let began_secs = now_secs();
    let turned = match problem.directions_mut() {
        Some(directions) if own.rotate => Some(rotation::turn(
            directions,
            present.as_ref(),
            own.starts,
            flags.seed.unwrap_or(SEED),
        )?),
        _ => None,
    };
    // Where the prototypes have turned, that matching's pairs are kept; it has kept the present ones.
    let before = turned.as_ref().map(|found| &found.assignment);
    let mut matching = problem.solve(solver, before.or(present.as_ref()))?;
    if let (Some(present), Solver::Sparse) = (&present, solver) {
        undo_useless_moves(&problem, present, &mut matching)?;
    }
    let seconds = now_secs() - began_secs;
    let rotation_file = match (&common.output, &turned) {
        (Some(path), Some(found)) => Some(write_rotation(path, &found.rotation)?),
        _ => None,
    };
    if let Some(path) = &common.output {
        let score_of = |class, prototype| problem.score(class, prototype);
        pairs_file::write(path, &matching.assignment, score_of)?;
    }
    let changes = match &present {
        Some(present) => Some(Changes::new(&problem, present, &matching)?),
        None => None,
    };
    let report = AssignReport::new(
        &problem,
        solver,
        &matching,
        changes,
        (turned.is_some(), rotation_file),
        seconds,
    );
    let words = report.in_words(common.output.as_deref());
    voice.result(&report, &words)
}

/// The scores, or the means and prototypes, that the flags name.
fn read_problem(
    prototypes: Option<&Path>,
    own: &AssignFlags,
    voice: Voice,
) -> Result<Problem, CliError> {
    let (problem, notes) = match (&own.scores, &own.means, prototypes) {
        (Some(scores), None, None) => (Problem::read_scores(scores)?, Vec::new()),
        (None, Some(means), Some(prototypes)) => Problem::read_directions(means, prototypes)?,
        _ => {
            return Err(CliError::Usage(
                "--assign needs something to match: --means FILE and --prototypes FILE, or --scores FILE alone."
                    .to_owned(),
            ));
        }
    };
    for note in notes {
        voice.note(&note);
    }
    Ok(problem)
}

/// The solver that is used, never [`Solver::Auto`].
fn solver(own: &AssignFlags, problem: &Problem, voice: Voice) -> Result<Solver, CliError> {
    let asked = match &own.solver {
        Some(name) => name
            .parse()
            .map_err(|error: dl2pa_core::assignment::AssignmentError| {
                CliError::Usage(error.to_string())
            })?,
        None => Solver::Auto,
    };
    let needs_matrix = match asked {
        Solver::Sparse => false,
        Solver::Auto => own.rotate,
        Solver::KuhnMunkres | Solver::ShortestPath => true,
    };
    if problem.is_large() && needs_matrix {
        let (what, instead) = if own.rotate {
            ("--rotate", "match without it")
        } else {
            ("An exact solver", "take --solver sparse")
        };
        return Err(CliError::Usage(format!(
            "{what} needs all {} x {} scores in memory, {:.0} GB, which is too many; {instead}.",
            problem.classes(),
            problem.prototypes(),
            problem.matrix_bytes() / 1e9
        )));
    }
    Ok(match asked {
        Solver::Auto if problem.is_large() => {
            voice.note(&format!(
                "{} x {} scores do not fit in memory, so the sparse solver is taken; its gap says how far from the best it may be",
                problem.classes(),
                problem.prototypes()
            ));
            Solver::Sparse
        }
        Solver::Auto => Solver::ShortestPath,
        asked => asked,
    })
}

/// Takes back what gains nothing: the sparse solver knows no present pairs.
fn undo_useless_moves(
    problem: &Problem,
    present: &Assignment,
    matching: &mut Matching,
) -> Result<(), AssignInputError> {
    let mut prototype_of = matching.assignment.as_slice().to_vec();
    for cycle in cycles_of(problem, present, &matching.assignment)? {
        if cycle.gain > 0.0 {
            continue;
        }
        for &class in &cycle.classes {
            prototype_of[class as usize] = present.as_slice()[class as usize];
        }
        matching.score -= cycle.gain;
        matching.certificate_gap += cycle.gain;
    }
    matching.assignment = Assignment::from_vec(prototype_of, present.prototypes())?;
    Ok(())
}

/// Writes R (d x d) beside the assignment.
fn write_rotation(output: &Path, rotation: &[f64]) -> Result<PathBuf, CliError> {
    let path = output.with_extension("rotation.npy");
    let dim = rotation.len().isqrt();
    let matrix = Matrix {
        rows: dim,
        columns: dim,
        values: rotation.iter().map(|&value| value as f32).collect(),
    };
    array_files::write(&path, &matrix)?;
    Ok(path)
}

/// Refuses what would be silently without effect.
fn refuse_other_flags(
    flags: &RunFlags,
    own: &AssignFlags,
    common: &CommonFlags,
) -> Result<(), CliError> {
    let given =
        toml::Table::try_from(flags).map_err(|error| CliError::Failed(error.to_string()))?;
    let other = given.keys().find(|key| *key != "seed");
    let other = match other {
        Some(key) => Some(key.replace('_', "-")),
        None => common.config.as_ref().map(|_| "config".to_owned()),
    };
    if let Some(other) = other {
        return Err(CliError::Usage(format!(
            "--{other} means nothing to --assign, which takes --means, --prototypes, --scores, --present, --rotate, --starts, --seed, --solver and --output."
        )));
    }
    let is_shared = |flag: &str, is_given: bool| match (is_given, own.rotate) {
        (true, false) => Err(CliError::Usage(format!(
            "{flag} means nothing without --rotate."
        ))),
        _ => Ok(()),
    };
    is_shared("--seed", flags.seed.is_some())?;
    is_shared("--starts", own.starts.is_some())?;
    if own.rotate && own.scores.is_some() {
        return Err(CliError::Usage(
            "--rotate turns prototypes, of which --scores says nothing; give --means and --prototypes."
                .to_owned(),
        ));
    }
    if own.rotate && own.solver.is_some() {
        return Err(CliError::Usage(
            "--rotate matches many times and chooses the solver itself; leave out --solver."
                .to_owned(),
        ));
    }
    Ok(())
}
