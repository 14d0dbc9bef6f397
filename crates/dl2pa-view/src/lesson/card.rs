//! Draws the list of lessons, and one beat of a lesson: words, question, answers, what came of it.

use std::sync::Arc;

use dl2pa_core::lessons::{CardTerms, Lesson, LessonError, Prediction, Stage, Walk};
use egui::{
    Color32, CornerRadius, Id, Label, Layout, Rect, Response, RichText, Role, ScrollArea, Sense,
    Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::{Press, tables};
use crate::controls::Touch;
use crate::controls::widgets::{Weight, text_button};
use crate::text;
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type};

/// Radius of a dot of the progress, in points.
const DOT: f32 = 4.0;

/// What has been drawn.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// What was pressed.
    pub(super) press: Option<Press>,
    /// The control that goes on.
    pub(super) primary: Option<Response>,
    /// All controls.
    pub(super) controls: Vec<Id>,
}

impl Drawn {
    /// Takes notice of a control.
    fn note(&mut self, response: Response, press: Press, is_primary: bool) {
        if response.clicked() {
            self.press = Some(press);
        }
        self.controls.push(response.id);
        if is_primary {
            self.primary.get_or_insert(response);
        }
    }
}

/// The list of lessons; a press opens one.
pub(super) fn list(ui: &mut Ui, lessons: &[Arc<Lesson>], terms: &CardTerms) -> Drawn {
    let mut drawn = Drawn::default();
    heading(ui, &terms.lessons);
    ScrollArea::vertical().show(ui, |ui| {
        for (place, lesson) in lessons.iter().enumerate() {
            let title = format!("{}  {}", lesson.number, lesson.words.title);
            let response = wide_button(ui, &title, Some(&lesson.words.goal));
            drawn.note(response, Press::Open(place), true);
            ui.add_space(GRID);
        }
    });
    drawn
}

/// Height from which on the buttons stay in view while the words above them move, in points.
const ROOMY: f32 = 300.0;

/// The present beat of a lesson.
pub(super) fn lesson(ui: &mut Ui, walk: &Walk) -> Result<Drawn, LessonError> {
    if ui.available_height() < ROOMY {
        // A phone: everything moves together.
        return ScrollArea::vertical()
            .id_salt(&walk.beat().id)
            .auto_shrink([false, false])
            .show(ui, |ui| {
                head(ui, walk);
                let mut drawn = beat(ui, walk)?;
                ui.add_space(2.0 * GRID);
                foot(ui, walk, &mut drawn);
                Ok(drawn)
            })
            .inner;
    }
    head(ui, walk);
    // The buttons stay in view however long the words are.
    let footer = Touch(true).height() + 3.0 * GRID;
    let height = (ui.available_height() - footer).max(80.0);
    let mut drawn = ScrollArea::vertical()
        .id_salt(&walk.beat().id)
        .auto_shrink([false, false])
        .max_height(height)
        .show(ui, |ui| beat(ui, walk))
        .inner?;
    ui.add_space(2.0 * GRID);
    foot(ui, walk, &mut drawn);
    Ok(drawn)
}

/// Number, title and progress.
fn head(ui: &mut Ui, walk: &Walk) {
    let lesson = walk.lesson();
    let number = format!(
        "{} {} · {}",
        lesson.terms.card.lesson, lesson.number, lesson.words.anchor
    );
    small(ui, &number);
    heading(ui, &lesson.words.title);
    dots(ui, walk);
    ui.add_space(2.0 * GRID);
}

/// The buttons that lead from beat to beat.
fn foot(ui: &mut Ui, walk: &Walk, drawn: &mut Drawn) {
    let lesson = walk.lesson();
    let terms = &lesson.terms.card;
    ui.horizontal(|ui| {
        let is_last = walk.at() + 1 == lesson.plan.beats.len();
        if walk.at() > 0 {
            drawn.note(button(ui, &terms.back, Weight::Plain), Press::Back, false);
        }
        let next = if is_last { &terms.finish } else { &terms.next };
        let is_done = *walk.stage() == Stage::Done;
        let weight = if is_done {
            Weight::Primary
        } else {
            Weight::Plain
        };
        drawn.note(button(ui, next, weight), Press::Forward, is_done);
        ui.with_layout(Layout::right_to_left(egui::Align::Center), |ui| {
            if !is_last {
                drawn.note(button(ui, &terms.leave, Weight::Quiet), Press::Leave, false);
            }
        });
    });
}

fn beat(ui: &mut Ui, walk: &Walk) -> Result<Drawn, LessonError> {
    let tokens = Tokens::from_ui(ui);
    let words = walk.words()?;
    let terms = &walk.lesson().terms.card;
    let mut drawn = Drawn::default();
    paragraph(ui, &words.text, tokens.text);
    if let Some(question) = &words.question {
        ui.add_space(2.0 * GRID);
        let question = RichText::new(question)
            .font(Type::Body.semibold())
            .color(tokens.text);
        ui.add(Label::new(question).wrap());
    }
    match walk.stage() {
        Stage::Asking => {
            for (place, name) in walk.beat().choices.iter().enumerate() {
                if let Some(choice) = words.choices.get(name) {
                    ui.add_space(GRID);
                    let response = wide_button(ui, &choice.label, None);
                    drawn.note(response, Press::Answer(place), true);
                }
            }
        }
        Stage::Ready => {
            ui.add_space(2.0 * GRID);
            drawn.note(button(ui, &terms.run, Weight::Primary), Press::Go, true);
        }
        Stage::Running => {
            ui.add_space(2.0 * GRID);
            paragraph(ui, &terms.running, tokens.muted);
        }
        Stage::Broken { message } => {
            ui.add_space(2.0 * GRID);
            let message = message.as_ref().unwrap_or(&terms.stopped);
            paragraph(ui, message, tokens.alarm);
            drawn.note(button(ui, &terms.run, Weight::Primary), Press::Go, true);
        }
        Stage::Done => outcome(ui, walk, &mut drawn)?,
    }
    if walk.beat().shows_paper {
        ui.add_space(3.0 * GRID);
        tables::both(ui, walk)?;
    }
    Ok(drawn)
}

