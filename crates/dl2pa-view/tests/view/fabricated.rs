//! A fabricated run and a harness around the playground, for the pictures and the interaction tests.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use dl2pa_core::alignment::products;
use dl2pa_core::assignment::{Assignment, explain, match_labels, score};
use dl2pa_core::config::{HeadKind, LossKind, RunConfig};
use dl2pa_core::protocol::{
    Command, Comparison, Evaluation, Event, FinishReason, History, Phase, Provenance, Relabelling,
    RunId, RunInfo, SampleCloud, Snapshot,
};
use dl2pa_core::prototypes::Method;
use dl2pa_view::{
    Addressed, FrameInput, HostLine, HostRequest, HostStatus, Keepsake, Playground, Showing,
};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::branching::kept;

pub const RUN: RunId = RunId(1);

/// Numbers that look random and never change.
struct Noise(u64);

impl Noise {
    /// Roughly normal, mean 0, deviation 1.
    fn next(&mut self) -> f32 {
        let mut sum = 0.0;
        for _ in 0..4 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (self.0 >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
        }
        sum * 1.73
    }

    fn near(&mut self, at: [f32; 3], spread: f32) -> [f32; 3] {
        let p = at.map(|x| x + spread * self.next());
        let length = p.iter().map(|x| x * x).sum::<f32>().sqrt();
        p.map(|x| x / length)
    }
}

/// `n` points spread over the sphere along a spiral.
fn fibonacci(n: usize) -> Vec<[f32; 3]> {
    (0..n)
        .map(|i| {
            let z = 1.0 - 2.0 * (i as f32 + 0.5) / n as f32;
            let r = (1.0 - z * z).sqrt();
            let turn = i as f32 * 2.399_963;
            [r * turn.cos(), r * turn.sin(), z]
        })
        .collect()
}

pub fn config(classes: usize) -> RunConfig {
    // What the pictures show is fixed here, so that a new default elsewhere does not change them.
    RunConfig {
        classes,
        head: HeadKind::Dynamic,
        loss: LossKind::CrossEntropy,
        dim: 3,
        epochs: 30,
        lr: 0.05,
        assign_period: 1.0,
        seed: 42,
        ..RunConfig::playground()
    }
}

pub fn started(classes: usize) -> Event {
    let info = RunInfo {
        dataset: "grid".into(),
        class_names: (0..classes)
            .map(|class| format!("{}{}", char::from(b'A' + (class / 5) as u8), class % 5 + 1))
            .collect(),
        class_groups: None,
        train_samples: 1200,
        epoch_samples: 1200,
        train_counts: vec![1200 / 25; 25],
        test_samples: 300,
        parameters: 900,
        steps_per_epoch: 38,
        input_plane: None,
        device: "CPU".into(),
    };
    Event::Started {
        run: RUN,
        config: Arc::new(config(classes)),
        info: Arc::new(info),
    }
}

/// Prototypes of so many classes in 3 dimensions.
pub fn provenance(method: Method, classes: usize) -> Provenance {
    let bound = dl2pa_core::prototypes::bound_max_cos(classes, 3);
    Provenance {
        method: Some(method),
        t: (method == Method::Uniformity).then_some(2.0),
        bound_angle_deg: bound.acos().to_degrees(),
        proven_optimal: false,
    }
}

/// The curve of a spreading that has come to `angle_deg` after a share of it.
fn rise(angle_deg: f64, share: f64) -> Vec<[f64; 2]> {
    (0..=60)
        .map(|i| f64::from(i) / 60.0)
        .map(|x| {
            let wave = 1.0 - 0.08 * (x * 19.0).sin() * (1.0 - x);
            [share * x, angle_deg * x.powf(0.8) * wave]
        })
        .collect()
}

/// A snapshot in the middle of a run. Each class sits on the prototype of its number.
pub fn snapshot(classes: usize) -> Snapshot {
    snapshot_on(&fibonacci(classes))
}

