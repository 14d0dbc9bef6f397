//! What a relabelling draws on the sphere: where class means ask to go, where labels are on their way, the
//! lines that shorten, and the trails that stay.

use dl2pa_core::protocol::{Phase, Relabelling};
use egui::{Align2, CornerRadius, Pos2, Rect, Shape, Stroke, vec2};
use glam::Vec3;

use super::relabel::Part;
use super::{Frame, HEAD, Stage, StageInput, arc, camera, globe, marks};
use crate::motion::{self, Beat};
use crate::text;
use crate::theme::{Type, fade};

/// Rings of more labels than this have the two figures only at those that gain or lose most.
const MOST_WITH_FIGURES: usize = 5;
/// How many those are.
const WITH_FIGURES: usize = 3;
/// More trails than this are drawn the fainter, the more there are.
const MOST_GHOSTS: usize = 8;
/// Sideways way out of a label's path, in sphere radii: each keeps to its right, so that labels which
/// change places pass each other.
const KEEP_RIGHT: f32 = 0.10;

impl Stage {
    /// Lines from class means to both pins, trails of labels on their way, and pulses at new pins.
    pub(super) fn draw_show(&self, frame: &Frame<'_>) {
        let Some(show) = &self.show else {
            return;
        };
        let relabelling = show.relabelling();
        // Many ghosts are each a fainter one.
        let crowd = MOST_GHOSTS as f32 / relabelling.moved.len().max(MOST_GHOSTS) as f32;
        let ghost = motion::GHOST * crowd.sqrt();
        for &class in &relabelling.moved {
            let class = class as usize;
            let Some((from, to)) = self.way(relabelling, class) else {
                continue;
            };
            let color = frame.color(class);
            let Some(act) = frame.act else {
                let strength = ghost * frame.presence(class);
                self.trail(frame, class, 1.0, fade(color, strength));
                continue;
            };
            let leads = matches!(show.part(class), Some(Part::Lead(_))) && !act.is_pulse;
            if leads && let Some(mean) = self.scene.mean(class) {
                let asking = act.asking();
                if asking > 0.02 {
                    let width = weight(relabelling.cosine(class, pin(&relabelling.after, class)));
                    let stroke = Stroke::new(width, fade(color, asking * 0.95));
                    self.dashes(frame, mean, to, stroke);
                }
                let settled = act.of(Beat::Settle);
                if settled > 0.0 && settled < 1.0 {
                    // The old line gives way from the pin that the label left.
                    let end = arc::along(mean, from, 1.0 - settled);
                    let stroke = Stroke::new(1.8, fade(color, 0.8 * (1.0 - settled)));
                    self.arc(frame, mean, end, stroke, true);
                    self.arc(frame, mean, end, stroke, false);
                }
            }
            let done = show.progress(act, class);
            if act.trail > 0.02 && done > 0.0 {
                let strength = if leads {
                    act.trail
                } else {
                    act.trail.min(ghost)
                };
                self.trail(frame, class, done, fade(color, strength));
            }
            let pulse = act.pulse();
            if !leads && pulse > 0.0 && pulse < 1.0 {
                let seen = frame.lens.see(to * HEAD);
                let radius = frame.sizes.glyph * (1.6 + 2.4 * motion::ease_out(pulse));
                let stroke = Stroke::new(2.0, fade(color, 1.0 - pulse));
                frame.painter.circle_stroke(seen.pos, radius, stroke);
            }
        }
    }

    /// The cosines with the old and the new pin, at both ends of the lines that ask.
    pub(super) fn draw_figures(&self, frame: &Frame<'_>) {
        let (Some(show), Some(act)) = (&self.show, frame.act) else {
            return;
        };
        let opacity = act.of(Beat::Ask) * (1.0 - act.of(Beat::Move));
        if opacity < 0.02 {
            return;
        }
        let relabelling = show.relabelling();
        let mut lead: Vec<(usize, f64, f64)> = show
            .lead()
            .iter()
            .filter_map(|&class| {
                let class = class as usize;
                let old = relabelling.cosine(class, pin(&relabelling.before, class))?;
                let new = relabelling.cosine(class, pin(&relabelling.after, class))?;
                Some((class, old, new))
            })
            .collect();
        if lead.len() > MOST_WITH_FIGURES {
            lead.sort_by(|a, b| (b.2 - b.1).abs().total_cmp(&(a.2 - a.1).abs()));
            lead.truncate(WITH_FIGURES);
        }
        for (class, old, new) in lead {
            let Some((from, to)) = self.way(relabelling, class) else {
                continue;
            };
            for (at, cosine, is_new) in [(from, old, false), (to, new, true)] {
                let seen = frame.lens.see(at * HEAD);
                if seen.facing > 0.03 {
                    figure(frame, seen.pos, class, cosine, opacity, is_new);
                }
            }
        }
    }

