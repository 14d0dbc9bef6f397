//! The timeline: how far the run is, and a tick for each relabelling.

mod track;

use std::sync::Arc;

use dl2pa_core::protocol::Relabelling;
use egui::{Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo};

use crate::branch::{Offer, chip};
use crate::controls::transport::Ask;
use crate::run::Run;
use crate::selection::Selection;
use crate::text::{self, matching};
use crate::theme::Tokens;
use track::{Look, Track};

/// A tick is pointed at from so many points away.
const TICK_REACH: f64 = 10.0;
/// Numbers of class means and prototypes that are kept of all relabellings together: 32 MiB of them.
const MOST_NUMBERS: usize = 8 << 20;

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
        times: &Times,
        selection: &mut Selection,
    ) -> Option<Ask> {
        let track = Track::new(ui, rect, run);
        let heading = track.heading(times);
        track.rail(times);
        if self.ticks.is_empty() {
            track.nothing_yet();
        }
        let mut ask = None;
        if let Some(offer) = times.branching {
            let (left, right) = heading.room(&track);
            ask = chip(ui, right, left, offer).then_some(Ask::Branch);
        }
        let response = ui.interact(
            track.pressed_in(rect),
            ui.scope_id().with("timeline"),
            Sense::click_and_drag(),
        );
        response.widget_info(|| {
            let epoch = times.shown.unwrap_or(times.now);
            WidgetInfo::slider(true, epoch, text::timeline_name())
        });
        if response.has_focus() {
            let ring = Stroke::new(2.0, Tokens::from_ui(ui).accent);
            ui.painter()
                .rect_stroke(rect.expand(4.0), 6.0, ring, StrokeKind::Inside);
        }
        if let Some(pointer) = response.interact_pointer_pos()
            && (response.clicked() || response.dragged())
        {
            ask = Some(Ask::to(track.epoch_at(pointer), times.now));
        }
        if times.shown.is_some() && track.live_button(ui, &heading) {
            ask = Some(Ask::Live);
        }
        let pointer = response.interact_pointer_pos().or(response.hover_pos());
        let nearest = pointer.and_then(|pointer| {
            let reach = TICK_REACH * track.epochs_a_point();
            self.nearest(run, track.epoch_at(pointer), reach)
        });
        if let Some(pointer) = response.hover_pos() {
            selection.point_at_moment(track.epoch_at(pointer));
            if let Some(place) = nearest {
                selection.point_at_matching(place, &self.ticks[place].moved);
            }
        }
        if response.clicked() {
            // By the keyboard it is the latest.
            let last = self.ticks.len().checked_sub(1);
            if let Some(place) = nearest.or(last.filter(|_| pointer.is_none())) {
                selection.click_matching(place);
                ask = Some(Ask::GoTo(epoch_of(run, &self.ticks[place])));
            }
        }
        for (place, tick) in self.ticks.iter().enumerate() {
            let has_moved = |class: usize| tick.moved.contains(&(class as u32));
            let look = Look {
                is_pointed_at: [nearest, selection.pointed_matching()].contains(&Some(place)),
                is_chosen: selection.matching() == Some(place),
                is_hushed: selection.class().is_some_and(|class| !has_moved(class)),
            };
            track.tick(tick, times, &look);
        }
        if let Some(moment) = selection.moment().filter(|&moment| moment >= 0.0) {
            track.moment(moment);
        }
        track.knob(times, response.hovered() || response.dragged());
        if let Some(place) = nearest
            && !response.dragged()
        {
            let tick = &self.ticks[place];
            let class = |class: u32| run.short_name(class as usize);
            response.on_hover_text_at_pointer(matching::tick(tick, epoch_of(run, tick), class));
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
