//! The dialogue of a teacher: what a class sees of the playground, as a link or as a frame for a page.

mod address;

use dl2pa_core::lessons::Language;
use egui::{
    Context, CornerRadius, Label, Modal, Response, RichText, ScrollArea, Stroke, StrokeKind,
    TextEdit, Ui, vec2,
};

use crate::controls::Touch;
use crate::controls::widgets::{Weight, segmented, text_button, title};
use crate::hiding::{Hidden, Part};
use crate::link::{self, MAX_CHARS};
use crate::playground::{FrameInput, Playground};
use crate::text::{classroom as words, sharing};
use crate::theme::{CONTROL_RADIUS, GRID, Tokens, Type};
use address::{Begins, Wanted};

const WIDTH: f32 = 520.0;
/// Of the window's height.
const MOST_HEIGHT: f32 = 0.92;
/// Height of what stands above and below the choices, in points.
const BESIDES: f32 = 240.0;
/// Height of the address, in points; a longer one is scrolled.
const ADDRESS: f32 = 64.0;
const BEGINNINGS: [Begins; 3] = [Begins::AtStart, Begins::Playing, Begins::Here];
/// The languages that can be asked for; without one each reader has their own.
const LANGUAGES: [Option<Language>; 3] = [None, Some(Language::English), Some(Language::German)];

/// State of the dialogue; what was chosen stays while the playground does.
#[derive(Debug)]
pub(crate) struct Classroom {
    is_open: bool,
    /// The first tick is to be taken by the keyboard.
    expects_keys: bool,
    /// For each of [`Part::ALL`], whether the class sees it.
    seen: [bool; Part::ALL.len()],
    wanted: Wanted,
}

impl Default for Classroom {
    fn default() -> Self {
        Self {
            is_open: false,
            expects_keys: false,
            seen: [true; Part::ALL.len()],
            wanted: Wanted {
                hidden: Hidden::default(),
                begins: Begins::AtStart,
                is_large: false,
                language: None,
                is_framed: false,
            },
        }
    }
}

impl Classroom {
    /// Opens it.
    pub(crate) fn open(&mut self) {
        self.is_open = true;
        self.expects_keys = true;
    }

    /// Draws what can be chosen.
    fn choices(&mut self, ui: &mut Ui, touch: Touch) {
        title(ui, words::sees(), "", words::sees_hint(), true);
        let columns = if touch.0 { 1 } else { 2 };
        let width = ui.available_width() / columns as f32 - GRID;
        egui::Grid::new("classroom-parts")
            .num_columns(columns)
            .min_col_width(width)
            .spacing(vec2(GRID, GRID))
            .show(ui, |ui| {
                for (place, (part, seen)) in Part::ALL.into_iter().zip(&mut self.seen).enumerate() {
                    let tick = tick(ui, seen, words::part(part), touch);
                    if std::mem::take(&mut self.expects_keys) {
                        tick.request_focus();
                    }
                    if (place + 1) % columns == 0 {
                        ui.end_row();
                    }
                }
            });
        let parts = Part::ALL.into_iter().zip(self.seen);
        self.wanted.hidden = parts
            .filter(|(_, seen)| !seen)
            .map(|(part, _)| part)
            .collect();
        ui.add_space(2.0 * GRID);
        title(ui, words::begins(), "", "", true);
        let names = [
            (words::at_start(), ""),
            (words::playing(), ""),
            (words::here(), words::here_hint()),
        ];
        let wanted = &mut self.wanted;
        choose(ui, &names, &BEGINNINGS, &mut wanted.begins, touch);
        ui.add_space(2.0 * GRID);
        title(ui, words::language(), "", "", true);
        let names = [
            (words::theirs(), words::theirs_hint()),
            (words::english(), ""),
            (words::german(), ""),
        ];
        choose(ui, &names, &LANGUAGES, &mut wanted.language, touch);
        ui.add_space(2.0 * GRID);
        title(ui, words::form(), "", "", true);
        let names = [(words::link(), ""), (words::frame(), words::frame_hint())];
        choose(ui, &names, &[false, true], &mut wanted.is_framed, touch);
        ui.add_space(GRID);
        ui.add_enabled_ui(!wanted.is_framed, |ui| {
            tick(ui, &mut wanted.is_large, words::large(), touch);
        });
    }
}

/// A box to be ticked. A ring says that the keyboard is on it.
fn tick(ui: &mut Ui, is_ticked: &mut bool, name: &str, touch: Touch) -> Response {
    ui.spacing_mut().interact_size.y = touch.height();
    let tick = ui.checkbox(is_ticked, name);
    if tick.has_focus() {
        let ring = Stroke::new(2.0, Tokens::from_ui(ui).accent);
        let radius = CornerRadius::same(CONTROL_RADIUS);
        ui.painter()
            .rect_stroke(tick.rect, radius, ring, StrokeKind::Outside);
    }
    tick
}

