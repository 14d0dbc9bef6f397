//! Unit tests of the matching's parts that are seen from inside the crate.

use super::{
    Assignment, AssignmentError, Matcher, Solver, SparseEffort, cycles, match_labels,
    match_means_sparsely,
};
use dl2pa_data::Streams;

fn of(prototype_of: &[u32], prototypes: usize) -> Assignment {
    Assignment::from_vec(prototype_of.to_vec(), prototypes).unwrap()
}

#[test]
fn the_best_total_is_found() {
    let scores = [0.9_f32, 0.8, 0.1, 0.8, 0.1, 0.0, 0.7, 0.6, 0.5];
    let matching = match_labels(&scores, 3, 3, None).unwrap();
    assert_eq!(matching.assignment.as_slice(), [1, 0, 2]);
    assert!((matching.score - 2.1).abs() < 1e-6);
}

#[test]
fn ties_keep_the_present_pairs() {
    let present = of(&[2, 0, 1, 3], 4);
    let level = [0.25_f64; 16];
    assert_eq!(
        match_labels(&level, 4, 4, Some(&present))
            .unwrap()
            .assignment,
        present
    );
    assert_eq!(
        match_labels(&[0.0; 16], 4, 4, Some(&present))
            .unwrap()
            .assignment,
        present
    );
    // Class 0 gains by moving to 0; only class 1, which is there, has to go.
    let mut one_wish = level;
    one_wish[0] += 1e-9;
    let after = match_labels(&one_wish, 4, 4, Some(&present))
        .unwrap()
        .assignment;
    assert_eq!(after.as_slice(), [0, 2, 1, 3]);
}

#[test]
fn a_true_gain_outweighs_all_present_pairs() {
    // Keeping everything would keep 100 pairs; moving all of them round gains 1e-9 in total.
    let n = 100;
    let mut scores = vec![-1.0_f64; n * n];
    for class in 0..n {
        scores[class * n + class] = 0.5;
        scores[class * n + (class + 1) % n] = 0.5;
    }
    scores[1] += 1e-9;
    let matching = match_labels(&scores, n, n, Some(&Assignment::identity(n))).unwrap();
    assert_eq!(matching.assignment.prototype_of(0), Some(1));
    assert_eq!(matching.assignment.prototype_of(99), Some(0));
}

#[test]
fn spare_prototypes_are_left_free() {
    let scores = [0.0_f64, 0.1, 0.9, 0.8, 0.0, 0.7];
    let matching = match_labels(&scores, 2, 3, None).unwrap();
    assert_eq!(matching.assignment.as_slice(), [2, 0]);
    assert_eq!(
        matching.assignment.classes_of_prototypes(),
        [Some(1), None, Some(0)]
    );
}

#[test]
fn huge_and_tiny_scores_do_not_overflow() {
    for size in [f64::MAX, 1.0, f64::MIN_POSITIVE] {
        let n = 64;
        let mut scores = vec![-size; n * n];
        for class in 0..n {
            scores[class * n + (class * 5) % n] = size;
        }
        let matching = match_labels(&scores, n, n, None).unwrap();
        for class in 0..n {
            assert_eq!(
                matching.assignment.prototype_of(class),
                Some((class * 5 % n) as u32)
            );
        }
    }
}

#[test]
fn unusable_scores_are_refused() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = match_labels(&[0.0, 0.0, value, 0.0], 2, 2, None).unwrap_err();
        assert!(
            matches!(
                error,
                AssignmentError::NotFinite {
                    class: 1,
                    prototype: 0,
                    ..
                }
            ),
            "{error}"
        );
    }
    assert!(matches!(
        match_labels(&[0.0; 6], 3, 2, None),
        Err(AssignmentError::TooFewPrototypes { .. })
    ));
    assert!(matches!(
        match_labels(&[0.0; 5], 2, 3, None),
        Err(AssignmentError::WrongSize { .. })
    ));
    assert_eq!(
        match_labels::<f64>(&[], 0, 0, None),
        Err(AssignmentError::NoClasses)
    );
    assert!(matches!(
        match_labels(&[0.0; 4], 2, 2, Some(&Assignment::identity(3))),
        Err(AssignmentError::OtherShape { .. })
    ));
}

#[test]
fn assignments_are_checked() {
    assert_eq!(
        Assignment::from_vec(vec![0, 2, 2], 3)
            .unwrap_err()
            .to_string(),
        "classes 1 and 2 are both assigned to prototype 2; each class needs its own"
    );
    assert!(matches!(
        Assignment::from_vec(vec![0, 3], 3),
        Err(AssignmentError::OutOfRange {
            class: 1,
            prototype: 3,
            ..
        })
    ));
    let drawn = Assignment::random(50, &mut Streams::new(9).rng("assignment"));
    assert_ne!(drawn, Assignment::identity(50));
    assert_eq!(
        Assignment::from_vec(drawn.as_slice().to_vec(), 50),
        Ok(drawn)
    );
}

#[test]
fn labels_pass_in_cycles() {
    let before = of(&[0, 1, 2, 3, 4], 5);
    let after = of(&[1, 2, 0, 4, 3], 5);
    assert_eq!(cycles(&before, &after), Ok(vec![vec![0, 1, 2], vec![3, 4]]));
    assert_eq!(before.moved(&after), [0, 1, 2, 3, 4]);
    assert_eq!(cycles(&before, &before), Ok(vec![]));
    // 1 takes what 0 had, 2 takes what 1 had, 0 goes to the free prototype 3.
    let (before, after) = (of(&[0, 1, 2], 4), of(&[3, 0, 1], 4));
    assert_eq!(cycles(&before, &after), Ok(vec![vec![2, 1, 0]]));
    assert!(cycles(&before, &Assignment::identity(2)).is_err());
}

/// Rows along a few lines through space, so that many classes want the same few prototypes and short lists
/// leave some without any.
fn crowded(count: usize, dim: usize, start: f64) -> Vec<f32> {
    let mut at = start;
    let mut next = || {
        at = (at + 0.618_033_988_749_895) % 1.0;
        (((at * 7919.0 + start) % 1.0) * ((at * 104_729.0) % 1.0) - 0.25) as f32
    };
    let mut rows: Vec<f32> = (0..count * dim).map(|_| next()).collect();
    for row in rows.chunks_exact_mut(dim) {
        let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        row.iter_mut().for_each(|value| *value /= length);
    }
    rows
}

#[test]
fn short_lists_that_leave_classes_without_a_prototype_end_too() {
    for (count, dim) in [(600, 3), (1000, 8)] {
        let (means, prototypes) = (crowded(count, dim, 0.11), crowded(count, dim, 0.73));
        let effort = SparseEffort::default();
        let sparse = match_means_sparsely(&means, &prototypes, dim, effort).unwrap();
        let scores = crate::alignment::products(&means, &prototypes, dim);
        let exact = Matcher::new(Solver::ShortestPath)
            .solve(&scores, count, count, None)
            .unwrap();
        assert!(sparse.score <= exact.score + 1e-4);
        assert!(exact.score - sparse.score <= sparse.certificate_gap + 1e-4);
    }
}
