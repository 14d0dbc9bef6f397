//! The 8 x 8 handwritten digits, embedded in the program.

use rand::seq::SliceRandom;

use crate::dataset::{Dataset, InputShape, Split, standardise};
use crate::error::DataError;
use crate::streams::{DATA, Streams};

/// Classes of the set.
pub const CLASSES: usize = 10;

const NAME: &str = "digits";
/// Rows and columns of a picture.
pub const SIDE: usize = 8;
const PIXELS: usize = SIDE * SIDE;
/// Optical Recognition of Handwritten Digits, CC BY 4.0; see `data/README.md`.
static RECORDS: &[u8] = include_bytes!("../data/digits8x8.bin");

/// The first `classes` digits, 80 % of each for training and 20 % for testing.
///
/// The seed decides which sample falls into which part. Pixels (0 to 16) are shifted and scaled as a
/// whole to mean 0 and standard deviation 1 over the training part.
///
/// # Errors
/// Fewer than 2 or more than 10 classes.
pub fn digits(classes: usize, streams: &Streams) -> Result<Dataset, DataError> {
    DataError::check_classes(NAME, classes, CLASSES)?;
    let mut rng = streams.rng(DATA);
    let mut by_class: Vec<Vec<&[u8]>> = vec![Vec::new(); CLASSES];
    for record in RECORDS.chunks(PIXELS + 1) {
        let (Some(pixels), Some(&label)) = (record.get(..PIXELS), record.get(PIXELS)) else {
            return Err(DataError::Damaged {
                what: format!("the last record has {} of 65 bytes", record.len()),
            });
        };
        let Some(samples) = by_class.get_mut(usize::from(label)) else {
            return Err(DataError::Damaged {
                what: format!("a label is {label} and not 0 to 9"),
            });
        };
        samples.push(pixels);
    }

    let (mut train, mut test) = (Split::default(), Split::default());
    // All ten classes are drawn, so that a digit's split does not depend on how many are asked for.
    for (label, samples) in (0_u32..).zip(&mut by_class) {
        samples.shuffle(&mut rng);
        if label as usize >= classes {
            continue;
        }
        let held_out = (samples.len() + 2) / 5;
        for (index, pixels) in samples.iter().enumerate() {
            let part = if index < held_out {
                &mut test
            } else {
                &mut train
            };
            part.push(pixels.iter().map(|&pixel| f32::from(pixel)), label);
        }
    }
    train.shuffle(&mut rng);
    test.shuffle(&mut rng);
    standardise(&mut train, &mut test, true);
    Ok(Dataset {
        name: NAME,
        shape: InputShape::Image {
            channels: 1,
            height: SIDE,
            width: SIDE,
        },
        class_names: (0..classes).map(|digit| digit.to_string()).collect(),
        class_groups: None,
        train,
        test,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_counts_are_the_published_ones() {
        // scikit-learn's user guide, section on the digits data set.
        let published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        let set = digits(10, &Streams::new(42)).unwrap();
        let (train, test) = (set.train.counts(10), set.test.counts(10));
        for digit in 0..10 {
            assert_eq!(train[digit] + test[digit], published[digit]);
            let share = test[digit] as f64 / published[digit] as f64;
            assert!((share - 0.2).abs() < 0.005, "digit {digit}: {share}");
        }
        assert_eq!(set.train.features(), set.shape.features());
    }

    #[test]
    fn no_sample_is_in_both_parts() {
        let set = digits(10, &Streams::new(3)).unwrap();
        let in_train: std::collections::HashSet<Vec<u32>> = set
            .train
            .inputs
            .chunks_exact(PIXELS)
            .map(|row| row.iter().map(|v| v.to_bits()).collect())
            .collect();
        // All 1797 pictures differ from each other, so a picture seen twice is a leak.
        assert_eq!(in_train.len(), set.train.len());
        for row in set.test.inputs.chunks_exact(PIXELS) {
            let key: Vec<u32> = row.iter().map(|v| v.to_bits()).collect();
            assert!(!in_train.contains(&key));
        }
    }

    #[test]
    fn the_seed_decides_the_split() {
        let set = digits(10, &Streams::new(5)).unwrap();
        assert_eq!(set, digits(10, &Streams::new(5)).unwrap());
        assert_ne!(
            set.test.labels,
            digits(10, &Streams::new(6)).unwrap().test.labels
        );
    }

    #[test]
    fn the_first_pictures_show_every_digit() {
        let set = digits(10, &Streams::new(42)).unwrap();
        let first = set.test.gather(&(0..100).collect::<Vec<_>>());
        assert!(first.counts(10).iter().all(|&count| count > 0));
    }

    #[test]
    fn one_and_eleven_classes_are_refused_in_a_sentence() {
        let one = digits(1, &Streams::new(1)).unwrap_err().to_string();
        assert_eq!(
            one,
            "digits cannot have 1 class: there is nothing to tell apart; ask for 2 to 10 classes"
        );
        let eleven = digits(11, &Streams::new(1)).unwrap_err().to_string();
        assert_eq!(
            eleven,
            "digits has at most 10 classes and 11 were asked for; ask for 2 to 10 classes"
        );
        assert_eq!(digits(3, &Streams::new(1)).unwrap().classes(), 3);
    }
}
