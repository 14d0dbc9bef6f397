//! Codes that algebra gives: sets of points whose greatest cosine is known, most of them proven best.

mod catalogue;

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
    /// 4,224 points in 64 dimensions, cosine 1/8.
    Kerdock64,
    /// 66,048 points in 256 dimensions, cosine 1/16.
    Kerdock256,
    /// 1,050,624 points in 1,024 dimensions, cosine 1/32.
    Kerdock1024,
}
