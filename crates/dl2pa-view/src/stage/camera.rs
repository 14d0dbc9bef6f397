//! The camera: orbit, zoom, and the way from the sphere to the screen and back.

use egui::{Pos2, Vec2, pos2};
use glam::Vec3;

use crate::motion;

/// Distance of the eye from the centre, in sphere radii: a mild perspective.
const EYE: f32 = 4.6;
/// Pitch never reaches the poles, where "up" would flip.
const MAX_PITCH_RAD: f32 = 1.48;
/// What it turns to by itself is looked at no steeper than this.
const MAX_FACING_PITCH_RAD: f32 = 0.8;
const ZOOM_RANGE: std::ops::RangeInclusive<f32> = 0.6..=4.0;

/// Where the eye is. The z axis of the metric space points up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Camera {
    yaw_rad: f32,
    pitch_rad: f32,
    zoom: f32,
    home_pitch_rad: f32,
    touched: bool,
    returning: bool,
    /// Yaw and pitch that it turns to.
    wanted_rad: Option<[f32; 2]>,
    /// The whole sphere is unrolled on a map, what faces the eye in its middle.
    is_map: bool,
    /// It goes where it is to go at once, and turns by itself nowhere.
    still: bool,
}

impl Camera {
    /// At home, turning by itself.
    pub(crate) fn new() -> Self {
        Self {
            yaw_rad: 0.6,
            pitch_rad: 0.36,
            zoom: 1.0,
            home_pitch_rad: 0.36,
            touched: false,
            returning: false,
            wanted_rad: None,
            is_map: false,
            still: false,
        }
    }

    /// Moves by itself or not.
    pub(crate) fn set_still(&mut self, still: bool) {
        self.still = still;
    }

    /// Unrolls the sphere, or rolls it up again.
    pub(crate) fn unroll(&mut self, is_map: bool) {
        self.is_map = is_map;
    }

    /// Whether the sphere is unrolled.
    pub(crate) fn is_map(&self) -> bool {
        self.is_map
    }

    /// Yaw, pitch (both in radians) and zoom; `None` while it turns by itself.
    pub(crate) fn pose(&self) -> Option<[f32; 3]> {
        (self.touched && !self.returning).then_some([self.yaw_rad, self.pitch_rad, self.zoom])
    }

    /// Takes a pose and stands still; without one it goes home and turns by itself.
    pub(crate) fn take_pose(&mut self, pose: Option<[f32; 3]>) {
        let Some([yaw_rad, pitch_rad, zoom]) = pose else {
            self.reset();
            return;
        };
        self.yaw_rad = yaw_rad.rem_euclid(std::f32::consts::TAU);
        self.pitch_rad = pitch_rad.clamp(-MAX_PITCH_RAD, MAX_PITCH_RAD);
        self.zoom = zoom.clamp(*ZOOM_RANGE.start(), *ZOOM_RANGE.end());
        self.touched = true;
        self.returning = false;
        self.wanted_rad = None;
    }

    /// The same, standing where it is from now on.
    pub(crate) fn held(mut self) -> Self {
        self.take_pose(Some([self.yaw_rad, self.pitch_rad, self.zoom]));
        self
    }

    /// Turns until `direction` faces the eye.
    pub(crate) fn face(&mut self, direction: Vec3) {
        let Some(direction) = direction.try_normalize() else {
            return;
        };
        let yaw = direction.y.atan2(direction.x);
        // The shorter way round.
        let turn = (yaw - self.yaw_rad + std::f32::consts::PI).rem_euclid(std::f32::consts::TAU)
            - std::f32::consts::PI;
        let pitch = direction
            .z
            .asin()
            .clamp(-MAX_FACING_PITCH_RAD, MAX_FACING_PITCH_RAD);
        self.wanted_rad = Some([self.yaw_rad + turn, pitch]);
    }

    /// A ring (d = 2) is seen from above, a sphere nearly level.
    pub(crate) fn set_dim(&mut self, dim: usize) {
        let home = if dim <= 2 { 0.95 } else { 0.36 };
        if (self.home_pitch_rad - home).abs() > f32::EPSILON {
            self.home_pitch_rad = home;
            if !self.touched {
                self.pitch_rad = home;
            }
        }
    }

