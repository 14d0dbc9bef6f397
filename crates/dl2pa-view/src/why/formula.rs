//! The rule of the matching, with the numbers of one.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::parts;
use super::story::Teller;
use crate::text::why as text;
use crate::theme::{Tokens, Type};

/// Terms of the sum that are written out.
const MOST_TERMS: usize = 3;

/// Draws the rule, and its sum before and after with the terms of the ring first.
pub(super) fn ui(ui: &mut Ui, teller: &Teller<'_>, ring: usize) {
    let tokens = Tokens::from_ui(ui);
    parts::headline(ui, text::formula());
    rule(ui);
    parts::note(ui, text::formula_note());
    let reasons = teller.reasons;
    let first: Vec<usize> = reasons.rings().get(ring).map_or_else(
        || (0..reasons.classes()).collect(),
        |ring| ring.moves.iter().map(|step| step.class as usize).collect(),
    );
    let sides = [
        (text::box_now(), reasons.after(), reasons.score_after()),
        (text::box_before(), reasons.before(), reasons.score_before()),
    ];
    let moved = !reasons.rings().is_empty();
    for (name, assignment, total) in sides.into_iter().take(if moved { 2 } else { 1 }) {
        let mut job = LayoutJob::default();
        let quiet = TextFormat::simple(Type::Small.regular(), tokens.muted);
        let loud = TextFormat::simple(Type::Small.semibold(), tokens.text);
        job.append(&format!("{name}: "), 0.0, quiet.clone());
        let mut rest = total;
        let terms = first.iter().take(MOST_TERMS);
        for (i, &class) in terms.clone().enumerate() {
            let pin = assignment.as_slice()[class] as usize;
            let cosine = reasons.score(class, pin);
            rest -= cosine;
            let plus = if i > 0 { " + " } else { "" };
            let name = teller.input.name(class as u32);
            job.append(&format!("{plus}{name} "), 0.0, quiet.clone());
            job.append(&text::cosine(cosine), 0.0, loud.clone());
        }
        let others = reasons.classes() - terms.len();
        if others > 0 {
            job.append(&format!(" + {} ", text::others(others)), 0.0, quiet.clone());
            job.append(&text::score(rest), 0.0, loud.clone());
        }
        job.append(" = ", 0.0, quiet);
        job.append(&text::score(total), 0.0, loud);
        ui.add(egui::Label::new(job).wrap());
    }
}

/// How far what stands below or above the line is moved, in points.
const SHIFT: f32 = 4.0;

/// Draws "A* = argmax over A of the sum over y of m_y . w_A(y)" as people write it.
fn rule(ui: &mut Ui) {
    let tokens = Tokens::from_ui(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let mut small = Type::Tiny.regular();
    small.size = 9.5;
    let body = egui::FontId::new(15.0, Type::Body.regular().family);
    let mut left = rect.left();
    for (words, font, shift, gap) in [
        ("A", &body, 0.0, 0.0),
        ("*", &body, -SHIFT * 0.5, 1.0),
        ("=", &body, 0.0, 7.0),
        ("argmax", &body, 0.0, 7.0),
        ("A", &small, SHIFT, 1.0),
        ("Σ", &body, 0.0, 6.0),
        ("y", &small, SHIFT, 1.0),
        ("m", &body, 0.0, 5.0),
        ("y", &small, SHIFT, 1.0),
        ("·", &body, 0.0, 4.0),
        ("w", &body, 0.0, 4.0),
        ("A(y)", &small, SHIFT, 1.0),
    ] {
        let at = pos2(left + gap, rect.center().y + shift);
        let drawn = ui
            .painter()
            .text(at, Align2::LEFT_CENTER, words, font.clone(), tokens.text);
        left = drawn.right();
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text::formula_name()));
}
