//! The lessons' checks, held against real runs: each lesson is gone through as a learner would, with each of its
//! seeds, and every claim must hold for every seed. Claims about times are the learner's machine's and not held.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use dl2pa_core::lessons::{self, Ask, Exercise, Language, Lesson, Measure, Stage, Walk};
use dl2pa_core::protocol::Command;
use dl2pa_core::session::{self, Session, SessionHandle, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use dl2pa_runtime::spawn_actor;
use support::TestHost;

/// A beat's runs take so long at most.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// What stands where the playground does: up to three sessions that do as the lesson asks.
#[derive(Default)]
struct Playground {
    lanes: Vec<SessionHandle>,
    to_compute: Vec<(usize, Exercise, u64)>,
    has_left: bool,
}

impl Playground {
    fn obey(&mut self, asks: Vec<Ask>) {
        for ask in asks {
            match ask {
                Ask::Send { lane, command } => self.send(lane, command),
                Ask::Compute {
                    lane,
                    exercise,
                    seed,
                } => self.to_compute.push((lane, exercise, seed)),
                Ask::Leave => self.has_left = true,
                Ask::Lanes(lanes) => assert!((1..=lessons::MOST_LANES).contains(&lanes.len())),
                Ask::Open(_) | Ask::Select(_) | Ask::Unlock(_) | Ask::OwnPace => {}
            }
        }
    }

    fn send(&mut self, lane: usize, command: Command) {
        while self.lanes.len() <= lane {
            let (handle, ports) = session::open();
            spawn_actor("lesson", move || {
                let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
                let options = SessionOptions::default();
                Session::new(ports, options, TestHost, Builder, device, name).run()
            })
            .unwrap();
            self.lanes.push(handle);
        }
        self.lanes[lane].commands.try_send(command).unwrap();
    }

    /// Reports what has happened until the beat does not run any more.
    fn report(&mut self, walk: &mut Walk) {
        for (lane, exercise, seed) in std::mem::take(&mut self.to_compute) {
            let mut work = exercise.begin(seed).unwrap();
            while !work.advance(dl2pa_runtime::now_secs).unwrap() {}
            let asks = walk.on_solved(lane, &work.finish());
            self.obey(asks);
        }
        let mut waited = Duration::ZERO;
        while *walk.stage() == Stage::Running {
            let mut asks = Vec::new();
            for (lane, handle) in self.lanes.iter().enumerate() {
                while let Ok(event) = handle.events.try_recv() {
                    let latest = handle.latest.get();
                    let now_secs = dl2pa_runtime::now_secs();
                    asks.extend(walk.on_event(lane, &event, latest.as_deref(), now_secs));
                }
            }
            self.obey(asks);
            assert!(waited < PATIENCE, "{} goes on and on", walk.beat().id);
            std::thread::sleep(LOOK_AGAIN);
            waited += LOOK_AGAIN;
        }
    }
}

/// Goes through a lesson with one seed, answering every question rightly.
fn go_through(id: &str, seed: u64) -> Walk {
    let mut lesson = lessons::lesson(id, Language::English).unwrap();
    lesson.plan.seeds = vec![seed];
    let mut walk = Walk::new(Arc::new(lesson));
    let mut playground = Playground::default();
    playground.obey(walk.start().unwrap());
    while !playground.has_left {
        let asks = match walk.stage() {
            Stage::Asking => {
                let beat = walk.beat();
                let is_right = |choice: &String| Some(choice) == beat.right.as_ref();
                let right = beat.choices.iter().position(is_right).unwrap();
                walk.predict(right).unwrap()
            }
            Stage::Ready => walk.go().unwrap(),
            Stage::Running => {
                playground.report(&mut walk);
                Vec::new()
            }
            Stage::Broken { message } => panic!("{id}, {}: {message:?}", walk.beat().id),
            Stage::Done => {
                judge(&walk, seed);
                walk.forward().unwrap()
            }
        };
        playground.obey(asks);
    }
    assert!(walk.progress().iter().all(|&is_done| is_done), "{id}");
    walk
}

/// Every claim of the beat that the speed of this machine does not decide.
fn judge(walk: &Walk, seed: u64) {
    let place = format!("{} {}, seed {seed}", walk.lesson().plan.id, walk.beat().id);
    let sentence = walk.sentence().unwrap();
    assert_eq!(walk.beat().claims.is_empty(), sentence.is_none(), "{place}");
    let Some(verdict) = walk.verdict() else {
        return;
    };
    for finding in &verdict.findings {
        assert!(
            finding.holds || finding.claim.is_timing(),
            "{place}: {:?} is {}",
            finding.claim,
            finding.point.mean
        );
    }
    if let Some(prediction) = walk.prediction() {
        let expected = verdict.passed.then_some(true);
        assert_eq!(prediction.is_right, expected, "{place}");
    }
}

/// Goes through a lesson with each of its seeds.
fn every_seed(id: &str) -> Vec<Walk> {
    let Lesson { plan, .. } = lessons::lesson(id, Language::English).unwrap();
    assert!(plan.seeds.len() >= 3, "{id}");
    plan.seeds
        .iter()
        .map(|&seed| go_through(id, seed))
        .collect()
}

fn read(walk: &Walk, measure: Measure, lane: &str) -> f64 {
    walk.notebook().read(measure, lane, None).unwrap().mean
}

mod three_methods {
    use super::*;

    #[test]
    fn labels_move_for_gain_and_every_method_s_accuracy_is_shown() {
        let walks = every_seed("three-methods");
        for walk in &walks {
            // Whichever wins, all three stand in the table beside the paper's.
            assert_eq!(walk.lesson().ran_table(walk.notebook()).len(), 5);
            // Three evenly spread spots are 120 degrees apart.
            assert!((read(walk, Measure::MinAngle, "fixed3") - 120.0).abs() < 1e-3);
            assert!(read(walk, Measure::LabelsMoved, "dynamic25") > 0.0);
            assert_eq!(read(walk, Measure::LabelsMoved, "fixed25"), 0.0);
        }
    }
}

mod the_average_lies {
    use super::*;

    #[test]
    fn two_piles_have_the_greatest_average_and_touch() {
        for walk in every_seed("the-average-lies") {
            let found = read(&walk, Measure::MeanAngle, "two-dots");
            assert!(
                (found - 180.0 * 100.0 / (2.0 * 99.0)).abs() < 1e-4,
                "{found}"
            );
        }
    }
}

mod spreading {
    use super::*;

    #[test]
    fn solids_and_the_simplex_are_found_and_no_bound_is_broken() {
        for walk in every_seed("spreading") {
            for lane in [
                "t2", "t10", "t40", "released", "annealed", "four", "six", "twelve",
            ] {
                let bound = read(&walk, Measure::BoundAngle, lane);
                let angle = read(&walk, Measure::MinAngle, lane);
                assert!(angle <= bound + 1e-3, "{lane}: {angle} above {bound}");
            }
            let mean = read(&walk, Measure::MeanCos, "simplex100");
            assert!((mean + 1.0 / 99.0).abs() < 1e-5, "{mean}");
        }
    }
}

mod matching {
    use super::*;

    #[test]
    fn greedy_is_never_ahead() {
        for walk in every_seed("matching") {
            assert_eq!(read(&walk, Measure::Puzzles, "twenty"), 20.0);
            // 0.95 + 0.15 + 0.80 + 0.88 + 0.74 + 0.10 and 0.90 + 0.92 + 0.80 + 0.81 + 0.74 + 0.70, by hand.
            assert!((read(&walk, Measure::GreedyTotal, "first") - 3.62).abs() < 1e-9);
            assert!((read(&walk, Measure::BestTotal, "first") - 4.87).abs() < 1e-9);
        }
    }
}

mod how_often {
    use super::*;

    #[test]
    fn late_matchings_cost_accuracy_and_frequent_ones_move_more() {
        for walk in every_seed("how-often") {
            // Every five epochs leaves three matchings before the end of twenty.
            assert!(read(&walk, Measure::MatchingsThatMoved, "rarely") <= 3.0);
        }
    }
}

mod what_it_costs {
    use super::*;

    #[test]
    fn matchings_are_exact_at_every_size_and_are_timed() {
        for walk in every_seed("what-it-costs") {
            for lane in ["c10", "c100", "c1000"] {
                assert!(read(&walk, Measure::ProofGap, lane).abs() < 1e-6);
                assert!(read(&walk, Measure::MatchingTime, lane) > 0.0);
            }
            assert!(read(&walk, Measure::EpochTime, "epoch") > 0.0);
        }
    }
}

mod learned_and_uniform {
    use super::*;

    #[test]
    fn a_strong_push_opens_the_closest_pair() {
        for walk in every_seed("learned-and-uniform") {
            assert_eq!(walk.lesson().ran_table(walk.notebook()).len(), 6);
        }
    }
}

mod small_dimensions {
    use super::*;

    #[test]
    fn the_gap_is_wide_on_the_ring_and_closes_and_labels_rest() {
        for walk in every_seed("small-dimensions") {
            // 25 spots on a ring are 360/25 degrees apart.
            assert!((read(&walk, Measure::MinAngle, "fixed-d2") - 14.4).abs() < 1e-3);
        }
    }
}
