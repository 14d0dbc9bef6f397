//! Tests against torchvision (tests/golden/make_augment_golden.py) and of what must hold for any draws.

use burn::tensor::{Device, Tensor};
use dl2pa_data::rect::Rect;
use dl2pa_data::streams::Streams;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const SHAPE: [usize; 3] = [3, 8, 6];
const BATCH: usize = 5;
const FEATURES: usize = 3 * 8 * 6;

/// The batch that the golden script makes by the same formula.
fn bytes() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(BATCH * FEATURES);
    for n in 0..BATCH {
        for c in 0..3 {
            for y in 0..8 {
                for x in 0..6 {
                    bytes.push(((37 * n + 11 * c + 5 * y * y + 3 * x * x + 7 * x * y) % 256) as u8);
                }
            }
        }
    }
    bytes
}

fn device() -> Device {
    Device::flex()
}

fn raw() -> Tensor<4> {
    PackedImages::new(&bytes(), SHAPE, &device()).unwrap().all()
}

fn numbers(tensor: Tensor<4>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("32-bit numbers")
}

fn facts() -> Value {
    serde_json::from_str(include_str!("../../../../tests/golden/augment.json")).expect("JSON")
}

/// Batch `at` of augment.bin.
fn golden(at: usize) -> Vec<f32> {
    let bytes = include_bytes!("../../../../tests/golden/augment.bin").as_slice();
    let (floats, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty() && floats.len() == 8 * BATCH * FEATURES);
    floats[at * BATCH * FEATURES..(at + 1) * BATCH * FEATURES]
        .iter()
        .map(|&four| f32::from_le_bytes(four))
        .collect()
}

fn assert_close(got: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(got.len(), expected.len());
    for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!(
            (got - expected).abs() <= tolerance,
            "number {at}: {got} is not {expected}"
        );
    }
}

fn whole(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

fn rect(value: &Value) -> Option<Rect> {
    value.is_array().then(|| Rect {
        left: whole(&value[0]),
        top: whole(&value[1]),
        width: whole(&value[2]),
        height: whole(&value[3]),
    })
}

#[test]
fn crops_with_a_black_border_are_torchvisions() {
    let placements: Vec<Placement> = facts()["placements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| Placement {
            top: whole(&place[0]),
            left: whole(&place[1]),
            mirrored: place[2].as_bool().unwrap(),
        })
        .collect();
    let got = numbers(crop_and_mirror(raw(), 2, &placements).unwrap());
    assert_close(&got, &golden(0), 0.0);
}

#[test]
fn normalised_images_are_torchvisions() {
    let presets = [
        Statistics::CIFAR_HPN,
        Statistics::CIFAR10,
        Statistics::HALF,
        Statistics::IMAGENET,
    ];
    for (at, statistics) in presets.iter().enumerate() {
        let got = numbers(Normaliser::new(statistics, &device()).apply(raw()));
        assert_close(&got, &golden(1 + at), 2e-6);
    }
}

#[test]
fn a_grey_image_takes_the_first_colour_s_statistics() {
    let grey = PackedImages::new(&[0, 51, 102, 255], [1, 2, 2], &device()).unwrap();
    let got = Normaliser::new(&Statistics::IMAGENET, &device()).apply(grey.all());
    assert_eq!(got.dims(), [1, 1, 2, 2]);
    let expected = [0.0_f32, 0.2, 0.4, 1.0].map(|share| (share - 0.485) / 0.229);
    assert_close(&numbers(got), &expected, 2e-6);
}

/// Normalised as the golden batches are that follow.
fn inputs() -> Tensor<4> {
    Normaliser::new(&Statistics::IMAGENET, &device()).apply(raw())
}

#[test]
fn erased_images_are_torchvisions() {
    let rects: Vec<_> = facts()["erased"]
        .as_array()
        .unwrap()
        .iter()
        .map(rect)
        .collect();
    assert_close(&numbers(erase(inputs(), &rects).unwrap()), &golden(5), 2e-6);
}

