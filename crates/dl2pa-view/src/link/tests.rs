//! Links give back what they were made from, and whatever is done to them ends in a state or a sentence.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dl2pa_core::config::{AssignInit, DatasetKind, HeadKind, LossKind, RunConfig};
use dl2pa_core::prototypes::Method;
use dl2pa_fixtures::try_all;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::{Gaze, LinkError, MAX_CHARS, Points, State, Theme, is_meant, read, write};

/// A link of version 1, given away for good.
const GOLDEN: &str = include_str!("golden-v1.txt");

fn config() -> impl Strategy<Value = RunConfig> {
    let sizes = (
        2_usize..=10,
        2_usize..=128,
        1_usize..400,
        vec(1_usize..512, 0..4),
    );
    let numbers = (1e-4..1.0_f64, 0.05..80.0_f64, 1.0..40.0_f64);
    let kinds = (
        select(
            &[
                DatasetKind::Digits,
                DatasetKind::Grid,
                DatasetKind::Ring,
                DatasetKind::Grouped,
            ][..],
        ),
        select(HeadKind::ALL),
        select(&[LossKind::Paper, LossKind::CrossEntropy][..]),
        select(AssignInit::ALL),
        any::<bool>(),
    );
    (kinds, sizes, numbers, 0..i64::MAX as u64).prop_map(
        |(
            (dataset, head, loss, assign_init, uniform),
            (classes, dim, epochs, hidden),
            (lr, assign_period, t),
            seed,
        )| {
            let learned = head == HeadKind::Psc;
            RunConfig {
                classes,
                dim,
                epochs,
                hidden,
                head,
                loss: if learned {
                    LossKind::CrossEntropy
                } else {
                    loss
                },
                assign_init,
                lr,
                assign_period,
                prototype_t: t,
                prototype_method: if uniform && !learned {
                    Method::Uniformity
                } else {
                    Method::Auto
                },
                seed,
                ..RunConfig::for_dataset(dataset)
            }
        },
    )
}

fn points() -> impl Strategy<Value = Points> {
    vec((0_usize..6, any::<[u8; 2]>()), 0..120).prop_map(|drawn| {
        let mut points = Points::default();
        for (class, cell) in drawn {
            assert!(points.add(class, cell));
        }
        points
    })
}

fn state() -> impl Strategy<Value = State> {
    let gaze = (-9.0..9.0_f64, -1.5..1.5_f64, 0.6..4.0_f64);
    let name = "[a-z0-9-]{1,20}";
    let shown = (
        option::of(gaze),
        option::of(0_usize..100),
        any::<[bool; 3]>(),
        select(&[Theme::System, Theme::Dark, Theme::Light][..]),
    );
    let told = (
        option::of(name),
        option::of(name),
        option::of(name),
        option::of(points()),
    );
    let time = (
        0..u64::from(u32::MAX),
        select(&[0.125, 1.0, 64.0, f64::INFINITY][..]),
    );
    (config(), time, shown, told).prop_map(
        |(
            config,
            (step, speed),
            (gaze, selected, [names, pair, comparing], theme),
            (tab, lesson, beat, points),
        )| State {
            config,
            step,
            speed,
            gaze: gaze.map(|(yaw_rad, pitch_rad, zoom)| Gaze {
                yaw_rad,
                pitch_rad,
                zoom,
            }),
            selected,
            tab,
            names,
            pair,
            comparing,
            theme,
            lesson,
            beat,
            points,
        },
    )
}

fn fifty() -> Vec<State> {
    let mut runner = TestRunner::deterministic();
    (0..50)
        .map(|_| state().new_tree(&mut runner).unwrap().current())
        .collect()
}

/// Whatever has become of a link, it is refused or means what it meant.
fn judge(damaged: &str, before: &State) -> Result<(), TestCaseError> {
    match read(damaged) {
        Ok(state) => prop_assert_eq!(&state, before),
        Err(error) => prop_assert!(error.to_string().ends_with('.'), "{}", error),
    }
    Ok(())
}

