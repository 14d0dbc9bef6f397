//! Groups of unit quaternions: the 24-cell and the 600-cell; and the icosahedron, by the same numbers.

use std::f64::consts::GOLDEN_RATIO;

/// The 24 units of Hurwitz' quaternions (24 x 4).
pub fn cell_24() -> Vec<f64> {
    let mut rows = Vec::with_capacity(24 * 4);
    for axis in 0..4 {
        for unit in [1.0, -1.0] {
            let mut row = [0.0; 4];
            row[axis] = unit;
            rows.extend(row);
        }
    }
    for minus in 0..16 {
        rows.extend(signed([0.5; 4], minus));
    }
    rows
}

/// The 120 icosians of norm 1 (120 x 4): the 24 units and the even permutations of
/// (+-phi, +-1, +-1/phi, 0)/2, phi the golden ratio.
pub fn cell_600() -> Vec<f64> {
    let mut rows = cell_24();
    let values = [GOLDEN_RATIO / 2.0, 0.5, 0.5 / GOLDEN_RATIO, 0.0];
    for order in even_permutations() {
        let row = order.map(|place| values[place]);
        // The sign of the zero would only repeat rows.
        let zero = row.iter().position(|&value| value == 0.0).unwrap_or(0);
        for minus in (0..16).filter(|minus| minus >> zero & 1 == 0) {
            rows.extend(signed(row, minus));
        }
    }
    rows
}

/// The 12 vertices (0, +-1, +-phi), turned through the axes, as unit rows (12 x 3).
pub fn icosahedron() -> Vec<f64> {
    let length = libm::hypot(GOLDEN_RATIO, 1.0);
    let mut rows = Vec::with_capacity(12 * 3);
    for shift in 0..3 {
        for minus in 0..4 {
            let [short, long] = signed([1.0 / length, GOLDEN_RATIO / length], minus);
            let mut row = [0.0, short, long];
            row.rotate_right(shift);
            rows.extend(row);
        }
    }
    rows
}

/// `row` with the signs changed where `minus` has a bit.
fn signed<const N: usize>(row: [f64; N], minus: u32) -> [f64; N] {
    std::array::from_fn(|axis| {
        if minus >> axis & 1 == 1 {
            -row[axis]
        } else {
            row[axis]
        }
    })
}

fn even_permutations() -> Vec<[usize; 4]> {
    let mut all = Vec::with_capacity(12);
    for number in 0..256 {
        let order: [usize; 4] = std::array::from_fn(|place| number >> (2 * place) & 3);
        let pairs = || (0..4).flat_map(|i| (0..i).map(move |j| (i, j)));
        let is_permutation = pairs().all(|(i, j)| order[i] != order[j]);
        let inversions = pairs().filter(|&(i, j)| order[i] < order[j]).count();
        if is_permutation && inversions.is_multiple_of(2) {
            all.push(order);
        }
    }
    all
}
