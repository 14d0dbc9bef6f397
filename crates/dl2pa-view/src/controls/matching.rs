//! The folded section about matching: the first assignment, turning prototypes, and the class means.

use dl2pa_core::config::{Fidelity, HeadKind, RunConfig};
use egui::{Align2, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::widgets::{segmented, title};
use super::{Touch, icons};
use crate::text::matching as text;
use crate::theme::{GRID, Tokens, Type, fade};

/// Draws the section, unfolded if `open`; true when a setting was changed.
pub(super) fn section(ui: &mut Ui, draft: &mut RunConfig, open: &mut bool, touch: Touch) -> bool {
    head(ui, draft, open, touch);
    if !*open {
        return false;
    }
    let reasons = Reasons::of(draft);
    if let Some(note) = reasons.note() {
        let tokens = Tokens::from_ui(ui);
        let note = egui::RichText::new(note)
            .font(Type::Tiny.regular())
            .color(tokens.muted);
        ui.add(egui::Label::new(note).wrap());
    }
    let init = (text::init(), reasons.init);
    let mut assign_init = draft.first_assignment();
    let mut changed = choice(ui, init, &text::inits(), &mut assign_init, touch);
    if changed {
        draft.assign_init = assign_init;
    }
    let rotation = (text::rotation(), reasons.rotation);
    changed |= choice(
        ui,
        rotation,
        &text::rotations(),
        &mut draft.assign_rotation,
        touch,
    );
    let means = (text::means(), reasons.means);
    changed |= choice(
        ui,
        means,
        &text::means_kinds(),
        &mut draft.class_means,
        touch,
    );
    changed
}

/// Why each setting has no effect in a run; `None` where it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reasons {
    init: Option<&'static str>,
    rotation: Option<&'static str>,
    means: Option<&'static str>,
}

impl Reasons {
    fn of(draft: &RunConfig) -> Self {
        let for_all = |reason| Self {
            init: reason,
            rotation: reason,
            means: reason,
        };
        match draft.head {
            HeadKind::Psc => for_all(Some(text::not_learned())),
            HeadKind::Fixed => Self {
                init: None,
                ..for_all(Some(text::not_fixed()))
            },
            HeadKind::Dynamic => Self {
                means: (draft.fidelity == Fidelity::Released).then_some(text::not_released()),
                ..for_all(None)
            },
        }
    }

    /// The reason to read without pointing at anything.
    fn note(self) -> Option<&'static str> {
        self.init.or(self.rotation).or(self.means)
    }
}

/// The row that folds and unfolds the section; folded, it says how many settings are not the first ones.
fn head(ui: &mut Ui, draft: &RunConfig, open: &mut bool, touch: Touch) {
    let tokens = Tokens::from_ui(ui);
    let height = if touch.0 { 34.0 } else { 16.0 };
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *open = !*open;
    }
    let hot = response.hovered() || response.has_focus();
    let color = if hot { tokens.text } else { tokens.muted };
    let painter = ui.painter();
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        text::section(),
        Type::Small.regular(),
        color,
    );
    if !*open {
        painter.text(
            pos2(rect.right() - 4.0 * GRID, rect.center().y),
            Align2::RIGHT_CENTER,
            text::changed(changes(draft)),
            Type::Small.semibold(),
            tokens.text,
        );
    }
    let at = pos2(rect.right() - 4.0, rect.center().y);
    icons::fold(painter, at, *open, fade(color, 0.8));
    if response.has_focus() {
        let ring = Stroke::new(2.0, tokens.accent);
        painter.rect_stroke(rect.expand(2.0), 4.0, ring, StrokeKind::Inside);
    }
    let is_open = *open;
    response.widget_info(|| {
        WidgetInfo::selected(Role::DisclosureTriangle, true, is_open, text::section())
    });
    response.on_hover_text(text::section_hint());
}

/// How many of the settings that count are not what a data set begins with.
fn changes(draft: &RunConfig) -> usize {
    let first = RunConfig::for_dataset(draft.dataset);
    let reasons = Reasons::of(draft);
    [
        reasons.init.is_none() && draft.first_assignment() != first.first_assignment(),
        reasons.rotation.is_none() && draft.assign_rotation != first.assign_rotation,
        reasons.means.is_none() && draft.class_means != first.class_means,
    ]
    .into_iter()
    .filter(|&is_changed| is_changed)
    .count()
}

/// A titled row of choices, or with a reason a row that only shows what is set.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    (name, reason): (&str, Option<&str>),
    offers: &[(T, &str, &str)],
    value: &mut T,
    touch: Touch,
) -> bool {
    let enabled = reason.is_none();
    title(ui, name, "", reason.unwrap_or_default(), enabled);
    let choices: Vec<(&str, &str)> = offers
        .iter()
        .map(|&(_, name, hint)| (name, reason.unwrap_or(hint)))
        .collect();
    let taken = offers.iter().position(|(offer, ..)| offer == value);
    let pressed = segmented(ui, &choices, taken, enabled, touch);
    if let Some(pressed) = pressed {
        *value = offers[pressed].0;
    }
    pressed.is_some()
}

#[cfg(test)]
mod tests {
    use dl2pa_core::config::{AssignInit, ClassMeansKind, Switch};

    use super::*;

    fn with_head(head: HeadKind) -> RunConfig {
        RunConfig {
            head,
            assign_init: AssignInit::Geometric,
            assign_rotation: Switch::On,
            class_means: ClassMeansKind::Exact,
            ..RunConfig::playground()
        }
    }

    #[test]
    fn every_setting_is_on_offer_once() {
        for &kind in AssignInit::ALL {
            let offers = text::inits()
                .into_iter()
                .filter(|(offer, ..)| *offer == kind);
            // `auto` is shown as what it comes to; the classes' own order is for files made for them.
            let is_offered = !matches!(kind, AssignInit::Auto | AssignInit::Identity);
            let expected = usize::from(is_offered);
            assert_eq!(offers.count(), expected, "{kind}");
        }
        for switch in Switch::ALL {
            let offers = text::rotations()
                .into_iter()
                .filter(|(offer, ..)| offer == switch);
            assert_eq!(offers.count(), 1, "{switch}");
        }
        for kind in ClassMeansKind::ALL {
            let offers = text::means_kinds()
                .into_iter()
                .filter(|(offer, ..)| offer == kind);
            assert_eq!(offers.count(), 1, "{kind}");
        }
    }

    #[test]
    fn only_what_a_head_takes_counts_as_changed() {
        assert_eq!(changes(&RunConfig::playground()), 0);
        assert_eq!(changes(&with_head(HeadKind::Dynamic)), 3);
        assert_eq!(changes(&with_head(HeadKind::Fixed)), 1);
        assert_eq!(changes(&with_head(HeadKind::Psc)), 0);
    }

    #[test]
    fn the_released_code_leaves_no_choice_of_means() {
        let released = RunConfig {
            fidelity: Fidelity::Released,
            ..RunConfig::playground()
        };
        let reasons = Reasons::of(&released);
        assert_eq!(
            (reasons.init, reasons.means),
            (None, Some(text::not_released()))
        );
    }
}