#[test]
fn fifty_states_come_back_whole_from_links_of_at_most_2_000_characters() {
    for state in fifty() {
        let link = write(&state, MAX_CHARS).unwrap();
        assert!(link.text.len() <= MAX_CHARS);
        assert!(!link.leaves_out_points);
        let plain = |c: char| c.is_ascii_alphanumeric() || "=.-_".contains(c);
        assert!(link.text.chars().all(plain), "{}", link.text);
        assert_eq!(read(&link.text).as_ref(), Ok(&state));
        let address = format!("https://example.org/a/b?device=cpu#{}\n", link.text);
        assert!(is_meant(&address));
        assert_eq!(read(&address), Ok(state));
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_of_fifty_links_is_an_error_or_the_same_state() {
    for state in fifty() {
        let text = write(&state, MAX_CHARS).unwrap().text;
        for length in 0..text.len() {
            judge(&text[..length], &state).unwrap();
        }
        for place in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                judge(&String::from_utf8(bytes).unwrap(), &state).unwrap();
            }
        }
    }
}

#[test]
fn any_text_at_all_ends_in_a_state_or_a_sentence() {
    let text = prop_oneof![
        any::<String>(),
        "#?state=[0-9]{0,12}\\.?[A-Za-z0-9_-]{0,200}",
        "state=1\\.[A-Za-z0-9_-]{0,2000}",
    ];
    try_all(600, &text, |text| {
        if let Err(error) = read(&text) {
            prop_assert!(error.to_string().ends_with('.'));
        }
        Ok(())
    });
}

