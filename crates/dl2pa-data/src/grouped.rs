//! Classes in groups, 32 inputs: data where which classes are neighbours matters to the assignment.
//!
//! Twenty groups of five classes. Classes of a group lie close together and groups far apart, so a
//! label dealt to a prototype far from its group costs accuracy at low d.

use rand::seq::SliceRandom;

use crate::dataset::{Dataset, InputShape, Split};
use crate::error::DataError;
use crate::streams::{DATA, StreamRng, Streams, standard_normal};

/// Classes of the full set.
pub const CLASSES: usize = 100;
/// Classes in a group.
pub const CLASSES_PER_GROUP: usize = 5;
/// Numbers in one input.
pub const FEATURES: usize = 32;

const TRAIN_PER_CLASS: usize = 100;
const TEST_PER_CLASS: usize = 30;
const GROUP_DEVIATION: f64 = 2.2;
const CLASS_DEVIATION: f64 = 1.0;
const SAMPLE_DEVIATION: f64 = 0.8;

/// `classes` classes in groups of five (the last group may be smaller), 100 samples each to train and
/// 30 to test; 100 classes make the set of 10,000 and 3,000.
///
/// Group centres ~ N(0, 2.2^2 I), class centres = group centre + N(0, I), samples = class centre +
/// N(0, 0.8^2 I). Class numbers are shuffled, so that they say nothing about the groups; names do
/// ("K3" is the third class of group K). Inputs are as drawn, not standardised.
///
/// # Errors
/// Fewer than 2 or more than 100 classes.
pub fn grouped(classes: usize, streams: &Streams) -> Result<Dataset, DataError> {
    DataError::check_classes("grouped", classes, CLASSES)?;
    let mut rng = streams.rng(DATA);
    let mut group_centre = [0.0; FEATURES];
    let mut members: Vec<Member> = (0..classes)
        .map(|index| {
            if index % CLASSES_PER_GROUP == 0 {
                group_centre = around(&[0.0; FEATURES], GROUP_DEVIATION, &mut rng);
            }
            Member {
                group: index / CLASSES_PER_GROUP,
                place: index % CLASSES_PER_GROUP,
                centre: around(&group_centre, CLASS_DEVIATION, &mut rng),
            }
        })
        .collect();
    members.shuffle(&mut rng);

    let mut draw = |count: usize| {
        let mut split = Split::default();
        for (label, member) in (0_u32..).zip(&members) {
            for _ in 0..count {
                let sample = around(&member.centre, SAMPLE_DEVIATION, &mut rng);
                split.push(sample.map(|value| value as f32), label);
            }
        }
        split.shuffle(&mut rng);
        split
    };
    let train = draw(TRAIN_PER_CLASS);
    let test = draw(TEST_PER_CLASS);
    Ok(Dataset {
        name: "grouped",
        shape: InputShape::Flat(FEATURES),
        class_names: members.iter().map(Member::name).collect(),
        class_groups: Some(members.iter().map(|member| member.group as u32).collect()),
        train,
        test,
    })
}

struct Member {
    group: usize,
    place: usize,
    centre: [f64; FEATURES],
}

impl Member {
    /// Letter of the group (there are at most 20) and number within it.
    fn name(&self) -> String {
        format!(
            "{}{}",
            char::from(b'A' + (self.group % 26) as u8),
            self.place + 1
        )
    }
}

fn around(centre: &[f64; FEATURES], deviation: f64, rng: &mut StreamRng) -> [f64; FEATURES] {
    centre.map(|mean| mean + deviation * standard_normal(rng))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_set_has_the_designed_sizes() {
        let set = grouped(100, &Streams::new(42)).unwrap();
        assert_eq!((set.train.len(), set.test.len()), (10_000, 3_000));
        assert_eq!(set.train.counts(100), vec![100; 100]);
        assert_eq!(set.train.features(), 32);
        let groups = set.class_groups.as_deref().unwrap();
        let mut sizes = [0; 20];
        for &group in groups {
            sizes[group as usize] += 1;
        }
        assert_eq!(sizes, [5; 20]);
        // Shuffled: neighbours in number are rarely neighbours in space.
        assert!(groups.windows(2).filter(|pair| pair[0] == pair[1]).count() < 20);
    }

    #[test]
    fn spreads_are_the_designed_ones() {
        let set = grouped(100, &Streams::new(1)).unwrap();
        let means = set.train.class_means(100);
        let groups = set.class_groups.as_deref().unwrap();

        let mut noise = 0.0;
        for (input, &label) in set.train.inputs.chunks_exact(32).zip(&set.train.labels) {
            let mean = &means[label as usize * 32..][..32];
            noise += input
                .iter()
                .zip(mean)
                .map(|(x, m)| (f64::from(*x) - m).powi(2))
                .sum::<f64>();
        }
        let sample_deviation = (noise / (10_000.0 * 32.0)).sqrt();
        assert!((sample_deviation - 0.8).abs() < 0.01, "{sample_deviation}");

        let mean_square = |same_group: bool| {
            let (mut sum, mut pairs) = (0.0, 0.0);
            for a in 0..100 {
                for b in 0..a {
                    if (groups[a] == groups[b]) == same_group {
                        let (x, y) = (&means[a * 32..][..32], &means[b * 32..][..32]);
                        sum += x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum::<f64>() / 32.0;
                        pairs += 1.0;
                    }
                }
            }
            sum / pairs
        };
        // Two classes of one group differ by two draws of N(0, 1), of two groups by two of
        // N(0, 2.2^2) besides; their estimated means add little.
        assert!(
            (mean_square(true) - 2.0).abs() < 0.2,
            "{}",
            mean_square(true)
        );
        assert!(
            (mean_square(false) - 11.68).abs() < 2.0,
            "{}",
            mean_square(false)
        );
    }

    #[test]
    fn fewer_classes_keep_their_groups() {
        let set = grouped(12, &Streams::new(2)).unwrap();
        let mut groups = set.class_groups.unwrap();
        groups.sort_unstable();
        assert_eq!(groups, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]);
        assert!(grouped(101, &Streams::new(2)).is_err());
        assert!(grouped(0, &Streams::new(2)).is_err());
    }
}
