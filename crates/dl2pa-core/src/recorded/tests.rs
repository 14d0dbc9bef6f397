//! A run that was written is shown again as it was, wherever its file ends.

use std::sync::Arc;

use super::{RecordError, Replay, line, read};
use crate::assignment::{Move, Passing};
use crate::config::{HeadKind, RunConfig};
use crate::protocol::{
    Evaluation, Event, FinishReason, Phase, Provenance, Relabelling, RunId, RunInfo,
};

const RUN: RunId = RunId(7);

fn provenance() -> Provenance {
    Provenance {
        method: None,
        t: Some(2.0),
        bound_angle_deg: 120.0,
        proven_optimal: true,
    }
}

/// The three prototypes of the plane, turned by so many radians.
fn pins(turn_rad: f32) -> Arc<[f32]> {
    (0..3)
        .map(|i| turn_rad + i as f32 * std::f32::consts::TAU / 3.0)
        .flat_map(|turn| [turn.cos(), turn.sin()])
        .collect()
}

fn evaluated(epoch: usize) -> Event {
    Event::Evaluated {
        run: RUN,
        evaluation: Evaluation {
            epoch,
            step: 10 * epoch as u64,
            train_loss: 1.0 / epoch as f64,
            train_accuracy: 0.5,
            test_loss: f64::NAN,
            top1: 0.1 * epoch as f64,
            top5: 1.0,
            ece: 0.0,
            lr: 0.1,
            data_wait: 0.0,
        },
    }
}

fn relabelled(step: u64, before: [u32; 3], after: [u32; 3], turned: bool) -> Event {
    let moved: Vec<u32> = (0..3)
        .filter(|&class| before[class as usize] != after[class as usize])
        .collect();
    let moves = moved.iter().map(|&class| Move {
        class,
        from: before[class as usize],
        to: after[class as usize],
        gain: 0.25,
    });
    Event::Relabelled {
        run: RUN,
        relabelling: Arc::new(Relabelling {
            epoch: 1,
            step,
            before: before.into(),
            after: after.into(),
            passings: vec![Passing {
                moves: moves.collect(),
                gain: 0.5,
                ends_at_free: false,
            }],
            moved,
            score_before: 0.1,
            score_after: 1.5,
            certificate_gap: Some(0.0),
            turned,
            dealt: false,
            class_means: Some(pins(0.3)),
            prototypes: pins(if turned { 0.2 } else { 0.0 }),
        }),
    }
}

pub(super) fn events() -> Vec<Event> {
    let config = RunConfig {
        classes: 3,
        dim: 2,
        epochs: 3,
        head: HeadKind::Dynamic,
        ..RunConfig::playground()
    };
    let info = RunInfo {
        dataset: "grid".to_owned(),
        class_names: ["a", "b", "c"].map(str::to_owned).to_vec(),
        class_groups: None,
        train_samples: 100,
        train_counts: vec![30, 30, 40],
        epoch_samples: 100,
        test_samples: 20,
        parameters: 9,
        steps_per_epoch: 10,
        input_plane: None,
        device: "CPU".to_owned(),
    };
    vec![
        Event::Started {
            run: RUN,
            config: Arc::new(config),
            info: Arc::new(info),
        },
        Event::Spread {
            run: RUN,
            prototypes: pins(0.0),
            assignment: [2, 0, 1].into(),
            min_angle_deg: 120.0,
            provenance: provenance(),
        },
        evaluated(1),
        relabelled(10, [2, 0, 1], [0, 2, 1], false),
        evaluated(2),
        relabelled(20, [0, 2, 1], [0, 1, 2], true),
        evaluated(3),
        Event::Finished {
            run: RUN,
            reason: FinishReason::Completed,
        },
    ]
}

pub(super) fn file(events: &[Event]) -> Vec<u8> {
    let lines = events.iter().map(|event| line(event, 0.5).unwrap());
    lines.collect::<Vec<_>>().concat()
}

