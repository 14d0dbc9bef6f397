//! The shortest vectors of the Leech lattice and the codes that are sections of them.
//!
//! Norms and products are those of the lattice with shortest norm 4; a vector "of norm 6" is one of the
//! next shell. Which vectors cut which code: Conway & Sloane 1999, ch. 10 and 14.

use rayon::prelude::*;

use super::golay;
use super::shell::{Condition, Shell, difference, dot};

type Vector = [i8; golay::LENGTH];

/// What the products of coordinates are divided by: vectors are stored times the square root of 8.
const SCALE: i32 = 8;

/// The 196,560 shortest vectors as 4,095 frames of 24 antipodal pairs that are orthogonal to each other:
/// v, -v, w, -w, and so on. So the first n of them are balanced, and few pairs are 60 degrees apart.
pub fn framed() -> Vec<Vector> {
    let mut half: Vec<Vector> = leech().vectors;
    half.retain(|vector| vector.iter().find(|&&value| value != 0) > Some(&0));
    // Any vectors that span the lattice would tell the frames apart; these do.
    let probes: Vec<Vector> = half.iter().copied().step_by(1 << 11).collect();
    let mut framed: Vec<(u64, Vector)> = half
        .into_par_iter()
        .map(|vector| (frame(&vector, &probes), vector))
        .collect();
    framed.sort_by_key(|&(frame, _)| frame);
    framed
        .into_iter()
        .flat_map(|(_, vector)| [vector, vector.map(|value| -value)])
        .collect()
}

/// Conway's description: coordinates of the same parity m, their sum 4m modulo 8, and for each k those
/// that are k modulo 4 stand on a word of the Golay code.
fn leech() -> Shell<24> {
    let mut vectors = Vec::with_capacity(196_560);
    for i in 0..24 {
        for j in 0..i {
            for (a, b) in [(4, 4), (4, -4), (-4, 4), (-4, -4)] {
                let mut vector = [0; 24];
                vector[i] = a;
                vector[j] = b;
                vectors.push(vector);
            }
        }
    }
    let words = golay::words();
    for word in words.iter().filter(|word| word.count_ones() == 8) {
        for minus in (0..256_u32).filter(|minus| minus.count_ones().is_multiple_of(2)) {
            let mut sign = 0;
            vectors.push(std::array::from_fn(|axis| {
                if word >> axis & 1 == 0 {
                    return 0;
                }
                sign += 1;
                if minus >> (sign - 1) & 1 == 1 { -2 } else { 2 }
            }));
        }
    }
    for three in 0..24 {
        for word in &words {
            vectors.push(std::array::from_fn(|axis| {
                let value = if axis == three { -3 } else { 1 };
                if word >> axis & 1 == 1 { -value } else { value }
            }));
        }
    }
    Shell {
        vectors,
        scale: SCALE,
    }
}

/// Which frame a vector is in.
///
/// [`turn`] is an isometry J of the lattice with J^2 = -1. So 1 + J doubles norms and its image M contains
/// twice the lattice; two of the shortest vectors that are equal modulo M differ, and add up, to vectors
/// of norm 8 at least, hence are orthogonal or antipodal. M has index 2^12, which leaves 4,095 classes of
/// at most 48: all are full. v is in M where (1 - J) v / 2 is in the lattice, that is, where its products
/// with the lattice, which is its own dual, are whole.
fn frame(vector: &Vector, probes: &[Vector]) -> u64 {
    let turned = difference(vector, &turn(vector));
    probes.iter().fold(0, |key, probe| {
        key << 1 | u64::from(dot(&turned, probe) / SCALE % 2 != 0)
    })
}

/// x -> -1/x permutes the words of the Golay code and takes the squares and infinity, a word, to its
/// complement; with their signs changed its square is -1.
fn turn(vector: &Vector) -> Vector {
    let minus = golay::squares() | 1 << golay::INFINITY;
    let mut turned = [0; 24];
    for (axis, &value) in vector.iter().enumerate() {
        let image = match axis {
            0 => golay::INFINITY,
            golay::INFINITY => 0,
            // x^21 is 1/x modulo 23.
            _ => 23 - (0..21).fold(1, |power, _| power * axis % 23),
        };
        turned[image] = if minus >> axis & 1 == 1 {
            -value
        } else {
            value
        };
    }
    turned
}

