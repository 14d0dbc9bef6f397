//! Codes that algebra gives: sets of points whose greatest cosine is known, most of them proven best.
//!
//! Each family has its root in one file: the Leech lattice over the Golay code in `leech`, the roots of E8
//! in `roots`, groups of quaternions in `quaternions`, quadratic forms in `quadratic`. The other codes are
//! sections of those.

mod catalogue;
mod embedding;
mod field;
mod golay;
mod leech;
mod quadratic;
mod quaternions;
mod roots;
mod shell;
mod subset;

use dl2pa_data::StreamRng;
use thiserror::Error;

use super::RowSource;
use embedding::Turned;
use quadratic::QuadraticCode;

/// A code of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// 12 points in 3 dimensions, cosine 1/sqrt(5).
    Icosahedron,
    /// 10 points in 4 dimensions, cosine 1/6: the pairs from a set of 5.
    Petersen,
    /// 24 points in 4 dimensions, cosine 1/2: the 24-cell.
    Cell24,
    /// 120 points in 4 dimensions: the 600-cell.
    Cell600,
    /// 16 points in 5 dimensions, cosine 1/5.
    Clebsch,
    /// 27 points in 6 dimensions, cosine 1/4.
    Schlafli,
    /// 72 points in 6 dimensions, cosine 1/2: the roots of E6.
    E6,
    /// 56 points in 7 dimensions, cosine 1/3: the short vectors of the dual of E7.
    E7Dual,
    /// 126 points in 7 dimensions, cosine 1/2: the roots of E7.
    E7,
    /// 240 points in 8 dimensions, cosine 1/2: the roots of E8.
    E8,
    /// 288 points in 16 dimensions, cosine 1/4.
    Kerdock16,
    /// 4,320 points in 16 dimensions, cosine 1/2: the shortest vectors of the Barnes-Wall lattice.
    BarnesWall16,
    /// 56 points in 20 dimensions, cosine 1/15.
    Gewirtz,
    /// 50 points in 21 dimensions, cosine 1/21.
    HoffmanSingleton,
    /// 77 points in 21 dimensions, cosine 1/12.
    M22,
    /// 112 points in 21 dimensions, cosine 1/9: the generalised quadrangle GQ(3, 9).
    Gq39,
    /// 162 points in 21 dimensions, cosine 1/7: the points of McLaughlin's graph not joined to one of them.
    U43,
    /// 100 points in 22 dimensions, cosine 1/11.
    HigmanSims,
    /// 275 points in 22 dimensions, cosine 1/6.
    McLaughlin,
    /// 891 points in 22 dimensions, cosine 1/4.
    Leech891,
    /// 552 points in 23 dimensions, cosine 1/5: 276 equiangular lines.
    Equiangular,
    /// 4,600 points in 23 dimensions, cosine 1/3.
    Leech4600,
    /// 196,560 points in 24 dimensions, cosine 1/2: the shortest vectors of the Leech lattice.
    Leech,
    /// 2,112 points in 32 dimensions, cosine 1/4.
    Gold32,
    /// 4,224 points in 64 dimensions, cosine 1/8.
    Kerdock64,
    /// 131,200 points in 64 dimensions, cosine 1/4.
    DelsarteGoethals64,
    /// 33,024 points in 128 dimensions, cosine 1/8.
    Gold128,
    /// 4,194,560 points in 128 dimensions, cosine 1/4.
    DelsarteGoethals128,
    /// 66,048 points in 256 dimensions, cosine 1/16.
    Kerdock256,
    /// 8,389,120 points in 256 dimensions, cosine 1/8.
    DelsarteGoethals256,
    /// 525,312 points in 512 dimensions, cosine 1/16.
    Gold512,
    /// 1,050,624 points in 1,024 dimensions, cosine 1/32.
    Kerdock1024,
}

/// A code has no such points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodeError {
    /// More points than the code has.
    #[error(
        "the code {} has {} points, not {count}; ask for at most as many, or choose another method",
        .code.name(),
        .code.len()
    )]
    TooManyPoints {
        /// The code.
        code: Code,
        /// Number asked for.
        count: usize,
    },
    /// Fewer dimensions than the code spans.
    #[error(
        "the code {} does not fit in {dim} dimensions; choose at least {}, or another method",
        .code.name(),
        .code.dim()
    )]
    TooFewDimensions {
        /// The code.
        code: Code,
        /// Dimension asked for.
        dim: usize,
    },
    /// More numbers than memory holds.
    #[error(
        "{count} points in {dim} dimensions do not fit in memory; ask for fewer points or dimensions"
    )]
    TooLarge {
        /// Number asked for.
        count: usize,
        /// Dimension asked for.
        dim: usize,
    },
}

impl Code {
    /// `count` points of the code in `dim` dimensions (count x dim, unit rows): the rows of
    /// [`Code::source_in`].
    ///
    /// # Errors
    /// As [`Code::source_in`], and more numbers than memory holds.
    pub fn points(
        self,
        count: usize,
        dim: usize,
        rng: &mut StreamRng,
    ) -> Result<Vec<f32>, CodeError> {
        let source = self.source_in(count, dim, rng)?;
        let too_large = CodeError::TooLarge { count, dim };
        let numbers = count.checked_mul(dim).ok_or(too_large)?;
        let mut rows: Vec<f32> = Vec::new();
        if rows.try_reserve_exact(numbers).is_err() {
            return Err(too_large);
        }
        rows.resize(numbers, 0.0);
        source.fill(0, &mut rows);
        Ok(rows)
    }

