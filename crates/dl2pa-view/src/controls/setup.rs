//! The setup panel: what a run is made of. A change asks for a new run with the same seed.

use dl2pa_core::config::{HeadKind, LossKind, RunConfig};
use egui::{Align2, Sense, Stroke, Ui, pos2, vec2};

use super::Touch;
use super::widgets::{segmented, slider, title};
use crate::text;
use crate::theme::{GRID, Tokens, Type, fade};

const DIMS: [usize; 10] = [2, 3, 4, 5, 8, 10, 16, 32, 64, 128];
const PERIODS: [usize; 8] = [1, 2, 3, 5, 10, 20, 40, 80];
const RATES: [f64; 13] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.2, 0.5, 1.0,
];

/// The settings being put together; equal to the present run's except while a knob is held.
#[derive(Debug)]
pub(crate) struct Setup {
    draft: RunConfig,
}

impl Setup {
    /// Starts from `config`.
    pub(crate) fn new(config: RunConfig) -> Self {
        Self { draft: config }
    }

    /// Follows a run that has started.
    pub(crate) fn set(&mut self, config: &RunConfig) {
        self.draft.clone_from(config);
    }

    /// Draws the panel; the configuration of a new run when something was changed.
    pub(crate) fn ui(&mut self, ui: &mut Ui, touch: Touch) -> Option<RunConfig> {
        ui.spacing_mut().item_spacing = vec2(2.0 * GRID, 1.5 * GRID);
        let gap = if touch.0 { 2.0 * GRID } else { 1.5 * GRID };
        let mut changed = self.data(ui, touch);
        ui.add_space(gap);
        changed |= self.classes(ui, touch);
        ui.add_space(gap);
        changed |= self.head(ui, touch);
        ui.add_space(gap);
        changed |= self.loss(ui, touch);
        ui.add_space(gap);
        let dynamic = self.draft.head == HeadKind::Dynamic;
        let (dim, period, rate) = (self.draft.dim, self.draft.assign_period, self.draft.lr);
        changed |= stepped(
            ui,
            (text::DIM, text::DIM_HINT),
            &DIMS,
            dim,
            &mut self.draft.dim,
            true,
            touch,
        );
        ui.add_space(gap);
        let names = (text::PERIOD, text::PERIOD_HINT);
        changed |= stepped(
            ui,
            names,
            &PERIODS,
            period,
            &mut self.draft.assign_period,
            dynamic,
            touch,
        );
        ui.add_space(gap);
        changed |= stepped(
            ui,
            (text::LR, text::LR_HINT),
            &RATES,
            rate,
            &mut self.draft.lr,
            true,
            touch,
        );
        changed.then(|| self.draft.clone())
    }

    fn data(&mut self, ui: &mut Ui, touch: Touch) -> bool {
        title(ui, text::DATASET, "", "", true);
        let choices = text::DATASETS.map(|(_, name, hint)| (name, hint));
        let taken = text::DATASETS
            .iter()
            .position(|(kind, ..)| *kind == self.draft.dataset);
        let Some(pressed) = segmented(ui, &choices, taken, true, touch) else {
            return false;
        };
        // Sizes come with the data set; what the person chose about the method stays.
        self.draft = RunConfig {
            head: self.draft.head,
            loss: self.draft.loss,
            dim: self.draft.dim,
            assign_period: self.draft.assign_period,
            seed: self.draft.seed,
            ..RunConfig::for_dataset(text::DATASETS[pressed].0)
        };
        true
    }

    fn classes(&mut self, ui: &mut Ui, touch: Touch) -> bool {
        let most = self.draft.dataset.max_classes();
        title(
            ui,
            text::CLASSES,
            &self.draft.classes.to_string(),
            text::CLASSES_HINT,
            true,
        );
        let mut place = self.draft.classes.clamp(2, most) - 2;
        let done = slider(ui, text::CLASSES, &mut place, most - 2, true, touch);
        self.draft.classes = place + 2;
        done
    }

