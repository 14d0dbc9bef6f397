//! The curves of a run, or of runs side by side: accuracy, loss, labels moved, the closest pair of prototypes.

mod card;

use std::borrow::Cow;

use dl2pa_core::protocol::{History, Snapshot};
use egui::{Rect, Ui, pos2};
use egui_plot::LineStyle;

use crate::branch::WAITS_EPOCHS;
use crate::controls::Touch;
use crate::controls::transport::Ask;
use crate::lane::Lane;
use crate::selection::Selection;
use crate::text;
use crate::theme::{GRID, Tokens};
use card::{Card, Series};

/// Width of the spreading's curve in relation to that of the epochs.
const SPREAD_SHARE: f64 = 0.35;
/// What there is before the first snapshot.
static NO_CURVES: History = History {
    loss: Vec::new(),
    train_accuracy: Vec::new(),
    test_accuracy: Vec::new(),
    min_angle_deg: Vec::new(),
    labels_moved: Vec::new(),
    spread_angle_deg: Vec::new(),
};
/// Height of a plot card where they are scrolled, in points.
const CARD_HEIGHT: f32 = 150.0;

/// What the plots are drawn from.
pub(crate) struct Input<'a> {
    /// One run, or runs side by side, the leading one last.
    pub lanes: &'a [&'a Lane],
    /// The earlier epoch that is looked at.
    pub shown: Option<f64>,
    /// Whether fingers scroll here, so that dragging is not for going through the run.
    pub touch: Touch,
}

/// Draws the four cards below each other, filling `rect`; what was asked for. Where the pointer is, and which classes
/// moved there, is told to `selection`.
pub(crate) fn column(
    ui: &mut Ui,
    rect: Rect,
    input: &Input<'_>,
    selection: &mut Selection,
) -> Option<Ask> {
    let gap = 2.0 * GRID;
    let tokens = Tokens::from_ui(ui);
    let lanes = input.lanes;
    let lead = lanes.last()?;
    let snapshot = lead.snapshot.as_deref();
    let history = snapshot.map_or(&NO_CURVES, |snapshot| &*snapshot.history);
    let limit = snapshot.map(|snapshot| snapshot.provenance.bound_angle_deg);
    let last_epoch = horizon(snapshot, lead.run.config.epochs);
    let mut cards = cards(history, limit, last_epoch, &tokens);
    if lanes.len() > 1 {
        set_beside(&mut cards, lanes, last_epoch, &tokens);
    }
    let height = (rect.height() - gap * (cards.len() - 1) as f32) / cards.len() as f32;
    let mut ask = None;
    for (i, card) in cards.iter().enumerate() {
        let top = rect.top() + i as f32 * (height + gap);
        let area = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + height));
        let pointed = card::draw(
            ui,
            area,
            card,
            input.touch,
            &card::Stress {
                shown: input.shown,
                moment: selection.moment(),
                is_hushed: &|epoch, reach| {
                    selection.class().is_some_and(|class| {
                        !lead.timeline.has_moved(&lead.run, class, epoch, reach)
                    })
                },
            },
        );
        let Some(pointed) = pointed else {
            continue;
        };
        selection.point_at_moment(pointed.epoch);
        let reach = pointed.reach;
        if card.bars
            && let Some(place) = lead.timeline.nearest(&lead.run, pointed.epoch, reach)
        {
            selection.point_at_matching(place, &lead.timeline.ticks()[place].moved);
        }
        if pointed.is_pressed && pointed.epoch >= 0.0 {
            let now = snapshot.map_or(0.0, |snapshot| snapshot.epoch);
            ask = Some(Ask::to(pointed.epoch, now));
        }
    }
    ask
}

/// Which curve of a history.
type Curve = fn(&History) -> &[[f64; 2]];

/// Replaces the curves of one run by those of several: the leading one's line is whole, as that of `dynamic` in
/// the paper's figures, those of the others are broken.
fn set_beside<'a>(cards: &mut [Card<'a>; 4], lanes: &[&'a Lane], last_epoch: f64, tokens: &Tokens) {
    let names = text::lineup::lane_names(lanes);
    let count = lanes.len();
    let now = |lane: &&Lane| lane.snapshot.as_ref().map_or(0.0, |shown| shown.epoch);
    // A run that waits for its branch is further; its curve shows that, and the figures are those of one time.
    let present = lanes.last().map_or(0.0, now) + WAITS_EPOCHS;
    let last_epoch = lanes.iter().map(now).fold(last_epoch, f64::max);
    let curves: [Curve; 4] = [
        |history| &history.test_accuracy,
        |history| &history.loss,
        |history| &history.labels_moved,
        |history| &history.min_angle_deg,
    ];
    for (card, curve) in cards.iter_mut().zip(curves) {
        card.span = [0.0, last_epoch];
        card.bars = false;
        card.present = present;
        card.series = lanes
            .iter()
            .zip(&names)
            .enumerate()
            .map(|(place, (lane, name))| {
                let behind = count - 1 - place;
                Series {
                    name: name.clone(),
                    color: [tokens.accent, tokens.text, tokens.muted][behind.min(2)],
                    style: match behind {
                        0 => LineStyle::Solid,
                        1 => LineStyle::dashed_loose(),
                        _ => LineStyle::dotted_dense(),
                    },
                    points: lane.snapshot.as_deref().map_or_else(
                        || Cow::Owned(Vec::new()),
                        |snapshot| Cow::Borrowed(curve(&snapshot.history)),
                    ),
                }
            })
            .collect();
    }
    let titles = [
        text::plot_accuracy(),
        text::plot_loss(),
        text::labels_moved(),
        text::closest_pair(),
    ];
    for (card, title) in cards.iter_mut().zip(titles) {
        card.title = title;
    }
}

