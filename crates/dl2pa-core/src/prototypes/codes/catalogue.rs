//! What is known of each code: its name, its size, its greatest cosine and whether that is proven least.

use std::f64::consts::GOLDEN_RATIO;

use super::Code;

/// A line of the catalogue.
struct Entry {
    name: &'static str,
    len: usize,
    dim: usize,
    max_cos: f64,
    is_proven_optimal: bool,
}

const fn proven(name: &'static str, len: usize, dim: usize, max_cos: f64) -> Entry {
    Entry {
        name,
        len,
        dim,
        max_cos,
        is_proven_optimal: true,
    }
}

const fn unproven(name: &'static str, len: usize, dim: usize, max_cos: f64) -> Entry {
    Entry {
        name,
        len,
        dim,
        max_cos,
        is_proven_optimal: false,
    }
}

impl Code {
    /// The catalogue, by dimension.
    pub const ALL: &'static [Self] = &[
        Self::Icosahedron,
        Self::Petersen,
        Self::Cell24,
        Self::Cell600,
        Self::Clebsch,
        Self::Schlafli,
        Self::E6,
        Self::E7Dual,
        Self::E7,
        Self::E8,
        Self::Kerdock16,
        Self::BarnesWall16,
        Self::Gewirtz,
        Self::HoffmanSingleton,
        Self::M22,
        Self::Gq39,
        Self::U43,
        Self::HigmanSims,
        Self::McLaughlin,
        Self::Leech891,
        Self::Equiangular,
        Self::Leech4600,
        Self::Leech,
        Self::Gold32,
        Self::Kerdock64,
        Self::DelsarteGoethals64,
        Self::Gold128,
        Self::DelsarteGoethals128,
        Self::Kerdock256,
        Self::DelsarteGoethals256,
        Self::Gold512,
        Self::Kerdock1024,
    ];

    /// Sources of the proofs: Cohn & Kumar 2007, table 1 (those that meet Levenshtein's bound), Boroczky
    /// 1978 (600-cell), Bachoc & Vallentin 2009 (10 points in 4 dimensions), Cohn, de Laat & Leijenhorst
    /// 2024 (20, 21, 16, 64, 256 and 1024 dimensions), de Laat, Leijenhorst & de Muinck Keizer 2024
    /// (24-cell).
    const fn entry(self) -> Entry {
        match self {
            // The cosine is 1/sqrt(5).
            Self::Icosahedron => proven("icosahedron", 12, 3, 1.0 / (2.0 * GOLDEN_RATIO - 1.0)),
            Self::Petersen => proven("petersen", 10, 4, 1.0 / 6.0),
            Self::Cell24 => proven("24-cell", 24, 4, 1.0 / 2.0),
            Self::Cell600 => proven("600-cell", 120, 4, GOLDEN_RATIO / 2.0),
            Self::Clebsch => proven("clebsch", 16, 5, 1.0 / 5.0),
            Self::Schlafli => proven("schlafli", 27, 6, 1.0 / 4.0),
            Self::E6 => unproven("e6", 72, 6, 1.0 / 2.0),
            Self::E7Dual => proven("e7-dual", 56, 7, 1.0 / 3.0),
            Self::E7 => unproven("e7", 126, 7, 1.0 / 2.0),
            Self::E8 => proven("e8", 240, 8, 1.0 / 2.0),
            Self::Kerdock16 => proven("kerdock-16", 288, 16, 1.0 / 4.0),
            Self::BarnesWall16 => unproven("barnes-wall-16", 4320, 16, 1.0 / 2.0),
            Self::Gewirtz => proven("gewirtz", 56, 20, 1.0 / 15.0),
            Self::HoffmanSingleton => proven("hoffman-singleton", 50, 21, 1.0 / 21.0),
            Self::M22 => proven("m22", 77, 21, 1.0 / 12.0),
            Self::Gq39 => proven("gq-3-9", 112, 21, 1.0 / 9.0),
            Self::U43 => proven("u4-3", 162, 21, 1.0 / 7.0),
            Self::HigmanSims => proven("higman-sims", 100, 22, 1.0 / 11.0),
            Self::McLaughlin => proven("mclaughlin", 275, 22, 1.0 / 6.0),
            Self::Leech891 => proven("leech-891", 891, 22, 1.0 / 4.0),
            Self::Equiangular => proven("equiangular", 552, 23, 1.0 / 5.0),
            Self::Leech4600 => proven("leech-4600", 4600, 23, 1.0 / 3.0),
            Self::Leech => proven("leech", 196_560, 24, 1.0 / 2.0),
            Self::Gold32 => unproven("gold-32", 2112, 32, 1.0 / 4.0),
            Self::Kerdock64 => proven("kerdock-64", 4224, 64, 1.0 / 8.0),
            Self::DelsarteGoethals64 => unproven("delsarte-goethals-64", 131_200, 64, 1.0 / 4.0),
            Self::Gold128 => unproven("gold-128", 33_024, 128, 1.0 / 8.0),
            Self::DelsarteGoethals128 => {
                unproven("delsarte-goethals-128", 4_194_560, 128, 1.0 / 4.0)
            }
            Self::Kerdock256 => proven("kerdock-256", 66_048, 256, 1.0 / 16.0),
            Self::DelsarteGoethals256 => {
                unproven("delsarte-goethals-256", 8_389_120, 256, 1.0 / 8.0)
            }
            Self::Gold512 => unproven("gold-512", 525_312, 512, 1.0 / 16.0),
            Self::Kerdock1024 => proven("kerdock-1024", 1_050_624, 1024, 1.0 / 32.0),
        }
    }

    /// The name that files and flags use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// Number of points of the whole code.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no code is empty")]
    pub const fn len(self) -> usize {
        self.entry().len
    }

    /// Dimension that its points span.
    #[must_use]
    pub const fn dim(self) -> usize {
        self.entry().dim
    }

    /// Greatest cosine between two points of the whole code.
    #[must_use]
    pub const fn max_cos(self) -> f64 {
        self.entry().max_cos
    }

    /// Whether it is proven that no arrangement of [`Code::len`] points in [`Code::dim`] dimensions has a
    /// smaller greatest cosine. Says nothing of parts of the code.
    #[must_use]
    pub const fn is_proven_optimal(self) -> bool {
        self.entry().is_proven_optimal
    }

    /// Of the codes with at least `count` points in at most `dim` dimensions, the one with the smallest
    /// greatest cosine; among equals the one with fewer points, then with fewer dimensions.
    #[must_use]
    pub fn for_size(count: usize, dim: usize) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|code| code.len() >= count && code.dim() <= dim)
            .min_by(|a, b| {
                a.max_cos()
                    .total_cmp(&b.max_cos())
                    .then(a.len().cmp(&b.len()))
                    .then(a.dim().cmp(&b.dim()))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_code_is_found_for_the_sizes_of_the_paper() {
        let sizes = [
            (100, 25, Some(Code::HigmanSims)),
            (200, 25, Some(Code::McLaughlin)),
            (1000, 64, Some(Code::Kerdock64)),
            (4225, 64, Some(Code::DelsarteGoethals64)),
            (1_000_000, 512, Some(Code::DelsarteGoethals256)),
            (50, 21, Some(Code::HoffmanSingleton)),
            (24, 4, Some(Code::Cell24)),
            (121, 4, None),
            (10, 2, None),
            (9_000_000, 4096, None),
        ];
        for (count, dim, code) in sizes {
            assert_eq!(Code::for_size(count, dim), code, "{count} in {dim}");
        }
    }

    #[test]
    fn the_catalogue_is_in_order_and_each_name_stands_once() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.dim()));
        let names: std::collections::HashSet<_> =
            Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
