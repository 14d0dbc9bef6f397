//! Codes from quadratic forms over two elements: Kerdock's, Gold's, and Delsarte and Goethals'.
//!
//! A quadratic form Q and a linear form b on the d = 2^m vectors x of bits give the unit vector
//! (-1)^(Q(x) + b(x)) / sqrt(d). The d linear forms make an orthonormal basis of each Q. The cosines
//! between two bases are 0 and +-2^(-r/2), where r is the rank of the bilinear form of Q - Q'
//! (MacWilliams & Sloane 1977, ch. 15), and with the axes +-1/sqrt(d). So a code is a set of forms whose
//! differences have a high rank:
//!
//! - m even: `Q(x, e) = sum_{i = 1 to m/2 - 1} Tr((a x)^(1 + 2^i)) + e Tr(a x)` for each a of the field F
//!   with 2^(m-1) elements, (x, e) an element of F and a bit: differences have full rank. The bases are
//!   mutually unbiased (Kerdock; Calderbank, Cameron, Kantor & Seidel 1997).
//! - m odd: `Q(x) = Tr(a x^3)` for each a of the field F with 2^m elements: rank m - 1 (Gold).
//! - `Tr(b x^3)` added to the first for each b of F, or `Tr(b x^5)` to the second: rank less by 2, for as
//!   many times more bases as F has elements (Delsarte & Goethals 1975; Hammons et al. 1994).

use rayon::prelude::*;

use super::super::RowSource;
use super::field::Field;

/// Greatest number of bits m.
const MOST_BITS: usize = 10;
/// Words of 64 signs in a row of the greatest dimension.
const MOST_WORDS: usize = (1 << MOST_BITS) / 64;
/// Rows that one task writes.
const ROWS_PER_TASK: usize = 256;

/// Signs of a form on all vectors: bit x % 64 of word x / 64 is its value at x.
type Signs = [u64; MOST_WORDS];

/// The first points of the code of a set of quadratic forms.
///
/// The order: basis by basis, the axes first, then those with b = 0; in each, every vector followed by its
/// opposite. So the first n points are whole cross-polytopes as far as they go, within which all cosines
/// are 0 or -1, and the sum is 0 for even n.
#[derive(Clone, Copy, Debug)]
pub struct QuadraticCode {
    bits: usize,
    field: Field,
    rows: usize,
}

impl QuadraticCode {
    /// The first `rows` points in 2^`bits` dimensions, `bits` from 4 to 10. How many there are, and at which
    /// greatest cosine, is the catalogue's to know.
    pub fn new(bits: usize, rows: usize) -> Self {
        debug_assert!((4..=MOST_BITS).contains(&bits));
        Self {
            bits,
            field: Field::new((bits - 1) | 1),
            rows,
        }
    }

    fn fill_few(&self, first_row: usize, out: &mut [f32]) {
        let dim = self.dim();
        let mut known: Option<(usize, Signs)> = None;
        for (offset, row) in out.chunks_exact_mut(dim).enumerate() {
            let number = first_row + offset;
            let (basis, vector, is_opposite) =
                (number / (2 * dim), number % (2 * dim) / 2, number % 2 == 1);
            if basis == 0 {
                row.fill(0.0);
                row[vector] = if is_opposite { -1.0 } else { 1.0 };
                continue;
            }
            let signs = match known {
                Some((of, signs)) if of == basis => signs,
                _ => self.signs(basis - 1),
            };
            known = Some((basis, signs));
            write_row(&signs, vector, is_opposite, row);
        }
    }

    /// The form number `form` on all vectors.
    fn signs(&self, form: usize) -> Signs {
        let mut signs = [0; MOST_WORDS];
        let at = |x: u32| self.form_at(form, x);
        // Q(x + e) = Q(x) + Q(e) + B(x, e) with B bilinear: each bit e doubles what is known.
        for bit in 0..self.bits {
            let new = 1 << bit;
            let own = at(new);
            let mask = (0..bit)
                .map(|other| 1 << other)
                .filter(|&other| at(new | other) ^ at(other) ^ own)
                .fold(0, |mask, other| mask | other);
            for x in 0..new {
                let sign = u64::from(own)
                    ^ u64::from((x & mask).count_ones() & 1)
                    ^ (signs[x as usize / 64] >> (x % 64) & 1);
                let y = x | new;
                signs[y as usize / 64] |= sign << (y % 64);
            }
        }
        signs
    }

