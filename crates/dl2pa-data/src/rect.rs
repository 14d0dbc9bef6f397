//! Rectangles of pixels, and how random ones are drawn: for crops, and for patches that are erased.

/// A rectangle of whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// Areas and shapes that random rectangles have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RectRange {
    /// Least and greatest share of the picture's area.
    pub scale: (f64, f64),
    /// Least and greatest ratio of two sides; its logarithm is uniform.
    pub ratio: (f64, f64),
}

/// Rectangles that are tried before giving up.
pub const TRIES: usize = 10;

impl RectRange {
    /// Random resized crops (Inception-style training; torchvision's defaults): 8 % to all of the
    /// picture, 3/4 to 4/3 as wide as high.
    pub const CROPS: Self = Self {
        scale: (0.08, 1.0),
        ratio: (3.0 / 4.0, 4.0 / 3.0),
    };

    /// Random erasing (Zhong et al. 2020; torchvision's defaults): 2 % to 33 % of the picture, 0.3 to 3.3
    /// times as high as wide.
    pub const PATCHES: Self = Self {
        scale: (0.02, 0.33),
        ratio: (0.3, 3.3),
    };

    /// Whether rectangles can be drawn: shares in (0, 1], positive ratios, the lesser first.
    #[must_use]
    pub fn is_valid(self) -> bool {
        let (least, most) = self.scale;
        let (low, high) = self.ratio;
        0.0 < least && least <= most && most <= 1.0 && 0.0 < low && low <= high && high.is_finite()
    }

    /// Two sides of a rectangle in a picture of `pixels` pixels, the first `ratio` times the second, from
    /// two draws of `uniform` (area, then ratio), which lie in [0, 1). They need not fit the picture.
    pub fn sides(self, pixels: usize, mut uniform: impl FnMut() -> f64) -> (usize, usize) {
        let mut between = |low: f64, high: f64| low + (high - low) * uniform();
        let area = pixels as f64 * between(self.scale.0, self.scale.1);
        let ratio = between(self.ratio.0.ln(), self.ratio.1.ln()).exp();
        // Halves go to the even number, as Python rounds.
        let side = |square: f64| square.sqrt().round_ties_even() as usize;
        (side(area * ratio), side(area / ratio))
    }
}

impl Rect {
    /// A rectangle of `width` x `height` somewhere in a picture that it fits (`columns` x `rows`), from two
    /// draws of `uniform` (row, then column), which lie in [0, 1).
    pub fn somewhere(
        (width, height): (usize, usize),
        (columns, rows): (usize, usize),
        mut uniform: impl FnMut() -> f64,
    ) -> Self {
        let top = whole_below(rows.saturating_sub(height) + 1, uniform());
        let left = whole_below(columns.saturating_sub(width) + 1, uniform());
        Self {
            left,
            top,
            width,
            height,
        }
    }
}

/// A whole number below `count` from a draw in [0, 1); 0 when there is none.
#[must_use]
pub fn whole_below(count: usize, draw: f64) -> usize {
    ((draw * count as f64) as usize).min(count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stay_below_their_count() {
        assert_eq!(
            [(5, 0.0), (5, 0.99), (5, 1.0), (5, -1.0), (1, 0.5), (0, 0.5)]
                .map(|(count, draw)| whole_below(count, draw)),
            [0, 4, 4, 0, 0, 0]
        );
    }

    #[test]
    fn ranges_that_hold_nothing_are_told() {
        assert!(RectRange::CROPS.is_valid() && RectRange::PATCHES.is_valid());
        let with = |scale, ratio| RectRange { scale, ratio }.is_valid();
        assert!(!with((0.0, 1.0), (1.0, 1.0)));
        assert!(!with((0.5, 0.4), (1.0, 1.0)));
        assert!(!with((0.5, 1.1), (1.0, 1.0)));
        assert!(!with((0.5, 1.0), (-1.0, 1.0)));
        assert!(!with((0.5, 1.0), (1.0, f64::INFINITY)));
        assert!(!with((f64::NAN, 1.0), (1.0, 1.0)));
    }
}