    /// Turns with a drag of `delta` points on a sphere of `radius` points.
    pub(crate) fn orbit(&mut self, delta: Vec2, radius: f32) {
        self.touched = true;
        self.returning = false;
        self.wanted_rad = None;
        let per_point = 1.0 / (radius * self.zoom).max(1.0);
        self.yaw_rad -= delta.x * per_point;
        self.pitch_rad =
            (self.pitch_rad + delta.y * per_point).clamp(-MAX_PITCH_RAD, MAX_PITCH_RAD);
    }

    /// Zooms by a factor.
    pub(crate) fn zoom_by(&mut self, factor: f32) {
        if (factor - 1.0).abs() > 1e-4 {
            self.touched = true;
            self.returning = false;
            self.zoom = (self.zoom * factor).clamp(*ZOOM_RANGE.start(), *ZOOM_RANGE.end());
        }
    }

    /// Goes back home and turns by itself again.
    pub(crate) fn reset(&mut self) {
        self.touched = false;
        self.returning = true;
        self.wanted_rad = None;
    }

    /// Lets `dt_secs` pass.
    pub(crate) fn advance(&mut self, dt_secs: f64) {
        let dt_secs = if self.still { f64::INFINITY } else { dt_secs };
        if let Some([yaw, pitch]) = self.wanted_rad {
            let share = motion::follow(dt_secs, motion::CAMERA_RETURN_SECS);
            self.yaw_rad += (yaw - self.yaw_rad) * share;
            self.pitch_rad += (pitch - self.pitch_rad) * share;
            let left = (yaw - self.yaw_rad).abs() + (pitch - self.pitch_rad).abs();
            if left < 1e-2 {
                self.wanted_rad = None;
            }
        } else if !self.touched && !self.still {
            self.yaw_rad += (motion::AUTO_TURN_RAD_PER_SEC * dt_secs) as f32;
        }
        if self.returning {
            let share = motion::follow(dt_secs, motion::CAMERA_RETURN_SECS);
            self.pitch_rad += (self.home_pitch_rad - self.pitch_rad) * share;
            self.zoom += (1.0 - self.zoom) * share;
            self.returning = (self.pitch_rad - self.home_pitch_rad).abs() > 1e-3
                || (self.zoom - 1.0).abs() > 1e-3;
        }
    }

    /// Somebody has turned it and wants it so.
    pub(crate) fn is_held(&self) -> bool {
        self.touched
    }

    /// True while it moves by itself.
    pub(crate) fn moves(&self) -> bool {
        (!self.touched && !self.still) || self.returning || self.wanted_rad.is_some()
    }

    /// The projection onto a screen with the sphere at `centre`, `radius` points large at zoom 1.
    pub(crate) fn lens(&self, centre: Pos2, radius: f32) -> Lens {
        let (sin_yaw, cos_yaw) = self.yaw_rad.sin_cos();
        let (sin_pitch, cos_pitch) = self.pitch_rad.sin_cos();
        let toward = Vec3::new(cos_pitch * cos_yaw, cos_pitch * sin_yaw, sin_pitch);
        let right = Vec3::new(-sin_yaw, cos_yaw, 0.0);
        Lens {
            right,
            up: toward.cross(right),
            toward,
            centre,
            radius: radius * self.zoom,
            is_map: self.is_map,
        }
    }
}

/// A point on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Seen {
    /// Where.
    pub pos: Pos2,
    /// How much larger than at the centre's depth things look there.
    pub scale: f32,
    /// Height above the horizon of the sphere as seen from the eye: above 0 in front, below 0 behind.
    pub facing: f32,
}

impl Seen {
    /// True on the near side.
    pub(crate) fn is_near(&self) -> bool {
        self.facing > 0.0
    }
}

