//! The stage: the sphere with pins, labels, class means and samples, and what happens on it.

mod arc;
mod balance;
mod camera;
mod card;
mod cells;
mod closest;
mod gauge;
mod globe;
mod labels;
mod marks;
mod pick;
mod relabel;
mod scene;
mod travel;
mod twins;

use std::sync::Arc;

use dl2pa_core::protocol::{Phase, Relabelling, Snapshot};
use egui::{Color32, Painter, Pos2, Rect, Sense, Stroke, Ui};

use crate::palette::ClassStyle;
use crate::run::Run;
use crate::selection::{self, Selection};
use crate::text;
use crate::theme::{Tokens, fade};
use camera::Lens;
use cells::Cells;
use marks::Sizes;
use relabel::{Act, Show};
use scene::Scene;

pub(crate) use camera::Camera;
pub(crate) use marks::glyph;
pub(crate) use relabel::length_secs as show_length_secs;
pub(crate) use twins::halves;

/// Height of labels above the surface, in sphere radii from the centre.
const HEAD: f32 = 1.07;
/// A mark that faces the eye as much as this is seen well.
const WELL_SEEN: f32 = 0.5;
/// Labels drop onto their pins in this time, in seconds.
const DROP_SECS: f64 = 0.6;

/// What one frame of the stage is drawn from.
pub(crate) struct StageInput<'a> {
    pub snapshot: Option<&'a Arc<Snapshot>>,
    pub run: &'a Run,
    pub now_secs: f64,
    pub dt_secs: f64,
    /// Whether labels show their names.
    pub names: bool,
    /// The closest pair is marked also after the spreading.
    pub pair: bool,
    /// Two spheres: the run's prototypes and those of its comparison.
    pub comparing: bool,
    /// The camera moves by itself here; stages beside this one follow.
    pub leads: bool,
}

/// State of the stage.
#[derive(Debug)]
pub(crate) struct Stage {
    camera: Camera,
    scene: Scene,
    /// The other sphere of a comparison.
    twin: Scene,
    cells: Cells,
    show: Option<Show>,
    /// When the labels of the present run appeared.
    labelled_secs: Option<f64>,
    /// Nothing moves; what would is shown where it ends.
    still: bool,
    /// A relabelling is being shown.
    plays: bool,
    busy: bool,
}

/// One frame's tools, so that the drawing functions need few arguments.
struct Frame<'a> {
    painter: &'a Painter,
    /// Where labels have to stay.
    bounds: Rect,
    lens: Lens,
    sizes: Sizes,
    tokens: Tokens,
    styles: &'a [ClassStyle],
    assignment: &'a [u32],
    /// The class to stress.
    focus: Option<usize>,
    /// Where there is none: those that moved at the matching pointed at.
    moved: &'a [u32],
    /// The prototype pointed at in the score matrix.
    prototype: Option<usize>,
    act: Option<Act>,
}

impl Stage {
    /// An empty stage.
    pub(crate) fn new() -> Self {
        Self {
            camera: Camera::new(),
            scene: Scene::default(),
            twin: Scene::default(),
            cells: Cells::default(),
            show: None,
            labelled_secs: None,
            still: false,
            plays: false,
            busy: true,
        }
    }

    /// Forgets the run that was shown.
    pub(crate) fn clear_run(&mut self) {
        self.show = None;
        self.labelled_secs = None;
        self.scene = Scene::default();
        self.twin = Scene::default();
    }

    /// Starts the show of a relabelling; one that still runs ends at once.
    pub(crate) fn relabel(
        &mut self,
        relabelling: Arc<Relabelling>,
        now_secs: f64,
        length_secs: f64,
    ) {
        if !relabelling.moved.is_empty() {
            let show = Show::new(relabelling, now_secs, length_secs, self.still);
            let lens = self.camera.lens(Pos2::ZERO, 1.0);
            // What nobody has turned turns to where it happens.
            if let Some(middle) = self.middle_of(&show)
                && !show.is_pulse()
                && !self.camera.is_held()
                && lens.facing(middle) < WELL_SEEN
            {
                self.camera.face(middle);
            }
            self.show = Some(show);
        }
    }

