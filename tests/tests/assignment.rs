//! The matching against brute force, against scipy, and against what its prices prove.

use dl2pa_core::assignment::{
    Assignment, AssignmentError, Matcher, Matching, Restraint, Solver, SparseEffort, certify,
    counterfactual, cycles, explain, match_labels, match_means_sparsely, score,
};
use dl2pa_data::Streams;
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

/// Any way to give `classes` classes their own of `prototypes`.
fn present(classes: usize, prototypes: usize) -> impl Strategy<Value = Assignment> {
    permutation(prototypes).prop_map(move |all| {
        Assignment::from_vec(all.as_slice()[..classes].to_vec(), prototypes)
            .expect("a part of a permutation has no prototype twice")
    })
}

/// A problem with a present assignment.
fn problem_at_work() -> impl Strategy<Value = (usize, usize, Vec<f64>, Assignment)> {
    problem().prop_flat_map(|(classes, prototypes, scores)| {
        (
            Just(classes),
            Just(prototypes),
            Just(scores),
            present(classes, prototypes),
        )
    })
}

/// The best total by brute force, and how many pairs of `present` an assignment of that total can keep.
fn brute_force_with_ties(
    scores: &[f64],
    classes: usize,
    prototypes: usize,
    present: &Assignment,
) -> (f64, usize) {
    let best = brute_force(scores, classes, prototypes);
    // Scores of these problems differ by more than this or not at all.
    let bonus = 1e-7;
    let mut with_bonus = scores.to_vec();
    for (class, &prototype) in present.as_slice().iter().enumerate() {
        with_bonus[class * prototypes + prototype as usize] += bonus;
    }
    let kept = (brute_force(&with_bonus, classes, prototypes) - best) / bonus;
    (best, kept.round() as usize)
}

/// The matching proves itself: its gap is zero, and so it is when worked out from outside.
fn assert_proven(scores: &[f64], matching: &Matching) {
    assert_eq!(matching.certificate_gap, 0.0);
    let largest = scores
        .iter()
        .fold(0.0_f64, |largest, score| largest.max(score.abs()));
    let classes = matching.assignment.classes() as f64;
    let certificate = certify(scores, matching).expect("the matching is of these scores");
    assert!(
        certificate.gap.abs() <= 1e-12 * largest * classes,
        "{certificate:?}"
    );
    assert!(
        certificate.worst_violation <= 1e-12 * largest,
        "{certificate:?}"
    );
    let free = matching.assignment.classes_of_prototypes();
    for (owner, &price) in free.iter().zip(&matching.prices.prototypes) {
        assert!(
            price >= 0.0 && (owner.is_some() || price == 0.0),
            "{matching:?}"
        );
    }
}

