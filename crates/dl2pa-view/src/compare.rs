//! The comparison of two ways to spread the prototypes: the words under the spheres and its buttons.

use std::sync::Arc;

use dl2pa_core::protocol::{Provenance, Snapshot};
use dl2pa_core::prototypes::Method;
use egui::{Align, Align2, CornerRadius, Rect, Sense, Ui, pos2, text::LayoutJob, vec2};

use crate::controls::Touch;
use crate::controls::widgets::{Weight, text_button};
use crate::run::Run;
use crate::stage::halves;
use crate::text::prototypes as text;
use crate::theme::{GRID, Tokens, Type};

/// From this width on the corners of the stage have room for more words, in points.
const WIDE: f32 = 800.0;

/// Height of the words under the spheres, in points.
pub(crate) fn caption_height(compact: bool) -> f32 {
    if compact { 104.0 } else { 98.0 }
}

/// The words under both spheres; `angles_deg` are those that the spheres show.
pub(crate) fn captions(
    ui: &Ui,
    rect: Rect,
    run: &Run,
    snapshot: Option<&Arc<Snapshot>>,
    angles_deg: [Option<f64>; 2],
) {
    let [left, right] = halves(rect);
    if let Some(snapshot) = snapshot {
        let made = &snapshot.provenance;
        caption(
            ui,
            left,
            &text::made_by(made, &run.config),
            made,
            angles_deg[0],
        );
    }
    match &run.comparison {
        Some(comparison) => {
            let made = &comparison.provenance;
            let name = text::made_by(made, &run.config);
            caption(ui, right, &name, made, angles_deg[1]);
        }
        None => {
            let tokens = Tokens::from_ui(ui);
            ui.painter().text(
                pos2(right.center().x, right.top() + 10.0),
                Align2::CENTER_CENTER,
                text::compare_wait(),
                Type::Small.regular(),
                tokens.muted,
            );
        }
    }
}

fn caption(ui: &Ui, rect: Rect, name: &str, made: &Provenance, angle_deg: Option<f64>) {
    let tokens = Tokens::from_ui(ui);
    let painter = ui.painter();
    let x = rect.center().x;
    painter.text(
        pos2(x, rect.top() + 8.0),
        Align2::CENTER_CENTER,
        name,
        Type::Title.semibold(),
        tokens.text,
    );
    let Some(angle_deg) = angle_deg else {
        return;
    };
    painter.text(
        pos2(x, rect.top() + 30.0),
        Align2::CENTER_CENTER,
        text::degrees(angle_deg),
        Type::Display.semibold(),
        tokens.text,
    );
    let width = (rect.width() - 6.0 * GRID).min(240.0);
    let bar = Rect::from_center_size(pos2(x, rect.top() + 49.0), vec2(width, 4.0));
    let share = (angle_deg / made.bound_angle_deg.max(1e-9)).clamp(0.0, 1.0) as f32;
    painter.rect_filled(bar, CornerRadius::same(2), tokens.hovered);
    let filled = bar.with_max_x(bar.left() + width * share);
    painter.rect_filled(filled, CornerRadius::same(2), tokens.accent);
    let mut job = LayoutJob::simple(
        text::how_near(angle_deg, made),
        Type::Small.regular(),
        tokens.muted,
        width.max(150.0),
    );
    job.halign = Align::Center;
    let galley = painter.layout_job(job);
    painter.galley(pos2(x, bar.bottom() + 6.0), galley, tokens.muted);
    let id = ui.scope_id().with(("caption", x as i32));
    ui.interact(rect, id, Sense::hover())
        .on_hover_text(text::pair_hint());
}

/// The button that begins a comparison, in the lower right corner of `rect`. True when pressed.
pub(crate) fn begin_button(ui: &mut Ui, rect: Rect, run: &Run, touch: Touch) -> bool {
    let words = if touch.0 {
        text::compare()
    } else if run.rival().0 == Method::Auto {
        text::compare_best()
    } else if rect.width() < WIDE {
        text::compare_t2()
    } else {
        text::compare_paper()
    };
    let pad = if touch.0 { 2.0 * GRID } else { 3.0 * GRID };
    corner(ui, "compare", rect.shrink(pad), Align::Max, |ui| {
        text_button(ui, None, words, false, Weight::Plain, touch)
            .on_hover_text(text::compare_hint())
            .clicked()
    })
}

/// The button that ends it, in the upper right corner of `rect`. True when pressed.
pub(crate) fn end_button(ui: &mut Ui, rect: Rect, touch: Touch) -> bool {
    let pad = if touch.0 { 2.0 * GRID } else { 3.0 * GRID };
    corner(ui, "compare-end", rect.shrink(pad), Align::Min, |ui| {
        text_button(ui, None, text::compare_end(), false, Weight::Primary, touch).clicked()
    })
}

fn corner(
    ui: &mut Ui,
    name: &str,
    rect: Rect,
    vertical: Align,
    draw: impl FnOnce(&mut Ui) -> bool,
) -> bool {
    let layout = egui::Layout::right_to_left(vertical);
    let builder = egui::UiBuilder::new()
        .id_salt(name)
        .max_rect(rect)
        .layout(layout);
    ui.scope_builder(builder, draw).inner
}