fn snapshot_on(pins: &[[f32; 3]]) -> Snapshot {
    let mut noise = Noise(7);
    let classes = pins.len();
    let angle_deg = closest_deg(pins);
    let means: Vec<[f32; 3]> = pins.iter().map(|&pin| noise.near(pin, 0.22)).collect();
    let mut embeddings = Vec::new();
    let mut labels = Vec::new();
    for (class, &mean) in means.iter().enumerate() {
        for _ in 0..(500 / classes) {
            embeddings.extend(noise.near(mean, 0.16));
            labels.push(class as u32);
        }
    }
    let curve = |f: fn(f64) -> f64| -> Vec<[f64; 2]> {
        (1..=96)
            .map(|i| [f64::from(i) / 8.0, f(f64::from(i) / 8.0)])
            .collect()
    };
    let moved = [17u32, 12, 9, 4, 6, 2, 0, 2, 0, 0, 0, 0];
    Snapshot {
        run: RUN,
        seq: 1,
        phase: Phase::Training,
        paused: false,
        step: 1204,
        epoch: 12.0,
        lr: 0.05,
        loss: Some(0.41),
        train_accuracy: Some(0.91),
        test_accuracy: Some(0.884),
        dim: 3,
        prototypes: pins.concat().into(),
        class_means: Some(means.concat().into()),
        assignment: (0..classes as u32).collect(),
        samples: Some(Arc::new(SampleCloud {
            embeddings,
            labels,
            out_of: 1500,
        })),
        min_angle_deg: angle_deg,
        provenance: provenance(Method::Annealed, classes),
        spread_t: None,
        labels_moved: moved.as_slice().into(),
        history: Arc::new(History {
            loss: curve(|x| 0.30 + 2.6 * (-x / 2.2).exp() + 0.05 * (x * 5.0).sin()),
            train_accuracy: curve(|x| 0.93 - 0.85 * (-x / 2.6).exp() + 0.015 * (x * 7.0).sin()),
            test_accuracy: (1..=12)
                .map(|e| [f64::from(e), 0.89 - 0.8 * (-f64::from(e) / 2.8).exp()])
                .collect(),
            min_angle_deg: (0..=12).map(|e| [f64::from(e), angle_deg]).collect(),
            spread_angle_deg: rise(angle_deg, 1.0),
            labels_moved: moved
                .iter()
                .enumerate()
                .map(|(i, &n)| [i as f64 + 1.0, f64::from(n)])
                .collect(),
        }),
        steps_per_sec: 212.0,
        state_hash: None,
    }
}

/// The 24 corners of the snub cube: the best arrangement of as many points (Robinson 1961), with 60
/// closest pairs.
pub fn snub_cube() -> Vec<[f32; 3]> {
    // The real root of x^3 = x^2 + x + 1.
    let tribonacci: f32 = 1.839_286_8;
    let (a, b) = (1.0 / tribonacci, tribonacci);
    let mut corners = Vec::new();
    for signs in 0..8_u32 {
        let sign = |axis: u32| if signs >> axis & 1 == 1 { -1.0 } else { 1.0 };
        let [x, y, z] = [sign(0), a * sign(1), b * sign(2)];
        // Even turns of the coordinates go with an odd number of minus signs, odd turns with an even one.
        let turns = if signs.count_ones() % 2 == 1 {
            [[x, y, z], [y, z, x], [z, x, y]]
        } else {
            [[y, x, z], [x, z, y], [z, y, x]]
        };
        corners.extend(turns.map(unit));
    }
    corners
}

/// The corners of the snub cube, each pushed off its place.
fn shaken() -> Vec<[f32; 3]> {
    let mut noise = Noise(11);
    let corners = snub_cube().into_iter();
    corners.map(|at| noise.near(at, 0.12)).collect()
}

fn unit(p: [f32; 3]) -> [f32; 3] {
    let length = p.iter().map(|x| x * x).sum::<f32>().sqrt();
    p.map(|x| x / length)
}

/// Smallest angle between two points, in degrees.
fn closest_deg(points: &[[f32; 3]]) -> f64 {
    let pairs = points
        .iter()
        .enumerate()
        .flat_map(|(i, a)| points[..i].iter().map(move |b| (a, b)));
    let cosines = pairs.map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>());
    f64::from(cosines.fold(-1.0, f32::max).acos().to_degrees())
}

/// A run of 24 classes whose prototypes are the snub cube, in the middle of its training.
pub fn run_of_24() -> Snapshot {
    snapshot_on(&snub_cube())
}

const SPREADING_YAW_RAD: f32 = -1.2;

