//! Kerdock codes: d/2 + 1 orthonormal bases in d = 4^k dimensions, every two of them unbiased, with signs.
//!
//! Calderbank, Cameron, Kantor & Seidel 1997. A quadratic form Q and a linear form b on the d vectors x of
//! bits give the unit vector (-1)^(Q(x) + b(x)) / sqrt(d). The d linear forms make a basis of each Q, and
//! two bases are unbiased (all cosines +-1/sqrt(d)) where the difference of their Q is not singular.
//! Kerdock's forms are d/2 with this property; the axes are one basis more.

use rayon::prelude::*;

use super::super::RowSource;

/// Greatest dimension, as a power of 4.
const MOST_K: usize = 5;
/// Words of 64 signs in a row of the greatest dimension.
const MOST_WORDS: usize = (1 << (2 * MOST_K)) / 64;
/// Rows that one task writes.
const ROWS_PER_TASK: usize = 256;

/// A polynomial over two elements that has no divisor, by degree.
const fn modulus(degree: usize) -> u32 {
    match degree {
        1 => 0b11,
        3 => 0b1011,
        5 => 0b10_0101,
        7 => 0b1000_0011,
        _ => 0b10_0001_0001,
    }
}

/// The first `rows` points of the Kerdock code in `4^k` dimensions.
///
/// The order: basis by basis, the axes first; in each, every vector followed by its opposite. So the first
/// n points are whole cross-polytopes as far as they go, as few pairs as can be touch the greatest cosine,
/// and the sum is 0 for even n.
#[derive(Clone, Copy, Debug)]
pub struct Kerdock {
    k: usize,
    rows: usize,
}

impl Kerdock {
    /// The first `rows` points (at most d (d + 2)) for k from 1 to 5.
    pub fn new(k: usize, rows: usize) -> Self {
        debug_assert!((1..=MOST_K).contains(&k));
        let dim = 1 << (2 * k);
        Self {
            k,
            rows: rows.min(dim * (dim + 2)),
        }
    }

    fn fill_few(&self, first_row: usize, out: &mut [f32]) {
        let dim = self.dim();
        let mut basis = None;
        for (offset, row) in out.chunks_exact_mut(dim).enumerate() {
            let number = first_row + offset;
            let (of_basis, vector, minus) =
                (number / (2 * dim), number % (2 * dim) / 2, number % 2 == 1);
            if of_basis == 0 {
                row.fill(0.0);
                row[vector] = if minus { -1.0 } else { 1.0 };
                continue;
            }
            let signs = match basis {
                Some((known, signs)) if known == of_basis => signs,
                _ => quadratic_signs(self.k, (of_basis - 1) as u32),
            };
            basis = Some((of_basis, signs));
            write_row(&signs, vector, minus, row);
        }
    }
}

impl RowSource for Kerdock {
    fn rows(&self) -> usize {
        self.rows
    }

    fn dim(&self) -> usize {
        1 << (2 * self.k)
    }

    fn fill(&self, first_row: usize, out: &mut [f32]) {
        let dim = self.dim();
        let rows = (out.len() / dim).min(self.rows.saturating_sub(first_row));
        out[..rows * dim]
            .par_chunks_mut(ROWS_PER_TASK * dim)
            .enumerate()
            .for_each(|(task, out)| self.fill_few(first_row + task * ROWS_PER_TASK, out));
    }
}

/// Signs of the linear form `vector` within a word of 64, whose low six bits run through all values.
fn linear_signs(vector: usize) -> u64 {
    // Bit x is bit 0, 1, ... 5 of x.
    const BITS: [u64; 6] = [
        0xaaaa_aaaa_aaaa_aaaa,
        0xcccc_cccc_cccc_cccc,
        0xf0f0_f0f0_f0f0_f0f0,
        0xff00_ff00_ff00_ff00,
        0xffff_0000_ffff_0000,
        0xffff_ffff_0000_0000,
    ];
    BITS.iter()
        .enumerate()
        .filter(|&(bit, _)| vector >> bit & 1 == 1)
        .fold(0, |signs, (_, bits)| signs ^ bits)
}