    /// Where a class's label is, and whether it is in flight.
    pub(super) fn label_point(&self, frame: &Frame<'_>, class: usize) -> Option<(Vec3, bool)> {
        if let (Some(show), Some(act)) = (&self.show, frame.act)
            && show.part(class).is_some()
        {
            let done = show.progress(act, class);
            return Some((self.flight(class, done)?, done > 0.0 && done < 1.0));
        }
        let pin = *frame.assignment.get(class)? as usize;
        Some((*self.scene.prototypes().get(pin)? * HEAD, false))
    }

    /// The point of the surface at which a class's error line ends, and the line's strength.
    pub(super) fn line_end(&self, frame: &Frame<'_>, class: usize) -> Option<(Vec3, f32)> {
        if let (Some(show), Some(act)) = (&self.show, frame.act)
            && let Some(part) = show.part(class)
        {
            let (from, to) = self.way(show.relabelling(), class)?;
            let settled = act.of(Beat::Settle);
            return Some(match part {
                Part::Lead(_) if !act.is_pulse && settled > 0.0 => (to, settled),
                Part::Lead(_) if !act.is_pulse => (from, 1.0),
                _ => (arc::along(from, to, show.progress(act, class)), 1.0),
            });
        }
        let pin = *frame.assignment.get(class)? as usize;
        Some((*self.scene.prototypes().get(pin)?, 1.0))
    }

    /// Width of a class's error line: while its mean asks, the heavier the more alike it is to its old pin.
    pub(super) fn line_width(&self, frame: &Frame<'_>, class: usize) -> f32 {
        let plain = if frame.focus == Some(class) { 2.4 } else { 1.5 };
        let (Some(show), Some(act)) = (&self.show, frame.act) else {
            return plain;
        };
        if !matches!(show.part(class), Some(Part::Lead(_))) {
            return plain;
        }
        let relabelling = show.relabelling();
        let wide = weight(relabelling.cosine(class, pin(&relabelling.before, class)));
        plain + (wide - plain) * act.asking()
    }

    /// 1 for classes that lead the present show, less for others that move, 0 for those that stay.
    pub(super) fn takes_part(&self, class: usize) -> f32 {
        match self.show.as_ref().and_then(|show| show.part(class)) {
            Some(Part::Lead(_)) => 1.0,
            Some(Part::Other) => 0.25,
            None => 0.0,
        }
    }

    /// How far the show of `relabelling` has moved the label of a class: 1 when it is not shown.
    pub(crate) fn moved_share(
        &self,
        relabelling: &Relabelling,
        class: usize,
        now_secs: f64,
    ) -> f32 {
        self.show
            .as_ref()
            .filter(|show| std::ptr::eq(&raw const **show.relabelling(), relabelling))
            .map_or(1.0, |show| show.progress(show.act(now_secs), class))
    }

    /// The direction in which most of a show's gain is made.
    pub(super) fn middle_of(&self, show: &super::relabel::Show) -> Option<Vec3> {
        let relabelling = show.relabelling();
        let moves = relabelling.passings.iter().flat_map(|ring| &ring.moves);
        let leading = moves.filter(|step| show.lead().contains(&step.class));
        let most = leading.max_by(|a, b| a.gain.total_cmp(&b.gain))?;
        let (from, to) = self.way(relabelling, most.class as usize)?;
        let mean = self.scene.mean(most.class as usize).unwrap_or(to);
        (from * 0.5 + to + mean).try_normalize()
    }

