//! TrivialAugmentWide against torchvision's on Pillow pictures.

use rand::RngExt;

use super::{decoded, difference, facts, golden, picture};
use crate::decode::{Augmentation, Operation};
use crate::streams::Streams;

/// The operation of that name.
fn operation(name: &str) -> Operation {
    Operation::ALL
        .into_iter()
        .find(|operation| format!("{operation:?}") == name)
        .expect("an operation")
}

#[test]
fn operations_and_magnitudes_are_torchvisions() {
    let facts = facts();
    let space = facts["magnitudes"].as_object().unwrap();
    assert_eq!(space.len(), Operation::ALL.len());
    for (name, of) in space {
        let operation = operation(name);
        assert_eq!(
            of["signed"].as_bool(),
            Some(operation.is_signed()),
            "{name}"
        );
        for bin in 0..31 {
            let expected = of["values"].get(bin).and_then(serde_json::Value::as_f64);
            // Single precision, as torch's: the JSON reader may miss the last digit of a double.
            let single = |magnitude: Option<f64>| magnitude.map(|magnitude| magnitude as f32);
            assert_eq!(
                single(operation.magnitude(bin)),
                single(expected),
                "{name} {bin}"
            );
        }
    }
}

#[test]
fn operations_change_pictures_as_torchvisions_do() {
    let facts = facts();
    let cases = facts["augmented"].as_array().unwrap();
    let (width, height, strip) = decoded("augmented.png", golden!("augmented.png")).unwrap();
    assert_eq!((width, height), (24, 24 * cases.len()));
    for (case, expected) in cases.iter().zip(strip.chunks_exact(3 * 24 * 24)) {
        let augmentation = Augmentation {
            operation: operation(case["operation"].as_str().unwrap()),
            magnitude: case["magnitude"].as_f64().unwrap(),
        };
        let mut rgb = picture(24, 24);
        augmentation.apply(&mut rgb, 24, 24);
        let (most, mean) = difference(&rgb, expected);
        assert!(
            most == 0,
            "{augmentation:?} differs by {most}, {mean} on average"
        );
    }
}

#[test]
fn draws_cover_operations_bins_and_signs_evenly() {
    let mut rng = Streams::new(11).rng("test");
    let drawn: Vec<Augmentation> = (0..28_000)
        .map(|_| Augmentation::draw(|| rng.random()))
        .collect();
    for operation in Operation::ALL {
        let of: Vec<f64> = drawn
            .iter()
            .filter(|drawn| drawn.operation == operation)
            .map(|drawn| drawn.magnitude)
            .collect();
        // 2,000 expected, standard deviation 43.
        assert!(
            (1_800..2_200).contains(&of.len()),
            "{operation:?} {}",
            of.len()
        );
        for magnitude in (0..31).filter_map(|bin| operation.magnitude(bin)) {
            assert!(
                of.iter().any(|drawn| drawn.abs() == magnitude),
                "{operation:?} never {magnitude}"
            );
        }
        let negative = of
            .iter()
            .filter(|magnitude| magnitude.is_sign_negative())
            .count();
        let expected = if operation.is_signed() {
            of.len() / 2
        } else {
            0
        };
        assert!(
            negative.abs_diff(expected) < 150,
            "{operation:?} {negative} negative"
        );
    }
}

#[test]
fn pictures_of_a_few_pixels_survive_every_operation() {
    for (width, height) in [(0, 0), (1, 1), (2, 2), (1, 5), (5, 1)] {
        for operation in Operation::ALL {
            for magnitude in [operation.magnitude(30).unwrap_or(0.0), 0.0, f64::NAN, -1e9] {
                let mut rgb = picture(width, height);
                Augmentation {
                    operation,
                    magnitude,
                }
                .apply(&mut rgb, width, height);
                assert_eq!(rgb.len(), 3 * width * height, "{operation:?}");
            }
        }
    }
}
