//! The colours of a film: one table of at most 255, made once from some of its pictures.

use std::collections::HashMap;

use super::raster::Pixel;

/// Most colours; one more number stands for what has not changed.
pub(crate) const MOST: usize = 255;
/// Of many colours the commonest are kept: grounds, letters, the shades of the sphere. What is left of the table goes to
/// those that are farthest from all in it, so that no class loses its own.
const COMMONEST: usize = 119;
/// So many of the commoner colours are looked at, and about as many from among the rarer ones.
const LOOKED_AT: usize = 1_500;

/// Which colours there are in some pictures, and how often.
#[derive(Debug, Default)]
pub(crate) struct Census(HashMap<[u8; 3], u32>);

impl Census {
    /// Counts the pixels of a picture.
    pub(crate) fn count(&mut self, pixels: &[Pixel]) {
        for same in pixels.chunk_by(|a, b| a == b) {
            let [r, g, b, _] = same[0];
            *self.0.entry([r, g, b]).or_default() += same.len() as u32;
        }
    }

    /// The best table for these pictures.
    pub(crate) fn table(&self) -> Table {
        let mut found: Vec<([u8; 3], u32)> =
            self.0.iter().map(|(&colour, &n)| (colour, n)).collect();
        // Equal counts in one order, so that the same run gives the same film.
        found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        if found.len() <= MOST {
            return Table::new(found.into_iter().map(|(colour, _)| colour).collect());
        }
        let (common, rare) = found.split_at(LOOKED_AT.min(found.len()));
        let stride = rare.len().div_ceil(LOOKED_AT).max(1);
        let looked_at = common.iter().chain(rare.iter().step_by(stride));
        let found: Vec<[u8; 3]> = looked_at.map(|&(colour, _)| colour).collect();
        let mut colours = found[..COMMONEST].to_vec();
        let mut far: Vec<u32> = found
            .iter()
            .map(|&colour| colours.iter().map(|&own| apart(own, colour)).min())
            .map(Option::unwrap_or_default)
            .collect();
        while colours.len() < MOST {
            let farthest = far.iter().enumerate().max_by_key(|(_, far)| **far);
            let Some((place, _)) = farthest else {
                break;
            };
            let next = found[place];
            colours.push(next);
            for (far, &colour) in far.iter_mut().zip(&found) {
                *far = (*far).min(apart(next, colour));
            }
        }
        Table::new(colours)
    }
}

/// A table of colours, and the number of the nearest for any other.
#[derive(Debug)]
pub(crate) struct Table {
    colours: Vec<[u8; 3]>,
    /// Their numbers, from the least green to the greenest.
    by_green: Vec<u8>,
    known: HashMap<[u8; 3], u8>,
}

impl Table {
    fn new(colours: Vec<[u8; 3]>) -> Self {
        let known = colours.iter().copied().zip(0..).collect();
        let mut by_green: Vec<u8> = (0..=u8::MAX).take(colours.len()).collect();
        by_green.sort_by_key(|&number| colours[usize::from(number)][1]);
        Self {
            colours,
            by_green,
            known,
        }
    }

    /// The colours, one after the other.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.colours.concat()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.colours.len()
    }

    /// The number of the colour that is nearest to a pixel's.
    pub(crate) fn nearest(&mut self, [r, g, b, _]: Pixel) -> u8 {
        let (colours, by_green) = (&self.colours, &self.by_green);
        *self.known.entry([r, g, b]).or_insert_with(|| {
            let green = |number: u8| colours[usize::from(number)][1];
            let middle = by_green.partition_point(|&number| green(number) < g);
            let (below, above) = by_green.split_at(middle);
            let (mut best, mut least) = (0, u32::MAX);
            let mut search = |numbers: &mut dyn Iterator<Item = &u8>| {
                for &number in numbers {
                    // Whoever is farther off in green alone than the best so far is no better, nor are those beyond.
                    if u32::from(green(number).abs_diff(g)).pow(2) > least {
                        break;
                    }
                    let off = apart(colours[usize::from(number)], [r, g, b]);
                    if off < least {
                        (best, least) = (number, off);
                    }
                }
            };
            search(&mut above.iter());
            search(&mut below.iter().rev());
            best
        })
    }
}

/// The square of how far two colours are apart.
fn apart(a: [u8; 3], b: [u8; 3]) -> u32 {
    let channel = |i: usize| u32::from(a[i].abs_diff(b[i])).pow(2);
    channel(0) + channel(1) + channel(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(pixels: &[Pixel]) -> Table {
        let mut census = Census::default();
        census.count(pixels);
        census.table()
    }

    #[test]
    fn few_colours_are_all_kept() {
        let pixels: Vec<Pixel> = (0..=250).map(|i| [i, 255 - i, i / 2, 255]).collect();
        let mut table = table_of(&pixels);
        let colours = table.bytes();
        for &pixel in &pixels {
            let place = usize::from(table.nearest(pixel));
            assert_eq!(colours[3 * place..3 * place + 3], pixel[..3]);
        }
    }

    #[test]
    fn of_many_colours_the_common_ones_are_kept_and_none_is_far_off() {
        let mut pixels = vec![[12, 34, 56, 255]; 5000];
        // A shade from one class colour to another, and a grey one.
        for i in 0..=255_u8 {
            for j in 0..8 {
                pixels.push([i, 80 + i / 2 + j, 255 - i, 255]);
                pixels.push([i, i, i.saturating_add(j), 255]);
            }
        }
        let mut table = table_of(&pixels);
        assert!(table.len() <= MOST);
        let colours = table.bytes();
        let place = usize::from(table.nearest(pixels[0]));
        assert_eq!(colours[3 * place..3 * place + 3], [12, 34, 56]);
        let mut worst = 0;
        for &pixel in &pixels {
            let place = usize::from(table.nearest(pixel));
            let found = &colours[3 * place..3 * place + 3];
            let [r, g, b, _] = pixel;
            let all = colours.chunks_exact(3);
            let least = all
                .map(|own| apart([own[0], own[1], own[2]], [r, g, b]))
                .min();
            let off = apart([found[0], found[1], found[2]], [r, g, b]);
            assert_eq!(Some(off), least, "{pixel:?}");
            let off = found.iter().zip(pixel).map(|(&a, b)| a.abs_diff(b)).max();
            worst = worst.max(off.expect("three channels"));
        }
        assert!(worst <= 12, "{worst}");
    }
}
