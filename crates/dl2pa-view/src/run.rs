//! What is known of the present run besides its snapshots: names, settings, figures, how it ended.

use std::sync::Arc;

use dl2pa_core::config::{HeadKind, RunConfig};
use dl2pa_core::protocol::{
    Comparison, Evaluation, Event, FailureCause, FinishReason, RunId, RunInfo,
};
use dl2pa_core::prototypes::{Method, PAPER_T};

use crate::palette::{self, ClassStyle};

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It goes on.
    Open,
    /// It ended well.
    Finished(FinishReason),
    /// It ended with an error.
    Failed {
        /// One sentence with cause and remedy.
        message: String,
        /// Of what kind.
        cause: FailureCause,
    },
}

/// The present run.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Its number, once it has started.
    pub id: Option<RunId>,
    /// Its settings.
    pub config: Arc<RunConfig>,
    /// Data set and network, once known.
    pub info: Option<Arc<RunInfo>>,
    /// The latest evaluation.
    pub evaluation: Option<Evaluation>,
    /// Its prototypes made another way, once asked for.
    pub comparison: Option<Arc<Comparison>>,
    /// The latest warning.
    pub warning: Option<String>,
    /// How it stands.
    pub outcome: Outcome,
    short_names: Vec<String>,
    styles_dark: Vec<ClassStyle>,
    styles_light: Vec<ClassStyle>,
}

impl Run {
    /// A run that has been asked for and has not started.
    pub(crate) fn asked_for(config: RunConfig) -> Self {
        let mut run = Self {
            id: None,
            config: Arc::new(config),
            info: None,
            evaluation: None,
            comparison: None,
            warning: None,
            outcome: Outcome::Open,
            short_names: Vec::new(),
            styles_dark: Vec::new(),
            styles_light: Vec::new(),
        };
        run.dress();
        run
    }

    /// A run of the same data that has been asked for with other settings and has not started.
    pub(crate) fn with(&self, config: Arc<RunConfig>) -> Self {
        Self {
            id: None,
            config,
            evaluation: None,
            comparison: None,
            warning: None,
            outcome: Outcome::Open,
            ..self.clone()
        }
    }

    /// Takes an event in; events of older runs change nothing.
    pub(crate) fn on_event(&mut self, event: &Event) {
        match event {
            Event::Started { run, config, info } => {
                *self = Self::asked_for(RunConfig::clone(config));
                self.id = Some(*run);
                self.info = Some(Arc::clone(info));
                self.dress();
            }
            Event::Evaluated { run, evaluation } if self.is(*run) => {
                self.evaluation = Some(*evaluation);
            }
            Event::Compared { run, comparison } if self.is(*run) => {
                self.comparison = Some(Arc::clone(comparison));
            }
            Event::Warning { run, message } if self.is(*run) => {
                self.warning = Some(message.clone());
            }
            Event::Finished { run, reason } if self.is(*run) => {
                self.outcome = Outcome::Finished(*reason);
            }
            Event::Failed {
                run,
                message,
                cause,
            } if self.id.is_none() || self.is(*run) => {
                self.outcome = Outcome::Failed {
                    message: message.clone(),
                    cause: *cause,
                };
            }
            _ => {}
        }
    }

    /// True for the number of this run.
    pub(crate) fn is(&self, id: RunId) -> bool {
        self.id == Some(id)
    }

    /// What its prototypes are compared with: the paper's way, or the best where they are made the
    /// paper's way themselves. The method and its temperature t.
    pub(crate) fn rival(&self) -> (Method, f64) {
        let config = &self.config;
        let is_papers = config.head != HeadKind::Psc
            && config.prototype_method == Method::Uniformity
            && (config.prototype_t - PAPER_T).abs() < 1e-9;
        let method = if is_papers {
            Method::Auto
        } else {
            Method::Uniformity
        };
        (method, PAPER_T)
    }

    /// Number of classes.
    pub(crate) fn classes(&self) -> usize {
        self.styles_dark.len()
    }

    /// Full name of a class.
    pub(crate) fn name(&self, class: usize) -> &str {
        let full = self
            .info
            .as_ref()
            .and_then(|info| info.class_names.get(class));
        full.or_else(|| self.short_names.get(class))
            .map_or("", String::as_str)
    }

    /// At most three characters for a class.
    pub(crate) fn short_name(&self, class: usize) -> &str {
        self.short_names.get(class).map_or("", String::as_str)
    }

    /// Looks of the classes.
    pub(crate) fn styles(&self, dark: bool) -> &[ClassStyle] {
        if dark {
            &self.styles_dark
        } else {
            &self.styles_light
        }
    }

    fn dress(&mut self) {
        let names = self.info.as_ref().map(|info| info.class_names.as_slice());
        let classes = names.map_or(self.config.classes, <[String]>::len);
        let groups = self
            .info
            .as_ref()
            .and_then(|info| info.class_groups.as_deref());
        self.styles_dark = palette::styles(classes, groups, true);
        self.styles_light = palette::styles(classes, groups, false);
        self.short_names = short_names(names, classes);
    }
}

/// Names of at most three characters, all different; numbers where the names do not allow it.
fn short_names(names: Option<&[String]>, classes: usize) -> Vec<String> {
    let numbers = || (1..=classes).map(|class| class.to_string()).collect();
    let Some(names) = names else {
        return numbers();
    };
    let short: Vec<String> = names.iter().map(|name| shorten(name)).collect();
    let mut sorted = short.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() == short.len() {
        short
    } else {
        numbers()
    }
}

fn shorten(name: &str) -> String {
    if name.chars().count() <= 3 {
        return name.to_owned();
    }
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let letters = 3usize.saturating_sub(digits.len());
    let mut short: String = name
        .chars()
        .filter(|c| c.is_alphabetic())
        .take(letters)
        .collect();
    short.extend(digits.chars().take(3));
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_short_and_different() {
        let names = ["A1", "apple", "apple pie", "class 12"].map(str::to_owned);
        assert_eq!(short_names(Some(&names), 4), ["1", "2", "3", "4"]);
        let names = ["A1", "apple", "class 12"].map(str::to_owned);
        assert_eq!(short_names(Some(&names), 3), ["A1", "app", "c12"]);
        assert_eq!(short_names(None, 2), ["1", "2"]);
    }

    #[test]
    fn events_of_an_older_run_change_nothing() {
        let mut run = Run::asked_for(RunConfig::playground());
        run.id = Some(RunId(2));
        run.on_event(&Event::Finished {
            run: RunId(1),
            reason: FinishReason::Completed,
        });
        assert_eq!(run.outcome, Outcome::Open);
        run.on_event(&Event::Finished {
            run: RunId(2),
            reason: FinishReason::Completed,
        });
        assert_eq!(run.outcome, Outcome::Finished(FinishReason::Completed));
    }
}
