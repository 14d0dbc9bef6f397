//! Which labels moved, told ring by ring: a sentence, a row for each move, and what undoing it would cost.

use std::sync::Arc;

use dl2pa_core::assignment::{Move, Passing, Reasons};
use dl2pa_core::protocol::Relabelling;
use egui::{Align2, CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{Input, parts};
use crate::selection::Selection;
use crate::text::why as text;
use crate::theme::{GRID, Tokens, Type};

/// Moves of a ring that have a row.
const MOST_ROWS: usize = 6;
/// Rings that have a button.
const MOST_RINGS: usize = 6;

/// One matching with all that is known of it.
pub(super) struct Teller<'a> {
    pub relabelling: &'a Arc<Relabelling>,
    pub reasons: &'a Reasons,
    pub input: &'a Input<'a>,
}

impl Teller<'_> {
    /// The ring of this place among all, with buttons for the others.
    pub(super) fn rings(&self, ui: &mut Ui, place: usize, selection: &mut Selection) {
        let reasons = self.reasons;
        if self.relabelling.turned {
            parts::note(
                ui,
                text::turned(self.relabelling.score_before, reasons.score_before()),
            );
        }
        let Some(ring) = reasons.rings().get(place) else {
            let said = text::no_ring(reasons.score_after(), reasons.is_best());
            parts::sentence(ui, &said);
            return;
        };
        if reasons.rings().len() > 1 {
            self.buttons(ui, place, selection);
        }
        let moves = moves_from(ring, selection.pinned());
        let name = |class| self.input.name(class);
        let said = text::ring(&moves, ring, self.relabelling.dealt, name);
        parts::sentence(ui, &said);
        // A hairline of room on top of that between rows would tear the table.
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for step in moves.iter().take(MOST_ROWS) {
                self.row(ui, step, selection);
            }
        });
        if moves.len() > MOST_ROWS {
            parts::note(ui, text::and_more(moves.len() - MOST_ROWS));
        }
        if let Some(without) = reasons.total_without(place) {
            parts::note(ui, text::without_ring(without, reasons.score_after()));
        }
    }

    /// About a class that kept its prototype; `cost` is what its favourite would cost.
    pub(super) fn stayed(&self, ui: &mut Ui, class: usize, cost: Option<f64>) {
        let Some(prototype) = self.reasons.after().prototype_of(class) else {
            return;
        };
        let name = self.input.name(class as u32);
        let cosine = self.reasons.score(class, prototype as usize);
        let mut words = text::stayed(name, prototype, cosine);
        let mut row = (0..self.reasons.prototypes()).map(|pin| self.reasons.score(class, pin));
        let favourite = self.reasons.favourite(class);
        let most = favourite.map_or(cosine, |pin| self.reasons.score(class, pin as usize));
        let more = if row.all(|cosine| cosine == 0.0) {
            text::unseen(name)
        } else if cosine >= most {
            text::has_favourite(name)
        } else if let (Some(favourite), Some(cost)) = (favourite, cost) {
            text::favourite(name, favourite, most, cost)
        } else {
            String::new()
        };
        words = format!("{words} {more}");
        parts::note(ui, words);
    }

    fn buttons(&self, ui: &mut Ui, place: usize, selection: &mut Selection) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(GRID, GRID);
            let rings = self.reasons.rings();
            for (i, ring) in rings.iter().enumerate().take(MOST_RINGS) {
                let words = text::ring_button(ring.gain, ring.moves.len());
                let name = text::ring_name(i, ring.gain, ring.moves.len());
                let pressed = parts::chip(ui, &words, &name, i == place, self.input.touch);
                if let Some(step) = ring.moves.first().filter(|_| pressed.clicked()) {
                    selection.choose_class(step.class as usize);
                }
            }
            if rings.len() > MOST_RINGS {
                parts::note(ui, text::and_more(rings.len() - MOST_RINGS));
            }
        });
    }

    /// One move: who, from where to where, how alike before and after, what it gains.
    fn row(&self, ui: &mut Ui, step: &Move, selection: &mut Selection) {
        let tokens = Tokens::from_ui(ui);
        let class = step.class as usize;
        let height = if self.input.touch.0 { 36.0 } else { 22.0 };
        let size = vec2(ui.available_width(), height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let [before, after] =
            [step.from, step.to].map(|pin| self.reasons.score(class, pin as usize));
        if response.clicked() {
            selection.choose_class(class);
        }
        if response.hovered() {
            selection.hover_pair(class, step.to as usize);
        }
        let painter = ui.painter();
        if selection.class() == Some(class) {
            painter.rect_filled(rect.expand2(vec2(GRID, 0.0)), 5.0, tokens.hovered);
        }
        parts::focus_ring(ui, rect, &response, &tokens);
        let y = rect.center().y;
        if let Some(&style) = self.input.run.styles(tokens.dark).get(class) {
            crate::stage::glyph(painter, pos2(rect.left() + 6.0, y), 4.6, style, 1.0);
        }
        let small = Type::Small;
        painter.text(
            pos2(rect.left() + 17.0, y),
            Align2::LEFT_CENTER,
            self.input.name(step.class),
            small.semibold(),
            tokens.text,
        );
        painter.text(
            pos2(rect.left() + 48.0, y),
            Align2::LEFT_CENTER,
            text::from_to(step),
            small.regular(),
            tokens.text,
        );
        let gain = painter.text(
            rect.right_center(),
            Align2::RIGHT_CENTER,
            text::signed(step.gain),
            small.semibold(),
            tokens.text,
        );
        // A bar from the middle: right of it a gain, left of it a loss.
        let room = 40.0;
        let middle = gain.right() - 43.0 - room / 2.0;
        let length = (step.gain as f32).clamp(-1.0, 1.0) * room / 2.0;
        let (from, to) = if length < 0.0 {
            (middle + length, middle)
        } else {
            (middle, middle + length)
        };
        let bar = Rect::from_min_max(pos2(from, y - 3.0), pos2(to, y + 3.0));
        let color = if step.gain < 0.0 {
            tokens.muted
        } else {
            tokens.accent
        };
        painter.rect_filled(bar, CornerRadius::same(1), color);
        painter.line_segment(
            [pos2(middle, y - 6.0), pos2(middle, y + 6.0)],
            egui::Stroke::new(1.0, tokens.faint),
        );
        painter.text(
            pos2(middle - room / 2.0 - 2.0 * GRID, y),
            Align2::RIGHT_CENTER,
            text::cosines(before, after),
            small.regular(),
            tokens.muted,
        );
        let name = text::move_name(self.input.run.name(class), step, before, after);
        let chosen = selection.pinned() == Some(class);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
    }
}

impl Teller<'_> {
    /// The classes whose moves have a row.
    pub(super) fn told(&self, place: usize, class: Option<usize>) -> Vec<usize> {
        let ring = self.reasons.rings().get(place);
        let moves = ring.map_or_else(Vec::new, |ring| moves_from(ring, class));
        let told = moves.iter().take(MOST_ROWS);
        told.map(|step| step.class as usize).collect()
    }
}

/// The moves of a ring, which has no beginning, from that of `class` on.
fn moves_from(ring: &Passing, class: Option<usize>) -> Vec<Move> {
    let mut moves = ring.moves.clone();
    let of_class = |step: &Move| Some(step.class as usize) == class;
    if let Some(place) = moves.iter().position(of_class)
        && !ring.ends_at_free
    {
        moves.rotate_left(place);
    }
    moves
}
