//! The paper's own figures, each with its source: the only place where lessons have them from.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::LessonError;

const FILE: &str = "paper-figures.toml";
const TEXT: &str = include_str!("../../lessons/paper-figures.toml");

/// A figure that others measured or proved.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperFigure {
    /// The number.
    pub value: f64,
    /// Digits behind the point, as published.
    pub decimals: usize,
    /// What it counts in: `%`, `°` or nothing.
    #[serde(default)]
    pub unit: String,
    /// Where it stands.
    pub source: String,
    /// True where it was read off a picture, so that its last digit is uncertain.
    #[serde(default)]
    pub read_off: bool,
}

impl PaperFigure {
    /// The number with its unit, written with `decimal_mark`.
    #[must_use]
    pub fn written(&self, decimal_mark: char) -> String {
        let places = self.decimals;
        let number = format!("{:.places$}", self.value).replace('.', &decimal_mark.to_string());
        match self.unit.as_str() {
            "" => number,
            "°" => format!("{number}°"),
            unit => format!("{number} {unit}"),
        }
    }
}

/// All figures, by their names.
///
/// # Errors
/// [`LessonError::Syntax`], if the embedded file is broken.
pub fn paper_figures() -> Result<BTreeMap<String, PaperFigure>, LessonError> {
    toml::from_str(TEXT).map_err(|error| LessonError::syntax(FILE, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_source_and_every_picture_a_number() {
        let figures = paper_figures().unwrap();
        assert!(figures.len() > 20);
        for (name, figure) in &figures {
            assert!(figure.value.is_finite(), "{name}");
            assert!(figure.source.len() > 8, "{name}: {}", figure.source);
            assert_eq!(
                figure.read_off,
                figure.source.contains("figure"),
                "{name}: what was read off a figure says so"
            );
        }
    }

    #[test]
    fn figures_are_written_as_published() {
        let figures = paper_figures().unwrap();
        assert_eq!(figures["cifar100-d10-dl2pa"].written(','), "57,21 %");
        assert_eq!(figures["fig2c-spread"].written('.'), "0.0014");
    }
}
