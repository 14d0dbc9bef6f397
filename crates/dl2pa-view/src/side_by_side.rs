//! Up to three runs side by side: one camera, one clock, one seed.

use egui::{Align2, CornerRadius, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::controls::Touch;
use crate::controls::transport::Ask;
use crate::controls::widgets::{Weight, segmented, text_button, title};
use crate::frame::Input;
use crate::hiding::{Hidden, Part};
use crate::lane::Lane;
use crate::playground::{Playground, inside};
use crate::stage::StageInput;
use crate::text::{self, lineup as words, tour};
use crate::theme::{CARD_RADIUS, GRID, Tokens, Type, fade};
use crate::tour::Tour;
use crate::{legend, overlay};

/// Height of the words under each sphere, in points.
const CAPTION: f32 = 66.0;
/// The name of the first lesson.
const FIRST_LESSON: &str = "three-methods";

/// The part of the setup that says how many runs stand side by side, and keeps the present settings as one of
/// them; what was asked for.
pub(crate) fn section(ui: &mut Ui, count: usize, touch: Touch) -> Option<Ask> {
    title(ui, words::spheres(), "", words::spheres_hint(), true);
    let pressed = segmented(ui, &words::counts(), count.checked_sub(1), true, touch);
    let keep = text_button(ui, None, words::keep(), false, Weight::Plain, touch)
        .on_hover_text(words::keep_hint())
        .clicked();
    match pressed {
        Some(place) => Some(Ask::Spheres(place + 1)),
        None => keep.then_some(Ask::Keep),
    }
}

/// Draws all runs into `rect`, their shared class key into `key`.
pub(crate) fn draw(parts: &mut Playground, ui: &mut Ui, rect: Rect, key: Rect, input: &Input<'_>) {
    let tokens = Tokens::from_ui(ui);
    let compact = rect.width() < 520.0;
    // The invitation takes the heading's place where there is room for one of them only.
    let invites = parts.tour.is_some_and(Tour::is_over) && !input.still && !compact;
    let heading = if parts.lead.is_exhibit || invites {
        (String::new(), String::new(), None)
    } else {
        let title = text::stage_title(&parts.lead.run.config);
        (title, words::alike().to_owned(), parts.lead.stage.caption())
    };
    overlay::title(ui, rect, parts.lead.shown.as_ref(), heading, false);
    let titles: Vec<Option<String>> = parts
        .lanes()
        .into_iter()
        .map(|lane| lane.title.clone())
        .collect();
    let names = words::lane_names(&parts.lanes());
    let names: Vec<String> = titles
        .into_iter()
        .zip(names)
        .map(|(title, name)| title.unwrap_or(name))
        .collect();
    let body = Rect::from_min_max(
        pos2(rect.left(), rect.top() + overlay::title_height(compact)),
        pos2(rect.right(), key.top() - GRID),
    );
    let width = body.width() / names.len() as f32;
    let mut camera = parts.lead.stage.camera();
    let rivals = parts.rivals.len();
    for (place, name) in names.iter().enumerate() {
        let left = body.left() + place as f32 * width;
        let column = body.with_min_x(left).with_max_x(left + width);
        if place > 0 {
            ui.painter().line_segment(
                [
                    pos2(left, column.top() + 2.0 * GRID),
                    pos2(left, column.bottom() - 2.0 * GRID),
                ],
                Stroke::new(1.0, fade(tokens.outline, 0.9)),
            );
        }
        let lane = match parts.rivals.get_mut(place) {
            Some((_, lane)) => lane,
            None => &mut parts.lead,
        };
        let clear = column
            .with_max_y(column.bottom() - CAPTION)
            .shrink2(vec2(GRID, 0.0));
        let stage_input = StageInput {
            snapshot: lane.shown.as_ref(),
            run: &lane.run,
            now_secs: input.now_secs,
            dt_secs: input.dt_secs,
            // Small spheres have no room for the names of many classes.
            names: parts.names && (clear.width() > 300.0 || lane.run.classes() <= 12),
            pair: parts.pair,
            comparing: false,
            leads: place == rivals,
        };
        lane.stage.look_from(camera);
        inside(ui, ["run-0", "run-1", "run-2"][place.min(2)], clear, |ui| {
            lane.stage
                .ui(ui, clear, clear, &mut parts.selection, &stage_input);
        });
        // Whichever sphere is turned turns all of them.
        camera = lane.stage.camera();
        let caption_rect = column.with_min_y(clear.bottom());
        caption(ui, caption_rect, name, lane, place == rivals);
        if lane.shown.is_none() && input.host.fatal.is_none() {
            overlay::getting_ready(ui, clear);
        }
    }
    parts.lead.stage.look_from(camera);
    for (_, lane) in &mut parts.rivals {
        lane.stage.look_from(camera);
    }
    if !parts.lead.is_exhibit {
        legend::ui(ui, key, &parts.lead.run, &mut parts.selection);
    }
}

/// What the end of the first minute offers, above the spheres or, on a phone, over them; what was chosen.
pub(crate) fn invitation(ui: &mut Ui, rect: Rect, touch: Touch, hidden: &Hidden) -> Option<Ask> {
    let tokens = Tokens::from_ui(ui);
    let mut offers = vec![
        (tour::deal_again(), tour::deal_again_hint(), Ask::Deal),
        (tour::three_heads(), words::counts()[2].1, Ask::Spheres(3)),
        (
            tour::first_lesson(),
            text::lessons_hint(),
            Ask::Lesson(FIRST_LESSON),
        ),
    ];
    offers.retain(|(.., ask)| !(hidden.has(Part::Lessons) && matches!(ask, Ask::Lesson(_))));
    let pad = 3.0 * GRID;
    let area = if touch.0 {
        let row = touch.height() + 2.0 * GRID;
        let size = vec2(rect.width() - 6.0 * GRID, 2.0 * pad + 3.0 * row);
        let card = Rect::from_center_size(rect.center(), size);
        let radius = CornerRadius::same(CARD_RADIUS);
        let shadow = ui.visuals().popup_shadow.as_shape(card, radius);
        ui.painter().add(Shape::from(shadow));
        let outline = Stroke::new(1.0, tokens.outline);
        let ground = fade(tokens.surface, 0.96);
        ui.painter()
            .rect(card, radius, ground, outline, StrokeKind::Inside);
        card.shrink(pad)
    } else {
        rect.with_max_y(rect.top() + overlay::title_height(false))
            .shrink(pad)
    };
    let layout = if touch.0 {
        egui::Layout::top_down_justified(egui::Align::Center)
    } else {
        egui::Layout::right_to_left(egui::Align::Center)
    };
    let builder = egui::UiBuilder::new()
        .id_salt("invitation")
        .max_rect(area)
        .layout(layout);
    let mut chosen = None;
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing = vec2(2.0 * GRID, 2.0 * GRID);
        let mut offer = |ui: &mut Ui, place: usize| {
            let (name, hint, ask) = offers[place];
            let weight = if place == 0 {
                Weight::Primary
            } else {
                Weight::Plain
            };
            let button = text_button(ui, None, name, false, weight, touch);
            if button.on_hover_text(hint).clicked() {
                chosen = Some(ask);
            }
        };
        if touch.0 {
            (0..offers.len()).for_each(|place| offer(ui, place));
        } else {
            (0..offers.len()).rev().for_each(|place| offer(ui, place));
            let now_you = egui::RichText::new(tour::now_you())
                .font(Type::Title.semibold())
                .color(tokens.accent);
            ui.label(now_you);
        }
    });
    chosen
}

