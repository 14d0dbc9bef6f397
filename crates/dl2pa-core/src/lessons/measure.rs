//! The numbers that lessons read off runs and computations, each with its unit.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What one run or computation came to.
pub type Figures = BTreeMap<Measure, f64>;

/// What a number counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Parts of a hundred.
    Percent,
    /// Angles.
    Degrees,
    /// Times.
    Milliseconds,
    /// Cosines, numbers of labels, sums of cosines.
    Plain,
}

impl Unit {
    /// What stands behind a number in this unit, with the space before it.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Percent => " %",
            Self::Degrees => "°",
            Self::Milliseconds => " ms",
            Self::Plain => "",
        }
    }
}

/// Gives the measures their names and how they are written.
macro_rules! measures {
    ($($(#[$doc:meta])+ $member:ident => $name:literal, $unit:ident, $decimals:literal;)+) => {
        /// One kind of number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Measure {
            $($(#[$doc])+ $member,)+
        }

        impl Measure {
            /// Every measure.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The name that lesson files use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$member => $name,)+ }
            }

            /// What it counts in.
            #[must_use]
            pub const fn unit(self) -> Unit {
                match self { $(Self::$member => Unit::$unit,)+ }
            }

            /// Digits behind the point.
            #[must_use]
            pub const fn decimals(self) -> usize {
                match self { $(Self::$member => $decimals,)+ }
            }
        }
    };
}

measures! {
    /// Test accuracy at the last evaluation, in percent.
    TopOne => "top-one", Percent, 1;
    /// Labels that moved at all matchings together.
    LabelsMoved => "labels-moved", Plain, 0;
    /// Matchings that moved a label.
    MatchingsThatMoved => "matchings-that-moved", Plain, 0;
    /// Labels that moved at the last quarter of the matchings, in percent of the classes for each matching.
    LastQuarterMoves => "last-quarter-moves", Percent, 2;
    /// Labels that the last dealing took from their prototypes.
    LabelsDealt => "labels-dealt", Plain, 0;
    /// Labels that the first matching after the last dealing moved.
    MovedAfterDealing => "moved-after-dealing", Plain, 0;
    /// Labels that the matchings after that one moved.
    MovedLater => "moved-later", Plain, 0;
    /// Labels that are not back where they were before the last dealing.
    LabelsNotBack => "labels-not-back", Plain, 0;
    /// Smallest angle between two prototypes, in degrees.
    MinAngle => "min-angle", Degrees, 2;
    /// Angle whose cosine is the mean over the prototypes of the nearest one's, in degrees.
    NearestAngle => "nearest-angle", Degrees, 1;
    /// Mean angle over the pairs of prototypes, in degrees ("average pairwise angular distance").
    MeanAngle => "mean-angle", Degrees, 3;
    /// Greatest cosine between two prototypes.
    MaxCos => "max-cos", Plain, 4;
    /// Mean cosine over the pairs of prototypes, which the paper's figure 2a plots.
    MeanCos => "mean-cos", Plain, 4;
    /// Smallest angle that no arrangement can exceed, in degrees.
    BoundAngle => "bound-angle", Degrees, 2;
    /// Sum of the scores that taking the greatest first collects.
    GreedyTotal => "greedy-total", Plain, 2;
    /// Sum of the scores of the best assignment.
    BestTotal => "best-total", Plain, 2;
    /// Over several puzzles, the smallest of best total minus greedy total.
    LeastAdvantage => "least-advantage", Plain, 2;
    /// Over several puzzles, the greatest of the same.
    GreatestAdvantage => "greatest-advantage", Plain, 2;
    /// Number of puzzles.
    Puzzles => "puzzles", Plain, 0;
    /// Number of puzzles in which the best total is above the greedy one.
    PuzzlesImproved => "puzzles-improved", Plain, 0;
    /// Smallest gain of a ring of classes that passed their prototypes on, from greedy to best.
    SmallestRingGain => "smallest-ring-gain", Plain, 2;
    /// Smallest gain of a single class in such a ring: below 0 where one gives way.
    WorstMove => "worst-move", Plain, 2;
    /// Sum of the prices that prove the best assignment.
    PriceTotal => "price-total", Plain, 2;
    /// How far the prices' sum is from the best total; 0 proves it.
    ProofGap => "proof-gap", Plain, 4;
    /// Time of a matching from nothing, in milliseconds.
    MatchingTime => "matching-time", Milliseconds, 2;
    /// Time of an epoch with its evaluation, in milliseconds, as the reader of the session sees it.
    EpochTime => "epoch-time", Milliseconds, 1;
}

impl Measure {
    /// The measure with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|measure| measure.name() == name)
    }

    /// Whether it depends on the machine's speed, so that no test can hold it to a bound.
    #[must_use]
    pub const fn is_timing(self) -> bool {
        matches!(self.unit(), Unit::Milliseconds)
    }

    /// `value` with its unit, written with `decimal_mark`.
    #[must_use]
    pub fn written(self, value: f64, decimal_mark: char) -> String {
        let number = rounded(value, self.decimals(), decimal_mark);
        format!("{number}{}", self.unit().suffix())
    }

    /// The same for a difference of two values: one digit less, since the two are rounded themselves, and
    /// without a percent sign, since percentages differ by points.
    #[must_use]
    pub fn written_difference(self, value: f64, decimal_mark: char) -> String {
        let number = rounded(value, self.decimals().saturating_sub(1), decimal_mark);
        match self.unit() {
            Unit::Percent => number,
            unit => format!("{number}{}", unit.suffix()),
        }
    }
}

/// `value` to so many decimal places. A rounded -0, which would look like a mistake, is 0.
fn rounded(value: f64, places: usize, decimal_mark: char) -> String {
    let scale = 10_f64.powi(places as i32);
    let rounded = (value * scale).round() / scale;
    let value = if rounded == 0.0 { 0.0 } else { value };
    format!("{value:.places$}").replace('.', &decimal_mark.to_string())
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer;
    use serde::de::value::Error;

    use super::*;

    #[test]
    fn files_name_measures_as_the_code_does() {
        for &measure in Measure::ALL {
            let read: Result<Measure, Error> =
                Measure::deserialize(measure.name().into_deserializer());
            assert_eq!(read, Ok(measure));
            assert_eq!(Measure::from_name(measure.name()), Some(measure));
        }
        assert_eq!(Measure::from_name("top1"), None);
    }

    #[test]
    fn numbers_are_written_with_their_unit_and_the_language_s_point() {
        assert_eq!(Measure::TopOne.written(87.25, '.'), "87.2 %");
        assert_eq!(Measure::MinAngle.written(63.434_95, ','), "63,43°");
        assert_eq!(Measure::MeanCos.written(-0.000_001, '.'), "0.0000");
        assert_eq!(Measure::LabelsMoved.written(3.0, ','), "3");
        assert_eq!(Measure::TopOne.written_difference(18.66, '.'), "19");
        assert_eq!(Measure::MinAngle.written_difference(26.36, ','), "26,4°");
    }
}
