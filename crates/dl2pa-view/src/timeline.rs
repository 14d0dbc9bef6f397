//! The timeline: how far the run is, and a tick for each relabelling.

use std::sync::Arc;

use dl2pa_core::config::HeadKind;
use dl2pa_core::protocol::Relabelling;
use egui::{Align2, CornerRadius, Rect, Sense, Stroke, Ui, pos2};

use crate::branch::{Offer, chip};
use crate::controls::transport::Ask;
use crate::run::Run;
use crate::selection::Selection;
use crate::text::{self, matching};
use crate::theme::{GRID, HUSHED, Tokens, Type, fade};

/// A tick is pointed at from so many points away.
const TICK_REACH: f64 = 10.0;
/// Numbers of class means and prototypes that are kept of all relabellings together: 32 MiB of them.
const MOST_NUMBERS: usize = 8 << 20;

/// Width of the button that leads to the present, in points.
const LIVE_WIDTH: f32 = 68.0;

/// How far the run is, the earlier epoch that is looked at, if one is, and branches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub now: f64,
    pub shown: Option<f64>,
    /// The epoch at whose end this run left another one: what was before is that one's.
    pub branched: Option<usize>,
    /// What is offered to whoever wants to branch; `None` where that is left out.
    pub branching: Option<Offer>,
}

/// The relabellings of the present run.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    ticks: Vec<Arc<Relabelling>>,
    /// The first ones have let go of their class means.
    bare: usize,
    /// Numbers that the others hold.
    numbers: usize,
}

impl Timeline {
    /// Keeps a tick.
    pub(crate) fn relabelled(&mut self, relabelling: Arc<Relabelling>) {
        self.numbers += numbers_of(&relabelling);
        self.ticks.push(relabelling);
        while self.numbers > MOST_NUMBERS && self.bare + 1 < self.ticks.len() {
            let oldest = &mut self.ticks[self.bare];
            self.numbers -= numbers_of(oldest);
            *oldest = Arc::new(oldest.without_means());
            self.bare += 1;
        }
    }

    /// All of them, in their order.
    pub(crate) fn ticks(&self) -> &[Arc<Relabelling>] {
        &self.ticks
    }

    /// Forgets the run before.
    pub(crate) fn clear_run(&mut self) {
        *self = Self::default();
    }

    /// The last relabelling that was done by `epoch`.
    pub(crate) fn latest_at(&self, run: &Run, epoch: f64) -> Option<&Arc<Relabelling>> {
        let is_done = |tick: &&Arc<Relabelling>| epoch_of(run, tick) <= epoch + 1e-9;
        self.ticks.iter().take_while(is_done).last()
    }

    /// The epoch of the first relabelling that moved labels, after `from` and not after `to`.
    pub(crate) fn moved_between(&self, run: &Run, from: f64, to: f64) -> Option<f64> {
        self.ticks
            .iter()
            .filter(|tick| !tick.moved.is_empty())
            .map(|tick| epoch_of(run, tick))
            .find(|&epoch| epoch > from + 1e-9 && epoch <= to)
    }

    /// The matching nearest to `epoch` of those within `reach` epochs of it, by its place.
    pub(crate) fn nearest(&self, run: &Run, epoch: f64, reach: f64) -> Option<usize> {
        let away = |tick: &Relabelling| (epoch_of(run, tick) - epoch).abs();
        let ticks = self.ticks.iter().enumerate();
        let (place, tick) = ticks.min_by(|(_, a), (_, b)| away(a).total_cmp(&away(b)))?;
        (away(tick) <= reach).then_some(place)
    }

    /// Whether `class` moved at a matching within `reach` epochs of `epoch`.
    pub(crate) fn has_moved(&self, run: &Run, class: usize, epoch: f64, reach: f64) -> bool {
        self.ticks.iter().any(|tick| {
            (epoch_of(run, tick) - epoch).abs() <= reach && tick.moved.contains(&(class as u32))
        })
    }

