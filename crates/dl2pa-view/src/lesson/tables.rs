//! The learner's figures and the paper's, one under the other and never in one table.

use dl2pa_core::lessons::{LessonError, Walk};
use egui::{Grid, RichText, Ui};

use super::card::{paragraph, small};
use crate::theme::{GRID, Tokens, Type};

/// Both tables with their titles, the note and the sources.
pub(super) fn both(ui: &mut Ui, walk: &Walk) -> Result<(), LessonError> {
    let tokens = Tokens::from_ui(ui);
    let lesson = walk.lesson();
    let terms = &lesson.terms.card;
    title(ui, &terms.ran, &tokens);
    let ran = lesson.ran_table(walk.notebook());
    if ran.is_empty() {
        small(ui, &terms.ran_nothing);
    }
    for (lane, measure, value, runs) in ran {
        ui.horizontal_wrapped(|ui| {
            figure(ui, &value, &tokens);
            let of = if runs > 1 {
                format!("{measure}, {lane} ({runs} {})", terms.runs)
            } else {
                format!("{measure}, {lane}")
            };
            small(ui, &of);
        });
    }
    ui.add_space(4.0 * GRID);
    title(ui, &terms.measured, &tokens);
    let paper = &lesson.words.paper;
    small(ui, &paper.heading);
    if !lesson.plan.paper_rows.is_empty() {
        Grid::new("paper")
            .num_columns(paper.columns.len() + 1)
            .show(ui, |ui| {
                ui.label("");
                for column in &paper.columns {
                    small(ui, column);
                }
                ui.end_row();
                for (row, figures) in lesson.paper_table() {
                    small(ui, row);
                    for value in figures {
                        figure(ui, &value, &tokens);
                    }
                    ui.end_row();
                }
            });
    }
    paragraph(ui, &walk.paper_note()?, tokens.text);
    for source in lesson.paper_sources() {
        small(ui, &format!("{}: {source}", terms.source));
    }
    if let Some(study) = &lesson.plan.study {
        small(ui, &format!("{}: dl2pa-app --study {study}", terms.repeat));
    }
    Ok(())
}

fn title(ui: &mut Ui, words: &str, tokens: &Tokens) {
    let words = RichText::new(words)
        .font(Type::Title.semibold())
        .color(tokens.text);
    ui.label(words);
}

fn figure(ui: &mut Ui, value: &str, tokens: &Tokens) {
    let value = RichText::new(value)
        .font(Type::Body.semibold())
        .color(tokens.text);
    ui.label(value);
}