    fn head(&mut self, ui: &mut Ui, touch: Touch) -> bool {
        title(ui, text::HEAD, "", "", true);
        let choices = text::HEADS.map(|(_, name, hint)| (name, hint));
        let taken = text::HEADS
            .iter()
            .position(|(kind, ..)| *kind == self.draft.head);
        let pressed = segmented(ui, &choices, taken, true, touch);
        if let Some(pressed) = pressed {
            self.draft.head = text::HEADS[pressed].0;
        }
        pressed.is_some()
    }

    fn loss(&mut self, ui: &mut Ui, touch: Touch) -> bool {
        // Learned prototypes are always trained with cross-entropy.
        let free = self.draft.head != HeadKind::Psc;
        title(ui, text::LOSS, "", "", free);
        let choices = text::LOSSES.map(|(_, name, hint)| (name, hint));
        let shown = if free {
            self.draft.loss
        } else {
            LossKind::CrossEntropy
        };
        let taken = text::LOSSES.iter().position(|(kind, ..)| *kind == shown);
        let pressed = segmented(ui, &choices, taken, free, touch);
        if let Some(pressed) = pressed {
            self.draft.loss = text::LOSSES[pressed].0;
        }
        pressed.is_some()
    }
}

/// A titled slider over the values of a table. A present value between them is shown as it is.
fn stepped<T: Copy + PartialOrd + std::fmt::Display>(
    ui: &mut Ui,
    (name, hint): (&str, &str),
    table: &[T],
    present: T,
    value: &mut T,
    enabled: bool,
    touch: Touch,
) -> bool {
    title(ui, name, &present.to_string(), hint, enabled);
    let at = table
        .iter()
        .position(|&v| v >= present)
        .unwrap_or(table.len() - 1);
    let mut place = at;
    let done = slider(ui, name, &mut place, table.len() - 1, enabled, touch);
    if place != at {
        *value = table[place];
    }
    done
}

/// What the marks on the stage mean.
pub(crate) fn key(ui: &mut Ui) {
    let tokens = Tokens::from_ui(ui);
    ui.spacing_mut().item_spacing.y = GRID;
    title(ui, text::KEY_TITLE, "", "", true);
    for (i, words) in [
        text::KEY_PIN,
        text::KEY_MEAN,
        text::KEY_ERROR,
        text::KEY_SAMPLE,
    ]
    .into_iter()
    .enumerate()
    {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        let painter = ui.painter();
        let at = pos2(rect.left() + 10.0, rect.center().y);
        let color = tokens.accent;
        match i {
            0 => {
                painter.line_segment([at + vec2(0.0, 8.0), at], Stroke::new(1.5, tokens.pin));
                painter.circle_filled(at + vec2(0.0, 8.0), 1.8, tokens.pin);
                painter.circle_filled(at - vec2(0.0, 2.0), 5.0, color);
            }
            1 => {
                painter.circle_stroke(at, 5.0, Stroke::new(2.0, color));
            }
            2 => {
                painter.line_segment(
                    [at - vec2(8.0, 0.0), at + vec2(8.0, 0.0)],
                    Stroke::new(1.5, fade(color, 0.8)),
                );
            }
            _ => {
                painter.circle_filled(at, 2.4, color);
            }
        }
        painter.text(
            pos2(rect.left() + 26.0, rect.center().y),
            Align2::LEFT_CENTER,
            words,
            Type::Small.regular(),
            tokens.muted,
        );
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_core::config::DatasetKind;

    use super::*;

    #[test]
    fn every_offer_of_the_text_tables_exists_once() {
        for kind in [
            DatasetKind::Digits,
            DatasetKind::Grid,
            DatasetKind::Ring,
            DatasetKind::Grouped,
        ] {
            assert_eq!(
                text::DATASETS.iter().filter(|(k, ..)| *k == kind).count(),
                1
            );
            assert!(RunConfig::for_dataset(kind).validate().is_ok());
        }
    }

    #[test]
    fn the_defaults_are_places_on_the_sliders() {
        let config = RunConfig::playground();
        assert!(DIMS.contains(&config.dim));
        assert!(PERIODS.contains(&config.assign_period));
        assert!(RATES.contains(&config.lr));
    }
}
