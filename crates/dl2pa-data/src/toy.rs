//! Gaussian classes in the plane, on a grid or on a ring: data whose neighbourhoods can be seen.
//!
//! Neighbouring classes overlap a little, so that the best possible classifier is right about 98 times
//! in 100 and a picture of the inputs shows why the rest is lost.

use crate::dataset::{Dataset, InputShape, Split, standardise};
use crate::error::DataError;
use crate::streams::{DATA, Streams, standard_normal};

/// Classes of either set at most.
pub const MOST_CLASSES: usize = 100;
/// Training samples a class at most.
pub const MOST_SAMPLES_PER_CLASS: usize = 10_000;

/// Standard deviation of a class over the distance to the neighbouring class centre. A class in the
/// middle of the grid has four neighbours and loses 2.5 % of its samples to them; one on the ring has
/// two and loses 1.6 %.
const GRID_SPREAD: f64 = 0.2;
const RING_SPREAD: f64 = 0.207;

/// `classes` Gaussian classes on a square grid, filled row by row and named "A1", "A2", ... by row and
/// column.
///
/// `samples_per_class` training samples each, and a third as many (at least 20) to test. Inputs are the
/// two coordinates, each with mean 0 and standard deviation 1 over the training part.
///
/// # Errors
/// Fewer than 2 or more than 100 classes; no or more than 10,000 samples a class.
pub fn grid(
    classes: usize,
    samples_per_class: usize,
    streams: &Streams,
) -> Result<Dataset, DataError> {
    DataError::check_classes("grid", classes, MOST_CLASSES)?;
    let columns = (1..=classes).find(|n| n * n >= classes).unwrap_or(classes);
    let centres: Vec<[f64; 2]> = (0..classes)
        // The first row is on top, as one reads.
        .map(|class| [(class % columns) as f64, -((class / columns) as f64)])
        .collect();
    let names = (0..classes)
        .map(|class| format!("{}{}", letter(class / columns), class % columns + 1))
        .collect();
    gaussians(
        "grid",
        &centres,
        GRID_SPREAD,
        names,
        samples_per_class,
        streams,
    )
}

/// `classes` Gaussian classes at equal angles on a circle, named by letters where 26 are enough and by
/// numbers otherwise, counter-clockwise from the right.
///
/// Samples, inputs and errors as for [`grid`].
///
/// # Errors
/// Fewer than 2 or more than 100 classes; no or more than 10,000 samples a class.
pub fn ring(
    classes: usize,
    samples_per_class: usize,
    streams: &Streams,
) -> Result<Dataset, DataError> {
    DataError::check_classes("ring", classes, MOST_CLASSES)?;
    let centres: Vec<[f64; 2]> = (0..classes)
        .map(|class| {
            let angle_rad = std::f64::consts::TAU * class as f64 / classes as f64;
            [libm::cos(angle_rad), libm::sin(angle_rad)]
        })
        .collect();
    let chord = 2.0 * libm::sin(std::f64::consts::PI / classes as f64);
    let names = (0..classes)
        .map(|class| {
            if classes <= 26 {
                letter(class).to_string()
            } else {
                format!("{class:02}")
            }
        })
        .collect();
    gaussians(
        "ring",
        &centres,
        RING_SPREAD * chord,
        names,
        samples_per_class,
        streams,
    )
}

/// "A" for 0 to "Z" for 25; both sets stay below.
fn letter(index: usize) -> char {
    char::from(b'A' + (index % 26) as u8)
}

fn gaussians(
    name: &'static str,
    centres: &[[f64; 2]],
    deviation: f64,
    class_names: Vec<String>,
    samples_per_class: usize,
    streams: &Streams,
) -> Result<Dataset, DataError> {
    if !(1..=MOST_SAMPLES_PER_CLASS).contains(&samples_per_class) {
        return Err(DataError::SamplesPerClass {
            dataset: name,
            asked: samples_per_class,
            most: MOST_SAMPLES_PER_CLASS,
        });
    }
    let mut rng = streams.rng(DATA);
    let mut draw = |count: usize| {
        let mut split = Split::default();
        for (label, centre) in (0_u32..).zip(centres) {
            for _ in 0..count {
                let sample =
                    centre.map(|mean| (mean + deviation * standard_normal(&mut rng)) as f32);
                split.push(sample, label);
            }
        }
        split.shuffle(&mut rng);
        split
    };
    let mut train = draw(samples_per_class);
    let mut test = draw((samples_per_class / 3).max(20));
    standardise(&mut train, &mut test, false);
    Ok(Dataset {
        name,
        shape: InputShape::Flat(2),
        class_names,
        class_groups: None,
        train,
        test,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of the test samples whose nearest class mean is right: for equal round Gaussians on these
    /// lattices that is the best possible classifier.
    fn nearest_mean_accuracy(set: &Dataset) -> f64 {
        let means = set.train.class_means(set.classes());
        let right = set
            .test
            .inputs
            .chunks_exact(2)
            .zip(&set.test.labels)
            .filter(|(input, label)| {
                let nearest = means
                    .chunks_exact(2)
                    .map(|mean| {
                        (mean[0] - f64::from(input[0])).powi(2)
                            + (mean[1] - f64::from(input[1])).powi(2)
                    })
                    .enumerate()
                    .min_by(|a, b| a.1.total_cmp(&b.1));
                nearest.is_some_and(|(class, _)| class == **label as usize)
            })
            .count();
        right as f64 / set.test.len() as f64
    }

    #[test]
    fn neighbours_overlap_slightly() {
        let streams = Streams::new(42);
        for classes in [9, 25, 100] {
            for set in [grid(classes, 1000, &streams), ring(classes, 1000, &streams)] {
                let set = set.unwrap();
                let accuracy = nearest_mean_accuracy(&set);
                assert!(
                    (0.97..0.99).contains(&accuracy),
                    "{} {classes}: {accuracy}",
                    set.name
                );
            }
        }
    }

    #[test]
    fn every_class_has_its_samples() {
        for classes in 2..=MOST_CLASSES {
            let set = grid(classes, 6, &Streams::new(7)).unwrap();
            assert_eq!(set.train.counts(classes), vec![6; classes]);
            assert_eq!(set.test.counts(classes), vec![20; classes]);
            let names: std::collections::HashSet<_> = set.class_names.iter().collect();
            assert_eq!(names.len(), classes);
            assert!(set.train.inputs.iter().all(|value| value.is_finite()));
        }
        let ring = ring(100, 60, &Streams::new(7)).unwrap();
        assert_eq!(ring.class_names[99], "99");
    }

    #[test]
    fn a_grid_is_read_like_a_page() {
        let set = grid(25, 200, &Streams::new(42)).unwrap();
        assert_eq!(set.class_names[..6], ["A1", "A2", "A3", "A4", "A5", "B1"]);
        let means = set.train.class_means(25);
        // A1 is on the upper left, E5 on the lower right.
        assert!(means[0] < -1.0 && means[1] > 1.0);
        assert!(means[48] > 1.0 && means[49] < -1.0);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let streams = Streams::new(1);
        assert!(matches!(
            ring(1, 60, &streams),
            Err(DataError::TooFewClasses { asked: 1, .. })
        ));
        assert!(matches!(
            grid(101, 60, &streams),
            Err(DataError::TooManyClasses { asked: 101, .. })
        ));
        assert_eq!(
            grid(9, 0, &streams).unwrap_err().to_string(),
            "grid cannot draw 0 training samples a class; ask for 1 to 10000"
        );
    }
}
