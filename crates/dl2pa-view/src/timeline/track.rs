//! How the timeline is drawn: its heading, its track, the ticks over it and the knob on it.

use dl2pa_core::config::HeadKind;
use dl2pa_core::protocol::Relabelling;
use egui::{Align, Align2, Button, CornerRadius, Layout, Painter, Pos2, Rect, Shape, Stroke, Ui};
use egui::{RichText, TextWrapMode, UiBuilder, pos2};

use super::{Times, epoch_of};
use crate::run::Run;
use crate::text;
use crate::theme::{GRID, HUSHED, Tokens, Type, fade};

/// Width of the button that leads to the present, in points.
const LIVE_WIDTH: f32 = 68.0;
/// Half the width of the rail, in points.
const HALF_RAIL: f32 = 1.5;
/// Below this width, in points, there is no room for words on the track.
const WORDS_WIDTH: f32 = 540.0;

/// What a tick looks like beside the others.
pub(super) struct Look {
    /// The pointer is on it, here or in a plot.
    pub is_pointed_at: bool,
    /// It is explained in the why-panel.
    pub is_chosen: bool,
    /// A class is looked at that did not move there.
    pub is_hushed: bool,
}

/// Where the heading has room, from its title to its last words.
pub(super) struct Heading {
    left: f32,
    right: f32,
}

impl Heading {
    /// Where something of the heading may stand: the left end, and the middle of the right one.
    pub(super) fn room(&self, track: &Track<'_>) -> (f32, Pos2) {
        let right = self.right - LIVE_WIDTH - 3.0 * GRID;
        (self.left, pos2(right, track.head.center().y))
    }
}

/// The track of a run: from epoch 0 at its left end to the last one at its right.
pub(super) struct Track<'a> {
    painter: Painter,
    tokens: Tokens,
    run: &'a Run,
    head: Rect,
    area: Rect,
}

impl<'a> Track<'a> {
    pub(super) fn new(ui: &Ui, rect: Rect, run: &'a Run) -> Self {
        let head = rect.with_max_y(rect.top() + 4.0 * GRID);
        Self {
            painter: ui.painter().clone(),
            tokens: Tokens::from_ui(ui),
            run,
            head,
            area: Rect::from_min_max(
                pos2(rect.left() + 4.0, head.bottom() + GRID),
                pos2(rect.right() - 4.0, rect.bottom() - 6.0),
            ),
        }
    }

    /// Epochs of the whole run.
    pub(super) fn epochs(&self) -> f64 {
        self.run.config.epochs.max(1) as f64
    }

    /// Epochs that a point of the screen stands for.
    pub(super) fn epochs_a_point(&self) -> f64 {
        self.epochs() / f64::from(self.area.width().max(1.0))
    }

    /// The epoch at a place of the screen.
    pub(super) fn epoch_at(&self, place: Pos2) -> f64 {
        let epoch = f64::from(place.x - self.area.left()) * self.epochs_a_point();
        epoch.clamp(0.0, self.epochs())
    }

    /// The part that can be pressed.
    pub(super) fn pressed_in(&self, rect: Rect) -> Rect {
        rect.with_min_y(self.head.bottom())
    }

    fn x(&self, epoch: f64) -> f32 {
        let share = (epoch / self.epochs()).min(1.0);
        self.area.left() + self.area.width() * share as f32
    }

    /// The title on the left, the epoch on the right.
    pub(super) fn heading(&self, times: &Times) -> Heading {
        let title = self.painter.text(
            self.head.left_center(),
            Align2::LEFT_CENTER,
            text::timeline(),
            Type::Small.semibold(),
            self.tokens.text,
        );
        let at = times.shown.unwrap_or(times.now).min(self.epochs());
        let words = self.painter.text(
            self.head.right_center(),
            Align2::RIGHT_CENTER,
            text::epoch_of(at, self.run.config.epochs.max(1)),
            Type::Small.regular(),
            self.tokens.muted,
        );
        Heading {
            left: title.right(),
            right: words.left(),
        }
    }

    /// The button that leads to the present; whether it was pressed.
    pub(super) fn live_button(&self, ui: &mut Ui, heading: &Heading) -> bool {
        let right = heading.right - 2.0 * GRID;
        let button = Rect::from_x_y_ranges(right - LIVE_WIDTH..=right, self.head.y_range());
        let builder = UiBuilder::new()
            .id_salt("live")
            .max_rect(button.expand2(egui::vec2(0.0, 3.0)))
            .layout(Layout::right_to_left(Align::Center));
        ui.scope_builder(builder, |ui| {
            let words = RichText::new(text::live())
                .font(Type::Small.semibold())
                .color(self.tokens.accent);
            let button = Button::new(words).small().wrap_mode(TextWrapMode::Extend);
            ui.add(button).on_hover_text(text::live_hint()).clicked()
        })
        .inner
    }

