//! The why-panel: for one matching, which labels moved and what for, the score of every pair, what a barred move
//! would cost, and the proof that nothing scores higher.

mod case;
mod formula;
mod matrix;
mod order;
mod parts;
mod signs;
mod story;

use std::sync::Arc;

use dl2pa_core::assignment::{Reasons, WhatIf};
use dl2pa_core::config::HeadKind;
use dl2pa_core::protocol::Relabelling;
use egui::{ScrollArea, Ui};

use crate::controls::Touch;
use crate::controls::icons::Icon;
use crate::controls::widgets::{Weight, icon_button, text_button};
use crate::run::Run;
use crate::selection::Selection;
use crate::stage::Stage;
use crate::text::why as text;
use crate::theme::{GRID, Tokens, Type};

/// More classes than this are not laid out: their matching takes longer than a frame.
const MOST_CLASSES: usize = 300;

/// What one frame of the panel is drawn from.
pub(crate) struct Input<'a> {
    /// All matchings of the run.
    pub ticks: &'a [Arc<Relabelling>],
    pub run: &'a Run,
    pub stage: &'a Stage,
    pub now_secs: f64,
    pub touch: Touch,
}

impl Input<'_> {
    /// Short name of a class.
    fn name(&self, class: u32) -> &str {
        self.run.short_name(class as usize)
    }
}

/// A matching with its reasons, or with the cause why there are none.
#[derive(Debug)]
struct Told {
    relabelling: Arc<Relabelling>,
    reasons: Result<Reasons, text::Nothing>,
}

impl Told {
    fn of(relabelling: &Arc<Relabelling>) -> Self {
        let reasons = if relabelling.after.len() > MOST_CLASSES {
            Err(text::Nothing::TooMany)
        } else {
            match relabelling.reasons() {
                Ok(Some(reasons)) => Ok(reasons),
                Ok(None) => Err(text::Nothing::Forgotten),
                Err(_) => Err(text::Nothing::Odd),
            }
        };
        Self {
            relabelling: Arc::clone(relabelling),
            reasons,
        }
    }
}

/// State of the panel.
#[derive(Debug, Default)]
pub(crate) struct Why {
    told: Option<Told>,
    matrix: matrix::Matrix,
    what_if: Option<WhatIf>,
    /// A class, and what giving it its favourite costs.
    wish: Option<(usize, f64)>,
    proof_open: bool,
}

impl Why {
    /// Forgets the run before.
    pub(crate) fn clear_run(&mut self) {
        self.forget();
        self.told = None;
    }

    /// Draws the panel into all of `ui`.
    pub(crate) fn ui(&mut self, ui: &mut Ui, input: &Input<'_>, selection: &mut Selection) {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.5 * GRID;
            // The bar must not lie over the figures at the right edge.
            ui.set_max_width(ui.available_width() - 2.0);
            self.panel(ui, input, selection);
            ui.add_space(2.0 * GRID);
        });
    }

    fn panel(&mut self, ui: &mut Ui, input: &Input<'_>, selection: &mut Selection) {
        let config = &input.run.config;
        let Some(last) = input.ticks.len().checked_sub(1) else {
            let why = if config.head == HeadKind::Dynamic {
                text::Nothing::NotYet
            } else {
                text::Nothing::Head(config.head)
            };
            parts::nothing(ui, why, config.assign_period);
            return;
        };
        let place = selection.matching().map_or(last, |place| place.min(last));
        let relabelling = &input.ticks[place];
        self.read(relabelling);
        head(ui, input, place, selection);
        let Some(told) = &self.told else {
            return;
        };
        let reasons = match &told.reasons {
            Ok(reasons) => reasons,
            Err(why) => {
                parts::nothing(ui, *why, config.assign_period);
                return;
            }
        };
        let chosen = selection
            .pinned()
            .filter(|&class| class < reasons.classes());
        let ring = chosen.and_then(|class| reasons.ring_of(class)).unwrap_or(0);
        let teller = story::Teller {
            relabelling,
            reasons,
            input,
        };
        teller.rings(ui, ring, selection);
        if let Some(class) = chosen.filter(|&class| reasons.ring_of(class).is_none()) {
            let cost = wish_cost(&mut self.wish, reasons, class);
            teller.stayed(ui, class, cost);
        }
        if relabelling.moved.is_empty() && !relabelling.dealt {
            last_moving(ui, input, place, selection);
        }
        parts::gap(ui);
        let told = teller.told(ring, chosen);
        self.matrix
            .ui(ui, &teller, &told, self.what_if.as_ref(), selection);
        parts::gap(ui);
        formula::ui(ui, &teller, ring);
        if reasons.is_best() {
            let gainer = reasons.rings().get(ring).and_then(|ring| {
                let moves = ring.moves.iter();
                moves.max_by(|a, b| a.gain.total_cmp(&b.gain))
            });
            let asked = chosen.or(gainer.map(|step| step.class as usize));
            if let Some(class) = asked {
                parts::gap(ui);
                case::what_if(ui, &teller, class, &mut self.what_if);
            }
        }
        parts::gap(ui);
        case::proof(ui, &teller, &mut self.proof_open);
    }

    /// Keeps the reasons of one matching, which are found once.
    fn read(&mut self, relabelling: &Arc<Relabelling>) {
        let known = |told: &Told| Arc::ptr_eq(&told.relabelling, relabelling);
        if !self.told.as_ref().is_some_and(known) {
            self.forget();
            self.told = Some(Told::of(relabelling));
        }
    }

    fn forget(&mut self) {
        self.matrix.forget();
        self.what_if = None;
        self.wish = None;
    }
}

