//! The extended binary Golay code, as the quadratic-residue code modulo 23.

/// Length of a word: positions 0 to 22 are the residues modulo 23, position 23 is infinity.
pub const LENGTH: usize = 24;
/// Position of the parity bit, the infinity of the projective line.
pub const INFINITY: usize = 23;
const PRIME: usize = 23;

/// The squares modulo 23 other than 0, as a set of bits.
pub fn squares() -> u32 {
    (1..PRIME).fold(0, |set, x| set | 1 << (x * x % PRIME))
}

/// The 4,096 words, each as a set of bits. A word and its complement follow no special order.
///
/// The shifts of the squares span the code (MacWilliams & Sloane 1977, ch. 16), and twelve in a row are
/// independent, as in any cyclic code of dimension 12. Each has 11 elements, so each gets the parity bit.
pub fn words() -> Vec<u32> {
    let mut words = vec![0_u32];
    for shift in 0..12 {
        let row = (0..PRIME)
            .filter(|&x| squares() >> x & 1 == 1)
            .fold(1 << INFINITY, |row, x| row | 1 << ((x + shift) % PRIME));
        for word in 0..words.len() {
            words.push(words[word] ^ row);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_the_golay_code() {
        // MacWilliams & Sloane 1977, ch. 2: 1, 759, 2576, 759, 1 words of weight 0, 8, 12, 16, 24. No other
        // linear code of length 24 with 4,096 words has minimum distance 8.
        let words = words();
        let of_weight = |weight| {
            words
                .iter()
                .filter(|word| word.count_ones() == weight)
                .count()
        };
        assert_eq!(words.len(), 4096);
        assert_eq!([0, 8, 12, 16, 24].map(of_weight), [1, 759, 2576, 759, 1]);
    }
}