    /// The rail, as far as the run is; what is not this run's own is grey.
    pub(super) fn rail(&self, times: &Times) {
        let base = self.area.bottom();
        let y = base - HALF_RAIL..=base + HALF_RAIL;
        let rail = Rect::from_x_y_ranges(self.area.x_range(), y);
        let fill = |until: f32, color| {
            let radius = CornerRadius::same(2);
            self.painter
                .rect_filled(rail.with_max_x(until), radius, color);
        };
        fill(rail.right(), self.tokens.raised);
        fill(self.x(times.now), fade(self.tokens.accent, 0.6));
        if let Some(begins) = times.branched {
            let x = self.x(begins as f64);
            fill(x, self.tokens.faint);
            let line = [pos2(x, self.area.top()), pos2(x, base + 4.0)];
            self.painter
                .line_segment(line, Stroke::new(1.5, self.tokens.muted));
        }
    }

    /// What stands there before the first tick, where there is room.
    pub(super) fn nothing_yet(&self) {
        if self.area.width() < WORDS_WIDTH {
            return;
        }
        let words = match self.run.config.head {
            HeadKind::Dynamic => text::timeline_empty(),
            _ => text::timeline_none(),
        };
        self.painter.text(
            self.area.left_top() + egui::vec2(0.0, 2.0 * GRID),
            Align2::LEFT_CENTER,
            words,
            Type::Small.regular(),
            self.tokens.muted,
        );
    }

    /// The tick of a relabelling, the higher the more labels it moved.
    pub(super) fn tick(&self, tick: &Relabelling, times: &Times, look: &Look) {
        let (painter, tokens) = (&self.painter, &self.tokens);
        let epoch = epoch_of(self.run, tick);
        let (x, base) = (self.x(epoch), self.area.bottom());
        if look.is_chosen {
            let mark = [(-3.5, 7.0), (3.5, 7.0), (0.0, 2.0)];
            let mark = mark.map(|(right, below)| pos2(x + right, base + below));
            painter.add(Shape::convex_polygon(
                mark.into(),
                tokens.text,
                Stroke::NONE,
            ));
        }
        let is_past = times
            .branched
            .is_some_and(|begins| epoch <= begins as f64 + 1e-9);
        let color = match look {
            Look {
                is_pointed_at: true,
                ..
            } => tokens.text,
            _ if is_past || tick.moved.is_empty() => tokens.faint,
            Look {
                is_hushed: true, ..
            } => fade(tokens.accent, HUSHED),
            _ => tokens.accent,
        };
        if tick.moved.is_empty() {
            painter.circle_filled(pos2(x, base - 6.0), 1.5, color);
            return;
        }
        let share = tick.moved.len() as f32 / self.run.classes().max(1) as f32;
        let height = 5.0 + (self.area.height() - 9.0) * share.sqrt();
        let line = [pos2(x, base - 3.0), pos2(x, base - 3.0 - height)];
        painter.line_segment(line, Stroke::new(3.0, color));
        painter.circle_filled(line[1], 1.5, color);
    }

    /// A thin line where something points at an epoch.
    pub(super) fn moment(&self, epoch: f64) {
        self.upright(epoch, Stroke::new(1.0, self.tokens.muted));
    }

    /// The knob at the moment shown and, where that is an earlier one, a dot at the present.
    pub(super) fn knob(&self, times: &Times, is_held: bool) {
        let at = |epoch: f64| pos2(self.x(epoch), self.area.bottom());
        if let Some(shown) = times.shown {
            self.painter
                .circle_filled(at(times.now), 3.0, self.tokens.muted);
            self.upright(shown, Stroke::new(1.5, self.tokens.text));
        }
        let centre = at(times.shown.unwrap_or(times.now));
        let radius = if is_held { 6.5 } else { 5.0 };
        self.painter
            .circle_filled(centre, radius, self.tokens.accent);
        let ring = Stroke::new(2.0, self.tokens.surface);
        self.painter.circle_stroke(centre, radius, ring);
    }

    fn upright(&self, epoch: f64, stroke: Stroke) {
        self.painter
            .vline(self.x(epoch), self.area.y_range(), stroke);
    }
}
