//! Times the matching for benches/assignment.py, which compares it with scipy.
//!
//! `assignment_bench FOLDER N REPEATS SECONDS` reads `scores.f32` and `next.f32` (N x N, little-endian) and
//! prints one JSON object: for each way of solving, its wall times, the processor time of all its threads
//! and its total. Ways that would take longer than SECONDS, going by N^3, are left out.
//! `assignment_bench sparse C P DIM PASSES` matches C random class means to P random prototypes without
//! their score matrix.

use std::io::Write as _;

use anyhow::{Context as _, Result, bail};
use dl2pa_core::assignment::{Matcher, Matching, Solver, SparseEffort, match_means_sparsely};
use dl2pa_core::prototypes;
use dl2pa_data::Streams;
use dl2pa_runtime::now_secs;
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use serde_json::{Value, json};

/// What pathfinding needs for N = 1000, about, on a slow core.
const PATHFINDING_SECS_AT_1000: f64 = 0.2;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let report = match arguments[..] {
        ["sparse", classes, prototypes, dim, passes] => sparse(
            classes.parse()?,
            prototypes.parse()?,
            dim.parse()?,
            passes.parse()?,
        )?,
        [folder, n, repeats, seconds] => {
            dense(folder, n.parse()?, repeats.parse()?, seconds.parse()?)?
        }
        _ => bail!("Give FOLDER N REPEATS SECONDS, or sparse C P DIM PASSES."),
    };
    writeln!(std::io::stdout(), "{report}")?;
    Ok(())
}

fn dense(folder: &str, n: usize, repeats: usize, seconds: f64) -> Result<Value> {
    let now = read(&format!("{folder}/scores.f32"), n)?;
    let next = read(&format!("{folder}/next.f32"), n)?;
    let (mut cold, mut warm, mut same) = (Times::default(), Times::default(), Times::default());
    for _ in 0..repeats {
        let mut matcher = Matcher::new(Solver::Auto);
        let first = cold.take(|| solve(&mut matcher, &now, n))?;
        let second = warm.take(|| solve(&mut matcher, &next, n))?;
        let third = same.take(|| solve(&mut matcher, &next, n))?;
        cold.total = first.score;
        warm.total = second.score;
        same.total = third.score;
    }
    let mut next_cold = Times::default();
    for _ in 0..repeats {
        next_cold.total = next_cold
            .take(|| solve(&mut Matcher::new(Solver::Auto), &next, n))?
            .score;
    }
    let mut report = json!({
        "cold": cold.report(), "warm": warm.report(), "warm, nothing moved": same.report(), "cold, next": next_cold.report(),
    });
    if PATHFINDING_SECS_AT_1000 * (n as f64 / 1000.0).powi(3) <= seconds {
        let weights: Vec<i64> = now
            .iter()
            .map(|score| (f64::from(*score) * 2_f64.powi(40)) as i64)
            .collect();
        let weights = Matrix::from_vec(n, n, weights)?;
        let mut times = Times::default();
        let (total, _) = times.take(|| Ok(kuhn_munkres(&weights)))?;
        times.total = total as f64 / 2_f64.powi(40);
        report["pathfinding"] = times.report();
    }
    Ok(report)
}

fn solve(matcher: &mut Matcher, scores: &[f32], n: usize) -> Result<Matching> {
    let matching = matcher.solve(scores, n, n, None)?;
    if matching.certificate_gap != 0.0 {
        bail!("the gap is {}", matching.certificate_gap);
    }
    Ok(matching)
}

fn sparse(classes: usize, count: usize, dim: usize, passes: usize) -> Result<Value> {
    let streams = Streams::new(42);
    let means = prototypes::random(classes, dim, &mut streams.rng("means"));
    let rows = prototypes::random(count, dim, &mut streams.rng("prototypes"));
    let mut times = Times::default();
    let effort = SparseEffort {
        passes,
        mean_gap: 1e-7,
    };
    let found = times.take(|| Ok(match_means_sparsely(&means, &rows, dim, effort)?))?;
    times.total = found.score;
    let mut report = times.report();
    report["certificate_gap"] = json!(found.certificate_gap);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    report["peak_memory"] = json!(peak.map(str::trim));
    Ok(report)
}

#[derive(Default)]
struct Times {
    wall_secs: Vec<f64>,
    cpu_secs: Vec<f64>,
    total: f64,
}

impl Times {
    fn take<T>(&mut self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let (wall_secs, cpu_secs) = (now_secs(), cpu_secs());
        let result = work();
        self.wall_secs.push(now_secs() - wall_secs);
        self.cpu_secs.push(self::cpu_secs() - cpu_secs);
        result
    }

    fn report(&self) -> Value {
        json!({ "wall_secs": self.wall_secs, "cpu_secs": self.cpu_secs, "total": self.total })
    }
}

/// Processor time of all threads so far; zero where the system does not tell.
fn cpu_secs() -> f64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else {
        return 0.0;
    };
    let nanoseconds = tasks.flatten().filter_map(|task| {
        let schedule = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        schedule.split_whitespace().next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() * 1e-9
}

fn read(path: &str, n: usize) -> Result<Vec<f32>> {
    let bytes = std::fs::read(path).with_context(|| format!("{path} cannot be read"))?;
    let scores: Vec<f32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect();
    if scores.len() != n * n {
        bail!("{path} holds {} scores, not {n} x {n}", scores.len());
    }
    Ok(scores)
}
