//! The look: colour tokens for dark and light, the type scale, the 4-pixel grid, egui's own style.

use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle, Theme};

use crate::fonts;

/// One step of the spacing grid, in points.
pub(crate) const GRID: f32 = 4.0;
/// How present marks are, in [0, 1], beside those that are stressed.
pub(crate) const HUSHED: f32 = 0.2;
/// Corner radius of cards.
pub(crate) const CARD_RADIUS: u8 = 12;
/// Corner radius of buttons and fields.
pub(crate) const CONTROL_RADIUS: u8 = 8;

/// The colours of one theme; nothing else in this crate names a colour of its own but the palette.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tokens {
    /// True for the dark theme.
    pub dark: bool,
    /// Behind everything.
    pub background: Color32,
    /// Cards.
    pub surface: Color32,
    /// What lies on a card: fields, resting buttons.
    pub raised: Color32,
    /// The same under the pointer.
    pub hovered: Color32,
    /// Hairlines.
    pub outline: Color32,
    /// Reading text.
    pub text: Color32,
    /// Text that explains; at least 4.5:1 on a card.
    pub muted: Color32,
    /// Decoration only: ticks, empty marks.
    pub faint: Color32,
    /// The one accent.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Warnings and the fatal state.
    pub alarm: Color32,
    /// The lit side of the sphere.
    pub sphere_light: Color32,
    /// The shaded side of the sphere.
    pub sphere_shade: Color32,
    /// The rim of light at the sphere's edge.
    pub sphere_rim: Color32,
    /// Circles of latitude and longitude.
    pub graticule: Color32,
    /// The pins themselves, which carry no class of their own.
    pub pin: Color32,
}

const DARK: Tokens = Tokens {
    dark: true,
    background: Color32::from_rgb(0x0a, 0x0d, 0x13),
    surface: Color32::from_rgb(0x12, 0x16, 0x1f),
    raised: Color32::from_rgb(0x1c, 0x22, 0x2e),
    hovered: Color32::from_rgb(0x27, 0x2f, 0x3e),
    outline: Color32::from_rgb(0x22, 0x29, 0x37),
    text: Color32::from_rgb(0xe9, 0xed, 0xf5),
    muted: Color32::from_rgb(0x9b, 0xa6, 0xba),
    faint: Color32::from_rgb(0x56, 0x61, 0x75),
    accent: Color32::from_rgb(0x8a, 0xa4, 0xff),
    on_accent: Color32::from_rgb(0x0c, 0x12, 0x24),
    alarm: Color32::from_rgb(0xff, 0x9b, 0x8a),
    sphere_light: Color32::from_rgb(0x3c, 0x4a, 0x69),
    sphere_shade: Color32::from_rgb(0x0e, 0x12, 0x1c),
    sphere_rim: Color32::from_rgb(0x6c, 0x80, 0xb0),
    graticule: Color32::from_rgb(0x6d, 0x7e, 0xa3),
    pin: Color32::from_rgb(0xb4, 0xbe, 0xd2),
};

const LIGHT: Tokens = Tokens {
    dark: false,
    background: Color32::from_rgb(0xf3, 0xf5, 0xf9),
    surface: Color32::from_rgb(0xff, 0xff, 0xff),
    raised: Color32::from_rgb(0xe7, 0xeb, 0xf3),
    hovered: Color32::from_rgb(0xda, 0xe0, 0xeb),
    outline: Color32::from_rgb(0xe0, 0xe4, 0xec),
    text: Color32::from_rgb(0x16, 0x1b, 0x28),
    muted: Color32::from_rgb(0x56, 0x60, 0x74),
    faint: Color32::from_rgb(0xa3, 0xac, 0xbd),
    accent: Color32::from_rgb(0x35, 0x55, 0xd6),
    on_accent: Color32::from_rgb(0xff, 0xff, 0xff),
    alarm: Color32::from_rgb(0xb4, 0x2b, 0x1b),
    sphere_light: Color32::from_rgb(0xfb, 0xfc, 0xff),
    sphere_shade: Color32::from_rgb(0xc6, 0xcf, 0xdf),
    sphere_rim: Color32::from_rgb(0xa9, 0xb6, 0xcf),
    graticule: Color32::from_rgb(0x84, 0x93, 0xb0),
    pin: Color32::from_rgb(0x4a, 0x55, 0x6b),
};

/// Sizes of text. Five are enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// The one big figure or headline of a place.
    Display,
    /// Titles of cards.
    Title,
    /// Reading text.
    Body,
    /// Captions and read-outs.
    Small,
    /// Axis figures and labels on pins.
    Tiny,
}

impl Type {
    fn size(self) -> f32 {
        match self {
            Self::Display => 22.0,
            Self::Title => 14.0,
            Self::Body => 13.5,
            Self::Small => 12.0,
            Self::Tiny => 11.0,
        }
    }

    /// In the regular weight.
    pub(crate) fn regular(self) -> FontId {
        FontId::new(self.size(), FontFamily::Proportional)
    }

