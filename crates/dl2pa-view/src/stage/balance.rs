//! The balance beside the sphere: the score of the ring that moves, now and after.

use egui::{Align2, CornerRadius, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

use super::relabel::{Act, Show};
use crate::motion::Beat;
use crate::text::why as text;
use crate::theme::{CARD_RADIUS, GRID, Tokens, Type, fade};

const SIZE: Vec2 = vec2(136.0, 122.0);
/// Where the stage is small.
const SMALL: Vec2 = vec2(112.0, 100.0);
/// How far the beam tilts at most, in radians.
const MOST_TILT_RAD: f32 = 0.26;
/// A gain of so much a label tilts it all the way.
const FULL_GAIN: f64 = 0.25;

/// Sums of the cosines of the leading ring: before and after. Without known class means before counts as 0.
fn sums(show: &Show) -> Option<[f64; 2]> {
    let relabelling = show.relabelling();
    let total = |pins: &[u32]| -> Option<f64> {
        let lead = show.lead().iter();
        lead.map(|&class| {
            let pin = *pins.get(class as usize)?;
            relabelling.cosine(class as usize, pin as usize)
        })
        .sum()
    };
    match (total(&relabelling.before), total(&relabelling.after)) {
        (Some(before), Some(after)) => Some([before, after]),
        _ => show.gain().map(|gain| [0.0, gain]),
    }
}

/// Draws the balance into the left of `rect`, if the act has come to it.
pub(super) fn draw(ui: &Ui, rect: Rect, show: &Show, act: Act) {
    let weighed = act.of(Beat::Weigh);
    let opacity = (weighed * 5.0).min(1.0) * (1.0 - act.of(Beat::Settle));
    let Some([before, after]) = sums(show).filter(|_| opacity > 0.01) else {
        return;
    };
    let tokens = Tokens::from_ui(ui);
    let small = rect.width() < 520.0;
    let size = if small { SMALL } else { SIZE };
    let pad = if small { 2.0 * GRID } else { 3.0 * GRID };
    let card = Rect::from_min_size(pos2(rect.left() + pad, rect.bottom() - pad - size.y), size);
    let painter = ui.painter().with_clip_rect(rect);
    let radius = CornerRadius::same(CARD_RADIUS);
    let shadow = ui.visuals().popup_shadow.as_shape(card, radius);
    painter.add(Shape::from(shadow));
    painter.rect(
        card,
        radius,
        fade(tokens.surface, 0.96 * opacity),
        Stroke::new(1.0, fade(tokens.outline, opacity)),
        StrokeKind::Inside,
    );
    let ink = |color| fade(color, opacity);
    painter.text(
        pos2(card.center().x, card.top() + 13.0),
        Align2::CENTER_CENTER,
        text::balance_title(show.lead().len()),
        Type::Tiny.regular(),
        ink(tokens.muted),
    );

    let gain = after - before;
    let share = (gain / (FULL_GAIN * show.lead().len().max(1) as f64)).clamp(-1.0, 1.0);
    // The heavier side sinks.
    let tilt = share as f32 * MOST_TILT_RAD * weighed;
    let hub = pos2(
        card.center().x,
        card.top() + if small { 28.0 } else { 32.0 },
    );
    let arm = size.x * 0.30;
    let foot = hub.y + if small { 24.0 } else { 30.0 };
    painter.line_segment([hub, pos2(hub.x, foot)], Stroke::new(2.0, ink(tokens.pin)));
    painter.line_segment(
        [pos2(hub.x - 9.0, foot), pos2(hub.x + 9.0, foot)],
        Stroke::new(2.0, ink(tokens.pin)),
    );
    let along = Vec2::angled(tilt) * arm;
    painter.line_segment(
        [hub - along, hub + along],
        Stroke::new(2.5, ink(tokens.text)),
    );
    painter.circle_filled(hub, 3.0, ink(tokens.text));
    let counted = before + gain * f64::from(weighed);
    let sides = [
        (hub - along, text::now(), before, tokens.muted),
        (hub + along, text::after(), counted, tokens.accent),
    ];
    let figures = card.bottom() - if small { 27.0 } else { 34.0 };
    for (end, name, value, color) in sides {
        let pan = end + vec2(0.0, 13.0);
        for side in [-1.0, 1.0] {
            let edge = pan + vec2(side * 13.0, 0.0);
            painter.line_segment([end, edge], Stroke::new(1.0, ink(tokens.pin)));
        }
        let dish = Rect::from_center_size(pan + vec2(0.0, 2.0), vec2(30.0, 4.5));
        painter.rect_filled(dish, CornerRadius::same(2), ink(color));
        let x = if end.x < hub.x {
            card.center().x - arm
        } else {
            card.center().x + arm
        };
        painter.text(
            pos2(x, figures),
            Align2::CENTER_CENTER,
            text::score(value),
            Type::Title.semibold(),
            ink(tokens.text),
        );
        painter.text(
            pos2(x, figures + 15.0),
            Align2::CENTER_CENTER,
            name,
            Type::Tiny.regular(),
            ink(tokens.muted),
        );
    }
    painter.text(
        pos2(hub.x, foot + if small { 9.0 } else { 11.0 }),
        Align2::CENTER_CENTER,
        text::signed(counted - before),
        Type::Tiny.semibold(),
        ink(tokens.accent),
    );
}
