//! Codes that algebra gives: sets of points whose greatest cosine is known, most of them proven best.

/// A code of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
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
    /// 100 points in 22 dimensions, cosine 1/11.
    HigmanSims,
    /// 275 points in 22 dimensions, cosine 1/6.
    McLaughlin,
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

impl Code {
    /// The catalogue, by dimension.
    pub const ALL: &'static [Self] = &[
        Self::Cell24,
        Self::Cell600,
        Self::Clebsch,
        Self::Schlafli,
        Self::E6,
        Self::E7Dual,
        Self::E7,
        Self::E8,
        Self::Kerdock16,
        Self::HigmanSims,
        Self::McLaughlin,
        Self::Equiangular,
        Self::Leech4600,
        Self::Leech,
        Self::Kerdock64,
        Self::Kerdock256,
        Self::Kerdock1024,
    ];

    /// The name that files and flags use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cell24 => "24-cell",
            Self::Cell600 => "600-cell",
            Self::Clebsch => "clebsch",
            Self::Schlafli => "schlafli",
            Self::E6 => "e6",
            Self::E7Dual => "e7-dual",
            Self::E7 => "e7",
            Self::E8 => "e8",
            Self::Kerdock16 => "kerdock-16",
            Self::HigmanSims => "higman-sims",
            Self::McLaughlin => "mclaughlin",
            Self::Equiangular => "equiangular",
            Self::Leech4600 => "leech-4600",
            Self::Leech => "leech",
            Self::Kerdock64 => "kerdock-64",
            Self::Kerdock256 => "kerdock-256",
            Self::Kerdock1024 => "kerdock-1024",
        }
    }
}
