//! Where the tokens of a Swin network go, as tables of the numbers of tokens: into windows and back, and
//! together where tokens merge.
//!
//! Tokens are numbered along the rows of their image. The number after the last stands for a token of
//! zeros, such as fills up the windows at the bottom and at the right.

/// Tokens along a side of a window.
pub(super) const SIDE: usize = 7;
/// Tokens in a window.
pub(super) const TOKENS: usize = SIDE * SIDE;
/// Score of a pair of tokens that are not neighbours in the image (torchvision's number).
const FAR: f32 = -100.0;

/// The windows over an image of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Windows {
    /// Rows and columns of the image.
    tokens: [usize; 2],
    /// Tokens by which windows begin below and right of the corner; the image goes on there from its top
    /// and left.
    shift: [usize; 2],
}

impl Windows {
    /// Windows from the corner or, `shifted`, half a window from it along sides longer than one.
    pub(super) fn new(tokens: [usize; 2], shifted: bool) -> Self {
        let shift = tokens.map(|side| if shifted && side > SIDE { SIDE / 2 } else { 0 });
        Self { tokens, shift }
    }

    /// Rows and columns of windows.
    fn grid(self) -> [usize; 2] {
        self.tokens.map(|side| side.div_ceil(SIDE))
    }

    /// How many windows an image has.
    pub(super) fn count(self) -> usize {
        self.grid().iter().product()
    }

    /// Whether windows have places for tokens that the image has not.
    pub(super) fn needs_zeros(self) -> bool {
        self.count() * TOKENS > self.tokens.iter().product()
    }

    /// What tells these windows from others, for the names of tables.
    pub(super) fn name(self) -> String {
        let [[rows, columns], [down, right]] = [self.tokens, self.shift];
        format!("{rows}x{columns}+{down}+{right}")
    }

    /// Row and column, before the shift, of each place of each window.
    fn places(self) -> impl Iterator<Item = [usize; 2]> {
        let [grid_rows, grid_columns] = self.grid();
        let windows = pairs(grid_rows, grid_columns);
        windows.flat_map(|[down, right]| {
            pairs(SIDE, SIDE).map(move |[row, column]| [SIDE * down + row, SIDE * right + column])
        })
    }

    /// The token of each place of each window (windows*tokens numbers).
    pub(super) fn split(self) -> Vec<i64> {
        let lengths = self.grid().map(|windows| windows * SIDE);
        let [height, width] = self.tokens;
        let token = |place: [usize; 2]| {
            let [row, column] = [0, 1].map(|axis| (place[axis] + self.shift[axis]) % lengths[axis]);
            token_at([row, column], [height, width])
        };
        self.places().map(token).collect()
    }

    /// The place of each token among those of all windows: the way back.
    pub(super) fn join(self) -> Vec<i64> {
        let mut places = vec![0; self.tokens.iter().product()];
        for (place, token) in self.split().into_iter().enumerate() {
            if let Some(own) = places.get_mut(token as usize) {
                *own = place as i64;
            }
        }
        places
    }

    /// What shifted windows (windows x 1 x tokens x tokens) add to the scores of their pairs: tokens that
    /// come from opposite ends of the image should not see each other.
    pub(super) fn mask(self) -> Option<Vec<f32>> {
        if self.shift == [0, 0] {
            return None;
        }
        let grid = self.grid();
        // Along each axis three stretches: the whole windows, what is left of the image, what it began with.
        let stretch = |place: [usize; 2]| {
            [0, 1].map(|axis| {
                let from_end = SIDE * grid[axis] - place[axis];
                match self.shift[axis] {
                    0 => 0,
                    shift if from_end <= shift => 2,
                    _ => u8::from(from_end <= SIDE),
                }
            })
        };
        let stretches: Vec<[u8; 2]> = self.places().map(stretch).collect();
        let score = |query, key| if query == key { 0.0 } else { FAR };
        let windows = stretches.chunks_exact(TOKENS);
        let scores = windows.flat_map(|window| {
            let queries = window.iter();
            queries.flat_map(move |query| window.iter().map(move |key| score(query, key)))
        });
        Some(scores.collect())
    }
}

/// For each pair of tokens of a window, the query's row by row, the row of the table of scores that belongs
/// to the offset between them.
pub(super) fn offsets() -> Vec<i64> {
    let offset = |query: [usize; 2], key: [usize; 2]| {
        let [down, right] = [0, 1].map(|axis| query[axis] + SIDE - 1 - key[axis]);
        (down * (2 * SIDE - 1) + right) as i64
    };
    let queries = pairs(SIDE, SIDE);
    queries
        .flat_map(|query| pairs(SIDE, SIDE).map(move |key| offset(query, key)))
        .collect()
}

/// The four tokens that go into each merged one: top left, bottom left, top right, bottom right.
pub(super) fn merged([height, width]: [usize; 2]) -> Vec<i64> {
    let blocks = pairs(height.div_ceil(2), width.div_ceil(2));
    blocks
        .flat_map(|[row, column]| {
            let corners = [[0, 0], [1, 0], [0, 1], [1, 1]];
            corners.map(|[down, right]| {
                token_at([2 * row + down, 2 * column + right], [height, width])
            })
        })
        .collect()
}

/// The number of the token at a row and column; outside the image, that of the zeros.
fn token_at([row, column]: [usize; 2], [height, width]: [usize; 2]) -> i64 {
    let number = if row < height && column < width {
        row * width + column
    } else {
        height * width
    };
    number as i64
}

/// Rows and columns of a grid, row by row.
fn pairs(rows: usize, columns: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..rows).flat_map(move |row| (0..columns).map(move |column| [row, column]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_cut_and_put_together_again() {
        for tokens in [[14, 21], [15, 9], [8, 3], [2, 2], [7, 7]] {
            for shifted in [false, true] {
                let windows = Windows::new(tokens, shifted);
                let split = windows.split();
                assert_eq!(split.len(), windows.count() * TOKENS);
                let back: Vec<i64> = windows
                    .join()
                    .iter()
                    .map(|&at| split[at as usize])
                    .collect();
                let all: Vec<i64> = (0..(tokens[0] * tokens[1]) as i64).collect();
                assert_eq!(back, all, "{windows:?}");
            }
        }
    }

    #[test]
    fn only_shifted_windows_of_large_images_are_masked() {
        assert_eq!(Windows::new([14, 14], false).mask(), None);
        assert_eq!(Windows::new([7, 7], true).mask(), None);
        let mask = Windows::new([14, 14], true).mask().unwrap();
        assert_eq!(mask.len(), 4 * TOKENS * TOKENS);
        // The first window is whole; the last has four parts of 4 x 4, 4 x 3, 3 x 4 and 3 x 3 tokens, each of
        // which sees itself only.
        let seen = |window: usize| {
            let scores = &mask[window * TOKENS * TOKENS..][..TOKENS * TOKENS];
            scores.iter().filter(|&&score| score == 0.0).count()
        };
        assert_eq!(seen(0), TOKENS * TOKENS);
        assert_eq!(seen(3), 16 * 16 + 12 * 12 + 12 * 12 + 9 * 9);
    }
}