    /// The form number `form` at the vector `x`: a and b are its low and its high bits.
    fn form_at(&self, form: usize, x: u32) -> bool {
        let field = self.field;
        let elements = 1 << field.degree();
        let (a, b) = ((form % elements) as u32, (form / elements) as u32);
        let (element, bit) = (x % elements as u32, x / elements as u32);
        let square = field.times(element, element);
        let cube = field.times(square, element);
        if self.bits % 2 == 1 {
            let fifth = field.times(square, cube);
            return field.trace(field.times(a, cube)) ^ field.trace(field.times(b, fifth));
        }
        let scaled = field.times(a, element);
        let kerdock = field
            .conjugates(scaled)
            .skip(1)
            .take(self.bits / 2 - 1)
            .fold(false, |sum, power| {
                sum ^ field.trace(field.times(scaled, power))
            });
        kerdock ^ (bit == 1 && field.trace(scaled)) ^ field.trace(field.times(b, cube))
    }
}

impl RowSource for QuadraticCode {
    fn rows(&self) -> usize {
        self.rows
    }

    fn dim(&self) -> usize {
        1 << self.bits
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

/// Writes the vector with the signs `quadratic` and those of the linear form `vector`.
fn write_row(quadratic: &Signs, vector: usize, is_opposite: bool, row: &mut [f32]) {
    // The sign of a number is its highest bit.
    let size = (1.0 / (row.len() as f32).sqrt()).to_bits();
    let low = low_signs(vector);
    for ((word, signs), values) in quadratic.iter().enumerate().zip(row.chunks_mut(64)) {
        let is_flipped = (word & vector >> 6).count_ones() % 2 == 1;
        let signs = signs
            ^ low
            ^ if is_flipped != is_opposite {
                u64::MAX
            } else {
                0
            };
        for (bit, value) in values.iter_mut().enumerate() {
            *value = f32::from_bits(size | ((signs >> bit) as u32 & 1) << 31);
        }
    }
}

/// Signs of the linear form `vector` as far as the low six bits of x decide: within a word.
fn low_signs(vector: usize) -> u64 {
    // Bit x of the words is bit 0, 1, ... 5 of x.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prototypes::codes::Code;

    fn value(signs: &Signs, x: usize) -> bool {
        signs[x / 64] >> (x % 64) & 1 == 1
    }

    /// B(e_i, e_j) = Q(e_i + e_j) + Q(e_i) + Q(e_j), a row for each i.
    fn bilinear(code: &QuadraticCode, form: usize) -> [u32; MOST_BITS] {
        let signs = code.signs(form);
        std::array::from_fn(|i| {
            (0..code.bits)
                .filter(|&j| i < code.bits && i != j)
                .fold(0, |row, j| {
                    let (x, y) = (1 << i, 1 << j);
                    let product = value(&signs, x | y) ^ value(&signs, x) ^ value(&signs, y);
                    row | u32::from(product) << j
                })
        })
    }

    fn rank(mut rows: [u32; MOST_BITS]) -> usize {
        let mut rank = 0;
        for bit in 0..MOST_BITS {
            let Some(pivot) = (rank..MOST_BITS).find(|&row| rows[row] >> bit & 1 == 1) else {
                continue;
            };
            rows.swap(rank, pivot);
            for row in rank + 1..MOST_BITS {
                if rows[row] >> bit & 1 == 1 {
                    rows[row] ^= rows[rank];
                }
            }
            rank += 1;
        }
        rank
    }

    /// This proves the greatest cosine of whole codes, whatever their size: it is 2^(-rank/2).
    #[test]
    fn forms_differ_by_the_rank_that_the_catalogue_says() {
        for &code in Code::ALL {
            let Some(bits) = code.quadratic_bits() else {
                continue;
            };
            let family = QuadraticCode::new(bits, code.len());
            // Two points for each vector of the axes and of the forms' bases.
            let forms = code.len() / (2 * family.dim()) - 1;
            assert_eq!(code.len(), 2 * family.dim() * (forms + 1));
            let matrices: Vec<_> = (0..forms).map(|form| bilinear(&family, form)).collect();
            // All pairs where there are up to half a million, else each form with some.
            let step = if forms > 1024 { 97 } else { 1 };
            let mut least = bits;
            for (form, a) in matrices.iter().enumerate() {
                for b in matrices[..form].iter().step_by(step) {
                    least = least.min(rank(std::array::from_fn(|row| a[row] ^ b[row])));
                }
            }
            let max_cos = 0.5_f64.powi(least as i32).sqrt();
            assert_eq!(code.max_cos(), max_cos, "{}", code.name());
        }
    }

    #[test]
    fn signs_are_those_of_the_formula() {
        for (bits, form) in [(4, 5), (7, 9_999), (8, 12_345), (10, 300)] {
            let code = QuadraticCode::new(bits, 0);
            let signs = code.signs(form);
            for x in 0..code.dim() {
                assert_eq!(value(&signs, x), code.form_at(form, x as u32), "at {x}");
            }
        }
    }
}
