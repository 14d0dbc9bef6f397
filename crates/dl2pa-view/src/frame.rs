//! One frame: puts every part into its region.

use dl2pa_core::config::RunConfig;
use dl2pa_core::lessons;
use dl2pa_core::protocol::FailureCause;
use egui::{Align, Layout, Rect, ScrollArea, Ui, pos2, vec2};

use crate::branch::Origin;
use crate::controls::Touch;
use crate::controls::key;
use crate::controls::share::Take;
use crate::controls::transport::{Ask, PlayState};
use crate::controls::widgets::{Weight, segmented, text_button};
use crate::hiding::{Hidden, Part};
use crate::lane::Lane;
use crate::layout::Regions;
use crate::overlay::{self, Remedy};
use crate::playground::{HostStatus, Playground, Tab, inside, padded};
use crate::run::Outcome;
use crate::stage::StageInput;
use crate::theme::{GRID, Tokens, Type};
use crate::timeline::Times;
use crate::tour::Tour;
use crate::{bars, compare, film, legend, narration, own, plots, side_by_side, text, why};

/// What the frame is drawn from.
pub(crate) struct Input<'a> {
    pub host: &'a HostStatus,
    pub now_secs: f64,
    pub dt_secs: f64,
    pub play: PlayState,
    /// For a picture: without what can only be pressed.
    pub still: bool,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Drawn {
    pub asks: Vec<Ask>,
    /// What is to be copied or saved.
    pub take: Option<Take>,
    /// Settings of a new run.
    pub start: Option<RunConfig>,
    /// What a lesson asks for.
    pub lesson: Vec<lessons::Ask>,
}

/// Draws the whole window.
pub(crate) fn draw(
    parts: &mut Playground,
    ui: &mut Ui,
    regions: &Regions,
    input: &Input<'_>,
) -> Drawn {
    let mut drawn = Drawn::default();
    let tokens = Tokens::from_ui(ui);
    let touch = Touch(regions.touch);
    if let Some(rect) = regions.bar {
        bars::top(parts, ui, rect, regions, input, &mut drawn);
    }
    stage_card(parts, ui, regions.stage, input, &mut drawn);
    inside(ui, "narration", regions.narration, |ui| {
        let sentence = parts.sentence();
        narration::draw(ui, regions.narration, sentence);
    });
    if let Some(rect) = regions.transport {
        inside(ui, "transport", rect, |ui| {
            let layout = Layout::left_to_right(Align::Center);
            ui.with_layout(layout, |ui| {
                drawn
                    .asks
                    .extend(parts.transport.buttons(ui, input.play, touch));
                if !parts.hidden.has(Part::Speed) {
                    let width = (ui.available_width() - 50.0).max(60.0);
                    drawn
                        .asks
                        .extend(parts.transport.speed_ui(ui, width, touch));
                }
            });
        });
    }
    if let Some(rect) = regions.timeline {
        ui.painter().add(tokens.card().paint(rect));
        let lead = &parts.lead;
        let epoch = lead.snapshot.as_ref().map_or(0.0, |shown| shown.epoch);
        let inner = rect.shrink2(vec2(3.0 * GRID, 2.0 * GRID));
        let times = Times {
            now: epoch,
            shown: parts.playhead.epoch(),
            branched: lead.origin.as_ref().map(Origin::epoch),
            branching: (!parts.hidden.has(Part::Setup)).then(|| parts.branch_offer()),
        };
        // A room of its own: what comes and goes in it must not change who is who in those after it.
        let ask = inside(ui, "timeline", rect, |ui| {
            lead.timeline
                .ui(ui, inner, &lead.run, &times, &mut parts.selection)
        });
        drawn.asks.extend(ask);
    }
    if let Some(rect) = regions.setup {
        ui.painter().add(tokens.card().paint(rect));
        inside(ui, "setup", padded(rect, 4.0 * GRID), |ui| {
            let taken = if parts.teaching {
                Tab::Lessons
            } else {
                Tab::Setup
            };
            let choices = [Tab::Setup, Tab::Lessons];
            if let Some(pressed) = choice_of_tabs(ui, &choices, taken, &parts.hidden, touch) {
                parts.teaching = pressed == Tab::Lessons;
            }
            ui.add_space(2.0 * GRID);
            if parts.teaching {
                lesson_panel(parts, ui, &mut drawn);
            } else {
                setup_panel(parts, ui, touch, &mut drawn);
            }
        });
    }
    if let Some(rect) = regions.plots {
        side(parts, ui, rect, input, touch, &mut drawn);
    }
    if let Some(rect) = regions.tabs {
        tabs(parts, ui, rect, input, touch, &mut drawn);
    }
    own::overlay(ui);
    if let Some(rect) = regions.status {
        bars::status(parts, ui, rect, regions.touch, input);
    }
    drawn
}

