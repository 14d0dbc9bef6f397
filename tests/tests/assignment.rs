//! The matching against brute force and against scipy.

use dl2pa_core::assignment::{Assignment, cycles, match_labels, score};
use proptest::prelude::*;

/// Greatest total over all ways to give `classes` rows their own column, tried one by one.
fn brute_force(scores: &[f64], classes: usize, prototypes: usize) -> f64 {
    fn best(scores: &[f64], prototypes: usize, class: usize, classes: usize, taken: u32) -> f64 {
        if class == classes {
            return 0.0;
        }
        (0..prototypes)
            .filter(|prototype| taken >> prototype & 1 == 0)
            .map(|prototype| {
                scores[class * prototypes + prototype]
                    + best(
                        scores,
                        prototypes,
                        class + 1,
                        classes,
                        taken | 1 << prototype,
                    )
            })
            .fold(f64::NEG_INFINITY, f64::max)
    }
    best(scores, prototypes, 0, classes, 0)
}

/// Classes, prototypes (at most 8, at least as many) and scores: smooth ones or whole numbers with ties.
fn problem() -> impl Strategy<Value = (usize, usize, Vec<f64>)> {
    (1..=8_usize).prop_flat_map(|prototypes| {
        (1..=prototypes).prop_flat_map(move |classes| {
            let smooth = prop::collection::vec(-1.0..1.0_f64, classes * prototypes);
            let coarse =
                prop::collection::vec((-2..3_i32).prop_map(f64::from), classes * prototypes);
            (Just(classes), Just(prototypes), prop_oneof![smooth, coarse])
        })
    })
}

fn permutation(n: usize) -> impl Strategy<Value = Assignment> {
    Just((0..n as u32).collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(move |order| {
            Assignment::from_vec(order, n).expect("a shuffled range is a permutation")
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_assignment_scores_more((classes, prototypes, scores) in problem()) {
        let matching = match_labels(&scores, classes, prototypes, None).unwrap();
        prop_assert!((matching.score - brute_force(&scores, classes, prototypes)).abs() < 1e-9);
        prop_assert_eq!(score(&scores, &matching.assignment), Ok(matching.score));
        let checked = Assignment::from_vec(matching.assignment.as_slice().to_vec(), prototypes);
        prop_assert_eq!(checked, Ok(matching.assignment));
    }

    #[test]
    fn the_best_stays_best_and_nothing_moves_for_nothing(
        (n, scores, present) in (1..=8_usize).prop_flat_map(|n| {
            let coarse = prop::collection::vec((0..3_i32).prop_map(f64::from), n * n);
            (Just(n), coarse, permutation(n))
        })
    ) {
        let matching = match_labels(&scores, n, n, Some(&present)).unwrap();
        let best = brute_force(&scores, n, n);
        prop_assert!((matching.score - best).abs() < 1e-9);
        // Whole scores leave room below 1 for brute force to count kept pairs in the same sum.
        let mut with_bonus = scores.clone();
        for (class, &prototype) in present.as_slice().iter().enumerate() {
            with_bonus[class * n + prototype as usize] += 0.01;
        }
        let most_kept = ((brute_force(&with_bonus, n, n) - best) / 0.01).round();
        let kept = n - present.moved(&matching.assignment).len();
        prop_assert_eq!(kept as f64, most_kept);
        let again = match_labels(&scores, n, n, Some(&matching.assignment)).unwrap();
        prop_assert_eq!(again, matching);
    }

    #[test]
    fn every_moved_class_is_in_one_cycle((before, after) in (1..=12_usize).prop_flat_map(|n| (permutation(n), permutation(n)))) {
        let lists = cycles(&before, &after).unwrap();
        let mut listed: Vec<u32> = lists.iter().flatten().copied().collect();
        listed.sort_unstable();
        prop_assert_eq!(listed, before.moved(&after));
        for list in lists {
            for (index, &class) in list.iter().enumerate() {
                let next = list[(index + 1) % list.len()];
                prop_assert_eq!(after.prototype_of(class as usize), before.prototype_of(next as usize));
            }
        }
    }
}

/// The numbers of golden/make_assignment_golden.py, all below 2^31.
fn golden_numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    (0..count)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64
        })
        .collect()
}

fn golden_matrix(rows: usize, columns: usize, kind: &str, seed: u64) -> Vec<f64> {
    if kind == "uniform" {
        let numbers = golden_numbers(rows * columns, seed);
        return numbers
            .iter()
            .map(|number| number / f64::from(1_u32 << 30) - 1.0)
            .collect();
    }
    let factors: Vec<f64> = golden_numbers(rows + columns, seed)
        .iter()
        .map(|number| number % 1000.0)
        .collect();
    let (of_rows, of_columns) = factors.split_at(rows);
    of_rows
        .iter()
        .flat_map(|a| of_columns.iter().map(move |b| a * b))
        .collect()
}

#[test]
fn totals_are_those_of_scipy() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../golden/assignment.json")).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    let mut largest = 0;
    for case in cases {
        let whole = |key: &str| case[key].as_u64().unwrap();
        let (rows, columns) = (whole("rows") as usize, whole("columns") as usize);
        let scores = golden_matrix(rows, columns, case["kind"].as_str().unwrap(), whole("seed"));
        let matching = match_labels(&scores, rows, columns, None).unwrap();
        let expected = case["total"].as_f64().unwrap();
        assert!(
            (matching.score - expected).abs() < 1e-9 * expected.abs().max(1.0),
            "{case}: {}",
            matching.score
        );
        largest = largest.max(rows);
    }
    assert_eq!(largest, 500);
}