    /// Whether the trails of the last relabelling are still to be seen: for one epoch.
    pub(super) fn keeps_ghost(&self, input: &StageInput<'_>) -> bool {
        let (Some(show), Some(snapshot), Some(info)) =
            (&self.show, input.snapshot, &input.run.info)
        else {
            return false;
        };
        let until = show.relabelling().step + info.steps_per_epoch as u64;
        snapshot.phase == Phase::Training && snapshot.step < until
    }

    /// Old and new pin of a moved class.
    fn way(&self, relabelling: &Relabelling, class: usize) -> Option<(Vec3, Vec3)> {
        let pins = self.scene.prototypes();
        let from = *pins.get(*relabelling.before.get(class)? as usize)?;
        let to = *pins.get(*relabelling.after.get(class)? as usize)?;
        Some((from, to))
    }

    /// The point of a label's way at share `done`.
    fn flight(&self, class: usize, done: f32) -> Option<Vec3> {
        let show = self.show.as_ref()?;
        let (from, to) = self.way(show.relabelling(), class)?;
        let place = match show.part(class) {
            Some(Part::Lead(place)) => place,
            _ => 0,
        };
        Some(beside(from, to, done, place))
    }

    /// The way a label has come, fading towards where it started.
    fn trail(&self, frame: &Frame<'_>, class: usize, done: f32, color: egui::Color32) {
        const STEPS: usize = 24;
        let width = frame.sizes.glyph * 0.5;
        let mut before: Option<camera::Seen> = None;
        for i in 0..=STEPS {
            let share = i as f32 / STEPS as f32;
            let Some(at) = self.flight(class, done * share) else {
                return;
            };
            let seen = frame.lens.see(at);
            if let Some(before) = before
                && frame.lens.joins(before.pos, seen.pos)
            {
                let dim = if seen.facing > -0.25 { 1.0 } else { 0.25 };
                let stroke = Stroke::new(
                    width * (0.35 + 0.65 * share),
                    fade(color, (0.15 + 0.6 * share * share) * dim),
                );
                frame
                    .painter
                    .add(Shape::line_segment([before.pos, seen.pos], stroke));
            }
            before = Some(seen);
        }
    }

    fn dashes(&self, frame: &Frame<'_>, from: Vec3, to: Vec3, stroke: Stroke) {
        let n = arc::steps(from, to);
        let points: Vec<Pos2> = (0..=n)
            .map(|i| frame.lens.see(arc::along(from, to, i as f32 / n as f32)))
            .filter(camera::Seen::is_near)
            .map(|seen| seen.pos)
            .collect();
        // On a map a line may leave at one edge and come in at the other.
        for piece in points.chunk_by(|&a, &b| frame.lens.joins(a, b)) {
            marks::dashed(frame.painter, piece, stroke);
        }
    }

    /// The pair of class and prototype that is pointed at in the score matrix.
    pub(super) fn draw_pair_pointed_at(&self, frame: &Frame<'_>) {
        let (Some(class), Some(prototype)) = (frame.focus, frame.prototype) else {
            return;
        };
        let Some(&at) = self.scene.prototypes().get(prototype) else {
            return;
        };
        let stroke = Stroke::new(1.8, frame.tokens.accent);
        if let Some(mean) = self.scene.mean(class) {
            self.dashes(frame, mean, at, stroke);
        }
        let seen = frame.lens.see(at);
        let near = if seen.is_near() { 1.0 } else { 0.5 };
        let radius = frame.sizes.glyph * 2.0 * seen.scale;
        for (radius, width) in [(radius, 2.5), (radius + 4.0, 1.0)] {
            let stroke = Stroke::new(width, fade(frame.tokens.accent, near));
            frame.painter.circle_stroke(seen.pos, radius, stroke);
        }
    }

    pub(super) fn arc(&self, frame: &Frame<'_>, from: Vec3, to: Vec3, stroke: Stroke, near: bool) {
        let n = arc::steps(from, to);
        let points = (0..=n).map(|i| arc::along(from, to, i as f32 / n as f32));
        globe::line_on_side(frame.painter, &frame.lens, near, stroke, points);
    }
}

