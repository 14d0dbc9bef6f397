//! The labels over their pins.

use super::marks::{self, LabelLook};
use super::{DROP_SECS, Frame, Stage, StageInput, camera};
use crate::motion;

/// A label in flight stays so far from the edge of the stage, in points.
const FLIGHT_EDGE: egui::Vec2 = egui::vec2(26.0, 12.0);

impl Stage {
    /// Draws the labels of all classes: on their pins, or in flight between two of them.
    pub(super) fn draw_labels(&self, frame: &Frame<'_>, input: &StageInput<'_>) {
        let Some(since) = self.labelled_secs else {
            return;
        };
        let drop = if self.still {
            1.0
        } else {
            motion::ease_out(((input.now_secs - since) / DROP_SECS) as f32)
        };
        let mut labels: Vec<(usize, camera::Seen, bool)> =
            (0..frame.assignment.len().min(frame.styles.len()))
                .filter_map(|class| {
                    let (at, flying) = self.label_point(frame, class)?;
                    Some((
                        class,
                        frame.lens.see(at * (1.0 + 0.35 * (1.0 - drop))),
                        flying,
                    ))
                })
                .collect();
        let ring_only = self.scene.dim() == 2;
        // Far ones first, and those in flight above all others.
        labels.sort_by(|a, b| a.2.cmp(&b.2).then(a.1.facing.total_cmp(&b.1.facing)));
        for (class, seen, flying) in labels {
            let stressed = frame.focus == Some(class);
            // On a ring (d = 2) nothing stands in front of anything.
            let near = if ring_only {
                1.0
            } else {
                (seen.facing / 0.03).clamp(0.0, 1.0)
            };
            let moved = self.takes_part(class);
            let (side, name_opacity) = if flying || stressed {
                (0.8 + 0.2 * near, 1.0)
            } else {
                // While some are looked at, the others keep their marks but not their names.
                (
                    0.34 + 0.66 * near,
                    if frame.presence(class) < 1.0 {
                        0.0
                    } else {
                        near
                    },
                )
            };
            let hush = frame
                .act
                .map_or(1.0, |act| 1.0 - 0.6 * act.hush() * (1.0 - moved));
            let present = if flying { 1.0 } else { frame.presence(class) };
            let look = LabelLook {
                name: if input.names || stressed {
                    input.run.short_name(class)
                } else {
                    ""
                },
                style: frame.styles[class],
                opacity: drop * side * hush * present,
                name_opacity,
                emphasised: stressed,
                scale: seen.scale * if stressed || flying { 1.15 } else { 1.0 },
            };
            // Who flies over the edge of the stage flies along it.
            let at = if flying {
                frame.bounds.shrink2(FLIGHT_EDGE).clamp(seen.pos)
            } else {
                seen.pos
            };
            marks::label(frame.painter, at, frame.sizes, &look, &frame.tokens);
        }
    }
}
