//! Inter in two weights, compiled in: the interface looks the same on every machine.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

/// The family of headings, buttons and figures that matter.
pub(crate) const SEMIBOLD: &str = "semibold";

/// Makes Inter the only font of `ctx`; semibold is the family named [`SEMIBOLD`].
pub(crate) fn install(ctx: &egui::Context) {
    let regular: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
    let semibold: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");
    let mut fonts = FontDefinitions::empty();
    fonts
        .font_data
        .insert("inter".to_owned(), Arc::new(FontData::from_static(regular)));
    fonts.font_data.insert(
        "inter-semibold".to_owned(),
        Arc::new(FontData::from_static(semibold)),
    );
    let regular = vec!["inter".to_owned()];
    fonts
        .families
        .insert(FontFamily::Proportional, regular.clone());
    // Nothing here needs fixed-width letters, and Inter's figures are all one width already.
    fonts.families.insert(FontFamily::Monospace, regular);
    fonts.families.insert(
        FontFamily::Name(SEMIBOLD.into()),
        vec!["inter-semibold".to_owned()],
    );
    ctx.set_fonts(fonts);
}
