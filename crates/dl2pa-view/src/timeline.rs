//! The timeline: how far the run is, and a tick for each relabelling.

use std::sync::Arc;

use dl2pa_core::config::HeadKind;
use dl2pa_core::protocol::Relabelling;
use egui::{Align2, CornerRadius, Rect, Sense, Stroke, Ui, pos2};

use crate::run::Run;
use crate::text::{self, matching as words};
use crate::theme::{GRID, Tokens, Type, fade};

/// The relabellings of the present run.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    ticks: Vec<Arc<Relabelling>>,
}

impl Timeline {
    /// Keeps a tick.
    pub(crate) fn relabelled(&mut self, relabelling: Arc<Relabelling>) {
        self.ticks.push(relabelling);
    }

    /// The relabellings of the run so far.
    pub(crate) fn relabellings(&self) -> &[Arc<Relabelling>] {
        &self.ticks
    }

    /// Forgets the run before.
    pub(crate) fn clear_run(&mut self) {
        self.ticks.clear();
    }

    /// Draws the timeline into `rect`.
    pub(crate) fn ui(&self, ui: &Ui, rect: Rect, run: &Run, epoch: f64) {
        let tokens = Tokens::from_ui(ui);
        let painter = ui.painter();
        let epochs = run.config.epochs.max(1);
        let head = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + 4.0 * GRID));
        painter.text(
            head.left_center(),
            Align2::LEFT_CENTER,
            text::TIMELINE,
            Type::Small.semibold(),
            tokens.text,
        );
        painter.text(
            head.right_center(),
            Align2::RIGHT_CENTER,
            text::epoch_of(epoch.min(epochs as f64), epochs),
            Type::Small.regular(),
            tokens.muted,
        );
        let track = Rect::from_min_max(
            pos2(rect.left() + 4.0, head.bottom() + GRID),
            pos2(rect.right() - 4.0, rect.bottom() - 6.0),
        );
        let epoch_of = |tick: &Relabelling| match &run.info {
            Some(info) => tick.step as f64 / info.steps_per_epoch.max(1) as f64,
            None => tick.epoch as f64,
        };
        let x = |epoch: f64| track.left() + track.width() * (epoch / epochs as f64).min(1.0) as f32;
        let base = track.bottom();
        let rail = Rect::from_min_max(
            pos2(track.left(), base - 1.5),
            pos2(track.right(), base + 1.5),
        );
        painter.rect_filled(rail, CornerRadius::same(2), tokens.raised);
        painter.rect_filled(
            rail.with_max_x(x(epoch)),
            CornerRadius::same(2),
            fade(tokens.accent, 0.6),
        );
        if self.ticks.is_empty() {
            let words = if run.config.head == HeadKind::Dynamic {
                text::TIMELINE_EMPTY
            } else {
                text::TIMELINE_NONE
            };
            let at = pos2(head.left() + 84.0, head.center().y);
            if rect.width() > 460.0 {
                painter.text(
                    at,
                    Align2::LEFT_CENTER,
                    words,
                    Type::Small.regular(),
                    tokens.muted,
                );
            }
        }
        let response = ui.interact(rect, ui.scope_id().with("timeline"), Sense::hover());
        let pointer = response.hover_pos();
        let nearest = pointer.and_then(|pointer| {
            let away = |tick: &Relabelling| (x(epoch_of(tick)) - pointer.x).abs();
            let (place, tick) = self
                .ticks
                .iter()
                .enumerate()
                .min_by(|(_, a), (_, b)| away(a).total_cmp(&away(b)))?;
            (away(tick) < 10.0).then_some(place)
        });
        for (place, tick) in self.ticks.iter().enumerate() {
            let share = tick.moved.len() as f32 / run.classes().max(1) as f32;
            let at = x(epoch_of(tick));
            let looked_at = nearest == Some(place);
            if tick.moved.is_empty() {
                let color = if looked_at { tokens.text } else { tokens.faint };
                painter.circle_filled(pos2(at, base - 6.0), 1.5, color);
                continue;
            }
            let height = 5.0 + (track.height() - 9.0) * share.sqrt();
            let color = if looked_at {
                tokens.text
            } else {
                tokens.accent
            };
            let line = [pos2(at, base - 3.0), pos2(at, base - 3.0 - height)];
            painter.line_segment(line, Stroke::new(3.0, color));
            painter.circle_filled(line[1], 1.5, color);
        }
        painter.circle_filled(pos2(x(epoch), base), 5.0, tokens.accent);
        painter.circle_stroke(pos2(x(epoch), base), 5.0, Stroke::new(2.0, tokens.surface));
        if let Some(place) = nearest {
            let tick = &self.ticks[place];
            let class = |class: u32| run.short_name(class as usize);
            response.on_hover_text_at_pointer(words::tick(tick, epoch_of(tick), class));
        }
    }
}