    /// In the semibold weight.
    pub(crate) fn semibold(self) -> FontId {
        FontId::new(self.size(), FontFamily::Name(fonts::SEMIBOLD.into()))
    }
}

impl Tokens {
    /// The tokens of a theme.
    pub(crate) fn of(theme: Theme) -> Self {
        match theme {
            Theme::Dark => DARK,
            Theme::Light => LIGHT,
        }
    }

    /// The tokens of the theme that `ui` is drawn in.
    pub(crate) fn from_ui(ui: &egui::Ui) -> Self {
        Self::of(if ui.visuals().dark_mode {
            Theme::Dark
        } else {
            Theme::Light
        })
    }

    /// A card: surface, hairline, rounded corners, no inner margin.
    pub(crate) fn card(&self) -> egui::Frame {
        egui::Frame::new()
            .fill(self.surface)
            .stroke(Stroke::new(1.0, self.outline))
            .corner_radius(CornerRadius::same(CARD_RADIUS))
    }
}

/// `color` with its opacity scaled by `opacity` in 0..=1.
pub(crate) fn fade(color: Color32, opacity: f32) -> Color32 {
    color.gamma_multiply(opacity.clamp(0.0, 1.0))
}

/// The way from `a` to `b`, `t` in 0..=1.
pub(crate) fn mix(a: Color32, b: Color32, t: f32) -> Color32 {
    a.lerp_to_gamma(b, t.clamp(0.0, 1.0))
}

/// Gives `ctx` fonts and both themes; which of them shows follows the system until somebody chooses.
pub(crate) fn install(ctx: &egui::Context) {
    fonts::install(ctx);
    for theme in [Theme::Dark, Theme::Light] {
        let tokens = Tokens::of(theme);
        ctx.style_mut_of(theme, |style| style_for(style, &tokens));
    }
}

fn style_for(style: &mut egui::Style, t: &Tokens) {
    style.text_styles = [
        (TextStyle::Heading, Type::Title.semibold()),
        (TextStyle::Body, Type::Body.regular()),
        (TextStyle::Button, Type::Body.regular()),
        (TextStyle::Small, Type::Small.regular()),
        (TextStyle::Monospace, Type::Tiny.regular()),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Small;
    style.animation_time = 0.12;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.35;

    let space = &mut style.spacing;
    space.item_spacing = egui::vec2(2.0 * GRID, 2.0 * GRID);
    space.button_padding = egui::vec2(3.0 * GRID, 1.5 * GRID);
    space.interact_size = egui::vec2(8.0 * GRID, 7.0 * GRID);
    space.menu_margin = Margin::same(6);
    space.window_margin = Margin::same(12);
    space.tooltip_width = 280.0;
    space.slider_rail_height = 4.0;
    space.icon_width = 16.0;
    space.scroll = egui::style::ScrollStyle::thin();

    let visuals = &mut style.visuals;
    visuals.dark_mode = t.dark;
    visuals.override_text_color = Some(t.text);
    visuals.weak_text_color = Some(t.muted);
    visuals.panel_fill = t.background;
    visuals.window_fill = t.surface;
    visuals.window_stroke = Stroke::new(1.0, t.outline);
    visuals.window_corner_radius = CornerRadius::same(CARD_RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(CARD_RADIUS);
    visuals.extreme_bg_color = t.raised;
    visuals.text_edit_bg_color = Some(t.raised);
    visuals.faint_bg_color = t.raised;
    visuals.selection.bg_fill = t.accent;
    visuals.selection.stroke = Stroke::new(1.0, t.on_accent);
    visuals.hyperlink_color = t.accent;
    visuals.warn_fg_color = t.alarm;
    visuals.error_fg_color = t.alarm;
    visuals.slider_trailing_fill = true;
    visuals.popup_shadow = Shadow {
        offset: [0, 6],
        blur: 20,
        spread: 0,
        color: Color32::from_black_alpha(if t.dark { 120 } else { 36 }),
    };
    visuals.window_shadow = visuals.popup_shadow;

    let radius = CornerRadius::same(CONTROL_RADIUS);
    for (widget, fill, text) in [
        (&mut visuals.widgets.noninteractive, t.surface, t.muted),
        (&mut visuals.widgets.inactive, t.raised, t.text),
        (&mut visuals.widgets.hovered, t.hovered, t.text),
        (&mut visuals.widgets.active, t.hovered, t.text),
        (&mut visuals.widgets.open, t.hovered, t.text),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::NONE;
        widget.fg_stroke = Stroke::new(1.0, text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, t.outline);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f32 {
        let [r, g, b, _] = egui::Rgba::from(color).to_array();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_surface_it_stands_on() {
        for tokens in [DARK, LIGHT] {
            for ground in [tokens.background, tokens.surface, tokens.raised] {
                assert!(contrast(tokens.text, ground) >= 7.0);
                assert!(contrast(tokens.muted, ground) >= 4.5);
            }
            assert!(contrast(tokens.on_accent, tokens.accent) >= 4.5);
            assert!(contrast(tokens.alarm, tokens.surface) >= 4.5);
        }
    }
}
