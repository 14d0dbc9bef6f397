//! Which colour and which shape a class has: hue tells groups apart, shape the members of a group.

mod table;

use egui::Color32;

/// Members of one hue that shapes can tell apart.
pub(crate) const SHAPES: usize = 5;

/// Okabe and Ito's set without black; what is hardest to see on each theme comes last.
const OKABE_ITO_DARK: [u32; 7] = [
    0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7, 0xf0e442, 0xd55e00, 0x0072b2,
];
const OKABE_ITO_LIGHT: [u32; 7] = [
    0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0xf0e442,
];

/// The shape of a class's marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
}

const GLYPHS: [Glyph; SHAPES] = [
    Glyph::Circle,
    Glyph::Square,
    Glyph::Triangle,
    Glyph::Diamond,
    Glyph::Cross,
];

/// How the marks of one class look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClassStyle {
    /// Colour of all marks of the class.
    pub color: Color32,
    /// Shape of its label's mark.
    pub glyph: Glyph,
}

/// One style a class. Up to 20 classes have a colour each; more share one in groups of
/// [`SHAPES`], by `groups` where the data has groups and by class number otherwise.
pub(crate) fn styles(classes: usize, groups: Option<&[u32]>, dark: bool) -> Vec<ClassStyle> {
    if classes <= 20 {
        return hues(classes, dark)
            .into_iter()
            .map(|color| ClassStyle {
                color,
                glyph: Glyph::Circle,
            })
            .collect();
    }
    let group_of = |class: usize| match groups {
        Some(groups) if groups.len() == classes => groups[class] as usize,
        _ => class / SHAPES,
    };
    let mut names: Vec<usize> = (0..classes).map(group_of).collect();
    names.sort_unstable();
    names.dedup();
    let hues = hues(names.len().min(20), dark);
    let mut members = vec![0usize; names.len()];
    (0..classes)
        .map(|class| {
            let group = names.binary_search(&group_of(class)).unwrap_or(0);
            let member = members[group];
            members[group] += 1;
            ClassStyle {
                color: hues[group % hues.len()],
                glyph: GLYPHS[member % SHAPES],
            }
        })
        .collect()
}

/// `count` colours, at most 20.
fn hues(count: usize, dark: bool) -> Vec<Color32> {
    let table: &[u32] = match (count, dark) {
        (0..=7, true) => &OKABE_ITO_DARK,
        (0..=7, false) => &OKABE_ITO_LIGHT,
        (8..=12, true) => &table::DARK_12,
        (8..=12, false) => &table::LIGHT_12,
        (_, true) => &table::DARK_20,
        (_, false) => &table::LIGHT_20,
    };
    table.iter().take(count).map(|&code| rgb(code)).collect()
}

fn rgb(code: u32) -> Color32 {
    let [_, r, g, b] = code.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

#[cfg(test)]
mod tests;
