//! Where the regions lie at each window size.

use egui::{Rect, pos2, vec2};

use crate::hiding::{Hidden, Part};
use crate::theme::GRID;

/// How much of the playground is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Showing {
    /// Everything.
    #[default]
    All,
    /// For an audience: large, and without what only the speaker needs.
    Talk,
    /// Within another page: the stage and what makes it play.
    Embedded,
}

/// The regions of the window. Regions that a size has no room for share the `tabs` region.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Regions {
    /// Controls are made for fingers.
    pub touch: bool,
    /// Name, and on wide windows the whole transport.
    pub bar: Option<Rect>,
    /// The card with the sphere.
    pub stage: Rect,
    /// The sentence.
    pub narration: Rect,
    /// The timeline.
    pub timeline: Option<Rect>,
    /// The transport, where the bar has no room for it.
    pub transport: Option<Rect>,
    /// The setup in a column of its own.
    pub setup: Option<Rect>,
    /// The plots in a column of their own.
    pub plots: Option<Rect>,
    /// Setup and plots as tabs.
    pub tabs: Option<Rect>,
    /// The line at the very bottom.
    pub status: Option<Rect>,
}

/// Three columns from this width on.
const THREE_COLUMNS: f32 = 1100.0;
/// One column below this width.
const ONE_COLUMN: f32 = 800.0;
const BAR: f32 = 56.0;
const STATUS: f32 = 32.0;

impl Regions {
    /// The regions of a window.
    pub(crate) fn of(window: Rect, showing: Showing) -> Self {
        match showing {
            Showing::All => {}
            Showing::Talk => return Self::talk(window),
            Showing::Embedded => return Self::embedded(window),
        }
        if window.width() < ONE_COLUMN {
            Self::phone(window)
        } else {
            Self::desk(window)
        }
    }

    /// Without the columns of which everything is left out; the middle grows into their place.
    pub(crate) fn without(mut self, hidden: &Hidden) -> Self {
        let has_all = |parts: &[Part]| parts.iter().all(|&part| hidden.has(part));
        let mut middle = self.stage;
        if has_all(&[Part::Setup, Part::Lessons])
            && let Some(column) = self.setup.take()
        {
            middle.min.x = column.left();
        }
        if has_all(&[Part::Plots, Part::Why])
            && let Some(column) = self.plots.take()
        {
            middle.max.x = column.right();
        }
        let tabs = [Part::Setup, Part::Lessons, Part::Plots, Part::Why];
        if has_all(&tabs)
            && let Some(rest) = self.tabs.take()
        {
            if rest.top() > self.stage.bottom() {
                // Below the stage: everything moves down by what is free.
                let down = vec2(0.0, rest.height() + 2.0 * GRID);
                self.narration = self.narration.translate(down);
                self.timeline = self.timeline.map(|rect| rect.translate(down));
                self.transport = self.transport.map(|rect| rect.translate(down));
                middle.max += down;
            } else {
                middle.max.x = rest.right();
            }
        }
        self.stage = middle;
        let across = middle.x_range();
        self.narration = Rect::from_x_y_ranges(across, self.narration.y_range());
        let timeline = self.timeline;
        self.timeline = timeline.map(|rect| Rect::from_x_y_ranges(across, rect.y_range()));
        self
    }

    fn desk(window: Rect) -> Self {
        let gap = 3.0 * GRID;
        let bar = window.with_max_y(window.top() + BAR);
        let status = window.with_min_y(window.bottom() - STATUS);
        let body = Rect::from_min_max(
            pos2(window.left() + gap, bar.bottom()),
            pos2(window.right() - gap, status.top()),
        );
        let three = window.width() >= THREE_COLUMNS;
        let roomy = window.width() >= 1600.0;
        let setup_width = if roomy { 296.0 } else { 260.0 };
        let side_width = if roomy { 440.0 } else { 320.0 };
        let left = if three {
            body.left() + setup_width + gap
        } else {
            body.left()
        };
        let right = body.right() - side_width - gap;
        let side = body.with_min_x(right + gap);
        let middle = Rect::from_min_max(pos2(left, body.top()), pos2(right, body.bottom()));
        let timeline = middle.with_min_y(middle.bottom() - 76.0);
        let narration = Rect::from_min_max(
            pos2(middle.left(), timeline.top() - gap - 48.0),
            pos2(middle.right(), timeline.top() - gap),
        );
        Self {
            touch: false,
            bar: Some(bar),
            stage: middle.with_max_y(narration.top() - gap),
            narration,
            timeline: Some(timeline),
            transport: None,
            setup: three.then(|| body.with_max_x(body.left() + setup_width)),
            plots: three.then_some(side),
            tabs: (!three).then_some(side),
            status: Some(status),
        }
    }

