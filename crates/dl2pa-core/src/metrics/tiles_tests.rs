//! Tests of the figures over many blocks of rows: against plain loops, threads, sources, stopping.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::prototypes::{Progress, RowSource, Watch};

const ROWS: usize = 700;
const DIM: usize = 7;

/// Rows without a pattern and of many lengths; two of them 0.002 rad apart, far away from each other.
fn scattered() -> Vec<f32> {
    let mut rows: Vec<f32> = (0..ROWS * DIM)
        .map(|index| ((index * index % 9_973) as f32 * 0.731).sin() * (1 + index % 3) as f32)
        .collect();
    let twin: Vec<f32> = rows[3 * DIM..4 * DIM].iter().map(|v| v * 5.0).collect();
    rows[690 * DIM..691 * DIM].copy_from_slice(&twin);
    let length: f32 = twin.iter().map(|v| v * v).sum::<f32>().sqrt();
    // Across the row in a plane of two of its numbers.
    let across = (twin[0].powi(2) + twin[1].powi(2)).sqrt();
    rows[690 * DIM] += 0.002 * length * twin[1] / across;
    rows[690 * DIM + 1] -= 0.002 * length * twin[0] / across;
    rows
}

struct Slow(Vec<f32>);

impl RowSource for Slow {
    fn rows(&self) -> usize {
        self.0.len() / DIM
    }
    fn dim(&self) -> usize {
        DIM
    }
    fn fill(&self, first_row: usize, out: &mut [f32]) {
        let length = out.len();
        out.copy_from_slice(&self.0[first_row * DIM..][..length]);
    }
}

struct Counting {
    calls: AtomicUsize,
    most: usize,
}

impl Watch for Counting {
    fn should_stop(&self) -> bool {
        self.calls.load(Ordering::Relaxed) >= self.most
    }
    fn progress(&self, progress: Progress) {
        assert!(progress.share > 0.0 && progress.share <= 1.0);
        self.calls.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn many_blocks_give_what_plain_loops_give() {
    let rows = scattered();
    let unit: Vec<Vec<f64>> = rows
        .chunks_exact(DIM)
        .map(|row| {
            let row: Vec<f64> = row.iter().map(|&value| f64::from(value)).collect();
            let norm = dot(&row, &row).sqrt();
            row.iter().map(|value| value / norm).collect()
        })
        .collect();
    let mut nearest = vec![f64::NEG_INFINITY; ROWS];
    let (mut cos_sum, mut angle_sum, mut exp_sum) = (0.0, 0.0, 0.0);
    for i in 0..ROWS {
        for j in 0..i {
            let cos = dot(&unit[i], &unit[j]);
            nearest[i] = nearest[i].max(cos);
            nearest[j] = nearest[j].max(cos);
            cos_sum += cos;
            angle_sum += cos.acos();
            exp_sum += (2.0 * 2.0 * (cos - 1.0)).exp();
        }
    }
    let pairs = (ROWS * (ROWS - 1) / 2) as f64;
    let found = separation(&rows, DIM).unwrap();
    let max_cos = nearest.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    assert!((found.max_cos - max_cos).abs() < 1e-14);
    assert!((found.mean_nearest_cos - nearest.iter().sum::<f64>() / ROWS as f64).abs() < 1e-13);
    assert!((found.mean_cos - cos_sum / pairs).abs() < 1e-13);
    assert!((found.mean_angle_deg - (angle_sum / pairs).to_degrees()).abs() < 1e-10);
    assert!((found.min_angle_deg - 0.002_f64.to_degrees()).abs() < 1e-4);
    let unit: Vec<f64> = unit.concat();
    let value = uniformity(&unit, DIM, 2.0).unwrap();
    assert!((value - (exp_sum / pairs).ln()).abs() < 1e-12);
}

#[test]
fn threads_and_sources_do_not_change_a_bit() {
    let rows = scattered();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| {
            let found = separation(&rows, DIM).unwrap();
            (found, uniformity(&rows, DIM, 0.5).unwrap())
        })
    };
    let alone = on(1);
    for threads in [2, 5] {
        assert_eq!(on(threads), alone, "{threads} threads");
    }
    let source = Slow(rows.clone());
    let watch = Counting {
        calls: AtomicUsize::new(0),
        most: usize::MAX,
    };
    assert_eq!(separation_of(&source, &watch).unwrap(), Some(alone.0));
    // Three blocks of rows have six pairs of blocks.
    assert_eq!(watch.calls.into_inner(), 6);
    let value = uniformity_of(&source, 0.5, &crate::prototypes::Unwatched);
    assert_eq!(value.unwrap(), Some(alone.1));
}

#[test]
fn who_watches_can_stop() {
    let rows = scattered();
    let watch = || Counting {
        calls: AtomicUsize::new(0),
        most: 1,
    };
    assert_eq!(separation_watched(&rows, DIM, &watch()), Ok(None));
    assert_eq!(uniformity_watched(&rows, DIM, 2.0, &watch()), Ok(None));
    let short = Slow(vec![1.0; DIM]);
    assert_eq!(
        separation_of(&short, &watch()),
        Err(MetricError::NoPair { count: 1 })
    );
}

#[test]
fn a_sharp_sum_of_exponentials_does_not_vanish() {
    // exp(-4000 * 2) is 0 in double precision; its logarithm is not.
    let value = uniformity(&[1.0, 0.0, 0.0, 1.0], 2, 4_000.0).unwrap();
    assert!((value + 8_000.0).abs() < 1e-9, "{value}");
}
