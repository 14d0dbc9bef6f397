//! Which class is under the pointer.

use glam::Vec3;

use super::{Frame, Stage};
use crate::selection::Selection;

impl Stage {
    /// Finds the class under the pointer: labels first, then class means, then samples; near side only.
    pub(super) fn pick(
        &self,
        frame: &Frame<'_>,
        response: &egui::Response,
        selection: &mut Selection,
    ) {
        let pointer = if response.clicked() {
            response.interact_pointer_pos()
        } else {
            response.hover_pos()
        };
        let Some(pointer) = pointer.filter(|_| !response.dragged() && self.labelled_secs.is_some())
        else {
            return;
        };
        let mut best: Option<(f32, usize)> = None;
        let mut offer = |at: Vec3, class: usize, reach: f32| {
            let seen = frame.lens.see(at);
            let distance = seen.pos.distance(pointer) / reach;
            if seen.is_near() && distance < 1.0 && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, class));
            }
        };
        for class in 0..frame.assignment.len() {
            if let Some((at, _)) = self.label_point(frame, class) {
                offer(at, class, 22.0);
            }
            if let Some(at) = self.scene.mean(class) {
                offer(at, class, 14.0);
            }
        }
        for (at, label) in self.scene.samples() {
            offer(at, label as usize, 7.0);
        }
        let class = best.map(|(_, class)| class);
        if response.clicked() {
            selection.click(class);
        } else if let Some(class) = class {
            selection.hover(class);
        }
    }
}
