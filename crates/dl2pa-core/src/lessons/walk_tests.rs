//! The way through a lesson, driven by hand: events are made up, so that each turn can be seen by itself.

use std::sync::Arc;

use super::{Ask, Exercise, Figures, LaneContent, Language, Measure, Solved, Stage, Walk, lesson};
use crate::config::RunConfig;
use crate::protocol::{
    Command, Evaluation, Event, FailureCause, FinishReason, Perturbation, Relabelling, RunId,
    RunInfo, StepSize,
};

fn walk(id: &str) -> Walk {
    Walk::new(Arc::new(lesson(id, Language::English).unwrap()))
}

/// Goes to the beat with this name without doing anything on the way.
fn walk_to(id: &str, beat: &str) -> (Walk, Vec<Ask>) {
    let mut walk = walk(id);
    let mut asks = walk.start().unwrap();
    while walk.beat().id != beat {
        asks = walk.forward().unwrap();
    }
    (walk, asks)
}

fn started(run: u64, config: &RunConfig) -> Event {
    Event::Started {
        run: RunId(run),
        config: Arc::new(config.clone()),
        info: Arc::new(RunInfo {
            dataset: "ring".to_owned(),
            class_names: Vec::new(),
            class_groups: None,
            train_samples: 0,
            train_counts: Vec::new(),
            epoch_samples: 0,
            test_samples: 0,
            parameters: 0,
            steps_per_epoch: 1,
            input_plane: None,
            device: "CPU".to_owned(),
        }),
    }
}

fn evaluated(run: u64, top1: f64) -> Event {
    Event::Evaluated {
        run: RunId(run),
        evaluation: Evaluation {
            epoch: 1,
            step: 1,
            train_loss: 0.0,
            train_accuracy: 0.0,
            test_loss: 0.0,
            top1,
            top5: 1.0,
            ece: 0.0,
            lr: 0.1,
            data_wait: 0.0,
        },
    }
}

fn relabelled(run: u64, before: &[u32], after: &[u32], dealt: bool) -> Event {
    let moved = (0_u32..)
        .zip(before.iter().zip(after))
        .filter(|(_, (before, after))| before != after)
        .map(|(class, _)| class)
        .collect();
    Event::Relabelled {
        run: RunId(run),
        relabelling: Arc::new(Relabelling {
            epoch: 1,
            step: 1,
            before: before.into(),
            after: after.into(),
            moved,
            score_before: 0.0,
            score_after: 0.0,
            passings: Vec::new(),
            class_means: None,
            prototypes: Vec::new().into(),
            certificate_gap: None,
            turned: false,
            dealt,
        }),
    }
}

const fn finished(run: u64, reason: FinishReason) -> Event {
    Event::Finished {
        run: RunId(run),
        reason,
    }
}

/// The runs that a beat has asked to start, by lane.
fn starts(asks: &[Ask]) -> Vec<RunConfig> {
    let started = asks.iter().filter_map(|ask| match ask {
        Ask::Send {
            command: Command::Start(config),
            ..
        } => Some((**config).clone()),
        _ => None,
    });
    started.collect()
}

fn commands(asks: &[Ask]) -> Vec<(usize, Command)> {
    let sent = asks.iter().filter_map(|ask| match ask {
        Ask::Send { lane, command } => Some((*lane, command.clone())),
        _ => None,
    });
    sent.collect()
}

/// Lets each lane run to its end with this accuracy, in percent.
fn run_all(walk: &mut Walk, asks: &[Ask], run: u64, top1: &[f64]) -> Vec<Ask> {
    let mut answers = Vec::new();
    for (lane, (config, percent)) in starts(asks).iter().zip(top1).enumerate() {
        for event in [
            started(run, config),
            evaluated(run, percent / 100.0),
            finished(run, FinishReason::Completed),
        ] {
            answers.extend(walk.on_event(lane, &event, None, 0.0));
        }
    }
    answers
}

