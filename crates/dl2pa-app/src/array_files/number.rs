//! The kinds of numbers that matrices are stored in, and how their bytes become `f32`.

use half::{bf16, f16};

/// A kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    F16,
    Bf16,
    F32,
    F64,
}

/// How a number is laid out in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    pub(super) number: Number,
    pub(super) is_big_endian: bool,
}

impl Encoding {
    pub(super) const fn little_endian(number: Number) -> Self {
        Self {
            number,
            is_big_endian: false,
        }
    }

    /// Bytes of one number.
    pub(super) const fn size(self) -> usize {
        match self.number {
            Number::F16 | Number::Bf16 => 2,
            Number::F32 => 4,
            Number::F64 => 8,
        }
    }

    /// Writes the numbers of `bytes` to `out`; what one of them has more of is left alone.
    pub(super) fn decode(self, bytes: &[u8], out: &mut [f32]) {
        match self.number {
            Number::F16 => self.convert(bytes, out, |it| f16::from_le_bytes(it).to_f32()),
            Number::Bf16 => self.convert(bytes, out, |it| bf16::from_le_bytes(it).to_f32()),
            Number::F32 => self.convert(bytes, out, f32::from_le_bytes),
            Number::F64 => self.convert(bytes, out, |it| f64::from_le_bytes(it) as f32),
        }
    }

    fn convert<const N: usize>(self, bytes: &[u8], out: &mut [f32], one: impl Fn([u8; N]) -> f32) {
        for (bytes, value) in bytes.as_chunks::<N>().0.iter().zip(out) {
            let mut bytes = *bytes;
            if self.is_big_endian {
                bytes.reverse();
            }
            *value = one(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// -1.5 as IEEE 754 and bfloat16 write it: sign, exponent, and one bit of the fraction.
    #[test]
    fn the_bytes_of_each_kind_are_read_in_both_orders() {
        let kinds: [(Number, &[u8]); 4] = [
            (Number::F16, &[0xbe, 0x00]),
            (Number::Bf16, &[0xbf, 0xc0]),
            (Number::F32, &[0xbf, 0xc0, 0, 0]),
            (Number::F64, &[0xbf, 0xf8, 0, 0, 0, 0, 0, 0]),
        ];
        for (number, big_endian) in kinds {
            let mut bytes = big_endian.to_vec();
            for is_big_endian in [true, false] {
                let encoding = Encoding {
                    number,
                    is_big_endian,
                };
                assert_eq!(encoding.size(), bytes.len());
                let mut out = [0.0];
                encoding.decode(&bytes, &mut out);
                assert_eq!(out, [-1.5], "{encoding:?}");
                bytes.reverse();
            }
        }
    }
}
