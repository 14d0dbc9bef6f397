//! The menu of what leaves the playground: link, command, pictures, numbers.

use egui::{Popup, Ui, vec2};

use super::Touch;
use super::icons::Icon;
use super::widgets::{Weight, icon_button};
use crate::text::{classroom, film, own, sharing as words};

/// What a person wants to take along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Take {
    Link,
    Classroom,
    Command,
    Svg,
    Png,
    Film,
    Csv,
    Json,
    Run,
}

/// What is offered, with its key. A window has no address to give to a class.
fn offers(has_address: bool) -> Vec<(Take, &'static str, &'static str)> {
    let mut offers = vec![
        (Take::Link, words::copy_link(), "S"),
        (Take::Command, words::copy_command(), ""),
        (Take::Png, words::save_png(), ""),
        (Take::Svg, words::save_svg(), ""),
        (Take::Film, film::offer(), "F"),
        (Take::Csv, words::save_csv(), ""),
        (Take::Json, words::save_json(), ""),
        (Take::Run, own::save_run(), ""),
    ];
    if has_address {
        offers.insert(1, (Take::Classroom, classroom::offer(), ""));
    }
    offers
}

/// Draws the button with its menu; what was chosen.
pub(crate) fn menu(ui: &mut Ui, has_address: bool, touch: Touch) -> Option<Take> {
    let button = icon_button(
        ui,
        Icon::Share,
        words::share(),
        words::share_hint(),
        Weight::Quiet,
        touch,
    );
    let mut taken = None;
    Popup::menu(&button).gap(4.0).show(|ui| {
        for (take, name, key) in offers(has_address) {
            let item = egui::Button::new(name)
                .shortcut_text(key)
                .min_size(vec2(260.0, touch.height()))
                .frame_when_inactive(false);
            if ui.add(item).clicked() {
                taken = Some(take);
                ui.close();
            }
        }
    });
    taken
}