pub(crate) fn stage_card(
    parts: &mut Playground,
    ui: &mut Ui,
    rect: Rect,
    input: &Input<'_>,
    drawn: &mut Drawn,
) {
    let tokens = Tokens::from_ui(ui);
    ui.painter().add(tokens.card().paint(rect));
    let compact = rect.width() < 520.0;
    let touch = Touch(compact);
    let key_pad = if compact { 2.0 * GRID } else { 3.0 * GRID };
    let key_width = rect.width() - 2.0 * key_pad;
    let key_height = if parts.comparing {
        compare::caption_height(compact)
    } else {
        legend::Grid::of(parts.lead.run.classes(), key_width).height()
    };
    let key = Rect::from_min_max(
        pos2(rect.left() + key_pad, rect.bottom() - key_pad - key_height),
        pos2(rect.right() - key_pad, rect.bottom() - key_pad),
    );
    inside(ui, "stage", rect, |ui| {
        if parts.rivals.is_empty() {
            one_run(parts, ui, rect, key, input);
        } else {
            side_by_side::draw(parts, ui, rect, key, input);
        }
        if parts.tour.is_some_and(Tour::is_over) && !input.still {
            let above = rect.with_max_y(key.top());
            drawn
                .asks
                .extend(side_by_side::invitation(ui, above, touch, &parts.hidden));
        }
        stopped(parts, ui, rect, input, drawn);
        if !input.still {
            parts.note.ui(ui, rect, input.now_secs);
            film::card(parts, ui, rect);
        }
    });
}

/// The sphere of the leading run, alone on the stage, or beside that of its comparison.
fn one_run(parts: &mut Playground, ui: &mut Ui, rect: Rect, key: Rect, input: &Input<'_>) {
    let compact = rect.width() < 520.0;
    let touch = Touch(compact);
    let clear = Rect::from_min_max(
        pos2(rect.left(), rect.top() + overlay::title_height(compact)),
        pos2(rect.right(), key.top() - GRID),
    );
    let body = rect.shrink(1.0).with_max_y(key.top() - GRID);
    let Lane {
        run,
        stage,
        shown,
        title,
        is_exhibit,
        recorded,
        ..
    } = &mut parts.lead;
    let snapshot = shown.as_ref();
    let stage_input = StageInput {
        snapshot,
        run,
        now_secs: input.now_secs,
        dt_secs: input.dt_secs,
        names: parts.names,
        pair: parts.pair || parts.pair_pointed,
        comparing: parts.comparing,
        leads: true,
    };
    stage.ui(ui, body, clear, &mut parts.selection, &stage_input);
    let subtitle = if parts.comparing {
        text::prototypes::from_one_start(&run.config)
    } else if let Some(unknown) = *recorded {
        text::own::recorded(unknown)
    } else {
        text::stage_subtitle(&run.config)
    };
    let under = (subtitle, stage.caption());
    let has_figures = !parts.comparing && !*is_exhibit;
    let heading = if *is_exhibit {
        (title.clone().unwrap_or_default(), String::new(), None)
    } else {
        (text::stage_title(&run.config), under.0, under.1)
    };
    parts.pair_pointed = overlay::title(ui, rect, snapshot, heading, has_figures);
    stage.gauge(ui, body, &stage_input);
    let mut wish = None;
    if parts.comparing {
        compare::captions(ui, key, run, snapshot, stage.closest_deg());
        if !input.still {
            wish = compare::end_button(ui, rect, touch).then_some(false);
        }
    } else {
        if !*is_exhibit {
            legend::ui(ui, key, run, &mut parts.selection);
        }
        stage.card(ui, body, &parts.selection, &stage_input);
        if snapshot.is_some() && !input.still && !*is_exhibit {
            wish = compare::begin_button(ui, body, run, touch).then_some(true);
        }
    }
    if snapshot.is_none() && input.host.fatal.is_none() && run.outcome == Outcome::Open {
        overlay::getting_ready(ui, clear);
    }
    if let Some(comparing) = wish {
        parts.compare(comparing);
    }
}