/// A link with a right checksum round any bytes, as somebody with bad intentions would make it.
fn forged(content: &[u8]) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    let packed = encoder.finish().unwrap();
    let mut sum = flate2::Crc::new();
    sum.update(&packed);
    let mut bytes = sum.sum().to_le_bytes().to_vec();
    bytes.extend(packed);
    format!("state=1.{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[test]
fn forged_content_ends_in_a_valid_state_or_a_sentence() {
    let line = prop_oneof![
        select(
            &[
                "step = 3",
                "step = -1",
                "speed = nan",
                "speed = 0",
                "speed = inf",
                "gaze = [1.0, 2.0]",
                "gaze = [inf, 0.0, 1.0]",
                "selected = 99",
                "names = 1",
                "points = \"////\"",
                "points = \"AQAB\"",
                "tab = \"\"",
                "lesson = 5",
                "new = 1",
                "[config]",
                "dataset = \"grid\"",
                "dataset = \"cifar10\"",
                "data_dir = \"/etc\"",
                "prototype_file = \"/etc/passwd\"",
                "classes = 3",
                "classes = 99999999",
                "hidden = [0]",
                "hidden = []",
                "lr = nan",
                "seed = 9223372036854775807",
                "epochs = 0",
                "batch_size = 2",
            ][..]
        )
        .prop_map(str::to_owned),
        "[a-z_]{1,12} = [0-9.\\-\"\\[\\]]{0,9}",
    ];
    try_all(400, &vec(line, 0..9), |lines| {
        if let Ok(state) = read(&forged(lines.join("\n").as_bytes())) {
            prop_assert_eq!(state.config.validate(), Ok(()));
            prop_assert!(state.config.prototype_file.is_none());
            let again = write(&state, MAX_CHARS).map(|link| read(&link.text));
            prop_assert_eq!(again, Ok(Ok(state)));
        }
        Ok(())
    });
    assert_eq!(
        read(&forged(b"[config]\nprototype_file = \"/etc/passwd\"\n")),
        Err(LinkError::NeedsFiles {
            dataset: "a folder".to_owned()
        })
    );
}

#[test]
fn a_link_that_unpacks_to_megabytes_is_refused_unread() {
    let bomb = forged(&vec![b'\n'; 4_000_000]);
    assert!(bomb.len() < 8_000, "{}", bomb.len());
    assert_eq!(read(&bomb), Err(LinkError::Oversized));
    let long = format!("state=1.{}", "A".repeat(1_000_000));
    assert_eq!(read(&long), Err(LinkError::Oversized));
}

#[test]
fn each_kind_of_wrong_link_has_its_sentence() {
    let text = write(&State::of(RunConfig::playground()), MAX_CHARS)
        .unwrap()
        .text;
    for foreign in [
        "",
        "#",
        "hello",
        "https://example.org/",
        "#lesson=2",
        "state=",
        "state=x.abc",
        "state=0.abc",
    ] {
        assert_eq!(read(foreign), Err(LinkError::Foreign), "{foreign}");
    }
    assert!(!is_meant("https://example.org/#contents"));
    assert_eq!(read(&text[..text.len() - 1]), Err(LinkError::Damaged));
    let newer = text.replace("state=1.", "state=3.");
    assert_eq!(
        read(&newer),
        Err(LinkError::Newer {
            version: 3,
            known: 2
        })
    );
    assert!(read(&newer).unwrap_err().to_string().contains("newer"));
    let refused = read(&forged(b"[config]\nclases = 3\n"))
        .unwrap_err()
        .to_string();
    assert!(refused.contains("`classes`"), "{refused}");
}

#[test]
fn a_run_that_reads_files_has_no_link() {
    let mut config = RunConfig::for_dataset(DatasetKind::Cifar10);
    config.images.data_dir = Some("/home/someone".to_owned());
    let error = write(&State::of(config), MAX_CHARS).unwrap_err();
    assert!(error.to_string().contains("cifar10"), "{error}");
    let prototypes = RunConfig {
        prototype_file: Some("points.npy".to_owned()),
        ..RunConfig::playground()
    };
    assert!(write(&State::of(prototypes), MAX_CHARS).is_err());
}

#[test]
fn points_that_do_not_fit_are_left_out_and_the_link_says_so() {
    let mut runner = TestRunner::deterministic();
    let cells = vec(any::<[u8; 2]>(), 3_000..3_001);
    let mut points = Points::default();
    for (place, cell) in cells
        .new_tree(&mut runner)
        .unwrap()
        .current()
        .into_iter()
        .enumerate()
    {
        assert!(points.add(place % 3, cell));
    }
    let state = State {
        points: Some(points),
        ..State::of(RunConfig::playground())
    };
    let link = write(&state, MAX_CHARS).unwrap();
    assert!(link.leaves_out_points);
    assert!(link.text.len() <= MAX_CHARS);
    assert_eq!(
        read(&link.text),
        Ok(State {
            points: None,
            ..state
        })
    );
    assert!(matches!(
        write(&State::of(RunConfig::playground()), 10),
        Err(LinkError::TooLong { most: 10, .. })
    ));
}

#[test]
fn the_first_version_s_golden_link_is_still_read() {
    let mut points = Points::default();
    for cell in [[0, 255], [17, 4]] {
        assert!(points.add(1, cell));
    }
    // Spelled out, so that a changed default is noticed here: it would change what old links mean.
    let expected = State {
        step: 320,
        speed: 4.0,
        gaze: Some(Gaze {
            yaw_rad: 1.25,
            pitch_rad: -0.5,
            zoom: 1.5,
        }),
        selected: Some(7),
        tab: Some("setup".to_owned()),
        names: false,
        pair: true,
        comparing: true,
        theme: Theme::Light,
        lesson: Some("five".to_owned()),
        beat: Some("2".to_owned()),
        points: Some(points),
        config: RunConfig {
            classes: 9,
            head: HeadKind::Fixed,
            dim: 5,
            seed: 1234,
            samples_per_class: 200,
            hidden: vec![64, 64],
            epochs: 40,
            batch_size: 128,
            lr: 0.1,
            assign_period: 0.5,
            scale: 16.0,
            momentum: 0.9,
            weight_decay: 1e-4,
            ..RunConfig::playground()
        },
    };
    assert_eq!(read(GOLDEN), Ok(expected));
}