/// What a matching said, with all its numbers.
fn relabellings(events: &[Event]) -> Vec<Relabelling> {
    let all = events.iter().filter_map(|event| match event {
        Event::Relabelled { relabelling, .. } => Some(Relabelling::clone(relabelling)),
        _ => None,
    });
    all.collect()
}

#[test]
fn what_was_written_is_read_again() {
    let written = events();
    let read = read(&file(&written), RUN).unwrap();
    assert!(!read.is_cut && read.has_first_assignment);
    assert_eq!(read.events.len(), written.len());
    assert_eq!(relabellings(&read.events), relabellings(&written));
    let started = |events: &[Event]| match &events[0] {
        Event::Started { config, info, .. } => (RunConfig::clone(config), RunInfo::clone(info)),
        other => panic!("{other:?}"),
    };
    assert_eq!(started(&read.events), started(&written));
    let replay = Replay::of(read).unwrap();
    let labels: Vec<&[u32]> = replay.moments.iter().map(|m| &*m.assignment).collect();
    let (first, second, third): (&[u32], &[u32], &[u32]) = (&[2, 0, 1], &[0, 2, 1], &[0, 1, 2]);
    assert_eq!(labels, [first, first, second, second, third, third]);
    let epochs: Vec<f64> = replay.moments.iter().map(|m| m.epoch).collect();
    assert_eq!(epochs, [0.0, 1.0, 1.0, 2.0, 2.0, 3.0]);
    let last = replay.moments.last().unwrap();
    assert_eq!(last.phase, Phase::Finished);
    assert_eq!(last.prototypes, pins(0.2), "they have turned");
    assert_eq!(&*last.labels_moved, [2, 2]);
    assert_eq!(last.history.test_accuracy.len(), 3);
    assert_eq!(last.history.loss[1], [2.0, 0.5]);
    assert!(last.samples.is_none(), "they are never recorded");
    assert!(!replay.unknown.means && !replay.unknown.end && !replay.unknown.labels);
}

#[test]
fn a_file_that_was_cut_off_shows_what_it_has() {
    let whole = file(&events());
    let (mut shown, mut refused) = (0, 0);
    for length in 0..whole.len() {
        let recorded = read(&whole[..length], RUN);
        match recorded.map(Replay::of) {
            Ok(Ok(replay)) => {
                shown += 1;
                let is_whole = length + 1 >= whole.len();
                assert_eq!(replay.unknown.end, !is_whole, "{length}");
                assert!(matches!(replay.events.last(), Some(Event::Finished { .. })));
            }
            Ok(Err(RecordError::NothingYet)) | Err(RecordError::Empty) => refused += 1,
            other => panic!("{length}: {other:?}"),
        }
    }
    assert!(shown > 1000 && refused > 100, "{shown} and {refused}");
}

#[test]
fn a_broken_line_is_named() {
    let whole = String::from_utf8(file(&events())).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let with = |place: usize, text: &str| {
        let mut lines = lines.clone();
        lines[place] = text;
        read(lines.join("\n").as_bytes(), RUN).map(drop)
    };
    for (place, text) in [
        (2, "{\"event\":\"evaluated\""),
        (2, "nonsense"),
        (2, "{}"),
        (3, "{\"event\":\"relabelled\",\"elapsed_secs\":1.0}"),
    ] {
        let error = with(place, text).unwrap_err();
        assert!(
            matches!(&error, RecordError::Line { line, .. } if *line == place + 1),
            "{error}"
        );
        assert!(error.to_string().contains(&format!("Line {}", place + 1)));
    }
    // What this program does not know yet is left out.
    assert_eq!(
        with(2, "{\"event\":\"dreamt\",\"elapsed_secs\":1.0}"),
        Ok(())
    );
    let without = read(lines[1..].join("\n").as_bytes(), RUN).unwrap_err();
    assert_eq!(without, RecordError::NoBeginning { line: 1 });
    for (old, new) in [
        ("\"after\":[0,2,1]", "\"after\":[0,2,9]"),
        ("\"after\":[0,2,1]", "\"after\":[0,2,2]"),
        ("\"before\":[2,0,1]", "\"before\":[2,0]"),
        ("\"moved\":[0,1]", "\"moved\":[0,7]"),
        ("\"to\":0", "\"to\":70"),
        ("\"class_means\":[", "\"class_means\":[7.5,"),
    ] {
        let changed = lines[3].replace(old, new);
        assert_ne!(changed, lines[3], "{old}");
        let error = with(3, &changed).unwrap_err();
        assert!(
            matches!(error, RecordError::Misfit { line: 4, .. }),
            "{error}"
        );
    }
}