/// The card over a stage whose run, or whose host, cannot go on.
fn stopped(parts: &Playground, ui: &mut Ui, rect: Rect, input: &Input<'_>, drawn: &mut Drawn) {
    if let Some(fatal) = &input.host.fatal {
        let fatal = text::host::line(fatal);
        overlay::stopped(ui, rect.shrink(1.0), text::fatal_title(), &fatal, &[]);
        return;
    }
    let failed = parts
        .lanes()
        .into_iter()
        .find_map(|lane| match &lane.run.outcome {
            Outcome::Failed { message, cause } => Some((message, *cause)),
            _ => None,
        });
    let Some((message, cause)) = failed else {
        return;
    };
    let (headline, remedies): (_, &[Remedy]) = if cause == FailureCause::Diverged {
        (text::diverged_title(), &[Remedy::Slower, Remedy::Again])
    } else {
        (text::failed_title(), &[Remedy::Again])
    };
    let config = &parts.lead.run.config;
    let message = text::failed(cause, message);
    match overlay::stopped(ui, rect.shrink(1.0), headline, &message, remedies) {
        Some(Remedy::Again) => drawn.start = Some(RunConfig::clone(config)),
        Some(Remedy::Slower) => {
            drawn.start = Some(RunConfig {
                lr: config.lr / 10.0,
                ..RunConfig::clone(config)
            });
        }
        None => {}
    }
}

fn setup_panel(parts: &mut Playground, ui: &mut Ui, touch: Touch, drawn: &mut Drawn) {
    let tokens = Tokens::from_ui(ui);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let branched = parts.lead.origin.as_ref().map(Origin::epoch);
        let note = branched.map_or_else(|| text::setup_note().to_owned(), text::branch::setup_note);
        let note = egui::RichText::new(note)
            .font(Type::Small.regular())
            .color(tokens.muted);
        ui.add(egui::Label::new(note).wrap());
        ui.add_space(2.0 * GRID);
        let count = parts.rivals.len() + 1;
        drawn.asks.extend(side_by_side::section(ui, count, touch));
        ui.add_space(3.0 * GRID);
        let made_by = parts.lead.snapshot.as_ref();
        let made_by = made_by.and_then(|snapshot| snapshot.provenance.method);
        if let Some(config) = parts.setup.ui(ui, &mut parts.own, made_by, touch) {
            drawn.start = Some(config);
        }
        ui.add_space(2.0 * GRID);
        key::ui(ui, &mut parts.pair, touch);
        ui.add_space(2.0 * GRID);
        let copy = text_button(
            ui,
            None,
            text::sharing::copy_command(),
            false,
            Weight::Plain,
            touch,
        );
        if copy
            .on_hover_text(text::sharing::copy_command_hint())
            .clicked()
        {
            drawn.take = Some(Take::Command);
        }
        ui.horizontal_wrapped(|ui| {
            let words = text::glossary::title();
            if text_button(ui, None, words, false, Weight::Plain, touch).clicked() {
                parts.glossary.toggle();
            }
            let language = text::other_language();
            if text_button(ui, None, language, false, Weight::Plain, touch).clicked() {
                parts.speak(text::catalogue::after(parts.language()));
            }
        });
    });
}

/// The tabs that are not left out; which one was pressed.
fn choice_of_tabs(
    ui: &mut Ui,
    tabs: &[Tab],
    taken: Tab,
    hidden: &Hidden,
    touch: Touch,
) -> Option<Tab> {
    let shown: Vec<Tab> = tabs
        .iter()
        .copied()
        .filter(|&tab| !hidden.has_tab(tab))
        .collect();
    let names: Vec<(&str, &str)> = shown
        .iter()
        .map(|tab| match tab {
            Tab::Plots => (text::plots(), ""),
            Tab::Why => (text::why::tab(), text::why::tab_hint()),
            Tab::Setup => (text::setup(), text::setup_note()),
            Tab::Lessons => (text::lessons(), text::lessons_hint()),
        })
        .collect();
    let place = shown.iter().position(|&tab| tab == taken);
    let pressed = segmented(ui, &names, place, true, touch)?;
    shown.get(pressed).copied()
}

