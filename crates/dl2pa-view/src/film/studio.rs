//! Draws the pictures of a film: a playground of its own, which shows nothing but the stage and shares with the one on
//! the screen what has been recorded, so that neither disturbs the other.

use std::sync::Arc;

use dl2pa_core::protocol::Relabelling;
use egui::epaint::ClippedPrimitive;
use egui::{Context, Pos2, RawInput, Rect, Vec2};

use super::plan::{Happening, PICTURE_SECS, PICTURES, Plan};
use super::raster::Textures;
use crate::controls::transport::PlayState;
use crate::frame;
use crate::lane::Lane;
use crate::playground::{HostStatus, Playground};
use crate::run::Outcome;
use crate::stage::Stage;
use crate::timeline::epoch_of;

/// Before the first picture, so that labels have landed and letters are ready, in seconds.
const BEFORE_SECS: f64 = -5.0;
/// The last picture is one at rest: everything has come to where it goes, in seconds.
const SETTLING_SECS: f64 = 60.0;

/// A place to draw in.
pub(crate) struct Studio {
    ctx: Context,
    parts: Box<Playground>,
    textures: Textures,
    size: Vec2,
    plan: Plan,
    /// What happens in the film, each with the place of its run from the left.
    cast: Vec<(usize, Arc<Relabelling>)>,
    /// The picture drawn last.
    last: Option<usize>,
}

impl std::fmt::Debug for Studio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Studio")
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}

impl Studio {
    /// For a film of what `live` shows, in pictures of `size` points and the colours of `look`. `None` when its run has
    /// shown less than two moments.
    pub(crate) fn new(live: &Playground, look: egui::Theme, size: Vec2) -> Option<Self> {
        if live.lead.is_exhibit {
            return None;
        }
        let (first, last) = live.lead.recording.span()?;
        let mut cast = Vec::new();
        let mut happenings = Vec::new();
        for (place, lane) in live.lanes().into_iter().enumerate() {
            for tick in lane.timeline.ticks() {
                happenings.push(Happening {
                    epoch: epoch_of(&lane.run, tick),
                    moved: tick.moved.len(),
                });
                cast.push((place, Arc::clone(tick)));
            }
        }
        let plan = Plan::of(first, last, &happenings)?;
        let ctx = Context::default();
        let mut parts = Playground::new(&ctx, live.lead.run.config.as_ref().clone());
        ctx.set_theme(look);
        parts.names = live.names;
        parts.pair = live.pair;
        if let Some(class) = live.selection.pinned() {
            parts.selection.choose_class(class);
        }
        parts.lead = double(&live.lead, &plan.epochs);
        let rivals = live.rivals.iter();
        parts.rivals = rivals
            .map(|(rival, lane)| (rival.clone(), double(lane, &plan.epochs)))
            .collect();
        Some(Self {
            ctx,
            parts: Box::new(parts),
            textures: Textures::default(),
            size,
            plan,
            cast,
            last: None,
        })
    }

    /// The film that is drawn.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The textures of what has been drawn last.
    pub(crate) fn textures(&self) -> &Textures {
        &self.textures
    }

    /// Goes back to before the first picture.
    pub(crate) fn rewind(&mut self) {
        self.last = None;
        let camera = self.parts.lead.stage.camera();
        for place in 0..=self.parts.rivals.len() {
            let mut stage = Stage::new();
            stage.look_from(camera);
            self.lane(place).stage = stage;
        }
    }

    /// Draws a picture later than the last one.
    pub(crate) fn draw(&mut self, picture: usize) -> Vec<ClippedPrimitive> {
        let from = match self.last {
            Some(last) => last + 1,
            None => {
                self.see(0);
                // Once to land, and once more to be there.
                self.shoot(BEFORE_SECS, 0.0);
                0
            }
        };
        let scenes = self.plan.scenes.clone();
        for scene in scenes
            .iter()
            .filter(|scene| (from..=picture).contains(&scene.picture))
        {
            if let Some((place, relabelling)) = self.cast.get(scene.happening).cloned() {
                let began_secs = scene.picture as f64 * PICTURE_SECS;
                let stage = &mut self.lane(place).stage;
                stage.relabel(relabelling, began_secs, scene.length_secs);
            }
        }
        self.see(picture);
        let passed_secs = (picture + 1 - from) as f64 * PICTURE_SECS;
        let dt_secs = if picture + 1 == PICTURES {
            SETTLING_SECS
        } else {
            passed_secs
        };
        self.last = Some(picture);
        self.shoot(picture as f64 * PICTURE_SECS, dt_secs)
    }

    /// Shows every run at the moment of a picture.
    fn see(&mut self, picture: usize) {
        let epoch = self.plan.epochs.get(picture).copied();
        for place in 0..=self.parts.rivals.len() {
            self.lane(place).look_at(epoch);
        }
    }

    /// A run by its place from the left; the leading one is the last.
    fn lane(&mut self, place: usize) -> &mut Lane {
        match self.parts.rivals.get_mut(place) {
            Some((_, lane)) => lane,
            None => &mut self.parts.lead,
        }
    }

    fn shoot(&mut self, now_secs: f64, dt_secs: f64) -> Vec<ClippedPrimitive> {
        let rect = Rect::from_min_size(Pos2::ZERO, self.size);
        let mut raw = RawInput {
            screen_rect: Some(rect),
            ..RawInput::default()
        };
        let viewport = raw.viewports.entry(raw.viewport_id).or_default();
        viewport.native_pixels_per_point = Some(1.0);
        let host = HostStatus::default();
        let parts = &mut self.parts;
        let output = self.ctx.run_ui(raw, |ui| {
            let input = frame::Input {
                host: &host,
                now_secs,
                dt_secs,
                play: PlayState::Running,
                still: true,
            };
            // Whatever is pressed here is pressed by nobody.
            frame::stage_card(parts, ui, rect, &input, &mut frame::Drawn::default());
        });
        self.textures.take(output.textures_delta);
        self.ctx.tessellate(output.shapes, 1.0)
    }
}

/// A run that shows what `lane` has shown at these epochs, seen from where that is seen now.
fn double(lane: &Lane, epochs: &[f64]) -> Lane {
    let mut double = Lane::asked_for(lane.run.config.as_ref().clone());
    double.run = lane.run.clone();
    // The film tells how it went, and not that it has ended.
    double.run.outcome = Outcome::Open;
    double.recording = lane.recording.excerpt(epochs);
    double.snapshot.clone_from(&lane.snapshot);
    double.shown.clone_from(&lane.snapshot);
    double.title.clone_from(&lane.title);
    double.recorded = lane.recorded;
    double.stage.look_from(lane.stage.camera().held());
    double
}