/// The 4,320 vectors that are 0 on an octad: the shortest of the Barnes-Wall lattice in 16 dimensions.
pub fn barnes_wall() -> Vec<Vector> {
    let mut vectors = leech().vectors;
    let words = golay::words();
    let octad = words.iter().find(|word| word.count_ones() == 8);
    let octad = octad.copied().unwrap_or(0);
    vectors.retain(|vector| (0..24).all(|axis| octad >> axis & 1 == 0 || vector[axis] == 0));
    vectors
}

/// The 4,600 vectors 60 degrees from one.
pub fn leech_4600() -> Vec<Vector> {
    let leech = leech();
    let pole = leech.first(&[]);
    leech.section(&[(pole, 2)])
}

/// The 891 vectors 60 degrees from two that are 60 degrees apart.
pub fn leech_891() -> Vec<Vector> {
    let leech = leech();
    let a = leech.first(&[]);
    let b = leech.first(&[(a, 2)]);
    leech.section(&[(a, 2), (b, 2)])
}

/// The 552 vectors with product 3 with one of norm 6: two on each of 276 lines.
pub fn equiangular() -> Vec<Vector> {
    let leech = leech();
    leech.section(&[(norm_6(&leech), 3)])
}

/// The 275 points of McLaughlin's graph: of the 552, those 60 degrees from one.
pub fn mclaughlin() -> Vec<Vector> {
    let leech = leech();
    leech.section(&mclaughlin_conditions(&leech))
}

/// The points of McLaughlin's graph that are joined to one of them: 112.
pub fn mclaughlin_joined() -> Vec<Vector> {
    mclaughlin_around(1)
}

/// The points of McLaughlin's graph that are not joined to one of them: 162.
pub fn mclaughlin_apart() -> Vec<Vector> {
    mclaughlin_around(2)
}

fn mclaughlin_around(product: i32) -> Vec<Vector> {
    let leech = leech();
    let mut conditions = mclaughlin_conditions(&leech);
    conditions.push((leech.first(&conditions), product));
    leech.section(&conditions)
}

fn mclaughlin_conditions(leech: &Shell<24>) -> Vec<Condition<24>> {
    let w = norm_6(leech);
    vec![(w, 3), (leech.first(&[(w, 3)]), 2)]
}

/// The 100 points of Higman and Sims' graph: product 3 with two vectors of norm 6 whose difference has
/// norm 4. Joined points have product 1, others 2.
pub fn higman_sims() -> Vec<Vector> {
    let leech = leech();
    leech.section(&higman_sims_conditions(&leech))
}

/// The points of Higman and Sims' graph that are not joined to one of them: 77, the blocks of the Steiner
/// system S(3, 6, 22).
pub fn m22() -> Vec<Vector> {
    let leech = leech();
    let mut conditions = higman_sims_conditions(&leech);
    conditions.push((leech.first(&conditions), 2));
    leech.section(&conditions)
}

/// The points of Higman and Sims' graph that are joined to neither of two joined ones: 56, Gewirtz' graph.
pub fn gewirtz() -> Vec<Vector> {
    let leech = leech();
    let mut conditions = higman_sims_conditions(&leech);
    let a = leech.first(&conditions);
    conditions.push((a, 1));
    let b = leech.first(&conditions);
    conditions.pop();
    conditions.extend([(a, 2), (b, 2)]);
    leech.section(&conditions)
}

/// One half of Higman and Sims' graph: 50 points, Hoffman and Singleton's graph. There are 352 vectors
/// that halve it and that have products 2 and 3 with the two of norm 6.
pub fn hoffman_singleton() -> Vec<Vector> {
    let leech = leech();
    let mut conditions = higman_sims_conditions(&leech);
    let [(w, _), (other, _)] = conditions[..] else {
        return Vec::new();
    };
    conditions.push((leech.first(&[(w, 2), (other, 3)]), 2));
    leech.section(&conditions)
}

fn higman_sims_conditions(leech: &Shell<24>) -> Vec<Condition<24>> {
    let w = norm_6(leech);
    let step = leech.first(&[(w, 2)]);
    vec![(w, 3), (difference(&w, &step), 3)]
}

/// A vector of norm 6: the difference of two shortest ones with product 1.
fn norm_6(leech: &Shell<24>) -> Vector {
    let a = leech.first(&[]);
    difference(&a, &leech.first(&[(a, 1)]))
}