#[test]
fn older_files_without_means_and_first_labels_show_what_they_have() {
    let text = String::from_utf8(file(&events())).unwrap();
    let older: Vec<String> = text
        .lines()
        .map(|line| {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            let object = value.as_object_mut().unwrap();
            for name in ["assignment", "class_means", "prototypes"] {
                if object["event"] != "spread" || name == "assignment" {
                    object.remove(name);
                }
            }
            value.to_string()
        })
        .collect();
    let replay = Replay::of(read(older.join("\n").as_bytes(), RUN).unwrap()).unwrap();
    assert!(replay.unknown.means && !replay.unknown.labels);
    assert_eq!(
        &*replay.moments[0].assignment,
        [2, 0, 1],
        "the first matching tells"
    );
    assert!(
        replay
            .moments
            .iter()
            .all(|moment| moment.class_means.is_none())
    );
}

#[test]
fn what_a_resumed_run_did_again_is_shown_once() {
    let events = events();
    let mut bytes = file(&events[..6]);
    bytes.extend(b"{\"elapsed_secs\":0.0,\"event\":\"resumed\",\"epoch\":1,\"step\":10}\n");
    bytes.extend(file(&events[..2]));
    bytes.extend(file(&events[3..]));
    let replay = Replay::of(read(&bytes, RUN).unwrap()).unwrap();
    let steps: Vec<u64> = replay.moments.iter().map(|moment| moment.step).collect();
    assert_eq!(steps, [0, 10, 10, 20, 20, 30]);
    assert_eq!(relabellings(&replay.events), relabellings(&events));
}

#[test]
fn a_run_that_went_on_with_other_settings_shows_these_and_the_course_until_there() {
    let events = events();
    let branch = |head| {
        let mut bytes = file(&events);
        bytes.extend(b"{\"elapsed_secs\":0.0,\"event\":\"resumed\",\"epoch\":1,\"step\":10}\n");
        let mut begun = events[..2].to_vec();
        if let Event::Started { config, .. } = &mut begun[0] {
            let config = Arc::make_mut(config);
            (config.head, config.epochs) = (head, 2);
        }
        bytes.extend(file(&begun));
        bytes.extend(file(&[evaluated(2)]));
        Replay::of(read(&bytes, RUN).unwrap()).unwrap()
    };
    let fixed = branch(HeadKind::Fixed);
    assert_eq!(
        (fixed.config.head, fixed.config.epochs),
        (HeadKind::Fixed, 2)
    );
    let steps: Vec<u64> = fixed.moments.iter().map(|moment| moment.step).collect();
    assert_eq!(
        steps,
        [0, 10, 10, 20],
        "one matching, and not the one that came later"
    );
    assert!(
        fixed.unknown.end,
        "how the run ended is not how this one does"
    );
    // Learned prototypes do not stay where those of the run lay: only the branch itself can be shown.
    let learned = branch(HeadKind::Psc);
    let steps: Vec<u64> = learned.moments.iter().map(|moment| moment.step).collect();
    assert_eq!(steps, [0, 20]);
}