/// The same run while its prototypes are still spread.
pub fn spreading(progress: f32, t: f64) -> Snapshot {
    // Towards the end of the spreading the cap around the pole has opened nearly to the whole sphere.
    let open = |[x, y, z]: [f32; 3]| {
        let angle = z.acos() * (0.25 + 0.75 * progress);
        let across = (x * x + y * y).sqrt();
        let side = angle.sin() / across;
        // Turned so that the closest pair is seen from where the camera starts.
        let (sin, cos) = SPREADING_YAW_RAD.sin_cos();
        let [x, y] = [x * cos - y * sin, x * sin + y * cos];
        [x * side, y * side, angle.cos()]
    };
    let points: Vec<[f32; 3]> = shaken().into_iter().map(open).collect();
    let angle_deg = closest_deg(&points);
    let run = run_of_24();
    Snapshot {
        seq: 2,
        phase: Phase::Spreading { progress },
        step: 0,
        epoch: 0.0,
        loss: None,
        train_accuracy: None,
        test_accuracy: None,
        class_means: None,
        samples: None,
        labels_moved: [].into(),
        prototypes: points.concat().into(),
        min_angle_deg: angle_deg,
        spread_t: Some(t),
        history: Arc::new(History {
            spread_angle_deg: rise(angle_deg, f64::from(progress)),
            ..History::default()
        }),
        ..run
    }
}

/// The same prototypes made the paper's way.
pub fn compared() -> Event {
    let points = shaken();
    Event::Compared {
        run: RUN,
        comparison: Arc::new(Comparison {
            provenance: provenance(Method::Uniformity, 24),
            min_angle_deg: closest_deg(&points),
            prototypes: points.concat(),
            frames: Vec::new(),
        }),
    }
}

/// The matching after an epoch that exchanged the pins of the classes named, in a cycle, and brought each class
/// to the prototype of its number, near which [`snapshot`] has its mean.
pub fn relabelled(classes: usize, epoch: usize, cycle: &[u32]) -> Event {
    let after: Vec<u32> = (0..classes as u32).collect();
    let mut before = after.clone();
    for (i, &class) in cycle.iter().enumerate() {
        before[class as usize] = cycle[(i + 1) % cycle.len()];
    }
    let snapshot = snapshot(classes);
    let means = snapshot.class_means.expect("a snapshot with means");
    told(epoch, &means, &snapshot.prototypes, before, Some(after))
}

/// A relabelling of these class means; `after` is the best assignment unless it is given.
fn told(
    epoch: usize,
    means: &Arc<[f32]>,
    prototypes: &Arc<[f32]>,
    before: Vec<u32>,
    after: Option<Vec<u32>>,
) -> Event {
    let classes = before.len();
    let scores = products(means, prototypes, 3);
    let before = Assignment::from_vec(before, classes).expect("each its own");
    let matching = match_labels(&scores, classes, classes, Some(&before)).expect("finite scores");
    let after = after.map_or(matching.assignment, |after| {
        Assignment::from_vec(after, classes).expect("each its own")
    });
    Event::Relabelled {
        run: RUN,
        relabelling: Arc::new(Relabelling {
            epoch,
            step: epoch as u64 * 38,
            before: before.as_slice().into(),
            after: after.as_slice().into(),
            moved: before.moved(&after),
            score_before: score(&scores, &before).expect("of one shape"),
            score_after: score(&scores, &after).expect("of one shape"),
            passings: explain(&before, &after, &scores)
                .expect("of one shape")
                .passings,
            certificate_gap: Some(0.0),
            turned: false,
            dealt: false,
            class_means: Some(Arc::clone(means)),
            prototypes: Arc::clone(prototypes),
        }),
    }
}

/// A matching of class means that lie rather far from their prototypes, so that some labels give way to others,
/// and the snapshot just after it.
pub fn matched(classes: usize, epoch: usize) -> (Event, Snapshot) {
    let pins = fibonacci(classes);
    let mut noise = Noise(23);
    let means: Vec<[f32; 3]> = pins.iter().map(|&pin| noise.near(pin, 0.3)).collect();
    let (means, prototypes): (Arc<[f32]>, Arc<[f32]>) =
        (means.concat().into(), pins.concat().into());
    // Some labels have been exchanged before.
    let mut before: Vec<u32> = (0..classes as u32).collect();
    for (a, b) in [(1, 6), (4, 9), (9, 14), (11, 12), (17, 20)] {
        before.swap(a, b);
    }
    let event = told(epoch, &means, &prototypes, before, None);
    let Event::Relabelled { relabelling, .. } = &event else {
        unreachable!("a matching is told by this event");
    };
    let snapshot = Snapshot {
        assignment: Arc::clone(&relabelling.after),
        class_means: Some(means),
        step: relabelling.step,
        epoch: epoch as f64,
        ..snapshot(classes)
    };
    (event, snapshot)
}