    fn phone(window: Rect) -> Self {
        let gap = 2.0 * GRID;
        let bar = window.with_max_y(window.top() + 48.0);
        let status = window.with_min_y(window.bottom() - 26.0);
        let body = Rect::from_min_max(
            pos2(window.left() + gap, bar.bottom()),
            pos2(window.right() - gap, status.top()),
        );
        let stage_height = (body.width() * 0.94).min(body.height() * 0.48);
        let mut top = body.top();
        let mut take = |height: f32| {
            let rect = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), height));
            top += height + gap;
            rect
        };
        let stage = take(stage_height);
        let narration = take(58.0);
        let transport = take(42.0);
        let timeline = take(60.0);
        Self {
            touch: true,
            bar: Some(bar),
            stage,
            narration,
            timeline: Some(timeline),
            transport: Some(transport),
            setup: None,
            plots: None,
            tabs: Some(Rect::from_min_max(pos2(body.left(), top), body.max)),
            status: Some(status),
        }
    }

    /// The stage as large as it can be, its sentence, its timeline and, where there is room, the plots.
    fn talk(window: Rect) -> Self {
        let gap = 3.0 * GRID;
        let bar = window.with_max_y(window.top() + BAR);
        let body = Rect::from_min_max(
            pos2(window.left() + gap, bar.bottom()),
            pos2(window.right() - gap, window.bottom() - gap),
        );
        let has_plots = body.width() >= ONE_COLUMN;
        let right = if has_plots {
            body.right() - 300.0 - gap
        } else {
            body.right()
        };
        let middle = body.with_max_x(right);
        let timeline = middle.with_min_y(middle.bottom() - 64.0);
        let narration = Rect::from_min_max(
            pos2(middle.left(), timeline.top() - gap - 48.0),
            pos2(middle.right(), timeline.top() - gap),
        );
        Self {
            touch: false,
            bar: Some(bar),
            stage: middle.with_max_y(narration.top() - gap),
            narration,
            timeline: Some(timeline),
            transport: None,
            setup: None,
            plots: has_plots.then(|| body.with_min_x(right + gap)),
            tabs: None,
            status: None,
        }
    }

    /// The stage, its sentence and the transport, which fit a small frame of another page.
    fn embedded(window: Rect) -> Self {
        let gap = 2.0 * GRID;
        let body = window.shrink(gap);
        let transport = body.with_min_y(body.bottom() - 42.0);
        let narration = Rect::from_min_max(
            pos2(body.left(), transport.top() - gap - 44.0),
            pos2(body.right(), transport.top() - gap),
        );
        Self {
            touch: true,
            bar: None,
            stage: body.with_max_y(narration.top() - gap),
            narration,
            timeline: None,
            transport: Some(transport),
            setup: None,
            plots: None,
            tabs: None,
            status: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(regions: &Regions) -> Vec<Rect> {
        let mut rects = vec![regions.stage, regions.narration];
        rects.extend(regions.bar);
        rects.extend(regions.timeline);
        rects.extend(regions.status);
        rects.extend(regions.transport);
        rects.extend(regions.setup);
        rects.extend(regions.plots);
        rects.extend(regions.tabs);
        rects
    }

    #[test]
    fn regions_stay_inside_and_apart_at_every_size() {
        for (width, height) in [
            (1280.0, 800.0),
            (1920.0, 1080.0),
            (1100.0, 700.0),
            (900.0, 700.0),
            (390.0, 844.0),
            (360.0, 640.0),
        ] {
            let window = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
            let ways = [Showing::All, Showing::Talk, Showing::Embedded]
                .into_iter()
                .flat_map(|showing| {
                    let lists = ["", "setup,lessons", "plots,why", "setup,lessons,plots,why"];
                    lists.map(|list| Regions::of(window, showing).without(&Hidden::of(list)))
                });
            for regions in ways {
                let rects = all(&regions);
                for (i, a) in rects.iter().enumerate() {
                    assert!(window.contains_rect(*a), "{width}x{height}: {a:?}");
                    assert!(
                        a.width() > 40.0 && a.height() > 20.0,
                        "{width}x{height}: {a:?}"
                    );
                    for b in &rects[i + 1..] {
                        assert!(
                            a.shrink(0.5).intersect(b.shrink(0.5)).is_negative(),
                            "{width}x{height}: {a:?} {b:?}"
                        );
                    }
                }
            }
        }
    }
}