#[test]
fn a_question_holds_the_runs_back_until_it_is_answered() {
    let (mut walk, asks) = walk_to("three-methods", "many");
    assert_eq!(*walk.stage(), Stage::Asking);
    assert!(starts(&asks).is_empty());
    assert_eq!(walk.go(), Ok(vec![]), "no run before the prediction");
    assert_eq!(walk.predict(9), Ok(vec![]), "no such answer");
    let asks = walk.predict(1).unwrap();
    assert_eq!(*walk.stage(), Stage::Running);
    let configs = starts(&asks);
    assert_eq!(configs.len(), 3);
    assert!(configs.iter().all(|config| config.seed == 1));
    assert_eq!(walk.prediction(), None);

    run_all(&mut walk, &asks, 4, &[80.0, 70.0, 90.0]);
    assert_eq!(*walk.stage(), Stage::Done);
    assert!(walk.verdict().unwrap().passed);
    let verdict = walk.verdict().unwrap();
    assert_eq!(
        walk.lesson().finding_line(&verdict.findings[0]),
        "Test accuracy, Moving labels, 25 classes − Fixed spots, 25 classes: 20 (at least 1)"
    );
    let prediction = walk.prediction().unwrap();
    assert_eq!(prediction.is_right, Some(false));
    assert_eq!(prediction.choice.label, "about the same");
    assert_eq!(walk.predict(0), Ok(vec![]), "an answer stays");
}

#[test]
fn a_run_that_shows_otherwise_is_said_to_and_leaves_the_prediction_open() {
    let (mut walk, _) = walk_to("small-dimensions", "ten");
    let asks = walk.predict(2).unwrap();
    run_all(&mut walk, &asks, 1, &[60.0, 90.0]);
    let verdict = walk.verdict().unwrap();
    assert!(!verdict.passed);
    assert!((verdict.findings[0].point.mean - 30.0).abs() < 1e-9);
    assert_eq!(walk.prediction().unwrap().is_right, None);
    let sentence = walk.sentence().unwrap().unwrap();
    assert!(
        sentence.contains("60.0 %") && sentence.contains("90.0 %"),
        "{sentence}"
    );
}

#[test]
fn again_takes_the_next_seed_and_the_verdict_speaks_of_both() {
    let (mut walk, _) = walk_to("small-dimensions", "ring");
    assert_eq!(*walk.stage(), Stage::Ready);
    for (seed, accuracies) in [
        (1, [20.0, 60.0]),
        (2, [30.0, 40.0]),
        (3, [0.0, 0.0]),
        (4, [0.0, 0.0]),
    ] {
        let asks = walk.go().unwrap();
        assert!(
            starts(&asks).iter().all(|config| config.seed == seed),
            "{seed}"
        );
        run_all(&mut walk, &asks, seed, &accuracies);
        let point = walk.verdict().unwrap().findings[0].point;
        assert_eq!(point.runs as u64, seed);
        if seed == 2 {
            assert!((point.mean - 25.0).abs() < 1e-9);
        }
    }
}

#[test]
fn a_script_goes_on_act_by_act() {
    let (mut walk, _) = walk_to("three-methods", "planted");
    let asks = walk.predict(0).unwrap();
    let config = &starts(&asks)[0];
    assert_eq!(commands(&asks)[1], (0, Command::Step(StepSize::Matching)));
    let mut report = |event: &Event| commands(&walk.on_event(0, event, None, 0.0));
    assert_eq!(report(&started(3, config)), []);
    // What comes of an older run counts for nothing.
    assert_eq!(report(&relabelled(2, &[0, 1, 2], &[0, 1, 2], false)), []);
    assert_eq!(
        report(&relabelled(3, &[0, 1, 2], &[0, 1, 2], false)),
        [(0, Command::Perturb(Perturbation::DealAgain))]
    );
    assert_eq!(
        report(&relabelled(3, &[0, 1, 2], &[1, 0, 2], true)),
        [(0, Command::RematchNow)]
    );
    assert_eq!(
        report(&relabelled(3, &[1, 0, 2], &[0, 1, 2], false)),
        [(0, Command::RematchNow)]
    );
    assert_eq!(report(&relabelled(3, &[0, 1, 2], &[0, 1, 2], false)), []);
    assert_eq!(*walk.stage(), Stage::Done);
    let read = |measure| walk.notebook().read(measure, "planted", None).unwrap().mean;
    assert_eq!(read(Measure::LabelsDealt), 2.0);
    assert_eq!(read(Measure::MovedAfterDealing), 2.0);
    assert_eq!(read(Measure::MovedLater), 0.0);
    assert_eq!(read(Measure::LabelsNotBack), 0.0);
    assert!(walk.verdict().unwrap().passed);
}