/// A row of choices, each with a hint; `taken` becomes what is pressed.
fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    names: &[(&str, &str)],
    choices: &[T],
    taken: &mut T,
    touch: Touch,
) {
    let place = choices.iter().position(|choice| choice == taken);
    if let Some(pressed) = segmented(ui, names, place, true, touch)
        && let Some(&choice) = choices.get(pressed)
    {
        *taken = choice;
    }
}

impl Playground {
    /// Draws the dialogue over everything where it is open. A window has no address to give, and no dialogue.
    pub(crate) fn classroom_ui(&mut self, ui: &Ui, touch: Touch, input: &FrameInput<'_>) {
        let Some(page) = input.host.address.as_deref() else {
            self.classroom.is_open = false;
            return;
        };
        if !self.classroom.is_open {
            return;
        }
        let tokens = Tokens::from_ui(ui);
        let frame = egui::Frame::popup(ui.style()).inner_margin(4.0 * GRID);
        let mut is_copied = false;
        let mut is_closed = false;
        let modal = Modal::new(ui.scope_id().with("classroom")).frame(frame);
        let modal = modal.show(ui.ctx(), |ui| {
            let window = ui.ctx().content_rect();
            ui.set_width(WIDTH.min(window.width() - 12.0 * GRID));
            let heading = RichText::new(words::title())
                .font(Type::Title.semibold())
                .color(tokens.text);
            ui.label(heading);
            small(ui, words::note(), &tokens);
            ui.add_space(2.0 * GRID);
            let height = MOST_HEIGHT * window.height() - BESIDES;
            ScrollArea::vertical()
                .max_height(height)
                .min_scrolled_height(height)
                .show(ui, |ui| self.classroom.choices(ui, touch));
            ui.add_space(2.0 * GRID);
            let made = self.for_a_class(ui.ctx(), page);
            result(ui, &made, &tokens);
            ui.add_space(2.0 * GRID);
            ui.horizontal(|ui| {
                let copy = words::copy();
                if let Ok((text, _)) = &made
                    && text_button(ui, None, copy, false, Weight::Primary, touch).clicked()
                {
                    ui.ctx().copy_text(text.clone());
                    is_copied = true;
                }
                let close = words::close();
                is_closed = text_button(ui, None, close, false, Weight::Plain, touch).clicked();
            });
        });
        if is_copied {
            let said = match self.classroom.wanted.is_framed {
                true => words::frame_copied(),
                false => words::link_copied(),
            };
            self.say(said.to_owned());
        }
        if modal.should_close() || is_copied || is_closed {
            self.classroom.is_open = false;
        }
    }

    /// What the class is given, on the playground's page at `page`, and whether it lacks the points that were drawn; or
    /// why there is no link to this run.
    fn for_a_class(&self, ctx: &Context, page: &str) -> Result<(String, bool), String> {
        let mut wanted = self.classroom.wanted.clone();
        let mut state = self.state(ctx);
        match wanted.begins {
            Begins::Here if state.step == 0 => wanted.begins = Begins::AtStart,
            Begins::Here => {}
            Begins::AtStart | Begins::Playing => state.step = 0,
        }
        let taken = wanted.address(page, "").chars().count();
        let link = link::write(&state, MAX_CHARS.saturating_sub(taken))
            .map_err(|error| sharing::refused(&error))?;
        let address = wanted.address(page, &link.text);
        let text = if wanted.is_framed {
            address::frame(&address, words::frame_title())
        } else {
            address
        };
        Ok((text, link.leaves_out_points))
    }
}

/// The address, or why there is none.
fn result(ui: &mut Ui, made: &Result<(String, bool), String>, tokens: &Tokens) {
    title(ui, words::address(), "", "", true);
    let (text, leaves_out_points) = match made {
        Ok((text, leaves_out_points)) => (text, *leaves_out_points),
        Err(refusal) => return small(ui, refusal, tokens),
    };
    let area = ScrollArea::vertical()
        .id_salt("address")
        .max_height(ADDRESS);
    area.show(ui, |ui| {
        let mut text = text.as_str();
        let field = TextEdit::multiline(&mut text)
            .font(Type::Small.regular())
            .desired_width(f32::INFINITY);
        let field = ui.add(field);
        field.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::TextInput, true, words::address())
        });
    });
    if leaves_out_points {
        small(ui, sharing::leaves_out_points(), tokens);
    }
}

fn small(ui: &mut Ui, text: &str, tokens: &Tokens) {
    let text = RichText::new(text)
        .font(Type::Small.regular())
        .color(tokens.muted);
    ui.add(Label::new(text).wrap());
}