fn pin(assignment: &[u32], class: usize) -> usize {
    assignment
        .get(class)
        .map_or(usize::MAX, |&pin| pin as usize)
}

/// Width of a line between a class mean and a pin of this cosine.
fn weight(cosine: Option<f64>) -> f32 {
    1.2 + 2.6 * cosine.unwrap_or(0.3).clamp(0.0, 1.0) as f32
}

/// The great-circle way from pin to pin, above the surface and to the right of the straight way; neighbours in
/// a ring fly at other distances from it.
fn beside(from: Vec3, to: Vec3, done: f32, place: usize) -> Vec3 {
    let lifted = arc::lifted(from, to, done, HEAD);
    let right = from.cross(to).normalize_or_zero();
    let out = KEEP_RIGHT * (1.0 + 0.45 * (place % 3) as f32);
    // On a ring (d = 2) this leads up out of its plane, which keeps labels apart as well.
    let height = lifted.length();
    let way = lifted + right * (out * (std::f32::consts::PI * done).sin());
    way.normalize_or_zero() * height
}

fn figure(frame: &Frame<'_>, at: Pos2, class: usize, cosine: f64, opacity: f32, is_new: bool) {
    let tokens = &frame.tokens;
    let font = if is_new {
        Type::Tiny.semibold()
    } else {
        Type::Tiny.regular()
    };
    let words = text::why::cosine(cosine);
    let galley = frame
        .painter
        .layout_no_wrap(words, font, fade(tokens.text, opacity));
    let size = galley.size() + vec2(8.0, 3.0);
    // A pin of a ring has a label that leaves and one that comes: the one's figure stands over it, the other's under it.
    let side = if is_new { 1.0 } else { -1.0 };
    let off = frame.sizes.glyph * 0.5 + frame.sizes.text * 0.62 + size.y * 0.5 + 1.0;
    let mut plate = Rect::from_center_size(at + vec2(0.0, side * off), size);
    let bounds = frame.bounds;
    plate = plate.translate(vec2(
        (bounds.left() - plate.left()).max(0.0) - (plate.right() - bounds.right()).max(0.0),
        -(plate.bottom() - bounds.bottom()).max(0.0),
    ));
    let edge = Stroke::new(
        if is_new { 1.5 } else { 1.0 },
        fade(frame.color(class), 0.9 * opacity),
    );
    let radius = CornerRadius::same(5);
    let ground = fade(tokens.surface, 0.92 * opacity);
    frame
        .painter
        .rect(plate, radius, ground, edge, egui::StrokeKind::Inside);
    let text_at = Align2::CENTER_CENTER.anchor_size(plate.center(), galley.size());
    frame.painter.galley(text_at.min, galley, tokens.text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_change_places_pass_each_other() {
        for (a, b) in [
            (Vec3::X, Vec3::Y),
            (Vec3::new(0.6, 0.0, 0.8), Vec3::Z),
            (Vec3::X, Vec3::NEG_Y),
        ] {
            let (there, back) = (beside(a, b, 0.5, 0), beside(b, a, 0.5, 1));
            assert!(there.distance(back) > 0.15, "{a} {b}");
            for done in [0.0, 1.0] {
                let end = if done == 0.0 { a } else { b };
                assert!(beside(a, b, done, 2).distance(end * HEAD) < 1e-3);
            }
        }
    }

    #[test]
    fn ways_stay_above_the_surface_and_have_no_gaps() {
        for place in 0..4 {
            let mut before = beside(Vec3::X, Vec3::NEG_Y, 0.0, place);
            for i in 1..=40 {
                let at = beside(Vec3::X, Vec3::NEG_Y, i as f32 / 40.0, place);
                assert!(at.length() > 1.0);
                assert!(at.distance(before) < 0.1);
                before = at;
            }
        }
        let nowhere = beside(Vec3::ZERO, Vec3::X, 0.5, 0);
        assert!(nowhere.is_finite());
        assert!(beside(Vec3::X, Vec3::X, 0.5, 0).is_finite());
    }

    #[test]
    fn the_more_alike_the_heavier_the_line() {
        assert!(weight(Some(0.9)) > weight(Some(0.2)));
        assert_eq!(weight(Some(-0.5)), weight(Some(0.0)));
    }
}