    /// Draws the timeline into `rect`; what was asked for. A click on a tick goes there and asks why.
    pub(crate) fn ui(
        &self,
        ui: &mut Ui,
        rect: Rect,
        run: &Run,
        times: Times,
        selection: &mut Selection,
    ) -> Option<Ask> {
        let Times {
            now: epoch, shown, ..
        } = times;
        let tokens = Tokens::from_ui(ui);
        let painter = ui.painter().clone();
        let epochs = run.config.epochs.max(1);
        let head = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + 4.0 * GRID));
        let title = painter.text(
            head.left_center(),
            Align2::LEFT_CENTER,
            text::timeline(),
            Type::Small.semibold(),
            tokens.text,
        );
        let at = shown.unwrap_or(epoch);
        let words = painter.text(
            head.right_center(),
            Align2::RIGHT_CENTER,
            text::epoch_of(at.min(epochs as f64), epochs),
            Type::Small.regular(),
            tokens.muted,
        );
        let track = Rect::from_min_max(
            pos2(rect.left() + 4.0, head.bottom() + GRID),
            pos2(rect.right() - 4.0, rect.bottom() - 6.0),
        );
        let epoch_of = |tick: &Relabelling| epoch_of(run, tick);
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
        let begins = times.branched.map(|epoch| epoch as f64);
        if let Some(begins) = begins {
            painter.rect_filled(
                rail.with_max_x(x(begins)),
                CornerRadius::same(2),
                tokens.faint,
            );
            let line = [pos2(x(begins), track.top()), pos2(x(begins), base + 4.0)];
            painter.line_segment(line, Stroke::new(1.5, tokens.muted));
        }
        if self.ticks.is_empty() {
            let words = if run.config.head == HeadKind::Dynamic {
                text::timeline_empty()
            } else {
                text::timeline_none()
            };
            if rect.width() > 540.0 {
                let at = pos2(track.left(), track.top() + 2.0 * GRID);
                painter.text(
                    at,
                    Align2::LEFT_CENTER,
                    words,
                    Type::Small.regular(),
                    tokens.muted,
                );
            }
        }
        let mut ask = None;
        if let Some(offer) = times.branching {
            let right = pos2(words.left() - LIVE_WIDTH - 3.0 * GRID, head.center().y);
            ask = chip(ui, right, title.right(), offer).then_some(Ask::Branch);
        }
        let response = ui.interact(
            rect.with_min_y(head.bottom()),
            ui.scope_id().with("timeline"),
            Sense::click_and_drag(),
        );
        response.widget_info(|| {
            egui::WidgetInfo::slider(true, shown.unwrap_or(epoch), text::timeline_name())
        });
        if response.has_focus() {
            let ring = Stroke::new(2.0, tokens.accent);
            painter.rect_stroke(rect.expand(4.0), 6.0, ring, egui::StrokeKind::Inside);
        }
        if let Some(pointer) = response.interact_pointer_pos()
            && (response.clicked() || response.dragged())
        {
            let share = ((pointer.x - track.left()) / track.width().max(1.0)).clamp(0.0, 1.0);
            let wanted = f64::from(share) * epochs as f64;
            ask = Some(if wanted >= epoch {
                Ask::Live
            } else {
                Ask::GoTo(wanted)
            });
        }
        if shown.is_some() {
            let button = Rect::from_min_max(
                pos2(words.left() - LIVE_WIDTH - 2.0 * GRID, head.top() - 3.0),
                pos2(words.left() - 2.0 * GRID, head.bottom() + 3.0),
            );
            let builder = egui::UiBuilder::new()
                .id_salt("live")
                .max_rect(button)
                .layout(egui::Layout::right_to_left(egui::Align::Center));
            let pressed = ui.scope_builder(builder, |ui| {
                let words = egui::RichText::new(text::live())
                    .font(Type::Small.semibold())
                    .color(tokens.accent);
                ui.add(
                    egui::Button::new(words)
                        .small()
                        .wrap_mode(egui::TextWrapMode::Extend),
                )
                .on_hover_text(text::live_hint())
                .clicked()
            });
            if pressed.inner {
                ask = Some(Ask::Live);
            }
        }
        let pointer = response.interact_pointer_pos().or(response.hover_pos());
        let epochs_a_point = epochs as f64 / f64::from(track.width().max(1.0));
        let nearest = pointer.and_then(|pointer| {
            let epoch = f64::from(pointer.x - track.left()) * epochs_a_point;
            self.nearest(run, epoch, TICK_REACH * epochs_a_point)
        });
        if let Some(pointer) = response.hover_pos() {
            let epoch = f64::from(pointer.x - track.left()) * epochs_a_point;
            selection.point_at_moment(epoch.clamp(0.0, epochs as f64));
            if let Some(place) = nearest {
                selection.point_at_matching(place, &self.ticks[place].moved);
            }
        }
        if response.clicked() {
            // By the keyboard it is the latest.
            let last = self.ticks.len().checked_sub(1);
            if let Some(place) = nearest.or(last.filter(|_| pointer.is_none())) {
                selection.click_matching(place);
                ask = Some(Ask::GoTo(epoch_of(&self.ticks[place])));
            }
        }
        for (place, tick) in self.ticks.iter().enumerate() {
            let share = tick.moved.len() as f32 / run.classes().max(1) as f32;
            let at = x(epoch_of(tick));
            let looked_at = [nearest, selection.pointed_matching()].contains(&Some(place));
            let is_hushed = selection
                .class()
                .is_some_and(|class| !tick.moved.contains(&(class as u32)));
            if selection.matching() == Some(place) {
                let mark = [
                    pos2(at - 3.5, base + 7.0),
                    pos2(at + 3.5, base + 7.0),
                    pos2(at, base + 2.0),
                ];
                painter.add(egui::Shape::convex_polygon(
                    mark.into(),
                    tokens.text,
                    Stroke::NONE,
                ));
            }
            let is_past = begins.is_some_and(|begins| epoch_of(tick) <= begins + 1e-9);
            if tick.moved.is_empty() {
                let color = if looked_at { tokens.text } else { tokens.faint };
                painter.circle_filled(pos2(at, base - 6.0), 1.5, color);
                continue;
            }
            let height = 5.0 + (track.height() - 9.0) * share.sqrt();
            let color = match (looked_at, is_past) {
                (true, _) => tokens.text,
                (false, true) => tokens.faint,
                (false, false) if is_hushed => fade(tokens.accent, HUSHED),
                (false, false) => tokens.accent,
            };
            let line = [pos2(at, base - 3.0), pos2(at, base - 3.0 - height)];
            painter.line_segment(line, Stroke::new(3.0, color));
            painter.circle_filled(line[1], 1.5, color);
        }
        if let Some(moment) = selection.moment().filter(|&moment| moment >= 0.0) {
            let line = [pos2(x(moment), track.top()), pos2(x(moment), base)];
            painter.line_segment(line, Stroke::new(1.0, tokens.muted));
        }
        let knob = pos2(x(at), base);
        if shown.is_some() {
            painter.circle_filled(pos2(x(epoch), base), 3.0, tokens.muted);
            let line = [pos2(knob.x, track.top()), knob];
            painter.line_segment(line, Stroke::new(1.5, tokens.text));
        }
        let radius = if response.hovered() || response.dragged() {
            6.5
        } else {
            5.0
        };
        painter.circle_filled(knob, radius, tokens.accent);
        painter.circle_stroke(knob, radius, Stroke::new(2.0, tokens.surface));
        if let Some(place) = nearest
            && !response.dragged()
        {
            let tick = &self.ticks[place];
            let class = |class: u32| run.short_name(class as usize);
            response.on_hover_text_at_pointer(matching::tick(tick, epoch_of(tick), class));
        }
        ask
    }
}