/// What came of the beat: the prediction, the sentence, the numbers, and the button to run it again.
fn outcome(ui: &mut Ui, walk: &Walk, drawn: &mut Drawn) -> Result<(), LessonError> {
    let tokens = Tokens::from_ui(ui);
    let terms = &walk.lesson().terms.card;
    if let Some(Prediction { choice, is_right }) = walk.prediction() {
        let said = match is_right {
            Some(true) => &terms.right,
            Some(false) => &terms.wrong,
            None => &terms.undecided,
        };
        ui.add_space(2.0 * GRID);
        paragraph(ui, &text::quoted(choice.label.as_str()), tokens.muted);
        paragraph(ui, &format!("{said} {}", choice.because), tokens.text);
    }
    if let (Some(verdict), Some(sentence)) = (walk.verdict(), walk.sentence()?) {
        ui.add_space(2.0 * GRID);
        let (headline, color) = if verdict.passed {
            (&terms.holds, tokens.accent)
        } else {
            (&terms.fails, tokens.alarm)
        };
        let headline = RichText::new(headline)
            .font(Type::Body.semibold())
            .color(color);
        ui.label(headline);
        paragraph(ui, &sentence, tokens.text);
        for finding in &verdict.findings {
            // The mark says the same as the colour of the headline, for those who do not see it.
            let mark = if finding.holds { "+" } else { "−" };
            small(
                ui,
                &format!("{mark} {}", walk.lesson().finding_line(finding)),
            );
        }
    }
    if !walk.beat().lanes.is_empty() {
        ui.add_space(GRID);
        let again = format!("{} {}", terms.again, walk.next_seed());
        drawn.note(button(ui, &again, Weight::Plain), Press::Go, false);
    }
    Ok(())
}

/// One dot a beat: filled when it is done, ringed where the learner is.
fn dots(ui: &mut Ui, walk: &Walk) {
    let tokens = Tokens::from_ui(ui);
    let progress = walk.progress();
    let width = 4.0 * DOT * progress.len() as f32;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 4.0 * DOT), Sense::hover());
    for (place, &is_done) in progress.iter().enumerate() {
        let at = pos2(
            rect.left() + DOT * (4.0 * place as f32 + 2.0),
            rect.center().y,
        );
        let color = if is_done {
            tokens.accent
        } else {
            tokens.outline
        };
        ui.painter().circle_filled(at, DOT, color);
        if place == walk.at() {
            ui.painter()
                .circle_stroke(at, DOT + 2.5, Stroke::new(1.5, tokens.text));
        }
    }
    let name = format!("{} / {}", walk.at() + 1, progress.len());
    response.widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &name));
}

pub(super) fn heading(ui: &mut Ui, words: &str) {
    let tokens = Tokens::from_ui(ui);
    let words = RichText::new(words)
        .font(Type::Display.semibold())
        .color(tokens.text);
    ui.add(Label::new(words).wrap());
}

pub(super) fn small(ui: &mut Ui, words: &str) {
    let tokens = Tokens::from_ui(ui);
    let words = RichText::new(words)
        .font(Type::Small.regular())
        .color(tokens.muted);
    ui.add(Label::new(words).wrap());
}

pub(super) fn paragraph(ui: &mut Ui, words: &str, color: Color32) {
    let words = RichText::new(words).font(Type::Body.regular()).color(color);
    ui.add(Label::new(words).wrap());
}

fn button(ui: &mut Ui, words: &str, weight: Weight) -> Response {
    text_button(ui, None, words, false, weight, Touch(true))
}

/// A button as wide as there is room whose words may take several lines, with a smaller explanation.
fn wide_button(ui: &mut Ui, words: &str, under: Option<&str>) -> Response {
    let tokens = Tokens::from_ui(ui);
    let pad = 3.0 * GRID;
    let width = ui.available_width();
    let inner = width - 2.0 * pad;
    let layout =
        |words: &str, font, color| ui.painter().layout(words.to_owned(), font, color, inner);
    let title = layout(words, Type::Body.regular(), tokens.text);
    let under = under.map(|words| layout(words, Type::Small.regular(), tokens.muted));
    let under_height = under.as_ref().map_or(0.0, |galley| galley.size().y + 2.0);
    let height = (title.size().y + under_height + 2.0 * pad).max(Touch(true).height());
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    let hot = response.hovered() || response.has_focus();
    let fill = if hot { tokens.hovered } else { tokens.raised };
    let radius = CornerRadius::same(CONTROL_RADIUS);
    ui.painter().rect_filled(rect, radius, fill);
    if response.has_focus() {
        let ring = Stroke::new(2.0, tokens.accent);
        ui.painter()
            .rect_stroke(rect, radius, ring, StrokeKind::Inside);
    }
    let text = Rect::from_min_max(
        pos2(
            rect.left() + pad,
            rect.center().y - (title.size().y + under_height) / 2.0,
        ),
        rect.max,
    );
    let below = text.top() + title.size().y + 2.0;
    ui.painter().galley(text.min, title, tokens.text);
    if let Some(under) = under {
        ui.painter()
            .galley(pos2(text.left(), below), under, tokens.muted);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, words));
    response
}
