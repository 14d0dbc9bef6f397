//! The menu of what leaves the playground: link, command, pictures, numbers.

use egui::{Popup, Ui, vec2};

use super::Touch;
use super::icons::Icon;
use super::widgets::{Weight, icon_button};
use crate::text::{own, sharing as words};

/// What a person wants to take along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Take {
    Link,
    Command,
    Svg,
    Png,
    Csv,
    Json,
    Run,
}

const OFFERS: [(Take, &str, &str); 7] = [
    (Take::Link, words::COPY_LINK, "S"),
    (Take::Command, words::COPY_COMMAND, ""),
    (Take::Png, words::SAVE_PNG, ""),
    (Take::Svg, words::SAVE_SVG, ""),
    (Take::Csv, words::SAVE_CSV, ""),
    (Take::Json, words::SAVE_JSON, ""),
    (Take::Run, own::SAVE_RUN, ""),
];

/// Draws the button with its menu; what was chosen.
pub(crate) fn menu(ui: &mut Ui, touch: Touch) -> Option<Take> {
    let button = icon_button(
        ui,
        Icon::Share,
        words::SHARE,
        words::SHARE_HINT,
        Weight::Quiet,
        touch,
    );
    let mut taken = None;
    Popup::menu(&button).gap(4.0).show(|ui| {
        for (take, name, key) in OFFERS {
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
