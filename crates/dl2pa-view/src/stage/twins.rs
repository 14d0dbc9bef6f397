//! Two spheres under one camera: the run's prototypes, and those made another way from the same start.

use egui::{Rect, Ui, pos2};

use super::{Frame, Sizes, Stage, StageInput, closest, globe, scene::Scene};
use crate::theme::{GRID, Tokens, fade};

/// The two halves of the stage.
pub(crate) fn halves(rect: Rect) -> [Rect; 2] {
    let middle = rect.center().x;
    [
        rect.with_max_x(middle - GRID),
        rect.with_min_x(middle + GRID),
    ]
}

impl Stage {
    /// Radius of the spheres that `clear` has room for; half the height of the maps, where they are unrolled.
    pub(super) fn radius(&self, clear: Rect, comparing: bool) -> f32 {
        let room = if comparing { halves(clear)[0] } else { clear };
        let width = if self.camera.is_map() {
            0.5 * room.width()
        } else {
            room.width()
        };
        width.min(room.height()) * 0.5 / 1.10
    }

    /// Draws both spheres with nothing but their pins and closest pairs.
    pub(super) fn draw_twins(&mut self, ui: &Ui, rect: Rect, clear: Rect, input: &StageInput<'_>) {
        let tokens = Tokens::from_ui(ui);
        let painter = ui.painter_at(rect);
        let radius = self.radius(clear, true);
        let divider = egui::Stroke::new(1.0, fade(tokens.outline, 0.9));
        let x = clear.center().x;
        painter.line_segment(
            [pos2(x, clear.top() + 2.0 * GRID), pos2(x, rect.bottom())],
            divider,
        );
        for (half, scene) in halves(clear)
            .into_iter()
            .zip([&mut self.scene, &mut self.twin])
        {
            let frame = Frame {
                painter: &painter,
                bounds: half.shrink(GRID),
                lens: self.camera.lens(half.center(), radius),
                sizes: Sizes::of(input.run.classes(), radius),
                tokens,
                styles: &[],
                assignment: &[],
                focus: None,
                moved: &[],
                prototype: None,
                act: None,
            };
            scene.mark_pair(&frame.lens);
            draw_bare(&frame, scene);
        }
    }
}

/// A sphere with its pins and its closest pair.
fn draw_bare(frame: &Frame<'_>, scene: &Scene) {
    let ring_only = scene.dim() == 2;
    let (painter, lens, tokens) = (frame.painter, &frame.lens, &frame.tokens);
    globe::halo(painter, lens, tokens);
    globe::graticule(painter, lens, tokens, false, ring_only);
    draw_bare_side(frame, scene, false);
    globe::disc(painter, lens, tokens);
    globe::graticule(painter, lens, tokens, true, ring_only);
    draw_bare_side(frame, scene, true);
    closest::label(frame, scene);
}

fn draw_bare_side(frame: &Frame<'_>, scene: &Scene, near: bool) {
    closest::draw(frame, scene, true, near);
    for &at in scene.prototypes() {
        let seen = frame.lens.see(at);
        if seen.is_near() == near {
            let radius = (frame.sizes.glyph * 0.72 * seen.scale).max(2.4);
            frame
                .painter
                .circle_filled(seen.pos, radius, frame.tokens.pin);
        }
    }
}
