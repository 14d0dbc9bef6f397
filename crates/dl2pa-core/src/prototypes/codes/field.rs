//! Fields with 2^n elements for odd n, as polynomials over two elements.

/// The field with 2^`degree` elements.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    degree: usize,
    modulus: u32,
    trace_mask: u32,
}

impl Field {
    /// The field of degree 3, 5, 7 or 9.
    pub fn new(degree: usize) -> Self {
        debug_assert!(matches!(degree, 3 | 5 | 7 | 9));
        let mut field = Self {
            degree,
            // Polynomials without a divisor.
            modulus: match degree {
                3 => 0b1011,
                5 => 0b10_0101,
                7 => 0b1000_0011,
                _ => 0b10_0001_0001,
            },
            trace_mask: 0,
        };
        // The trace is linear: its values at the powers of the variable say all.
        field.trace_mask = (0..degree)
            .filter(|&power| field.sum_of_conjugates(1 << power) == 1)
            .fold(0, |mask, power| mask | 1 << power);
        field
    }

    /// Number of bits of an element.
    pub const fn degree(&self) -> usize {
        self.degree
    }

    /// The product.
    pub fn times(&self, x: u32, y: u32) -> u32 {
        let mut product = 0;
        for bit in (0..self.degree).rev() {
            product <<= 1;
            if product >> self.degree & 1 == 1 {
                product ^= self.modulus;
            }
            if y >> bit & 1 == 1 {
                product ^= x;
            }
        }
        product
    }

    /// Tr(x) = x + x^2 + x^4 + ..., which is 0 or 1.
    pub const fn trace(&self, x: u32) -> bool {
        (x & self.trace_mask).count_ones() % 2 == 1
    }

    /// x, x^2, x^4, ... : all `degree` of them.
    pub fn conjugates(&self, x: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(x), |&x| Some(self.times(x, x))).take(self.degree)
    }

    fn sum_of_conjugates(&self, x: u32) -> u32 {
        self.conjugates(x).fold(0, |sum, power| sum ^ power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squaring_is_an_automorphism_of_full_order() {
        for degree in [3, 5, 7, 9] {
            let field = Field::new(degree);
            for x in 1..1_u32 << degree {
                // Without divisors of zero it is a field; x^(2^n) = x.
                assert!((1..1 << degree).step_by(7).all(|y| field.times(x, y) != 0));
                let last = field.conjugates(x).last().unwrap();
                assert_eq!(field.times(last, last), x);
                assert_eq!(u32::from(field.trace(x)), field.sum_of_conjugates(x));
            }
        }
    }
}
