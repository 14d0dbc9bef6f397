//! The one sentence under the stage that says in plain words what is happening.

use std::sync::Arc;

use dl2pa_core::protocol::{Phase, Relabelling, Snapshot};
use egui::{Rect, Ui, text::LayoutJob};

use crate::run::{Outcome, Run};
use crate::text::{self, Sentence};
use crate::theme::{GRID, Tokens, Type};

/// What has been told so far.
#[derive(Debug, Default)]
pub(crate) struct Narration {
    latest: Option<Arc<Relabelling>>,
}

impl Narration {
    /// A relabelling is the news until the next one.
    pub(crate) fn relabelled(&mut self, relabelling: Arc<Relabelling>) {
        self.latest = Some(relabelling);
    }

    /// Forgets the run before.
    pub(crate) fn clear_run(&mut self) {
        self.latest = None;
    }

    /// The present sentence.
    pub(crate) fn sentence(
        &self,
        run: &Run,
        snapshot: Option<&Arc<Snapshot>>,
        comparing: bool,
    ) -> Sentence {
        let Some(snapshot) = snapshot else {
            return text::say_empty();
        };
        match (&run.outcome, snapshot.phase) {
            (Outcome::Failed { .. }, _) => text::say_failed(),
            (_, Phase::Spreading { .. }) => text::prototypes::say_spreading(snapshot, &run.config),
            _ if comparing => text::prototypes::say_comparing(snapshot, run.comparison.as_deref()),
            (Outcome::Finished(_), _) => {
                let moved = snapshot.labels_moved.iter().sum();
                text::say_finished(run.evaluation.as_ref(), moved, run.config.head)
            }
            _ => match &self.latest {
                Some(relabelling) => text::matching::say_relabelled(relabelling),
                None => text::say_training(run.config.head),
            },
        }
    }
}

/// Draws the sentence into `rect`.
pub(crate) fn draw(ui: &mut Ui, rect: Rect, (stressed, rest): Sentence) {
    let tokens = Tokens::from_ui(ui);
    let mut job = LayoutJob::default();
    job.append(
        &stressed,
        0.0,
        egui::TextFormat::simple(Type::Body.semibold(), tokens.text),
    );
    job.append(
        &rest,
        5.0,
        egui::TextFormat::simple(Type::Body.regular(), tokens.muted),
    );
    ui.painter().rect_filled(
        Rect::from_min_size(rect.min, egui::vec2(3.0, rect.height())),
        2.0,
        tokens.accent,
    );
    let inner = rect.with_min_x(rect.left() + 4.0 * GRID);
    let builder = egui::UiBuilder::new()
        .max_rect(inner)
        .layout(egui::Layout::left_to_right(egui::Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.add(egui::Label::new(job).wrap());
    });
}
