//! Spreading in tiles on burn's devices: as good as annealing, the same on a GPU, and stoppable.

use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use burn::tensor::Device;
use dl2pa_core::metrics::separation;
use dl2pa_core::prototypes::{
    Effort, Method, PAPER_T, Progress, Request, Unwatched, Watch, make, random,
};
use dl2pa_core::streams::{PROTOTYPES, Streams};
use dl2pa_runtime::device::{DeviceChoice, TrainingDevice, headless};

/// Keeps the last progress and says stop after so many questions.
struct Questions {
    asked: AtomicUsize,
    most: usize,
    best_max_cos: Mutex<Option<f64>>,
}

impl Questions {
    fn new(most: usize) -> Self {
        Self {
            asked: AtomicUsize::new(0),
            most,
            best_max_cos: Mutex::new(None),
        }
    }

    fn best_max_cos(&self) -> f64 {
        let best = *self.best_max_cos.lock().expect("no test panicked");
        best.expect("a greatest cosine was reported")
    }
}

impl Watch for Questions {
    fn should_stop(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) >= self.most
    }

    fn progress(&self, progress: Progress) {
        assert!((0.0..=1.0).contains(&progress.share));
        *self.best_max_cos.lock().expect("no test panicked") = progress.best_max_cos;
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::yield_now(),
        }
    }
}

fn spread(size: (usize, usize), method: Method, device: &Device, watch: &dyn Watch) -> Vec<f32> {
    let request = Request {
        count: size.0,
        dim: size.1,
        method,
        t: PAPER_T,
        effort: Effort::Quick,
    };
    let spread = wait(make(&request, &Streams::new(42), device, watch));
    let spread = spread.expect("there are such prototypes");
    assert_eq!(spread.method, method);
    assert_eq!(spread.prototypes.len(), size.0 * size.1);
    for row in spread.prototypes.chunks_exact(size.1) {
        let square: f64 = row.iter().map(|&value| f64::from(value).powi(2)).sum();
        assert!((square.sqrt() - 1.0).abs() < 1e-6);
    }
    spread.prototypes
}

fn max_cos(rows: &[f32], dim: usize) -> f64 {
    separation(rows, dim).expect("whole rows").max_cos
}

#[test]
fn few_prototypes_come_out_nearly_as_annealed() {
    let device = TrainingDevice::cpu().device;
    // Annealed with restarts: 0.0757 (Design, section 4).
    let found = max_cos(&spread((200, 50), Method::Tiled, &device, &Unwatched), 50);
    assert!(found < 1.03 * 0.0757, "200 x 50: {found}");
    let annealed = spread((300, 32), Method::Annealed, &device, &Unwatched);
    let tiled = spread((300, 32), Method::Tiled, &device, &Unwatched);
    let (annealed, found) = (max_cos(&annealed, 32), max_cos(&tiled, 32));
    assert!(found < 1.03 * annealed, "300 x 32: {found}, {annealed}");
}

/// 1,200 are three blocks: pairs within one and across two have to be pushed and measured alike.
#[test]
fn the_reported_greatest_cosine_is_exact_over_all_tiles() {
    const DIM: usize = 48;
    let watch = Questions::new(usize::MAX);
    let device = TrainingDevice::cpu().device;
    let rows = spread((1_200, DIM), Method::Tiled, &device, &watch);
    let found = max_cos(&rows, DIM);
    let start = random(1_200, DIM, &mut Streams::new(42).rng(PROTOTYPES));
    // The best of the last steps may not have been reported, only used.
    let reported = watch.best_max_cos();
    assert!(
        found < reported + 1e-6 && reported < found + 1e-3,
        "{found}, {reported}"
    );
    assert!(found < 0.5 * max_cos(&start, DIM), "{found}");
    assert_eq!(
        rows,
        spread((1_200, DIM), Method::Tiled, &device, &Unwatched)
    );
}

#[test]
fn who_stops_it_gets_the_best_so_far() {
    let device = TrainingDevice::cpu().device;
    let start = random(600, 24, &mut Streams::new(42).rng(PROTOTYPES));
    let rows = spread((600, 24), Method::Tiled, &device, &Questions::new(0));
    assert_eq!(rows, start);
    // Two blocks have three pairs a step: 30 whole steps and a part of one.
    let watch = Questions::new(91);
    let rows = spread((600, 24), Method::Tiled, &device, &watch);
    let found = max_cos(&rows, 24);
    assert!(found < 0.8 * max_cos(&start, 24), "{found}");
    assert!((found - watch.best_max_cos()).abs() < 1e-6);
}

#[test]
fn a_gpu_takes_the_same_steps() {
    let gpu = headless(DeviceChoice::Gpu, 0.0).expect(
        "this test needs a GPU or a software one: on Debian, the package mesa-vulkan-drivers",
    );
    let after = |device: &Device| {
        // One tile a step on both.
        let watch = Questions::new(25);
        max_cos(&spread((300, 16), Method::Tiled, device, &watch), 16)
    };
    let (expected, found) = (after(&TrainingDevice::cpu().device), after(&gpu.device));
    assert!(
        (found - expected).abs() < 2e-3,
        "{}: {found} for {expected}",
        gpu.name
    );
}
