//! The setup panel: what a run is made of. A change asks for a new run with the same seed.

use dl2pa_core::config::{DatasetKind, HeadKind, LossKind, RunConfig};
use dl2pa_core::prototypes::Method;
use egui::{Ui, vec2};

use super::widgets::{segmented, slider, title};
use super::{Touch, matching, methods};
use crate::own::Own;
use crate::text::number::shortest;
use crate::text::{self, matching as words, own as words_own};
use crate::theme::GRID;

const DIMS: [usize; 10] = [2, 3, 4, 5, 8, 10, 16, 32, 64, 128];
const PERIODS: [f64; 10] = [0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0, 80.0];
const RATES: [f64; 13] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.2, 0.5, 1.0,
];

/// The settings being put together; equal to the present run's except while a knob is held.
#[derive(Debug)]
pub(crate) struct Setup {
    draft: RunConfig,
    /// The section about matching is unfolded.
    matching_open: bool,
}

impl Setup {
    /// Starts from `config`.
    pub(crate) fn new(config: RunConfig) -> Self {
        Self {
            draft: config,
            matching_open: false,
        }
    }

    /// Follows a run that has started.
    pub(crate) fn set(&mut self, config: &RunConfig) {
        self.draft.clone_from(config);
    }

    /// Draws the panel; the configuration of a new run when something was changed. `made_by` made the
    /// present prototypes.
    pub(crate) fn ui(
        &mut self,
        ui: &mut Ui,
        own: &mut Own,
        made_by: Option<Method>,
        touch: Touch,
    ) -> Option<RunConfig> {
        ui.spacing_mut().item_spacing = vec2(2.0 * GRID, 1.5 * GRID);
        let gap = if touch.0 { 2.0 * GRID } else { GRID };
        let mut changed = self.data(ui, own, touch);
        ui.add_space(gap);
        // The person's own data bring their number of classes.
        if !own.is_shown(self.draft.dataset) {
            changed |= self.classes(ui, touch);
            ui.add_space(gap);
        }
        changed |= self.head(ui, touch);
        ui.add_space(gap);
        changed |= self.loss(ui, touch);
        ui.add_space(gap);
        let dynamic = self.draft.head == HeadKind::Dynamic;
        let (dim, period, rate) = (self.draft.dim, self.draft.assign_period, self.draft.lr);
        changed |= stepped(
            ui,
            (text::dim(), &dim.to_string(), text::dim_hint()),
            &DIMS,
            dim,
            &mut self.draft.dim,
            true,
            touch,
        );
        ui.add_space(gap);
        changed |= self.prototypes(ui, made_by, touch);
        ui.add_space(gap);
        let read = words::period(period);
        changed |= stepped(
            ui,
            (words::period_name(), &read, words::period_hint()),
            &PERIODS,
            period,
            &mut self.draft.assign_period,
            dynamic,
            touch,
        );
        ui.add_space(gap);
        changed |= matching::section(ui, &mut self.draft, &mut self.matching_open, touch);
        ui.add_space(gap);
        changed |= stepped(
            ui,
            (text::lr(), &shortest(rate), text::lr_hint()),
            &RATES,
            rate,
            &mut self.draft.lr,
            true,
            touch,
        );
        drop_what_does_not_apply(&mut self.draft);
        changed.then(|| self.draft.clone())
    }

    /// How the prototypes are made, and at which t.
    fn prototypes(&mut self, ui: &mut Ui, made_by: Option<Method>, touch: Touch) -> bool {
        let mut changed = methods::choice(ui, &mut self.draft, made_by, touch);
        if self.draft.prototype_method == Method::Uniformity {
            let t = self.draft.prototype_t;
            changed |= stepped(
                ui,
                (
                    text::prototypes::t(),
                    &shortest(t),
                    text::prototypes::t_hint(),
                ),
                &methods::TEMPERATURES,
                t,
                &mut self.draft.prototype_t,
                true,
                touch,
            );
        }
        changed
    }

    fn data(&mut self, ui: &mut Ui, own: &mut Own, touch: Touch) -> bool {
        title(ui, text::dataset(), "", "", true);
        let made = text::datasets();
        let own_choice = (words_own::own(), words_own::own_hint());
        let choices: Vec<(&str, &str)> = made
            .iter()
            .map(|&(_, name, hint)| (name, hint))
            .chain([own_choice])
            .collect();
        let present = self.draft.dataset;
        let taken = if own.is_shown(present) {
            Some(made.len())
        } else {
            made.iter().position(|(kind, ..)| *kind == present)
        };
        let mut changed = false;
        if let Some(pressed) = segmented(ui, &choices, taken, true, touch) {
            match made.get(pressed) {
                Some((kind, ..)) => {
                    own.close();
                    self.draft = self.on(*kind);
                    changed = true;
                }
                None => own.open(),
            }
        }
        own.section(ui, &self.draft, touch);
        changed
    }