fn write_row(quadratic: &[u64; MOST_WORDS], vector: usize, minus: bool, row: &mut [f32]) {
    // 1/sqrt(d) is a power of two, exact in f32; the sign is its highest bit.
    let size = (1.0 / (row.len() as f32).sqrt()).to_bits();
    let low = linear_signs(vector);
    for ((word, signs), values) in quadratic.iter().enumerate().zip(row.chunks_mut(64)) {
        let is_flipped = (word & vector >> 6).count_ones() % 2 == 1;
        let signs = signs ^ low ^ if is_flipped != minus { u64::MAX } else { 0 };
        for (bit, value) in values.iter_mut().enumerate() {
            *value = f32::from_bits(size | ((signs >> bit) as u32 & 1) << 31);
        }
    }
}

/// Signs of Kerdock's quadratic form `a` on all vectors of 2k bits.
///
/// The vectors are pairs (x, e) of an element of the field F with 2^(2k-1) elements and a bit, and
/// `Q_a(x, e) = sum_{i = 1 to k-1} Tr((a x)^(2^i + 1)) + e Tr(a x)`. Its bilinear form is
/// `B_a((x, e), (y, f)) = Tr(a x) Tr(a y) + Tr(a^2 x y) + e Tr(a y) + f Tr(a x)`.
fn quadratic_signs(k: usize, a: u32) -> [u64; MOST_WORDS] {
    let field = Field { degree: 2 * k - 1 };
    let mut signs = [0_u64; MOST_WORDS];
    // Q(x + e_j) = Q(x) + Q(e_j) + B(x, e_j): each bit doubles what is known.
    for bit in 0..2 * k {
        let (own, mask) = field.form_at(bit, a);
        for x in 0..1_usize << bit {
            let sign = (signs[x / 64] >> (x % 64) & 1)
                ^ u64::from(own)
                ^ u64::from((x as u32 & mask).count_ones() & 1);
            let y = x | 1 << bit;
            signs[y / 64] |= sign << (y % 64);
        }
    }
    signs
}

/// The field with 2^`degree` elements, as polynomials modulo [`modulus`].
struct Field {
    degree: usize,
}

impl Field {
    /// Q_a at the vector with only bit `bit`, and B_a there with those of the bits below, as a mask.
    fn form_at(&self, bit: usize, a: u32) -> (bool, u32) {
        let below = |product: &dyn Fn(u32) -> bool| {
            (0..bit)
                .filter(|&other| product(1 << other))
                .fold(0, |mask, other| mask | 1 << other)
        };
        if bit == self.degree {
            return (false, below(&|y| self.trace(self.times(a, y))));
        }
        let scaled = self.times(a, 1 << bit);
        let mut power = scaled;
        let mut own = false;
        for _ in 0..self.degree / 2 {
            power = self.times(power, power);
            own ^= self.trace(self.times(power, scaled));
        }
        let mask = below(&|y| {
            let other = self.times(a, y);
            (self.trace(scaled) && self.trace(other)) != self.trace(self.times(scaled, other))
        });
        (own, mask)
    }

    fn times(&self, x: u32, y: u32) -> u32 {
        let mut product = 0;
        for bit in (0..self.degree).rev() {
            product <<= 1;
            if product >> self.degree & 1 == 1 {
                product ^= modulus(self.degree);
            }
            if y >> bit & 1 == 1 {
                product ^= x;
            }
        }
        product
    }

    /// Sum of the powers x, x^2, x^4, ...: 0 or 1.
    fn trace(&self, x: u32) -> bool {
        let mut power = x;
        let mut sum = 0;
        for _ in 0..self.degree {
            sum ^= power;
            power = self.times(power, power);
        }
        sum == 1
    }
}