    /// `count` points of the code in `dim` dimensions, block by block: those of [`Code::source`], and in
    /// more dimensions than the code spans its space turned at random. `rng` is used for that only.
    ///
    /// # Errors
    /// More points than the code has, fewer dimensions than it spans, or more than a million.
    pub fn source_in(
        self,
        count: usize,
        dim: usize,
        rng: &mut StreamRng,
    ) -> Result<Box<dyn RowSource>, CodeError> {
        if count > self.len() {
            return Err(CodeError::TooManyPoints { code: self, count });
        }
        if dim < self.dim() {
            return Err(CodeError::TooFewDimensions { code: self, dim });
        }
        if dim > embedding::MOST_DIMENSIONS {
            return Err(CodeError::TooLarge { count, dim });
        }
        let source = self.source(count);
        Ok(if dim == self.dim() {
            source
        } else {
            Box::new(Turned::new(source, dim, rng))
        })
    }

    /// `count` points of the code in the dimensions that it spans, block by block: all of them where
    /// `count` is [`Code::len`] or more. The same for every seed.
    ///
    /// Which are chosen where there are fewer: of the Leech lattice and of the codes from quadratic forms
    /// whole cross-polytopes, then antipodal pairs; of the others those with the fewest pairs at the
    /// greatest cosine that a greedy search finds. Both keep the sum of the points near 0. The codes from
    /// quadratic forms are computed row by row; the others are small and held in memory.
    #[must_use]
    pub fn source(self, count: usize) -> Box<dyn RowSource> {
        let count = count.min(self.len());
        if let Some(bits) = self.quadratic_bits() {
            return Box::new(QuadraticCode::new(bits, count));
        }
        let dim = self.dim();
        let all = self.all();
        let rows: Vec<f32> = if self == Self::Leech {
            all.iter()
                .take(count * dim)
                .map(|&value| value as f32)
                .collect()
        } else {
            subset::choose(&all, dim, count)
                .iter()
                .flat_map(|&point| &all[point * dim..(point + 1) * dim])
                .map(|&value| value as f32)
                .collect()
        };
        Box::new(Held { rows, dim })
    }

    /// Dimension of a [`QuadraticCode`] as a power of 2.
    const fn quadratic_bits(self) -> Option<usize> {
        match self {
            Self::Kerdock16 => Some(4),
            Self::Gold32 => Some(5),
            Self::Kerdock64 | Self::DelsarteGoethals64 => Some(6),
            Self::Gold128 | Self::DelsarteGoethals128 => Some(7),
            Self::Kerdock256 | Self::DelsarteGoethals256 => Some(8),
            Self::Gold512 => Some(9),
            Self::Kerdock1024 => Some(10),
            _ => None,
        }
    }

    /// All points of a code that is not from quadratic forms (len x dim, unit rows).
    fn all(self) -> Vec<f64> {
        let dim = self.dim();
        let from_e8 = |vectors: Vec<_>| shell::centred(&vectors, dim);
        let from_leech = |vectors: Vec<_>| shell::centred(&vectors, dim);
        match self {
            Self::Icosahedron => quaternions::icosahedron(),
            Self::Cell24 => quaternions::cell_24(),
            Self::Cell600 => quaternions::cell_600(),
            Self::Petersen => from_e8(roots::at_60_degrees(4)),
            Self::Clebsch => from_e8(roots::at_60_degrees(3)),
            Self::Schlafli => from_e8(roots::at_60_degrees(2)),
            Self::E7Dual => from_e8(roots::at_60_degrees(1)),
            Self::E6 => from_e8(roots::orthogonal(2)),
            Self::E7 => from_e8(roots::orthogonal(1)),
            Self::E8 => from_e8(roots::orthogonal(0)),
            Self::BarnesWall16 => from_leech(leech::barnes_wall()),
            Self::Gewirtz => from_leech(leech::gewirtz()),
            Self::HoffmanSingleton => from_leech(leech::hoffman_singleton()),
            Self::M22 => from_leech(leech::m22()),
            Self::Gq39 => from_leech(leech::mclaughlin_joined()),
            Self::U43 => from_leech(leech::mclaughlin_apart()),
            Self::HigmanSims => from_leech(leech::higman_sims()),
            Self::McLaughlin => from_leech(leech::mclaughlin()),
            Self::Leech891 => from_leech(leech::leech_891()),
            Self::Equiangular => from_leech(leech::equiangular()),
            Self::Leech4600 => from_leech(leech::leech_4600()),
            Self::Leech => from_leech(leech::framed()),
            Self::Kerdock16
            | Self::Gold32
            | Self::Kerdock64
            | Self::DelsarteGoethals64
            | Self::Gold128
            | Self::DelsarteGoethals128
            | Self::Kerdock256
            | Self::DelsarteGoethals256
            | Self::Gold512
            | Self::Kerdock1024 => Vec::new(),
        }
    }
}

/// Rows in memory.
struct Held {
    rows: Vec<f32>,
    dim: usize,
}

impl RowSource for Held {
    fn rows(&self) -> usize {
        self.rows.len() / self.dim
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn fill(&self, first_row: usize, out: &mut [f32]) {
        let rows = self.rows.chunks_exact(self.dim).skip(first_row);
        for (out, row) in out.chunks_exact_mut(self.dim).zip(rows) {
            out.copy_from_slice(row);
        }
    }
}

#[cfg(test)]
mod tests;
