//! The class colours keep their distance for every kind of sight.

use super::*;

/// Machado, Oliveira and Fernandes 2009, severity 1: normal, protan, deutan, tritan; linear RGB.
const SIGHTS: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
];

fn times(m: &[[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|i| m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2])
}

fn linear(code: u32) -> [f64; 3] {
    let [_, r, g, b] = code.to_be_bytes();
    [r, g, b].map(|byte| {
        let s = f64::from(byte) / 255.0;
        if s <= 0.04045 {
            s / 12.92
        } else {
            ((s + 0.055) / 1.055).powf(2.4)
        }
    })
}

fn oklab(rgb: [f64; 3]) -> [f64; 3] {
    let lms = times(
        &[
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ],
        rgb.map(|c| c.clamp(0.0, 1.0)),
    );
    times(
        &[
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ],
        lms.map(f64::cbrt),
    )
}

fn distance(a: u32, b: u32) -> f64 {
    SIGHTS
        .iter()
        .map(|sight| {
            let (a, b) = (
                oklab(times(sight, linear(a))),
                oklab(times(sight, linear(b))),
            );
            (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
        })
        .fold(f64::INFINITY, f64::min)
}

fn closest_pair(table: &[u32]) -> f64 {
    let mut least = f64::INFINITY;
    for (i, &a) in table.iter().enumerate() {
        for &b in &table[i + 1..] {
            least = least.min(distance(a, b));
        }
    }
    least
}

#[test]
fn closest_pairs_stay_above_their_floors() {
    assert!(closest_pair(&OKABE_ITO_DARK) >= 0.060);
    assert!(closest_pair(&table::DARK_12) >= 0.060);
    assert!(closest_pair(&table::LIGHT_12) >= 0.060);
    assert!(closest_pair(&table::DARK_20) >= 0.067);
    assert!(closest_pair(&table::LIGHT_20) >= 0.042);
}

#[test]
fn the_distance_knows_what_tableau_10_hides() {
    // Red and brown of Tableau-10 are nearly one colour without the red receptor.
    let tableau = [
        0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd, 0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22,
        0x17becf,
    ];
    assert!(closest_pair(&tableau) < 0.02);
}

#[test]
fn a_hundred_classes_in_groups_are_all_different() {
    let groups: Vec<u32> = (0..100).map(|class| (class * 7 + 3) % 20).collect();
    for groups in [None, Some(groups.as_slice())] {
        for dark in [true, false] {
            let styles = styles(100, groups, dark);
            for (i, a) in styles.iter().enumerate() {
                assert!(styles[i + 1..].iter().all(|b| a != b));
            }
        }
    }
}

#[test]
fn hue_follows_the_group() {
    let groups: Vec<u32> = (0..30).map(|class| class % 6).collect();
    let styles = styles(30, Some(&groups), true);
    assert_eq!(styles[1].color, styles[7].color);
    assert_ne!(styles[1].glyph, styles[7].glyph);
    assert_ne!(styles[1].color, styles[2].color);
}