    /// True while a relabelling is shown.
    pub(crate) fn is_showing(&self) -> bool {
        self.plays
    }

    /// Unrolls the sphere on a map, or rolls it up again.
    pub(crate) fn unroll(&mut self) {
        self.camera.unroll(!self.camera.is_map());
    }

    /// Where it is looked at from.
    pub(crate) fn camera(&self) -> Camera {
        self.camera
    }

    /// Looks at it from there.
    pub(crate) fn look_from(&mut self, camera: Camera) {
        self.camera = camera;
    }

    /// Moves nothing by itself, for people whom motion makes unwell.
    pub(crate) fn set_still(&mut self, still: bool) {
        self.still = still;
        self.camera.set_still(still);
    }

    /// Yaw, pitch (both in radians) and zoom of the camera; `None` while it turns by itself.
    pub(crate) fn pose(&self) -> Option<[f32; 3]> {
        self.camera.pose()
    }

    /// Looks as a link says.
    pub(crate) fn take_pose(&mut self, pose: Option<[f32; 3]>) {
        self.camera.take_pose(pose);
    }

    /// True while something moves by itself.
    pub(crate) fn wants_repaint(&self) -> bool {
        self.busy
    }

    /// Draws the sphere into `rect` of which `clear` is free of overlays.
    pub(crate) fn ui(
        &mut self,
        ui: &Ui,
        rect: Rect,
        clear: Rect,
        selection: &mut Selection,
        input: &StageInput<'_>,
    ) {
        if let Some(snapshot) = input.snapshot {
            self.scene.take(snapshot);
            self.camera.set_dim(snapshot.dim);
            let spreading = matches!(snapshot.phase, Phase::Spreading { .. });
            if spreading {
                self.labelled_secs = None;
            } else if self.labelled_secs.is_none() {
                self.labelled_secs = Some(input.now_secs);
            }
            if let Some(comparison) = &input.run.comparison {
                let lens = self.camera.lens(Pos2::ZERO, 1.0);
                let marked = self.scene.marked_middle();
                let onto = marked
                    .filter(|&middle| lens.facing(middle) > WELL_SEEN)
                    .unwrap_or_else(|| lens.toward());
                self.twin.take_comparison(comparison, snapshot, onto);
            }
        }
        if input.leads {
            self.camera.advance(input.dt_secs);
        }
        // Without motion, what follows a snapshot is there at once.
        let follow_secs = if self.still {
            f64::INFINITY
        } else {
            input.dt_secs
        };
        self.scene.advance(follow_secs);
        self.twin.advance(follow_secs);
        let playing = self
            .show
            .as_ref()
            .is_some_and(|show| !show.is_over(input.now_secs));
        self.plays = playing;
        if !playing && !self.keeps_ghost(input) {
            self.show = None;
        }

        let radius = self.radius(clear, input.comparing);
        let response = ui.interact(rect, ui.scope_id().with("stage"), Sense::click_and_drag());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, text::stage_name()));
        self.steer(ui, &response, radius);

        if input.comparing {
            self.draw_twins(ui, rect, clear, input);
        } else {
            self.draw_run(ui, (rect, clear), &response, selection, input);
        }

        let dropping = self
            .labelled_secs
            .is_some_and(|since| !self.still && input.now_secs - since < DROP_SECS);
        let moves = self.camera.moves() || self.scene.moves() || self.twin.moves();
        self.busy = moves || playing || dropping;
    }

    /// Caption for more than three dimensions.
    pub(crate) fn caption(&self) -> Option<String> {
        (self.scene.dim() > 3).then(|| text::three_of(self.scene.dim(), self.scene.kept_share()))
    }

    /// The card of the class looked at, in the lower left corner of `rect`.
    pub(crate) fn card(&self, ui: &Ui, rect: Rect, selection: &Selection, input: &StageInput<'_>) {
        if let (Some(class), Some(snapshot)) = (selection.class(), input.snapshot)
            && self.labelled_secs.is_some()
        {
            card::draw(ui, rect, class, snapshot, input.run);
        }
    }

    /// Turns to the closest pair where it cannot be seen well.
    pub(crate) fn face_pair(&mut self) {
        let lens = self.camera.lens(Pos2::ZERO, 1.0);
        self.scene.mark_pair(&lens);
        if let Some(middle) = self.scene.marked_middle()
            && lens.facing(middle) < WELL_SEEN
        {
            self.camera.face(middle);
        }
    }

    /// Angle of the closest pair on the sphere and on that of the comparison, in degrees.
    pub(crate) fn closest_deg(&self) -> [Option<f64>; 2] {
        [self.scene.closest_deg(), self.twin.closest_deg()]
    }

    /// The temperature of the spreading, in the lower left corner of `rect`.
    pub(crate) fn gauge(&self, ui: &Ui, rect: Rect, input: &StageInput<'_>) {
        if let Some(t) = input.snapshot.and_then(|snapshot| snapshot.spread_t) {
            let room = match (rect.width() < 520.0, input.comparing) {
                (false, false) => gauge::Room::Full,
                (true, true) => gauge::Room::Figure,
                _ => gauge::Room::Short,
            };
            gauge::draw(ui, rect, t, room);
        }
    }

    fn steer(&mut self, ui: &Ui, response: &egui::Response, radius: f32) {
        if response.dragged() {
            self.camera.orbit(response.drag_delta(), radius);
        }
        if response.double_clicked() {
            self.camera.reset();
        }
        if response.contains_pointer() {
            let (pinch, scroll) = ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta().y));
            self.camera.zoom_by(pinch * (scroll * 0.003).exp());
        }
    }

    /// The sphere of the run with everything on it.
    fn draw_run(
        &mut self,
        ui: &Ui,
        (rect, clear): (Rect, Rect),
        response: &egui::Response,
        selection: &mut Selection,
        input: &StageInput<'_>,
    ) {
        let tokens = Tokens::from_ui(ui);
        let painter = ui.painter_at(rect);
        let radius = self.radius(clear, false);
        let moved = selection.moved().to_vec();
        let frame = Frame {
            painter: &painter,
            bounds: rect.shrink(4.0),
            lens: self.camera.lens(clear.center(), radius),
            sizes: Sizes::of(input.run.classes(), radius),
            tokens,
            styles: input.run.styles(tokens.dark),
            assignment: input.snapshot.map_or(&[], |snapshot| &snapshot.assignment),
            focus: selection.class(),
            moved: &moved,
            prototype: selection.prototype(),
            act: self
                .show
                .as_ref()
                .filter(|show| !show.is_over(input.now_secs))
                .map(|show| show.act(input.now_secs)),
        };
        self.scene.mark_pair(&frame.lens);
        if self.scene.dim() == 3 {
            self.cells.follow(self.scene.prototypes());
        }
        self.draw(&frame, input);
        if let (Some(show), Some(act)) = (&self.show, frame.act) {
            // The card of a class stands in the same corner.
            let taken = frame.focus.map_or(0.0, |_| card::HEIGHT);
            balance::draw(ui, rect.with_max_y(rect.bottom() - taken), show, act);
        }
        self.pick(&frame, response, selection);
    }

    fn draw(&self, frame: &Frame<'_>, input: &StageInput<'_>) {
        let ring_only = self.scene.dim() == 2;
        let spreading = self.labelled_secs.is_none();
        let pair = spreading || input.pair;
        let (painter, lens, tokens) = (frame.painter, &frame.lens, &frame.tokens);
        // Where there are cells, the lines of the globe give way to theirs.
        let has_cells = !spreading && self.scene.dim() == 3;
        let globe = Tokens {
            graticule: fade(tokens.graticule, if has_cells { 0.5 } else { 1.0 }),
            ..*tokens
        };
        globe::halo(painter, lens, tokens);
        globe::graticule(painter, lens, &globe, false, ring_only);
        self.draw_side(frame, input, false);
        if pair {
            closest::draw(frame, &self.scene, spreading, false);
        }
        globe::disc(painter, lens, tokens);
        globe::graticule(painter, lens, &globe, true, ring_only);
        if pair {
            closest::draw(frame, &self.scene, spreading, true);
        }
        self.draw_side(frame, input, true);
        self.draw_show(frame);
        self.draw_figures(frame);
        self.draw_labels(frame, input);
        self.draw_pair_pointed_at(frame);
        if pair {
            closest::label(frame, &self.scene);
        }
    }

    /// Error lines, samples, class means and pins of one side.
    fn draw_side(&self, frame: &Frame<'_>, input: &StageInput<'_>, near: bool) {
        let labelled = self.labelled_secs.is_some();
        if labelled && self.scene.dim() == 3 {
            self.cells.draw(frame, near);
        }
        if labelled {
            for class in 0..frame.assignment.len() {
                if let (Some(mean), Some((end, strength))) =
                    (self.scene.mean(class), self.line_end(frame, class))
                {
                    let width = self.line_width(frame, class);
                    let hush = frame.act.map_or(1.0, |act| {
                        1.0 - 0.7 * act.hush() * (1.0 - self.takes_part(class))
                    });
                    let opacity = 0.8 * strength * hush * frame.presence(class);
                    let color = fade(frame.color(class), opacity);
                    self.arc(frame, mean, end, Stroke::new(width, color), near);
                }
            }
            for (at, label) in self.scene.samples() {
                let seen = frame.lens.see(at);
                if seen.is_near() == near {
                    let class = label as usize;
                    let hush = frame.act.map_or(1.0, |act| 1.0 - 0.55 * act.hush());
                    let grow = if frame.focus == Some(class) {
                        1.35
                    } else {
                        1.0
                    };
                    let opacity = 0.85 * frame.presence(class).min(hush);
                    let radius = frame.sizes.dot * seen.scale * grow;
                    marks::dot(
                        frame.painter,
                        seen.pos,
                        radius,
                        frame.color(class),
                        opacity,
                        &frame.tokens,
                    );
                }
            }
        }
        for &at in self.scene.prototypes() {
            let foot = frame.lens.see(at);
            if foot.is_near() == near {
                let head = frame.lens.see(at * HEAD);
                let color = fade(frame.tokens.pin, if labelled { 0.8 } else { 1.0 });
                frame
                    .painter
                    .line_segment([foot.pos, head.pos], Stroke::new(1.5, color));
                frame
                    .painter
                    .circle_filled(foot.pos, 2.0 * foot.scale, color);
                if !labelled {
                    // Without labels the pin's own head shows.
                    let radius = frame.sizes.glyph * 0.9 * head.scale;
                    frame.painter.circle_filled(head.pos, radius, color);
                }
            }
        }
        if labelled {
            for class in 0..input.run.classes() {
                let Some(mean) = self.scene.mean(class) else {
                    continue;
                };
                let seen = frame.lens.see(mean);
                if seen.is_near() == near {
                    let moved = self.takes_part(class);
                    let (asking, hush) = frame.act.map_or((0.0, 1.0), |act| {
                        (act.asking() * moved, 1.0 - 0.6 * act.hush() * (1.0 - moved))
                    });
                    let radius = frame.sizes.ring * seen.scale * (1.0 + 0.25 * asking);
                    let opacity = hush * frame.presence(class);
                    marks::ring(
                        frame.painter,
                        seen.pos,
                        radius,
                        frame.color(class),
                        opacity,
                        &frame.tokens,
                    );
                }
            }
        }
    }
}

impl Frame<'_> {
    fn color(&self, class: usize) -> Color32 {
        self.styles
            .get(class)
            .map_or(self.tokens.faint, |style| style.color)
    }

    /// How present a class's marks are, given the one looked at.
    fn presence(&self, class: usize) -> f32 {
        selection::presence(class, self.focus, self.moved)
    }
}