pub fn evaluated(top1: f64) -> Event {
    Event::Evaluated {
        run: RUN,
        evaluation: Evaluation {
            epoch: 30,
            step: 1140,
            train_loss: 0.2,
            train_accuracy: 0.97,
            test_loss: 0.3,
            top1,
            top5: 0.999,
            ece: 0.02,
            lr: 0.0005,
            data_wait: 0.0,
        },
    }
}

pub fn finished() -> Event {
    Event::Finished {
        run: RUN,
        reason: FinishReason::Completed,
    }
}

/// What surrounds the playground in a test.
pub struct Booth {
    pub playground: Rc<RefCell<Option<Playground>>>,
    pub snapshot: Option<Arc<Snapshot>>,
    pub host: HostStatus,
    pub now_secs: f64,
    pub commands: Vec<Command>,
    /// Of the runs beside it: what their sessions show, and what they were told.
    pub rivals: Vec<Option<Arc<Snapshot>>>,
    pub to_rivals: Vec<Addressed>,
}

impl Booth {
    /// What is said under the stage.
    pub fn narration(&self) -> (String, String) {
        let playground = self.playground.borrow();
        playground
            .as_ref()
            .map(Playground::narration)
            .unwrap_or_default()
    }
}

/// Two sessions change places, as in the window.
fn exchange(
    lead: &mut Option<Arc<Snapshot>>,
    rivals: &mut Vec<Option<Arc<Snapshot>>>,
    a: usize,
    b: usize,
) {
    let mut shown = vec![lead.take()];
    shown.append(rivals);
    shown.resize(shown.len().max(a.max(b) + 1), None);
    shown.swap(a, b);
    *rivals = shown.split_off(1);
    *lead = shown.remove(0);
}

/// A harness of a size and a theme; time stands still until a test moves it.
pub fn booth(size: (f32, f32), theme: egui::Theme, classes: usize) -> Harness<'static, Booth> {
    let playground = Rc::new(RefCell::new(None));
    let made = Rc::clone(&playground);
    let booth = Booth {
        playground,
        snapshot: None,
        host: HostStatus {
            device_line: HostLine::OnCpu,
            ..HostStatus::default()
        },
        now_secs: 10.0,
        commands: Vec::new(),
        rivals: Vec::new(),
        to_rivals: Vec::new(),
    };
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(move |ctx| {
            *made.borrow_mut() = Some(Playground::new(ctx, config(classes)));
        })
        .wgpu()
        .build_ui_state(
            |ui, booth: &mut Booth| {
                let mut snapshots = vec![booth.snapshot.clone()];
                snapshots.extend(booth.rivals.iter().cloned());
                let input = FrameInput {
                    snapshots: &snapshots,
                    host: &booth.host,
                    now_secs: booth.now_secs,
                    clock: || 0.0,
                };
                // The harness leaves a margin; the window and the page do not.
                let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
                ui.scope_builder(whole, |ui| {
                    ui.set_clip_rect(ui.max_rect());
                    // The window and the page are cleared with this.
                    ui.painter()
                        .rect_filled(ui.max_rect(), 0.0, ui.visuals().panel_fill);
                    if let Some(playground) = booth.playground.borrow_mut().as_mut() {
                        let told = playground.ui(ui, &input);
                        for (a, b) in playground.take_exchanges() {
                            exchange(&mut booth.snapshot, &mut booth.rivals, a, b);
                        }
                        for (session, command) in told {
                            if session == 0 {
                                booth.commands.push(command);
                            } else {
                                booth.to_rivals.push((session, command));
                            }
                        }
                    }
                });
            },
            booth,
        )
}

/// Shows more or less of the playground.
pub fn show(harness: &Harness<'_, Booth>, showing: Showing) {
    if let Some(playground) = harness.state().playground.borrow_mut().as_mut() {
        playground.show(&harness.ctx, showing);
    }
}