/// One frame's projection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lens {
    right: Vec3,
    up: Vec3,
    toward: Vec3,
    /// Centre of the sphere on the screen.
    pub centre: Pos2,
    /// Radius of its outline on the screen, in points; of a map, half its height.
    pub radius: f32,
    /// The whole sphere is unrolled.
    pub is_map: bool,
}

impl Lens {
    /// Where a point of the metric space appears (the unit sphere fills the outline).
    pub(crate) fn see(&self, point: Vec3) -> Seen {
        if self.is_map {
            return self.see_on_map(point);
        }
        let x = point.dot(self.right);
        let y = point.dot(self.up);
        let z = point.dot(self.toward);
        let focal = self.radius * (EYE * EYE - 1.0).sqrt();
        let per_unit = focal / (EYE - z);
        Seen {
            pos: pos2(self.centre.x + x * per_unit, self.centre.y - y * per_unit),
            scale: EYE / (EYE - z),
            // The polar plane of the eye: on the unit sphere this is the horizon.
            facing: z - point.length_squared() / EYE,
        }
    }

    /// Hammer's projection (1892): twice as wide as high, equal areas stay equal. What is above the surface is drawn
    /// above its place. All of a map is near.
    fn see_on_map(&self, point: Vec3) -> Seen {
        let height = point.length() - 1.0;
        let on = point.normalize_or(self.toward);
        let (x, y, z) = (on.dot(self.right), on.dot(self.up), on.dot(self.toward));
        let (half_sin, half_cos) = (0.5 * x.atan2(z)).sin_cos();
        let level = (1.0 - y * y).max(0.0).sqrt();
        let per_unit = self.radius / (1.0 + level * half_cos).sqrt();
        let lift = height.max(0.0) * self.radius;
        Seen {
            pos: pos2(
                self.centre.x + 2.0 * level * half_sin * per_unit,
                self.centre.y - y * per_unit - lift,
            ),
            scale: 1.0,
            facing: 1.0,
        }
    }

    /// Whether two neighbouring points of a line are neighbours on the screen: not across the edge of a map.
    pub(crate) fn joins(&self, a: Pos2, b: Pos2) -> bool {
        !self.is_map || (a.x - b.x).abs() < self.radius
    }

    /// The direction to the eye.
    pub(crate) fn toward(&self) -> Vec3 {
        self.toward
    }

    /// How much a direction faces the eye: 1 in the middle of the near side, -1 behind.
    pub(crate) fn facing(&self, direction: Vec3) -> f32 {
        if self.is_map {
            return 1.0;
        }
        direction.normalize_or_zero().dot(self.toward)
    }