#[test]
fn mixed_images_and_labels_are_torchvisions() {
    let facts = facts();
    // torchvision pairs each image with the one before it.
    let partners: Vec<u32> = (0..BATCH as u32).map(|row| (row + 4) % 5).collect();
    let lam = |of: &str| facts[of]["lam"].as_f64().unwrap() as f32;
    let rect = rect(&facts["cutmix"]["rect"]).unwrap();
    let mixup = Mix::Mixup {
        lam: lam("mixup"),
        partners: partners.clone(),
    };
    let cutmix = Mix::Cutmix {
        rect,
        lam: lam("cutmix"),
        partners,
    };
    let labels: Vec<u32> = facts["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| whole(label) as u32)
        .collect();
    for (at, name, mix) in [(6, "mixup", mixup), (7, "cutmix", cutmix)] {
        assert_close(&numbers(mix.images(inputs()).unwrap()), &golden(at), 2e-6);
        let mixed = mix.labels(&labels).unwrap();
        for row in 0..BATCH {
            for class in 0..10 {
                let expected = facts[name]["labels"][row][class].as_f64().unwrap() as f32;
                let share = |label: u32| f32::from(label == class as u32);
                let got = mixed.lam * share(mixed.a[row]) + (1.0 - mixed.lam) * share(mixed.b[row]);
                assert!((got - expected).abs() < 1e-6, "{name} {row} {class}");
            }
        }
    }
}

#[test]
fn erased_rectangles_are_torchvisions_for_the_same_draws() {
    let facts = facts();
    let cases = facts["erasing"].as_array().unwrap();
    let erasing = Erasing::new(0.75);
    for case in cases {
        let draws: Vec<f64> = case["uniform"]
            .as_array()
            .unwrap()
            .iter()
            .map(|draw| draw.as_f64().unwrap())
            .collect();
        let mut left = draws.iter().copied();
        let size = (whole(&case["size"][0]), whole(&case["size"][1]));
        assert_eq!(
            erasing.sample(size, || left.next().unwrap()),
            rect(&case["rect"]),
            "{case}"
        );
        assert_eq!(left.next(), None, "as many draws as torchvision");
    }
    assert!(
        cases
            .iter()
            .any(|case| case["rect"].is_null() && case["uniform"].as_array().unwrap().len() > 1)
    );
}

#[test]
fn cut_boxes_are_torchvisions() {
    for case in facts()["cut_boxes"].as_array().unwrap() {
        let pair = |of: &str| (whole(&case[of][0]), whole(&case[of][1]));
        let (got, stays) = cut_box(case["lam"].as_f64().unwrap(), pair("size"), pair("centre"));
        assert_eq!(Some(got), rect(&case["rect"]), "{case}");
        assert!(
            (f64::from(stays) - case["stays"].as_f64().unwrap()).abs() < 1e-6,
            "{case}"
        );
    }
}

/// A recipe that uses everything.
fn everything() -> Recipe {
    Recipe {
        padding: 2,
        mirror: true,
        erasing: Some(Erasing::new(0.5)),
        mixing: Mixing::TORCHVISION,
    }
}

#[test]
fn draws_depend_on_seed_epoch_and_step_alone() {
    let draw = |seed, at| {
        everything()
            .draw(&Streams::new(seed), at, 64, (32, 32))
            .unwrap()
    };
    let first = draw(1, (0, 0));
    assert_eq!(first, draw(1, (0, 0)));
    for other in [draw(2, (0, 0)), draw(1, (1, 0)), draw(1, (0, 1))] {
        assert_ne!(first, other);
    }
}

#[test]
fn one_part_of_a_recipe_draws_nothing_from_another() {
    let streams = Streams::new(9);
    let draw = |recipe: Recipe| {
        let draws = recipe.draw(&streams, (3, 7), 5, (6, 8)).unwrap();
        numbers(
            draws
                .apply(raw(), &Normaliser::new(&Statistics::HALF, &device()))
                .unwrap(),
        )
    };
    let crops = draw(Recipe::crops(2));
    let erased = draw(Recipe {
        erasing: Some(Erasing::new(1.0)),
        ..Recipe::crops(2)
    });
    let differing = crops.iter().zip(&erased).filter(|(a, b)| a != b);
    let mut count = 0;
    for (_, erased) in differing {
        assert_eq!(*erased, 0.0);
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn draws_are_spread_as_the_recipe_says() {
    let recipe = everything();
    let mut placements = [[0; 5]; 2];
    let (mut mirrored, mut erased, mut cuts, mut shares) = (0, 0, 0, Vec::new());
    for step in 0..400 {
        let draws = recipe
            .draw(&Streams::new(4), (0, step), 10, (32, 32))
            .unwrap();
        for place in draws.placements() {
            placements[0][place.top] += 1;
            placements[1][place.left] += 1;
            mirrored += usize::from(place.mirrored);
        }
        erased += draws.erased().iter().flatten().count();
        match draws.mix().unwrap() {
            Mix::Cutmix {
                lam,
                partners,
                rect,
            } => {
                cuts += 1;
                assert!((lam - (1.0 - (rect.width * rect.height) as f32 / 1024.0)).abs() < 1e-6);
                assert_is_permutation(partners);
            }
            Mix::Mixup { lam, partners } => {
                shares.push(*lam);
                assert_is_permutation(partners);
            }
        }
    }
    // 4,000 images: 800 of each offset (deviation 25), 2,000 mirrored (32), about 2,000 erased.
    assert!(
        placements
            .iter()
            .flatten()
            .all(|count| (680..920).contains(count)),
        "{placements:?}"
    );
    assert!((1_840..2_160).contains(&mirrored), "{mirrored}");
    assert!((1_840..2_160).contains(&erased), "{erased}");
    // 400 batches: 200 cut (deviation 10). Beta(0.2, 0.2): mean 1/2, and both thirds at the ends hold
    // 0.44 of it each.
    assert!((150..250).contains(&cuts), "{cuts}");
    let share = |low: f32, high: f32| {
        shares
            .iter()
            .filter(|lam| (low..=high).contains(*lam))
            .count() as f32
            / shares.len() as f32
    };
    assert!(
        (share(0.0, 1.0 / 3.0) - 0.44).abs() < 0.12,
        "{}",
        share(0.0, 1.0 / 3.0)
    );
    assert!(
        (share(2.0 / 3.0, 1.0) - 0.44).abs() < 0.12,
        "{}",
        share(2.0 / 3.0, 1.0)
    );
}

fn assert_is_permutation(partners: &[u32]) {
    let mut sorted = partners.to_vec();
    sorted.sort_unstable();
    assert!(
        sorted.into_iter().eq(0..partners.len() as u32),
        "{partners:?}"
    );
}

#[test]
fn an_empty_recipe_only_normalises() {
    let draws = Recipe::default()
        .draw(&Streams::new(0), (0, 0), 5, (6, 8))
        .unwrap();
    let normaliser = Normaliser::new(&Statistics::IMAGENET, &device());
    assert_eq!(
        numbers(draws.apply(raw(), &normaliser).unwrap()),
        numbers(inputs())
    );
    assert_eq!(
        draws.labels(&[1, 2, 3, 4, 5]).unwrap(),
        MixedLabels::plain(&[1, 2, 3, 4, 5])
    );
}

#[test]
fn requests_that_do_not_fit_are_refused() {
    let packed = PackedImages::new(&bytes(), SHAPE, &device()).unwrap();
    assert_eq!(
        packed.select(&[0, 5]).unwrap_err(),
        AugmentError::Row { row: 5, images: 5 }
    );
    for (bytes, shape) in [
        (&[0; 10][..], SHAPE),
        (&[], [0, 4, 4]),
        (&[], [usize::MAX, 4, 4]),
    ] {
        assert!(matches!(
            PackedImages::new(bytes, shape, &device()),
            Err(AugmentError::Bytes { .. })
        ));
    }
    let batch = AugmentError::Batch {
        drawn: 2,
        images: 5,
    };
    assert_eq!(
        crop_and_mirror(raw(), 1, &[Placement::default(); 2]).unwrap_err(),
        batch
    );
    assert_eq!(erase(raw(), &[None; 2]).unwrap_err(), batch);
    assert_eq!(mixup(raw(), &[0, 1], 0.5).unwrap_err(), batch);
    let rect = Rect {
        left: 0,
        top: 0,
        width: 1,
        height: 1,
    };
    assert_eq!(
        cutmix(raw(), &[0, 1, 2, 3, 5], rect).unwrap_err(),
        AugmentError::Row { row: 5, images: 5 }
    );
    let draws = Recipe::crops(1)
        .draw(&Streams::new(0), (0, 0), 2, (6, 8))
        .unwrap();
    assert_eq!(draws.labels(&[0; 5]).unwrap_err(), batch);
    for recipe in [
        Recipe::crops(1025),
        Recipe {
            erasing: Some(Erasing::new(1.5)),
            ..Recipe::default()
        },
        Recipe {
            erasing: Some(Erasing::new(f64::NAN)),
            ..Recipe::default()
        },
        Recipe {
            mixing: Mixing::Mixup { alpha: 0.0 },
            ..Recipe::default()
        },
        Recipe {
            mixing: Mixing::Cutmix {
                alpha: f64::INFINITY,
            },
            ..Recipe::default()
        },
        Recipe {
            mixing: Mixing::Either {
                mixup_alpha: 1.0,
                cutmix_alpha: -1.0,
            },
            ..Recipe::default()
        },
    ] {
        let refused = recipe.draw(&Streams::new(0), (0, 0), 1, (1, 1));
        assert!(
            matches!(refused, Err(AugmentError::Setting { .. })),
            "{recipe:?}"
        );
    }
}

#[test]
fn offsets_past_the_border_are_black_and_never_panic() {
    let far = Placement {
        top: usize::MAX,
        left: 100,
        mirrored: true,
    };
    let got = numbers(crop_and_mirror(raw(), 2, &[far; 5]).unwrap());
    assert!(got.iter().all(|&number| number == 0.0));
    let rect = Rect {
        left: 1,
        top: 2,
        width: usize::MAX,
        height: usize::MAX,
    };
    let erased = numbers(erase(raw(), &[Some(rect); 5]).unwrap());
    let cut = numbers(cutmix(raw(), &[4, 3, 2, 1, 0], rect).unwrap());
    assert_eq!(
        (erased[0], erased[2 * 6 + 1], cut[0]),
        (f32::from(bytes()[0]), 0.0, f32::from(bytes()[0]))
    );
    assert_eq!(cut[47], f32::from(bytes()[4 * FEATURES + 47]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn packed_bytes_come_back(
        (shape, bytes) in (1..4_usize, 1..5_usize, 1..6_usize, 1..5_usize).prop_flat_map(|(channels, height, width, images)| {
            let count = channels * height * width * images;
            (Just([channels, height, width]), proptest::collection::vec(any::<u8>(), count))
        }),
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let packed = PackedImages::new(&bytes, shape, &device()).unwrap();
        let features: usize = shape.iter().product();
        prop_assert_eq!(packed.len(), bytes.len() / features);
        let all = numbers(packed.all());
        prop_assert!(all.iter().map(|&number| number as u8).eq(bytes.iter().copied()));
        let rows: Vec<u32> = picks.iter().map(|pick| pick.index(packed.len()) as u32).collect();
        let selected = packed.select(&rows).unwrap();
        prop_assert_eq!(selected.dims(), [rows.len(), shape[0], shape[1], shape[2]]);
        let expected = rows.iter().flat_map(|&row| all[row as usize * features..][..features].to_vec());
        prop_assert!(numbers(selected).into_iter().eq(expected));
    }

    #[test]
    fn a_crop_at_the_border_s_width_is_the_identity(pad in 0..9_usize) {
        let centre = Placement { top: pad, left: pad, mirrored: false };
        prop_assert_eq!(numbers(crop_and_mirror(raw(), pad, &[centre; 5]).unwrap()), numbers(raw()));
    }

    #[test]
    fn mirroring_twice_is_the_identity(top in 0..5_usize) {
        // The second crop brings back the rows that stayed in the picture.
        let once = crop_and_mirror(raw(), 0, &[Placement { top: 0, left: 0, mirrored: true }; 5]).unwrap();
        prop_assert_eq!(
            numbers(crop_and_mirror(once, top, &[Placement { top, left: top, mirrored: true }; 5]).unwrap()),
            numbers(raw())
        );
    }

    #[test]
    fn mixing_with_a_whole_share_is_the_identity(partners in Just((0..5_u32).collect::<Vec<_>>()).prop_shuffle()) {
        prop_assert_eq!(numbers(mixup(raw(), &partners, 1.0).unwrap()), numbers(raw()));
        let nothing = Rect { left: 2, top: 2, width: 0, height: 3 };
        prop_assert_eq!(numbers(cutmix(raw(), &partners, nothing).unwrap()), numbers(raw()));
        let all = Rect { left: 0, top: 0, width: 6, height: 8 };
        prop_assert_eq!(
            numbers(cutmix(raw(), &partners, all).unwrap()),
            numbers(mixup(raw(), &partners, 0.0).unwrap())
        );
    }
}