/// The right column where the setup has a place of its own: plots or the why-panel.
fn side(
    parts: &mut Playground,
    ui: &mut Ui,
    rect: Rect,
    input: &Input<'_>,
    touch: Touch,
    drawn: &mut Drawn,
) {
    inside(ui, "side", rect, |ui| {
        let taken = match parts.tab {
            Tab::Why => Tab::Why,
            _ if parts.hidden.has(Part::Plots) => Tab::Why,
            _ => Tab::Plots,
        };
        let choices = [Tab::Plots, Tab::Why];
        if let Some(pressed) = choice_of_tabs(ui, &choices, taken, &parts.hidden, touch) {
            parts.tab = pressed;
        }
        let below = rect.with_min_y(rect.top() + touch.height() + 2.0 * GRID);
        if taken == Tab::Why {
            why_panel(parts, ui, below, input, touch);
        } else {
            curves(parts, ui, below, touch, drawn);
        }
    });
}

fn curves(parts: &mut Playground, ui: &mut Ui, rect: Rect, touch: Touch, drawn: &mut Drawn) {
    let mut selection = std::mem::take(&mut parts.selection);
    let input = plots::Input {
        lanes: &parts.lanes(),
        shown: parts.playhead.epoch(),
        touch,
    };
    let ask = plots::column(ui, rect, &input, &mut selection);
    parts.selection = selection;
    drawn.asks.extend(ask);
}

fn why_panel(parts: &mut Playground, ui: &mut Ui, rect: Rect, input: &Input<'_>, touch: Touch) {
    ui.painter().add(Tokens::from_ui(ui).card().paint(rect));
    let pad = if touch.0 { 3.0 * GRID } else { 4.0 * GRID };
    inside(ui, "why", padded(rect, pad), |ui| {
        let why_input = why::Input {
            ticks: parts.lead.timeline.ticks(),
            run: &parts.lead.run,
            stage: &parts.lead.stage,
            now_secs: input.now_secs,
            touch,
        };
        parts.why.ui(ui, &why_input, &mut parts.selection);
    });
}

fn lesson_panel(parts: &mut Playground, ui: &mut Ui, drawn: &mut Drawn) {
    let Some(panel) = &mut parts.lessons else {
        return;
    };
    match panel.ui(ui) {
        Ok(asks) => drawn.lesson.extend(asks),
        Err(error) => parts.say(error.to_string()),
    }
}

fn tabs(
    parts: &mut Playground,
    ui: &mut Ui,
    rect: Rect,
    input: &Input<'_>,
    touch: Touch,
    drawn: &mut Drawn,
) {
    let tokens = Tokens::from_ui(ui);
    inside(ui, "tabs", rect, |ui| {
        let choices = [Tab::Plots, Tab::Why, Tab::Setup, Tab::Lessons];
        if let Some(pressed) = choice_of_tabs(ui, &choices, parts.tab, &parts.hidden, touch) {
            parts.tab = pressed;
        }
        let below = rect.with_min_y(rect.top() + touch.height() + 2.0 * GRID);
        match parts.tab {
            Tab::Plots => inside(ui, "tab-plots", below, |ui| {
                if below.height() >= plots::LEAST_HEIGHT {
                    curves(parts, ui, below, touch, drawn);
                } else {
                    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                        let size = vec2(ui.available_width(), plots::scrolled_height());
                        let (area, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                        curves(parts, ui, area, touch, drawn);
                    });
                }
            }),
            Tab::Why => why_panel(parts, ui, below, input, touch),
            Tab::Lessons => {
                ui.painter().add(tokens.card().paint(below));
                inside(ui, "tab-lessons", padded(below, 3.0 * GRID), |ui| {
                    lesson_panel(parts, ui, drawn);
                });
            }
            Tab::Setup => {
                ui.painter().add(tokens.card().paint(below));
                inside(ui, "tab-setup", padded(below, 3.0 * GRID), |ui| {
                    setup_panel(parts, ui, touch, drawn);
                });
            }
        }
    });
}
