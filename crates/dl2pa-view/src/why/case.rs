//! Two ways to doubt a matching: bar a move and see what it costs, and read the prices that prove the rest.

use dl2pa_core::assignment::WhatIf;
use egui::Ui;

use super::parts;
use super::story::Teller;
use crate::controls::widgets::{Weight, text_button};
use crate::text::why as words;
use crate::text::why::doubt as text;

/// Bars the prototype that `class` was given, and says what would be best then.
pub(super) fn what_if(ui: &mut Ui, teller: &Teller<'_>, class: usize, found: &mut Option<WhatIf>) {
    let Some(prototype) = teller.reasons.after().prototype_of(class) else {
        return;
    };
    parts::headline(ui, text::what_if());
    let touch = teller.input.touch;
    let shown = found.as_ref().filter(|found| found.class as usize == class);
    let words = match shown {
        Some(_) => text::allow().to_owned(),
        None => text::forbid(teller.input.name(class as u32), prototype),
    };
    let is_shown = shown.is_some();
    if let Some(what_if) = shown {
        let said = text::forbidden(what_if, |class| teller.input.name(class));
        parts::sentence(ui, &said);
    }
    if text_button(ui, None, &words, false, Weight::Plain, touch).clicked() {
        *found = if is_shown {
            None
        } else {
            teller.reasons.forbid(class).ok()
        };
    }
}

/// The prices in sums, and how near the assignment comes to their bound.
pub(super) fn proof(ui: &mut Ui, teller: &Teller<'_>, open: &mut bool) {
    parts::fold(ui, text::proof(), open, teller.input.touch);
    let reasons = teller.reasons;
    let proof = reasons.proof();
    let verdict = text::verdict(
        proof.gap,
        reasons.is_best(),
        teller.relabelling.dealt,
        reasons.best_score(),
    );
    parts::sentence(ui, &verdict);
    if !*open {
        return;
    }
    parts::note(ui, text::proof_note());
    let sums = [
        proof.class_prices,
        proof.prototype_prices,
        proof.class_prices + proof.prototype_prices,
        proof.score,
    ];
    for (i, (name, sum)) in text::proof_rows().into_iter().zip(sums).enumerate() {
        parts::figure(ui, name, &text::price_sum(sum), i == 2);
    }
    parts::figure(ui, text::proof_gap(), &words::exact(proof.gap), true);
    ui.add_space(4.0);
    let pairs = reasons.classes() * reasons.prototypes();
    let least = words::exact(proof.least_slack);
    parts::figure(ui, &text::proof_least(pairs), &least, false);
    let chosen = words::exact(proof.greatest_chosen_slack);
    parts::figure(ui, text::proof_chosen(), &chosen, false);
    parts::note(ui, words::by_slack_hint());
}