/// Class means of length 1 (c x `dim`).
fn unit_rows(count: usize, dim: usize, seed: u64) -> Vec<f32> {
    let mut rows: Vec<f32> = golden_numbers(2 * count * dim, seed)
        .chunks_exact(2)
        .map(|pair| {
            // Box and Muller's way to normal numbers.
            let (radius, turn) = ((pair[0] + 1.0) / 2_f64.powi(31), pair[1] / 2_f64.powi(31));
            ((-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()) as f32
        })
        .collect();
    for row in rows.chunks_exact_mut(dim) {
        let norm = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        row.iter_mut().for_each(|value| *value /= norm);
    }
    rows
}

/// `rows`, each turned by `angle_deg` in a direction of its own.
fn turned(rows: &[f32], dim: usize, angle_deg: f32, seed: u64) -> Vec<f32> {
    let others = unit_rows(rows.len() / dim, dim, seed);
    let (sin, cos) = angle_deg.to_radians().sin_cos();
    let mut turned = Vec::with_capacity(rows.len());
    for (row, other) in rows.chunks_exact(dim).zip(others.chunks_exact(dim)) {
        let along: f32 = row.iter().zip(other).map(|(a, b)| a * b).sum();
        let sideways: Vec<f32> = row.iter().zip(other).map(|(a, b)| b - along * a).collect();
        let norm = sideways
            .iter()
            .map(|value| value * value)
            .sum::<f32>()
            .sqrt();
        turned.extend(
            row.iter()
                .zip(&sideways)
                .map(|(a, b)| cos * a + sin * b / norm),
        );
    }
    turned
}

fn products(means: &[f32], prototypes: &[f32], dim: usize) -> Vec<f32> {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum();
    means
        .chunks_exact(dim)
        .flat_map(|mean| prototypes.chunks_exact(dim).map(move |row| dot(mean, row)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_assignment_scores_more((classes, prototypes, scores) in problem()) {
        let best = brute_force(&scores, classes, prototypes);
        for solver in [Solver::ShortestPath, Solver::KuhnMunkres] {
            let matching = Matcher::new(solver).solve(&scores, classes, prototypes, None).unwrap();
            prop_assert!((matching.score - best).abs() < 1e-9);
            prop_assert_eq!(score(&scores, &matching.assignment), Ok(matching.score));
            assert_proven(&scores, &matching);
            let checked = Assignment::from_vec(matching.assignment.as_slice().to_vec(), prototypes);
            prop_assert_eq!(checked, Ok(matching.assignment));
        }
    }

    #[test]
    fn the_best_stays_best_and_nothing_moves_for_nothing(
        (classes, prototypes, scores, present) in problem_at_work()
    ) {
        let (best, most_kept) = brute_force_with_ties(&scores, classes, prototypes, &present);
        for solver in [Solver::ShortestPath, Solver::KuhnMunkres] {
            let mut matcher = Matcher::new(solver);
            let matching = matcher.solve(&scores, classes, prototypes, Some(&present)).unwrap();
            prop_assert!((matching.score - best).abs() < 1e-9);
            assert_proven(&scores, &matching);
            let kept = classes - present.moved(&matching.assignment).len();
            prop_assert_eq!(kept, most_kept);
            let again = matcher.solve(&scores, classes, prototypes, Some(&matching.assignment)).unwrap();
            prop_assert_eq!(again.assignment, matching.assignment);
        }
    }

    #[test]
    fn a_warm_start_changes_nothing_but_the_time(
        (classes, prototypes, epochs) in (1..=40_usize, 0..=20_usize).prop_flat_map(|(classes, spare)| {
            let count = classes * (classes + spare);
            let smooth = prop::collection::vec(-1.0..1.0_f64, count);
            let coarse = prop::collection::vec((0..3_i32).prop_map(f64::from), count);
            let moves = prop::collection::vec(prop_oneof![Just(0.0), Just(1e-3), Just(0.1), Just(1e6)], 1..6);
            (Just(classes), Just(classes + spare), (prop_oneof![smooth, coarse], moves))
        })
    ) {
        let (mut scores, moves) = epochs;
        let mut warm = Matcher::new(Solver::ShortestPath);
        let mut last: Option<Assignment> = None;
        for (epoch, size) in moves.into_iter().enumerate() {
            let numbers = golden_numbers(scores.len(), epoch as u64);
            for (score, number) in scores.iter_mut().zip(numbers) {
                *score += size * (number / 2_f64.powi(30) - 1.0);
            }
            let present = last.as_ref();
            let found = warm.solve(&scores, classes, prototypes, present).unwrap();
            let cold = match_labels(&scores, classes, prototypes, present).unwrap();
            assert_proven(&scores, &found);
            prop_assert!((found.score - cold.score).abs() <= 1e-11 * size.max(1.0) * classes as f64);
            if let Some(present) = present {
                let moved = |matching: &Matching| present.moved(&matching.assignment).len();
                prop_assert_eq!(moved(&found), moved(&cold));
            }
            last = Some(found.assignment);
        }
    }

    #[test]
    fn each_passing_gains_and_together_they_are_the_whole(
        (classes, prototypes, scores, before) in problem_at_work()
    ) {
        let matching = match_labels(&scores, classes, prototypes, Some(&before)).unwrap();
        let after = &matching.assignment;
        let explanation = explain(&before, after, &scores).unwrap();
        let whole = matching.score - score(&scores, &before).unwrap();
        prop_assert!((explanation.gain - whole).abs() < 1e-9);
        let mut listed = Vec::new();
        for passing in &explanation.passings {
            // A passing that gained nothing would have been left undone.
            prop_assert!(passing.gain > 0.0, "{:?}", passing);
            let of_classes: f64 = passing.moves.iter().map(|step| step.gain).sum();
            prop_assert_eq!(of_classes, passing.gain);
            // Undoing this one alone gives an assignment that is worse by its gain.
            let mut undone = after.as_slice().to_vec();
            for step in &passing.moves {
                prop_assert_eq!(Some(step.from), before.prototype_of(step.class as usize));
                prop_assert_eq!(Some(step.to), after.prototype_of(step.class as usize));
                undone[step.class as usize] = step.from;
                listed.push(step.class);
            }
            let undone = Assignment::from_vec(undone, prototypes).unwrap();
            let lost = matching.score - score(&scores, &undone).unwrap();
            prop_assert!((lost - passing.gain).abs() < 1e-9);
            let to = passing.moves.last().map(|step| step.to);
            prop_assert_eq!(passing.ends_at_free, !before.as_slice().contains(&to.unwrap()));
        }
        listed.sort_unstable();
        prop_assert_eq!(listed, before.moved(after));
    }

    #[test]
    fn counterfactuals_are_those_of_solving_again(
        ((classes, prototypes, scores), class, prototype) in (problem(), 0..8_usize, 0..8_usize)
    ) {
        let (class, prototype) = (class % classes, prototype % prototypes);
        let matching = match_labels(&scores, classes, prototypes, None).unwrap();
        for keeps in [true, false] {
            let restraint = if keeps { Restraint::Keep(prototype as u32) } else { Restraint::Avoid(prototype as u32) };
            let mut restrained = scores.clone();
            for (column, score) in restrained[class * prototypes..][..prototypes].iter_mut().enumerate() {
                if (column == prototype) != keeps {
                    *score = -1e6;
                }
            }
            let expected = brute_force(&restrained, classes, prototypes);
            match counterfactual(&scores, &matching, class, restraint) {
                Ok(other) => {
                    prop_assert!((other.score - expected).abs() < 1e-9);
                    prop_assert!(other.score <= matching.score);
                    prop_assert_eq!(other.certificate_gap, 0.0);
                    let has = other.assignment.prototype_of(class) == Some(prototype as u32);
                    prop_assert_eq!(has, keeps);
                }
                Err(error) => {
                    prop_assert_eq!(error, AssignmentError::NoAlternative { class });
                    prop_assert!(expected < -1e5);
                }
            }
        }
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
    if kind == "uniform" || kind == "coarse" {
        let numbers = golden_numbers(rows * columns, seed).into_iter();
        return match kind {
            "uniform" => numbers
                .map(|number| number / f64::from(1_u32 << 30) - 1.0)
                .collect(),
            _ => numbers.map(|number| number % 10.0).collect(),
        };
    }
    let factors: Vec<f64> = golden_numbers(rows + columns, seed)
        .iter()
        .map(|number| number % 1000.0)
        .collect();
    let (of_rows, of_columns) = factors.split_at(rows);
    let groups = (rows / 8).max(1) as f64;
    let score = |a: f64, b: f64| match kind {
        "products" => a * b,
        _ => f64::from(u8::from(a % groups == b % groups)) * 1000.0 - (a - b).abs(),
    };
    of_rows
        .iter()
        .flat_map(|&a| of_columns.iter().map(move |&b| score(a, b)))
        .collect()
}

#[test]
fn totals_are_those_of_scipy() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../golden/assignment.json")).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 200);
    let mut largest = 0;
    for case in cases {
        let whole = |key: &str| case[key].as_u64().unwrap();
        let (rows, columns) = (whole("rows") as usize, whole("columns") as usize);
        let scores = golden_matrix(rows, columns, case["kind"].as_str().unwrap(), whole("seed"));
        let expected = case["total"].as_f64().unwrap();
        let matching = match_labels(&scores, rows, columns, None).unwrap();
        assert!(
            (matching.score - expected).abs() < 1e-9 * expected.abs().max(1.0),
            "{case}: {}",
            matching.score
        );
        assert_proven(&scores, &matching);
        largest = largest.max(rows);
    }
    assert_eq!(largest, 1000);
}

#[test]
fn a_sequence_of_epochs_is_matched_as_from_nothing() {
    let (count, dim) = (300, 64);
    let prototypes = unit_rows(count, dim, 1);
    let mut means = unit_rows(count, dim, 2);
    let mut warm = Matcher::new(Solver::Auto);
    let mut present = Assignment::identity(count);
    let mut moved = Vec::new();
    // Means that hardly move are matched from the last prices as they are, others from a part of them.
    for (epoch, angle_deg) in [5.0, 5.0, 0.01, 0.0, 1.0, 40.0, 0.1]
        .into_iter()
        .enumerate()
    {
        let scores = products(&means, &prototypes, dim);
        let cold = match_labels(&scores, count, count, Some(&present)).unwrap();
        let found = warm.solve(&scores, count, count, Some(&present)).unwrap();
        // Products of random means have one best assignment.
        assert_eq!(found.assignment, cold.assignment);
        assert_eq!((found.score, found.certificate_gap), (cold.score, 0.0));
        let certificate = certify(&scores, &found).unwrap();
        assert!(certificate.gap.abs() < 1e-9 && certificate.worst_violation < 1e-12);
        moved.push(present.moved(&found.assignment).len());
        present = found.assignment;
        means = turned(&means, dim, angle_deg, 100 + epoch as u64);
    }
    assert!(
        moved[1] > 0 && moved[1] < count / 2 && moved[4] == 0,
        "{moved:?}"
    );
}

#[test]
fn every_size_of_score_is_matched() {
    let (rows, columns) = (600, 640);
    let shape = golden_matrix(rows, columns, "uniform", 5);
    let expected = match_labels(&shape, rows, columns, None)
        .unwrap()
        .assignment;
    let mut matcher = Matcher::new(Solver::Auto);
    // Powers of two change nothing but the exponent, down to where numbers lose their last bits.
    for exponent in [0, 40, 59, 61, 200, 1000, 0, -59, -61, -300, -1000] {
        let scores: Vec<f64> = shape
            .iter()
            .map(|score| score * 2.0_f64.powi(exponent))
            .collect();
        let matching = matcher.solve(&scores, rows, columns, None).unwrap();
        assert_eq!(matching.assignment, expected, "2^{exponent}");
        assert_eq!(matching.certificate_gap, 0.0);
    }
    let single: Vec<f32> = golden_matrix(30, 30, "coarse", 6)
        .iter()
        .map(|score| *score as f32)
        .collect();
    let best = match_labels(&single, 30, 30, None).unwrap().score;
    for unit in [
        f32::from_bits(1),
        f32::MIN_POSITIVE,
        1e-20,
        1.0,
        f32::MAX / 16.0,
    ] {
        let scores: Vec<f32> = single.iter().map(|score| score * unit).collect();
        let matching = match_labels(&scores, 30, 30, None).unwrap();
        let ratio = matching.score / (best * f64::from(unit));
        assert!((ratio - 1.0).abs() < 1e-6, "{unit:e}: {ratio}");
    }
}

#[test]
fn classes_never_seen_stay_where_they_are() {
    let (count, dim) = (120, 16);
    let scores = |absent: usize| {
        let mut means = unit_rows(count, dim, 3);
        means[..absent * dim].fill(0.0);
        products(&means, &unit_rows(count, dim, 4), dim)
    };
    let present = Assignment::random(count, &mut Streams::new(1).rng("assignment"));
    let mut matcher = Matcher::new(Solver::Auto);
    for absent in [count, count / 2, 7, 0] {
        let scores = scores(absent);
        let found = matcher
            .solve(&scores, count, count, Some(&present))
            .unwrap();
        let cold = Matcher::new(Solver::KuhnMunkres)
            .solve(&scores, count, count, Some(&present))
            .unwrap();
        assert_eq!(found.score, cold.score);
        let moved = present.moved(&found.assignment);
        assert_eq!(moved.len(), present.moved(&cold.assignment).len());
        if absent == count {
            assert!(moved.is_empty(), "{moved:?}");
        }
    }
}

#[test]
fn equal_scores_keep_everything_at_any_size() {
    for (classes, prototypes) in [(1, 1), (50, 60), (700, 700), (600, 1000)] {
        let level = vec![0.25_f32; classes * prototypes];
        let all = Assignment::random(prototypes, &mut Streams::new(2).rng("assignment"));
        let present = Assignment::from_vec(all.as_slice()[..classes].to_vec(), prototypes).unwrap();
        let matching = match_labels(&level, classes, prototypes, Some(&present)).unwrap();
        assert_eq!(matching.assignment, present);
        assert_eq!(matching.certificate_gap, 0.0);
    }
}

#[test]
fn sparse_matching_says_how_far_it_may_be_off() {
    let (classes, prototypes, dim) = (600, 650, 24);
    let means = unit_rows(classes, dim, 7);
    let rows = unit_rows(prototypes, dim, 8);
    let best = match_labels(&products(&means, &rows, dim), classes, prototypes, None).unwrap();
    let hasty = SparseEffort {
        passes: 2,
        mean_gap: 0.0,
    };
    for effort in [hasty, SparseEffort::default()] {
        let found = match_means_sparsely(&means, &rows, dim, effort).unwrap();
        // Single precision leaves about 1e-7 a class.
        let slack = 1e-6 * classes as f64;
        assert!(
            found.score <= best.score + slack,
            "{} {}",
            found.score,
            best.score
        );
        assert!(found.score + found.certificate_gap >= best.score - slack);
        assert!(
            found.certificate_gap < 1e-2 * best.score,
            "{}",
            found.certificate_gap
        );
        let whole = Assignment::from_vec(found.assignment.as_slice().to_vec(), prototypes);
        assert_eq!(whole, Ok(found.assignment));
    }
    let long = SparseEffort {
        passes: 20,
        mean_gap: 1e-7,
    };
    let found = match_means_sparsely(&means, &rows, dim, long).unwrap();
    assert!(
        (found.score - best.score).abs() < 1e-4,
        "{} {}",
        found.score,
        best.score
    );
}

#[test]
fn sparse_matching_widens_where_candidates_run_out() {
    // All classes want the same few prototypes, far more classes than a list is long.
    let (count, dim) = (400, 4);
    let means: Vec<f32> = unit_rows(1, dim, 9).repeat(count);
    let rows = unit_rows(count, dim, 10);
    let found = match_means_sparsely(&means, &rows, dim, SparseEffort::default()).unwrap();
    let all: f64 = products(&means[..dim], &rows, dim)
        .iter()
        .map(|score| f64::from(*score))
        .sum();
    assert!((found.score - all).abs() < 1e-3, "{} {all}", found.score);
    assert!(found.certificate_gap < 1e-3, "{}", found.certificate_gap);
}

#[test]
fn unusable_means_are_refused() {
    let effort = SparseEffort::default();
    assert!(matches!(
        match_means_sparsely(&[1.0; 5], &[1.0; 6], 2, effort),
        Err(AssignmentError::NotRows { got: 5, dim: 2 })
    ));
    assert!(matches!(
        match_means_sparsely(&[1.0, f32::NAN], &[1.0; 6], 2, effort),
        Err(AssignmentError::NotFinite { class: 0, .. })
    ));
    assert!(matches!(
        match_means_sparsely(&[1.0; 8], &[1.0; 6], 2, effort),
        Err(AssignmentError::TooFewPrototypes { .. })
    ));
}

#[test]
fn solvers_are_called_by_name() {
    for solver in Solver::ALL {
        assert_eq!(solver.name().parse(), Ok(solver));
    }
    let error = "hungarian".parse::<Solver>().unwrap_err();
    assert!(error.to_string().contains("kuhn-munkres"), "{error}");
}
