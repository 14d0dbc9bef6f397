//! What a relabelling draws: where class means ask to go, and the ways that labels have come.

use egui::{Color32, Pos2, Shape, Stroke};
use glam::Vec3;

use super::{Frame, HEAD, Stage, arc, camera, marks};
use crate::theme::fade;

impl Stage {
    /// Lines from class means to both pins, and the trails of labels on their way.
    pub(super) fn draw_show(&self, frame: &Frame<'_>) {
        let (Some(show), Some(act)) = (&self.show, frame.act) else {
            return;
        };
        let relabelling = show.relabelling();
        for (place, &class) in relabelling.moved.iter().enumerate() {
            let class = class as usize;
            let Some((from, to)) = self.way(relabelling, class) else {
                continue;
            };
            let color = frame.color(class);
            if act.ask > 0.02
                && let Some(mean) = self.scene.mean(class)
            {
                let stroke = Stroke::new(1.6, fade(color, act.ask * 0.9));
                let n = arc::steps(mean, to);
                let points: Vec<Pos2> = (0..=n)
                    .map(|i| frame.lens.see(arc::along(mean, to, i as f32 / n as f32)))
                    .filter(camera::Seen::is_near)
                    .map(|seen| seen.pos)
                    .collect();
                marks::dashed(frame.painter, &points, stroke);
            }
            let done = show.progress(act, place);
            if act.trail > 0.02 && done > 0.0 {
                self.trail(frame, from, to, done, fade(color, act.trail));
            }
        }
    }

    /// The way a label has come, fading towards where it started.
    fn trail(&self, frame: &Frame<'_>, from: Vec3, to: Vec3, done: f32, color: Color32) {
        let n = (arc::steps(from, to) + 4).min(26);
        let width = frame.sizes.glyph * 0.55;
        let mut before: Option<camera::Seen> = None;
        for i in 0..=n {
            let share = i as f32 / n as f32;
            let seen = frame.lens.see(arc::lifted(from, to, done * share, HEAD));
            if let Some(before) = before {
                let dim = if seen.facing > -0.25 { 1.0 } else { 0.25 };
                let stroke = Stroke::new(
                    width * (0.35 + 0.65 * share),
                    fade(color, share * share * 0.7 * dim),
                );
                frame
                    .painter
                    .add(Shape::line_segment([before.pos, seen.pos], stroke));
            }
            before = Some(seen);
        }
    }
}