    /// The sphere's normal, in eye coordinates (x right, y up, z to the eye), at an offset from the
    /// centre in units of the outline's radius; offsets outside count as the outline.
    pub(crate) fn normal(offset: Vec2) -> Vec3 {
        let length = offset.length();
        let (x, y) = if length > 1.0 {
            (offset.x / length, offset.y / length)
        } else {
            (offset.x, offset.y)
        };
        let slope = 1.0 / (EYE * EYE - 1.0).sqrt();
        let ray = Vec3::new(x * slope, -y * slope, -1.0);
        let k = ray.x * ray.x + ray.y * ray.y;
        let under = (EYE * EYE - (1.0 + k) * (EYE * EYE - 1.0)).max(0.0);
        let t = (EYE - under.sqrt()) / (1.0 + k);
        Vec3::new(0.0, 0.0, EYE) + ray * t
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lens() -> Lens {
        Camera::new().lens(pos2(100.0, 80.0), 50.0)
    }

    #[test]
    fn the_centre_stays_and_the_outline_is_where_the_horizon_is() {
        let lens = lens();
        assert_eq!(lens.see(Vec3::ZERO).pos, pos2(100.0, 80.0));
        // A point of the horizon: z = 1 / EYE in eye coordinates.
        let z = 1.0 / EYE;
        let horizon = lens.toward * z + lens.up * (1.0 - z * z).sqrt();
        let seen = lens.see(horizon);
        assert!(seen.facing.abs() < 1e-5);
        assert!((seen.pos.distance(lens.centre) - 50.0).abs() < 1e-3);
    }

    #[test]
    fn a_map_keeps_areas_and_shows_the_whole_sphere() {
        let mut camera = Camera::new();
        camera.unroll(true);
        let lens = camera.lens(pos2(0.0, 0.0), 1.0);
        assert!(lens.see(lens.toward).pos.distance(lens.centre) < 1e-6);
        let pole = lens.see(lens.up).pos;
        assert!((pole - pos2(0.0, -1.0)).length() < 1e-4, "{pole:?}");
        // Small squares of the sphere are as large anywhere: the sphere's 4 pi fill an ellipse of 2 pi.
        for (lon, lat) in [(0.0_f32, 0.0_f32), (1.4, 0.5), (-2.6, -1.1), (3.0, 1.3)] {
            let at = |lon: f32, lat: f32| {
                let (sin, cos) = lat.sin_cos();
                let flat = lens.right * lon.sin() + lens.toward * lon.cos();
                lens.see(flat * cos + lens.up * sin).pos
            };
            let step = 0.01;
            let east = (at(lon + step, lat) - at(lon - step, lat)) / (2.0 * step);
            let north = (at(lon, lat + step) - at(lon, lat - step)) / (2.0 * step);
            let area = (east.x * north.y - east.y * north.x).abs() / lat.cos();
            assert!((area - 0.5).abs() < 0.01, "{lon} {lat}: {area}");
        }
        let (east, west) = (
            -lens.toward + 0.01 * lens.right,
            -lens.toward - 0.01 * lens.right,
        );
        let edges = [lens.see(east).pos, lens.see(west).pos];
        assert!((edges[0].x - 2.0).abs() < 0.01 && (edges[1].x + 2.0).abs() < 0.01);
        assert!(!lens.joins(edges[0], edges[1]));
    }

    #[test]
    fn near_points_face_the_eye_and_look_larger() {
        let lens = lens();
        let near = lens.see(lens.toward);
        let far = lens.see(-lens.toward);
        assert!(near.is_near() && !far.is_near());
        assert!(near.scale > 1.0 && far.scale < 1.0);
    }

    #[test]
    fn the_normal_undoes_the_projection() {
        let lens = lens();
        for offset in [
            Vec2::ZERO,
            Vec2::new(0.4, -0.3),
            Vec2::new(-0.7, 0.6),
            Vec2::new(0.0, 0.95),
        ] {
            let n = Lens::normal(offset);
            assert!((n.length() - 1.0).abs() < 1e-4);
            let world = lens.right * n.x + lens.up * n.y + lens.toward * n.z;
            let seen = lens.see(world);
            assert!((seen.pos - (lens.centre + offset * lens.radius)).length() < 1e-2);
        }
    }

    #[test]
    fn it_turns_to_what_it_is_to_face_by_the_shorter_way() {
        for direction in [Vec3::NEG_Y, Vec3::new(-1.0, 0.1, 0.4), Vec3::X] {
            let mut camera = Camera::new();
            let before = camera.yaw_rad;
            camera.face(direction);
            for _ in 0..60 {
                camera.advance(0.05);
            }
            assert!((camera.yaw_rad - before).abs() < std::f32::consts::PI + 0.3);
            let seen = camera.lens(pos2(0.0, 0.0), 50.0).see(direction.normalize());
            assert!(seen.facing > 0.7, "{direction}: {seen:?}");
        }
        let mut camera = Camera::new();
        camera.face(Vec3::ZERO);
        assert_eq!(camera, Camera::new());
    }

    #[test]
    fn dragging_takes_the_camera_over_and_stops_at_the_poles() {
        let mut camera = Camera::new();
        assert!(camera.moves());
        camera.orbit(Vec2::new(0.0, 1e6), 100.0);
        assert!(!camera.moves());
        assert_eq!(camera.pitch_rad, MAX_PITCH_RAD);
        let before = camera;
        camera.advance(1.0);
        assert_eq!(camera, before);
        camera.reset();
        for _ in 0..100 {
            camera.advance(0.05);
        }
        assert!((camera.pitch_rad - camera.home_pitch_rad).abs() < 1e-2);
    }
}