/// Lets time pass in frames of 50 ms.
pub fn pass(harness: &mut Harness<'_, Booth>, secs: f64) {
    for _ in 0..(secs / 0.05).round() as usize {
        harness.state_mut().now_secs += 0.05;
        harness.step();
    }
}

/// Tells the playground of an event, now.
pub fn tell(harness: &Harness<'_, Booth>, event: &Event) {
    tell_of(harness, 0, event);
}

/// Tells the playground of an event in one of its sessions, now.
pub fn tell_of(harness: &Harness<'_, Booth>, session: usize, event: &Event) {
    let booth = harness.state();
    if let Some(playground) = booth.playground.borrow_mut().as_mut() {
        playground.on_event(session, event, booth.now_secs);
    }
}

/// What the playground has asked its host for since the last call.
pub fn requests(harness: &Harness<'_, Booth>) -> Vec<HostRequest> {
    let mut playground = harness.state().playground.borrow_mut();
    playground.as_mut().expect("made").take_requests()
}

/// Saves the run by the menu, to be opened again.
pub fn save_run(harness: &mut Harness<'_, Booth>) -> Keepsake {
    harness.get_by_label("Share and save").click();
    pass(harness, 0.1);
    harness.get_by_label_contains("to be opened again").click();
    pass(harness, 0.1);
    match &requests(harness)[..] {
        [HostRequest::Save(saved)] => saved.clone(),
        made => panic!("{made:?}"),
    }
}

/// A run in full swing: started, with a snapshot, a few relabellings behind it.
pub fn in_full_swing(
    size: (f32, f32),
    theme: egui::Theme,
    classes: usize,
) -> Harness<'static, Booth> {
    let mut harness = booth(size, theme, classes);
    tell(&harness, &started(classes));
    for (epoch, cycle) in [
        (1, &[0u32, 3, 5, 8, 1, 2, 9, 7][..]),
        (2, &[0, 4, 6, 2, 1]),
        (3, &[5, 8, 2]),
        (4, &[3, 7]),
        (5, &[1, 6, 9]),
        (6, &[2, 4]),
        (7, &[]),
        (8, &[0, 5]),
        (9, &[]),
        (10, &[]),
    ] {
        tell(&harness, &relabelled(classes, epoch, cycle));
    }
    tell(&harness, &kept(classes, 12));
    harness.state_mut().snapshot = Some(Arc::new(snapshot(classes)));
    pass(&mut harness, 4.0);
    harness
}

/// The same run with another head beside it, both in full swing.
pub fn with_rivals(
    size: (f32, f32),
    theme: egui::Theme,
    classes: usize,
    rivals: usize,
) -> Harness<'static, Booth> {
    let mut harness = in_full_swing(size, theme, classes);
    let key = [egui::Key::Num1, egui::Key::Num2, egui::Key::Num3][rivals];
    harness.key_press(key);
    pass(&mut harness, 0.1);
    tell(&harness, &started(classes));
    tell(&harness, &kept(classes, 12));
    let mut noise = Noise(3);
    for place in 1..=rivals {
        let head = [HeadKind::Psc, HeadKind::Fixed][place - 1 + (2 - rivals)];
        let Event::Started { run, info, .. } = started(classes) else {
            continue;
        };
        let config = Arc::new(RunConfig {
            head,
            ..config(classes)
        });
        let event = Event::Started { run, config, info };
        tell_of(&harness, place, &event);
        let mut behind = snapshot(classes);
        let share = [0.86, 0.55][place - 1 + (2 - rivals)];
        behind.test_accuracy = behind.test_accuracy.map(|top1| top1 * share);
        behind.labels_moved = Vec::new().into();
        let mut history = History::clone(&behind.history);
        for curve in [&mut history.test_accuracy, &mut history.train_accuracy] {
            for point in curve.iter_mut() {
                point[1] = point[1] * share + f64::from(0.01 * noise.next());
            }
        }
        for point in &mut history.loss {
            point[1] /= share;
        }
        history.labels_moved.clear();
        behind.history = Arc::new(history);
        harness.state_mut().rivals.push(Some(Arc::new(behind)));
    }
    pass(&mut harness, 2.0);
    harness
}