/// Right end of the epoch axis: it grows with the run, so that early curves are not a sliver.
fn horizon(snapshot: Option<&Snapshot>, epochs: usize) -> f64 {
    let epoch = snapshot.map_or(0.0, |snapshot| snapshot.epoch);
    (epoch * 1.04).max(4.0).min((epochs as f64).max(1.0))
}

/// The curve of the closest pair: how the spreading went, before epoch 0, and what became of it.
fn closest_pair(history: &History, last_epoch: f64) -> (Cow<'_, [[f64; 2]]>, [f64; 2]) {
    let spread = &history.spread_angle_deg;
    if spread.is_empty() {
        return (Cow::Borrowed(&history.min_angle_deg), [0.0, last_epoch]);
    }
    let is_over = spread.last().is_some_and(|point| point[0] >= 1.0);
    let (lead, end) = if is_over {
        (SPREAD_SHARE * last_epoch, last_epoch)
    } else {
        (1.0, 0.0)
    };
    let points = spread
        .iter()
        .map(|&[share, angle]| [(share - 1.0) * lead, angle])
        .chain(history.min_angle_deg.iter().copied())
        .collect();
    (Cow::Owned(points), [-lead, end])
}

fn cards<'a>(
    history: &'a History,
    limit: Option<f64>,
    last_epoch: f64,
    tokens: &Tokens,
) -> [Card<'a>; 4] {
    let main = tokens.accent;
    let span = [0.0, last_epoch];
    let (closest, closest_span) = closest_pair(history, last_epoch);
    let one = |points: Cow<'a, [[f64; 2]]>| {
        vec![Series {
            name: String::new(),
            color: main,
            style: LineStyle::Solid,
            points,
        }]
    };
    [
        Card {
            id: "accuracy",
            title: text::plot_accuracy(),
            series: vec![
                Series {
                    name: text::series_train().to_owned(),
                    color: tokens.faint,
                    style: LineStyle::Solid,
                    points: Cow::Borrowed(&history.train_accuracy),
                },
                Series {
                    name: text::series_test().to_owned(),
                    color: main,
                    style: LineStyle::Solid,
                    points: Cow::Borrowed(&history.test_accuracy),
                },
            ],
            factor: 100.0,
            unit: " %",
            decimals: 1,
            bars: false,
            top: 100.0,
            limit: None,
            span,
            present: f64::INFINITY,
            empty: text::plot_empty(),
        },
        Card {
            id: "loss",
            title: text::plot_loss(),
            series: one(Cow::Borrowed(&history.loss)),
            factor: 1.0,
            unit: "",
            decimals: 3,
            bars: false,
            top: 0.1,
            limit: None,
            span,
            present: f64::INFINITY,
            empty: text::plot_empty(),
        },
        Card {
            id: "labels-moved",
            title: text::plot_moved(),
            series: one(Cow::Borrowed(&history.labels_moved)),
            factor: 1.0,
            unit: "",
            decimals: 0,
            bars: true,
            top: 4.0,
            limit: None,
            span,
            present: f64::INFINITY,
            empty: text::plot_empty_moved(),
        },
        Card {
            id: "min-angle",
            title: text::plot_angle(),
            series: one(closest),
            factor: 1.0,
            unit: "°",
            decimals: 1,
            bars: false,
            top: 10.0,
            limit,
            span: closest_span,
            present: f64::INFINITY,
            empty: text::plot_empty_angle(),
        },
    ]
}

/// The column is scrolled below this height, in points.
pub(crate) const LEAST_HEIGHT: f32 = 480.0;

/// Height of the column where it is scrolled, in points.
pub(crate) fn scrolled_height() -> f32 {
    4.0 * CARD_HEIGHT + 3.0 * 2.0 * GRID
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spreading_ends_where_training_begins() {
        let mut history = History::default();
        assert_eq!(closest_pair(&history, 8.0).1, [0.0, 8.0]);
        history.spread_angle_deg = vec![[0.0, 3.0], [0.5, 20.0]];
        let (points, span) = closest_pair(&history, 8.0);
        assert_eq!(points.as_ref(), [[-1.0, 3.0], [-0.5, 20.0]]);
        assert_eq!(span, [-1.0, 0.0]);
        history.spread_angle_deg.push([1.0, 40.0]);
        history.min_angle_deg = vec![[0.25, 40.0]];
        let (points, span) = closest_pair(&history, 8.0);
        assert_eq!(points[2..], [[0.0, 40.0], [0.25, 40.0]]);
        assert!((span[0] + 8.0 * SPREAD_SHARE).abs() < 1e-12);
    }
}