    /// The settings on another data set: sizes come with it; what the person chose about the method stays.
    pub(crate) fn on(&self, dataset: DatasetKind) -> RunConfig {
        RunConfig {
            head: self.draft.head,
            loss: self.draft.loss,
            dim: self.draft.dim,
            scale: self.draft.scale,
            uniformity_weight: self.draft.uniformity_weight,
            assign_init: self.draft.assign_init,
            assign_period: self.draft.assign_period,
            assign_rotation: self.draft.assign_rotation,
            class_means: self.draft.class_means,
            class_mean_momentum: self.draft.class_mean_momentum,
            fidelity: self.draft.fidelity,
            prototype_method: self.draft.prototype_method,
            prototype_t: self.draft.prototype_t,
            seed: self.draft.seed,
            ..RunConfig::for_dataset(dataset)
        }
    }

    fn classes(&mut self, ui: &mut Ui, touch: Touch) -> bool {
        let most = self.draft.dataset.max_classes();
        title(
            ui,
            text::classes(),
            &self.draft.classes.to_string(),
            text::classes_hint(),
            true,
        );
        let mut place = self.draft.classes.clamp(2, most) - 2;
        let done = slider(ui, text::classes(), &mut place, most - 2, true, touch);
        self.draft.classes = place + 2;
        done
    }

    fn head(&mut self, ui: &mut Ui, touch: Touch) -> bool {
        title(ui, text::head(), "", "", true);
        let choices = text::heads().map(|(_, name, hint)| (name, hint));
        let taken = text::heads()
            .iter()
            .position(|(kind, ..)| *kind == self.draft.head);
        let pressed = segmented(ui, &choices, taken, true, touch);
        if let Some(pressed) = pressed {
            self.draft.head = text::heads()[pressed].0;
        }
        pressed.is_some()
    }

    fn loss(&mut self, ui: &mut Ui, touch: Touch) -> bool {
        // Learned prototypes are always trained with cross-entropy.
        let free = self.draft.head != HeadKind::Psc;
        title(ui, text::loss(), "", "", free);
        let choices = text::losses().map(|(_, name, hint)| (name, hint));
        let shown = if free {
            self.draft.loss
        } else {
            LossKind::CrossEntropy
        };
        let taken = text::losses().iter().position(|(kind, ..)| *kind == shown);
        let pressed = segmented(ui, &choices, taken, free, touch);
        if let Some(pressed) = pressed {
            self.draft.loss = text::losses()[pressed].0;
        }
        pressed.is_some()
    }
}

/// A method that cannot make the prototypes of the other settings gives way to the automatic one, and what
/// only another head takes gives way to what this one does.
pub(crate) fn drop_what_does_not_apply(config: &mut RunConfig) {
    let RunConfig {
        classes,
        dim,
        head,
        prototype_method,
        ..
    } = *config;
    if head == HeadKind::Psc || methods::why_not(prototype_method, classes, dim).is_some() {
        config.prototype_method = Method::Auto;
    }
    if head == HeadKind::Psc {
        config.loss = LossKind::CrossEntropy;
    } else {
        config.uniformity_weight = 0.0;
    }
}

/// A titled slider over the values of a table; `read` is the present one as people read it. A present value
/// between those of the table stays as it is.
fn stepped<T: Copy + PartialOrd>(
    ui: &mut Ui,
    (name, read, hint): (&str, &str, &str),
    table: &[T],
    present: T,
    value: &mut T,
    enabled: bool,
    touch: Touch,
) -> bool {
    title(ui, name, read, hint, enabled);
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

#[cfg(test)]
mod tests {
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
                text::datasets().iter().filter(|(k, ..)| *k == kind).count(),
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
        assert!(methods::TEMPERATURES.contains(&config.prototype_t));
    }

    #[test]
    fn a_method_that_no_longer_applies_gives_way() {
        let mut setup = Setup::new(RunConfig {
            classes: 4,
            prototype_method: Method::Simplex,
            ..RunConfig::playground()
        });
        drop_what_does_not_apply(&mut setup.draft);
        assert_eq!(setup.draft.prototype_method, Method::Simplex);
        setup.draft.classes = 25;
        drop_what_does_not_apply(&mut setup.draft);
        assert_eq!(setup.draft.prototype_method, Method::Auto);
        setup.draft.prototype_method = Method::Uniformity;
        setup.draft.loss = LossKind::Paper;
        setup.draft.head = HeadKind::Psc;
        drop_what_does_not_apply(&mut setup.draft);
        assert_eq!(setup.draft.validate(), Ok(()));
        setup.draft.uniformity_weight = 0.5;
        assert_eq!(setup.draft.validate(), Ok(()));
        setup.draft.head = HeadKind::Fixed;
        drop_what_does_not_apply(&mut setup.draft);
        assert_eq!(setup.draft.validate(), Ok(()));
    }
}