/// What giving `class` its favourite prototype costs, found once for each class.
fn wish_cost(wish: &mut Option<(usize, f64)>, reasons: &Reasons, class: usize) -> Option<f64> {
    if let Some((known, cost)) = *wish
        && known == class
    {
        return Some(cost);
    }
    let favourite = reasons.favourite(class).filter(|_| reasons.is_best())?;
    let cost = reasons.force(class, favourite).ok()?.cost;
    *wish = Some((class, cost));
    Some(cost)
}

/// Which matching it is, with the ways to the ones before and after.
fn head(ui: &mut Ui, input: &Input<'_>, place: usize, selection: &mut Selection) {
    let tokens = Tokens::from_ui(ui);
    let relabelling = &input.ticks[place];
    let last = input.ticks.len() - 1;
    let epoch = match &input.run.info {
        Some(info) => relabelling.step as f64 / info.steps_per_epoch.max(1) as f64,
        None => relabelling.epoch as f64,
    };
    ui.horizontal(|ui| {
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        ui.with_layout(layout, |ui| {
            ui.spacing_mut().item_spacing.x = GRID;
            let mut arrow = |ui: &mut Ui, icon, name, to: Option<usize>| {
                ui.add_enabled_ui(to.is_some(), |ui| {
                    let pressed = icon_button(ui, icon, name, name, Weight::Quiet, input.touch);
                    if pressed.clicked()
                        && let Some(to) = to
                    {
                        selection.choose_matching((to < last).then_some(to));
                    }
                });
            };
            let later = (place < last).then_some(place + 1);
            arrow(ui, Icon::Forth, text::later(), later);
            arrow(ui, Icon::Back, text::earlier(), place.checked_sub(1));
            let column = egui::Layout::top_down(egui::Align::Min);
            ui.with_layout(column, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                let title = egui::RichText::new(text::after_epoch(epoch))
                    .font(Type::Title.semibold())
                    .color(tokens.text);
                ui.add(egui::Label::new(title).truncate());
                let what = egui::RichText::new(text::what_happened(relabelling))
                    .font(Type::Small.regular())
                    .color(tokens.muted);
                ui.add(egui::Label::new(what).truncate());
            });
        });
    });
}

/// The way to the last matching before `place` that moved labels, where there is one.
fn last_moving(ui: &mut Ui, input: &Input<'_>, place: usize, selection: &mut Selection) {
    let earlier = input.ticks[..place].iter();
    let Some(moving) = earlier.clone().rposition(|tick| !tick.moved.is_empty()) else {
        return;
    };
    let words = text::last_moving();
    if text_button(ui, None, words, false, Weight::Plain, input.touch).clicked() {
        selection.choose_matching(Some(moving));
    }
}
