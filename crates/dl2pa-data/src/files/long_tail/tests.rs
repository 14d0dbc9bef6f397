//! Tests against numpy's shuffles and Python's arithmetic (tests/golden/make_data_golden.py), and the
//! counts that paper.md quotes.

use serde_json::Value;

use super::*;

fn golden() -> Value {
    serde_json::from_slice(&crate::files::tests::golden("long_tail.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<usize> {
    let items = value.as_array().unwrap().iter();
    items.map(|item| item.as_u64().unwrap() as usize).collect()
}

/// Labels, as many of each class as `counts` says, in turn as long as there are any.
fn labels(counts: &[usize]) -> Vec<u32> {
    let most = counts.iter().max().copied().unwrap_or(0);
    (0..most)
        .flat_map(|round| (0..).zip(counts).filter(move |(_, count)| round < **count))
        .map(|(label, _)| label)
        .collect()
}

const LONG: [f64; 3] = [0.005, 0.01, 0.02];

fn thinned(labels: &[u32], classes: usize, ratio: f64, released: bool) -> Selection {
    let long_tail = LongTail { ratio, released };
    long_tail.select(labels, classes, 3, 0).unwrap()
}

#[test]
fn sizes_are_those_of_the_released_arithmetic() {
    for profile in golden()["profiles"].as_array().unwrap() {
        let samples = profile["samples"].as_u64().unwrap() as usize;
        let classes = profile["classes"].as_u64().unwrap() as usize;
        let ratio = profile["ratio"].as_f64().unwrap();
        let sizes = class_sizes(samples, classes, ratio);
        assert_eq!(sizes, numbers(&profile["sizes"]), "{profile}");
    }
}

#[test]
fn totals_are_those_of_the_published_long_tails() {
    for (classes, totals) in [
        (10, [11_203, 12_406, 13_996]),
        (100, [9_502, 10_847, 12_608]),
    ] {
        let balanced = labels(&vec![50_000 / classes; classes]);
        for (ratio, total) in LONG.into_iter().zip(totals) {
            for released in [false, true] {
                let selection = thinned(&balanced, classes, ratio, released);
                assert_eq!(selection.indices.len(), total, "{classes} classes, {ratio}");
                assert_eq!(selection.labels.len(), total);
            }
        }
    }
}

#[test]
fn released_shuffles_are_numpys() {
    let mut rng = Mt::new(0);
    for shuffle in golden()["shuffles"].as_array().unwrap() {
        let length = shuffle["length"].as_u64().unwrap() as usize;
        let mut items: Vec<usize> = (0..length).collect();
        numpy_shuffle(&mut items, &mut rng);
        let (first, last) = (numbers(&shuffle["first"]), numbers(&shuffle["last"]));
        assert!(
            items.starts_with(&first) && items.ends_with(&last),
            "{length}"
        );
    }
}

#[test]
fn a_released_selection_is_the_authors() {
    let labels: Vec<u32> = (0..400)
        .map(|index| match (index * 7 + index / 11) % 10 {
            1 if index % 3 != 0 => 0,
            label => label,
        })
        .collect();
    let selection = thinned(&labels, 10, 0.1, true);
    let golden = &golden()["selection"];
    assert_eq!(selection.indices, numbers(&golden["indices"]));
    // Python keeps labels that no picture has; they are never drawn.
    let golden_labels = numbers(&golden["labels"]);
    assert!(golden_labels.len() > selection.labels.len());
    let ours = selection.labels.iter().map(|&label| label as usize);
    assert!(ours.eq(golden_labels.into_iter().take(selection.labels.len())));
}

/// Pictures of each digit in SVHN.
const SVHN_TRAIN: [usize; 10] = [
    4_948, 13_861, 10_585, 8_497, 7_458, 6_882, 5_727, 5_595, 5_045, 4_659,
];
const SVHN_EXTRA: [usize; 10] = [
    45_550, 90_560, 74_740, 60_765, 50_633, 53_490, 41_582, 43_997, 35_358, 34_456,
];

#[test]
fn released_svhn_shifts_labels_as_far_as_was_measured() {
    assert_eq!(SVHN_TRAIN.iter().sum::<usize>(), 73_257);
    assert_eq!(SVHN_EXTRA.iter().sum::<usize>(), 531_131);
    let (train, extra) = (labels(&SVHN_TRAIN), labels(&SVHN_EXTRA));
    for (ratio, expected) in LONG.into_iter().zip([32.7, 34.0, 34.9]) {
        let (mut wrong, mut all) = (0, 0);
        for truth in [&train, &extra] {
            let selection = thinned(truth, 10, ratio, true);
            let pairs = selection.indices.iter().zip(&selection.labels);
            wrong += pairs
                .filter(|(index, label)| truth[**index] != **label)
                .count();
            all += selection.indices.len();
        }
        let percent = 100.0 * wrong as f64 / all as f64;
        assert!((percent - expected).abs() < 0.05, "{percent} at {ratio}");
    }
}

#[test]
fn corrected_svhn_keeps_what_there_is_and_its_labels() {
    let train = labels(&SVHN_TRAIN);
    let selection = thinned(&train, 10, 0.01, false);
    let wanted = class_sizes(73_257, 10, 0.01);
    assert_eq!(wanted[0], 7_325);
    let mut kept = [0; 10];
    for (&index, &label) in selection.indices.iter().zip(&selection.labels) {
        assert_eq!(train[index], label);
        kept[label as usize] += 1;
    }
    for digit in 0..10 {
        assert_eq!(kept[digit], wanted[digit].min(SVHN_TRAIN[digit]), "{digit}");
    }
    let mut distinct = selection.indices.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), selection.indices.len());
}

#[test]
fn a_corrected_selection_depends_on_seed_and_part_alone() {
    let labels = labels(&[40; 5]);
    let select = |seed, part| {
        let long_tail = LongTail {
            ratio: 0.2,
            released: false,
        };
        long_tail.select(&labels, 5, seed, part).unwrap().indices
    };
    assert_eq!(select(1, 0), select(1, 0));
    assert_ne!(select(1, 0), select(2, 0));
    assert_ne!(select(1, 0), select(1, 1));
}

#[test]
fn what_leaves_a_class_without_pictures_is_refused() {
    let labels = labels(&[10; 4]);
    for (ratio, word) in [
        (0.0, "ratio 0"),
        (-1.0, "ratio -1"),
        (1.5, "ratio 1.5"),
        (f64::NAN, "ratio NaN"),
        (0.01, "class 2"),
    ] {
        for released in [false, true] {
            let long_tail = LongTail { ratio, released };
            let error = long_tail.select(&labels, 4, 0, 0).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }
    let missing = LongTail {
        ratio: 0.5,
        released: false,
    };
    assert!(
        missing
            .select(&labels, 5, 0, 0)
            .unwrap_err()
            .contains("class 4")
    );
}
