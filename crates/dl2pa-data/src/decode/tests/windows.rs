//! Crops and resizing against torchvision and Pillow.

use std::path::Path;

use fast_image_resize::Resizer;
use rand::RngExt;

use super::{difference, facts, file, golden, number, numbers, picture, rect};
use crate::decode::picture::Picture;
use crate::decode::resample::{resize, shrink_for};
use crate::decode::window::{Window, random_crop};
use crate::rect::{Rect, RectRange};
use crate::streams::Streams;

#[test]
fn random_crops_are_torchvisions_for_the_same_draws() {
    let facts = facts();
    let cases = facts["random_crops"].as_array().unwrap();
    assert_eq!(cases.len(), 72);
    for case in cases {
        let [width, height] = numbers(&case["size"]);
        let draws: Vec<f64> = case["uniform"]
            .as_array()
            .unwrap()
            .iter()
            .map(|u| u.as_f64().unwrap())
            .collect();
        let mut left = draws.iter().copied();
        let got = random_crop(RectRange::CROPS, (width, height), || left.next().unwrap());
        assert_eq!(got, rect(&case["rect"]), "{case}");
        assert_eq!(left.next(), None, "as many draws as torchvision");
    }
}

#[test]
fn random_crops_spread_over_areas_ratios_and_places() {
    let mut rng = Streams::new(3).rng("test");
    let (width, height) = (500, 400);
    let crops: Vec<Rect> = (0..20_000)
        .map(|_| random_crop(RectRange::CROPS, (width, height), || rng.random()))
        .collect();
    let mean =
        |value: &dyn Fn(&Rect) -> f64| crops.iter().map(value).sum::<f64>() / crops.len() as f64;
    for crop in &crops {
        let (area, ratio) = (
            (crop.width * crop.height) as f64 / 200_000.0,
            crop.width as f64 / crop.height as f64,
        );
        assert!((0.079..=1.0).contains(&area), "{crop:?}");
        assert!((0.74..1.35).contains(&ratio), "{crop:?}");
        assert!(
            crop.left + crop.width <= width && crop.top + crop.height <= height,
            "{crop:?}"
        );
    }
    // Places are uniform: on average as much is left out before as after.
    let before = mean(&|crop| crop.left as f64 - (width - crop.left - crop.width) as f64);
    assert!(before.abs() < 2.0, "{before}");
    // Areas are uniform where every ratio fits, below 0.6.
    let below = |most: f64| {
        crops
            .iter()
            .filter(|crop| ((crop.width * crop.height) as f64) < most * 200_000.0)
            .count() as f64
    };
    let share = below(0.34) / below(0.6);
    assert!((share - 0.5).abs() < 0.02, "{share}");
}

/// Resizes a picture in memory.
fn resized(rgb: &[u8], size: (usize, usize), window: &Window, out: usize) -> Vec<u8> {
    let held = Rect {
        left: 0,
        top: 0,
        width: size.0,
        height: size.1,
    };
    resize(&mut Resizer::new(), rgb, (held, 1), window, out).unwrap()
}

#[test]
fn resizing_is_pillows_within_one_level() {
    let facts = facts();
    let mut expected = golden!("resized.bin");
    let mut next = |out: usize| {
        let (pixels, rest) = expected.split_at(3 * out * out);
        expected = rest;
        pixels
    };
    for case in facts["resized"]["crops"].as_array().unwrap() {
        let [width, height] = numbers(&case["size"]);
        let (window, out) = (Window::from(rect(&case["rect"])), number(&case["out"]));
        let got = resized(&picture(width, height), (width, height), &window, out);
        let (most, _) = difference(&got, next(out));
        assert!(most <= 1, "{case} differs by {most}");
    }
    for case in facts["resized"]["central"].as_array().unwrap() {
        let [width, height] = numbers(&case["size"]);
        let (to, out) = (number(&case["resize"]), number(&case["out"]));
        let window = Window::central(width, height, to, out);
        let got = resized(&picture(width, height), (width, height), &window, out);
        let (most, _) = difference(&got, next(out));
        assert!(most <= 1, "{case} differs by {most}");
    }
    // Decoded at a fraction of its size: other filters meet, so a few levels.
    let mut divisions = Vec::new();
    for case in facts["resized"]["large"].as_array().unwrap() {
        let (window, out) = (Window::from(rect(&case["rect"])), number(&case["out"]));
        let shrink = shrink_for(&window, out);
        divisions.push(shrink);
        let mut rgb = Vec::new();
        let opened = Picture::open(Path::new("large.jpg"), file("large.jpg")).unwrap();
        let held = opened.decode(window.visible, shrink, &mut rgb).unwrap();
        assert_eq!(held.1, shrink);
        let got = resize(&mut Resizer::new(), &rgb, held, &window, out).unwrap();
        let (most, mean) = difference(&got, next(out));
        assert!(
            most <= 6 && mean < 1.0,
            "{case} divided by {shrink} differs by {most}, {mean} on average"
        );
    }
    assert_eq!(divisions, [8, 8, 4, 2]);
    assert!(expected.is_empty());
}

#[test]
fn every_window_of_every_size_is_resized() {
    // Odd sizes, thin pictures, enlargements: the window always lies in what was decoded.
    for (width, height) in [(1, 1), (1, 90), (90, 1), (17, 23), (200, 3)] {
        let rgb = picture(width, height);
        for (to, out) in [(1, 1), (7, 7), (32, 28), (64, 1)] {
            let window = Window::central(width, height, to, out);
            assert_eq!(
                resized(&rgb, (width, height), &window, out).len(),
                3 * out * out
            );
        }
        let mut rng = Streams::new(5).rng("test");
        for _ in 0..50 {
            let crop = random_crop(RectRange::CROPS, (width, height), || rng.random());
            assert_eq!(resized(&rgb, (width, height), &crop.into(), 9).len(), 243);
        }
    }
}