#[test]
fn exercises_are_asked_for_and_their_figures_noted() {
    let (mut walk, _) = walk_to("the-average-lies", "largest");
    let asks = walk.predict(1).unwrap();
    let asked: Vec<&Exercise> = asks
        .iter()
        .filter_map(|ask| match ask {
            Ask::Compute { exercise, .. } => Some(exercise),
            _ => None,
        })
        .collect();
    assert_eq!(asked.len(), 3);
    for lane in 0..3 {
        let solved = Solved {
            figures: Figures::from([(Measure::MeanAngle, 90.0)]),
            ..Solved::default()
        };
        assert_eq!(walk.on_solved(lane, &solved), []);
    }
    assert_eq!(*walk.stage(), Stage::Done);
    assert!(
        !walk.verdict().unwrap().passed,
        "two piles are not at their maximum"
    );
    // The next beat looks at what has been placed already, and nothing has been measured of it here.
    walk.forward().unwrap();
    assert_eq!(walk.verdict(), None);
    assert_eq!(walk.sentence(), Ok(None));
}

#[test]
fn leaving_a_beat_stops_what_runs_and_coming_back_keeps_what_is_done() {
    let (mut walk, _) = walk_to("small-dimensions", "ring");
    walk.go().unwrap();
    let asks = walk.forward().unwrap();
    assert_eq!(commands(&asks), [(0, Command::Stop), (1, Command::Stop)]);
    let asks = walk.back().unwrap();
    assert_eq!(*walk.stage(), Stage::Ready);
    assert!(commands(&asks).is_empty());
    let asks = walk.go().unwrap();
    run_all(&mut walk, &asks, 1, &[20.0, 60.0]);
    walk.forward().unwrap();
    walk.back().unwrap();
    assert_eq!(*walk.stage(), Stage::Done);
    assert!(walk.verdict().unwrap().passed);
    assert_eq!(walk.progress(), [true, true, false, false, false]);
    while walk.at() > 0 {
        walk.back().unwrap();
    }
    assert_eq!(walk.back(), Ok(vec![]));
}

#[test]
fn a_run_that_fails_is_said_to_and_can_be_started_again() {
    let (mut walk, _) = walk_to("small-dimensions", "ring");
    let asks = walk.go().unwrap();
    let configs = starts(&asks);
    walk.on_event(0, &started(1, &configs[0]), None, 0.0);
    let failed = Event::Failed {
        run: RunId(1),
        message: "The device failed.".to_owned(),
        cause: FailureCause::Device,
    };
    let asks = walk.on_event(0, &failed, None, 0.0);
    // Both are told, the failed one too: it does not mind.
    assert_eq!(commands(&asks).len(), 2);
    let message = Some("The device failed.".to_owned());
    assert_eq!(*walk.stage(), Stage::Broken { message });
    let asks = walk.go().unwrap();
    assert_eq!(starts(&asks), configs, "the same seed again");

    walk.on_event(1, &started(2, &configs[1]), None, 0.0);
    walk.on_event(1, &finished(2, FinishReason::Stopped), None, 0.0);
    assert_eq!(*walk.stage(), Stage::Broken { message: None });
}

#[test]
fn timed_runs_go_at_full_speed_and_the_pace_comes_back() {
    let (mut walk, _) = walk_to("what-it-costs", "epoch");
    let asks = walk.go().unwrap();
    assert!(
        matches!(commands(&asks)[0], (0, Command::SetPace(pace)) if pace.steps_per_sec.is_none())
    );
    let config = &starts(&asks)[0];
    walk.on_event(0, &started(1, config), None, 0.0);
    for now_secs in [1.0, 1.5, 2.0] {
        walk.on_event(0, &evaluated(1, 0.5), None, now_secs);
    }
    let asks = walk.on_event(0, &finished(1, FinishReason::Completed), None, 2.5);
    assert_eq!(asks, [Ask::OwnPace]);
    let point = walk.notebook().read(Measure::EpochTime, "epoch", None);
    assert!((point.unwrap().mean - 500.0).abs() < 1e-9);
}

#[test]
fn every_lesson_ends_after_its_last_beat() {
    for lesson in super::all(Language::German).unwrap() {
        let beats = lesson.plan.beats.len();
        let mut walk = Walk::new(Arc::new(lesson));
        let mut asks = walk.start().unwrap();
        for _ in 0..beats {
            let lanes = asks.iter().filter_map(|ask| match ask {
                Ask::Lanes(lanes) => Some(lanes),
                _ => None,
            });
            for lane in lanes.flatten() {
                assert!(!lane.name.is_empty());
                assert!(
                    !matches!(&lane.content, LaneContent::Run(config) if config.validate().is_err())
                );
            }
            asks = walk.forward().unwrap();
        }
        assert_eq!(asks, [Ask::Leave], "{}", walk.lesson().plan.id);
        assert!(!walk.paper_note().unwrap().contains('{'));
    }
}