/// Name and figures of a run.
fn caption(ui: &Ui, rect: Rect, name: &str, lane: &Lane, leads: bool) {
    let tokens = Tokens::from_ui(ui);
    let painter = ui.painter_at(rect);
    let x = rect.center().x;
    let snapshot = lane.shown.as_ref();
    let figure = if lane.is_exhibit {
        snapshot.map(|shown| text::prototypes::degrees(shown.min_angle_deg))
    } else {
        let accuracy = snapshot.and_then(|snapshot| snapshot.test_accuracy);
        accuracy.map(text::percent)
    };
    let figure = figure.unwrap_or_else(|| text::nothing_yet().to_owned());
    let name = painter.layout_no_wrap(
        name.to_owned(),
        Type::Title.semibold(),
        if leads { tokens.accent } else { tokens.text },
    );
    let figure = painter.layout_no_wrap(figure, Type::Display.semibold(), tokens.text);
    let gap = 3.0 * GRID;
    let is_wide = name.size().x + gap + figure.size().x < rect.width() - 4.0 * GRID;
    let (top, middle) = (rect.top() + 4.0, rect.top() + 20.0);
    if is_wide {
        let left = x - 0.5 * (name.size().x + gap + figure.size().x);
        let at = pos2(left + name.size().x + gap, middle - 0.5 * figure.size().y);
        painter.galley(pos2(left, middle - 0.5 * name.size().y), name, tokens.text);
        painter.galley(at, figure, tokens.text);
    } else {
        let at = pos2(x - 0.5 * name.size().x, top);
        let below = pos2(x - 0.5 * figure.size().x, top + name.size().y);
        painter.galley(at, name, tokens.text);
        painter.galley(below, figure, tokens.text);
        return;
    }
    let Some(snapshot) = snapshot else {
        return;
    };
    let figures = if lane.is_exhibit {
        text::closest_pair().to_owned()
    } else {
        words::figures(snapshot.labels_moved.iter().sum(), snapshot.min_angle_deg)
    };
    painter.text(
        pos2(x, middle + 24.0),
        Align2::CENTER_CENTER,
        figures,
        Type::Small.regular(),
        tokens.muted,
    );
}