/// The epoch, with its fraction, after which a relabelling happened.
pub(crate) fn epoch_of(run: &Run, tick: &Relabelling) -> f64 {
    match &run.info {
        Some(info) => tick.step as f64 / info.steps_per_epoch.max(1) as f64,
        None => tick.epoch as f64,
    }
}

/// Numbers that a relabelling holds for its explanation. Prototypes are shared, but where they turn.
fn numbers_of(relabelling: &Relabelling) -> usize {
    let means = relabelling
        .class_means
        .as_ref()
        .map_or(0, |means| means.len());
    means
        + if relabelling.turned {
            relabelling.prototypes.len()
        } else {
            0
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_lets_go_of_its_oldest_means_but_of_no_tick() {
        let means: Arc<[f32]> = vec![0.0; MOST_NUMBERS / 4].into();
        let tick = Relabelling {
            epoch: 1,
            step: 1,
            before: [0].into(),
            after: [0].into(),
            moved: Vec::new(),
            score_before: 0.0,
            score_after: 0.0,
            passings: Vec::new(),
            certificate_gap: None,
            turned: false,
            dealt: false,
            class_means: Some(means),
            prototypes: [1.0].into(),
        };
        let mut timeline = Timeline::default();
        for _ in 0..6 {
            timeline.relabelled(Arc::new(tick.clone()));
        }
        let kept: Vec<bool> = timeline
            .ticks()
            .iter()
            .map(|tick| tick.class_means.is_some())
            .collect();
        assert_eq!(kept, [false, false, true, true, true, true]);
        timeline.clear_run();
        assert!(timeline.ticks().is_empty());
    }
}
