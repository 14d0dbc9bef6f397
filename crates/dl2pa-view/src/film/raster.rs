//! Fills egui's triangles with colour in memory, as a GPU does, where there may be no GPU to do it.
//!
//! The rules are those of egui's shader: colours are premultiplied sRGB numbers, mixed as such; a pixel belongs to a
//! triangle when its centre does, and to one only of two that share an edge.

use std::ops::Range;

use egui::epaint::{ClippedPrimitive, ImageData, Mesh, Primitive, Vertex};
use egui::{Color32, ColorImage, Rect, TextureId, TexturesDelta};

/// Steps of a pixel that corners are rounded to, so that edges are decided without rounding.
const STEPS: f32 = 256.0;
/// Corners farther out than this are those of no picture, in pixels.
const FARTHEST: f32 = 65_536.0;

/// Parts of a step of a colour's channel.
const ONE: i32 = 1 << 16;

/// A colour as red, green, blue and alpha, premultiplied.
pub(crate) type Pixel = [u8; 4];

/// Textures by their numbers, kept up with what egui says of them.
#[derive(Debug, Default)]
pub(crate) struct Textures(Vec<(TextureId, ColorImage)>);

impl Textures {
    /// Takes in what has changed.
    pub(crate) fn take(&mut self, mut delta: TexturesDelta) {
        #[expect(clippy::iter_over_hash_type, reason = "each texture is one's own")]
        for (id, changes) in delta.set.drain() {
            for change in changes {
                let ImageData::Color(image) = change.image;
                match (change.pos, self.find(id)) {
                    (None, Some(whole)) => *whole = ColorImage::clone(&image),
                    (None, None) => self.0.push((id, ColorImage::clone(&image))),
                    (Some(at), Some(whole)) => patch(whole, &image, at),
                    (Some(_), None) => {}
                }
            }
        }
        self.0.retain(|(id, _)| !delta.free.contains(id));
        delta.clear();
    }

    fn find(&mut self, id: TextureId) -> Option<&mut ColorImage> {
        let found = self.0.iter_mut().find(|(known, _)| *known == id);
        found.map(|(_, image)| image)
    }

    fn get(&self, id: TextureId) -> Option<&ColorImage> {
        let found = self.0.iter().find(|(known, _)| *known == id);
        found.map(|(_, image)| image)
    }
}

/// Puts `part` into `whole` with its corner at `at`.
fn patch(whole: &mut ColorImage, part: &ColorImage, [x, y]: [usize; 2]) {
    let [width, _] = whole.size;
    for (row, line) in part.pixels.chunks_exact(part.size[0].max(1)).enumerate() {
        let from = (y + row) * width + x;
        if let Some(place) = whole.pixels.get_mut(from..from + line.len()) {
            place.copy_from_slice(line);
        }
    }
}

/// A picture in pixels, opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Pixel>,
}

impl Canvas {
    /// A canvas of one colour.
    pub(crate) fn new([width, height]: [usize; 2], ground: Color32) -> Self {
        Self {
            width,
            height,
            pixels: vec![ground.to_array(); width * height],
        }
    }

    /// Makes all of it one colour.
    pub(crate) fn clear(&mut self, ground: Color32) {
        self.pixels.fill(ground.to_array());
    }

    /// Row by row from the top.
    pub(crate) fn pixels(&self) -> &[Pixel] {
        &self.pixels
    }

    /// Draws what of triangles, whose corners are in pixels, is in these rows. What egui leaves to a renderer's own code is
    /// passed over.
    pub(crate) fn draw(
        &mut self,
        primitives: &[ClippedPrimitive],
        textures: &Textures,
        rows: &Range<usize>,
    ) {
        for clipped in primitives {
            let Primitive::Mesh(mesh) = &clipped.primitive else {
                continue;
            };
            let Some(clip) = self.inside(clipped.clip_rect, rows) else {
                continue;
            };
            if let Some(texture) = textures.get(mesh.texture_id) {
                self.mesh(mesh, clip, texture);
            }
        }
    }

    /// The pixels of a rectangle that are in these rows of the canvas: left, top, right and bottom, the latter two excluded.
    fn inside(&self, rect: Rect, rows: &Range<usize>) -> Option<[i64; 4]> {
        let within =
            |at: f32, from: usize, to: usize| (at.round() as i64).clamp(from as i64, to as i64);
        let [left, right] = [rect.left(), rect.right()].map(|x| within(x, 0, self.width));
        let (first, end) = (rows.start.min(rows.end), rows.end.min(self.height));
        let [top, bottom] = [rect.top(), rect.bottom()].map(|y| within(y, first.min(end), end));
        (left < right && top < bottom).then_some([left, top, right, bottom])
    }

    fn mesh(&mut self, mesh: &Mesh, clip: [i64; 4], texture: &ColorImage) {
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |place: usize| mesh.vertices.get(corners[place] as usize);
            if let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) {
                self.triangle([*a, *b, *c], clip, texture);
            }
        }
    }

    fn triangle(&mut self, [a, mut b, mut c]: [Vertex; 3], clip: [i64; 4], texture: &ColorImage) {
        let is_near = |corner: &Vertex| {
            corner.pos.x.abs() < FARTHEST && corner.pos.y.abs() < FARTHEST // false for NaN
        };
        if ![a, b, c].iter().all(is_near) {
            return;
        }
        let snap =
            |corner: &Vertex| [corner.pos.x, corner.pos.y].map(|x| (x * STEPS).round() as i64);
        let (p, mut q, mut r) = (snap(&a), snap(&b), snap(&c));
        let mut area = cross(p, q, r);
        if area == 0 {
            return;
        }
        if area < 0 {
            std::mem::swap(&mut b, &mut c);
            std::mem::swap(&mut q, &mut r);
            area = -area;
        }
        let step = STEPS as i64;
        let ys = [p[1], q[1], r[1]];
        let (low, high) = (ys.iter().min(), ys.iter().max());
        let (Some(low), Some(high)) = (low, high) else {
            return;
        };
        let top = low.div_euclid(step).max(clip[1]);
        let bottom = (high.div_euclid(step) + 1).min(clip[3]);
        if top >= bottom {
            return;
        }
        let edges = [
            Edge::between(p, q),
            Edge::between(q, r),
            Edge::between(r, p),
        ];
        let paint = Paint::of([a, b, c], [p, q, r], area, texture);
        if matches!(paint, Paint::Flat([0, 0, 0, 0])) {
            return;
        }
        for y in top..bottom {
            let (mut from, mut to) = (clip[0], clip[2]);
            for edge in &edges {
                edge.narrow(y, &mut from, &mut to);
            }
            if from < to {
                let row = y as usize * self.width;
                let line = &mut self.pixels[row + from as usize..row + to as usize];
                paint.fill(line, from, y, texture);
            }
        }
    }
}

/// Twice the area of a triangle, above 0 when its corners go round clockwise on a screen.
fn cross(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> i64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// An edge: a pixel is on its inner side where `at + right * x + down * y`, x and y in whole pixels, is at least 0.
struct Edge {
    at: i64,
    right: i64,
    down: i64,
}

impl Edge {
    fn between(a: [i64; 2], b: [i64; 2]) -> Self {
        let step = STEPS as i64;
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        // A centre that lies on the edge belongs to the triangle whose upper or left edge this is.
        let is_top_left = dy < 0 || (dy == 0 && dx > 0);
        let centre = cross(a, b, [step / 2, step / 2]);
        Self {
            at: centre - i64::from(!is_top_left),
            right: -dy * step,
            down: dx * step,
        }
    }

    /// Takes off what of row `y` from `from` to `to` is on its outer side.
    fn narrow(&self, y: i64, from: &mut i64, to: &mut i64) {
        let at = self.at + self.down * y;
        match self.right {
            0 if at < 0 => *to = *from,
            0 => {}
            // The least x with at + right * x >= 0, rounded up; or the greatest, rounded down.
            right if right > 0 => *from = (*from).max(-at.div_euclid(right)),
            right => *to = (*to).min(at.div_euclid(-right) + 1),
        }
    }
}

/// What a triangle is filled with.
enum Paint {
    /// One colour.
    Flat(Pixel),
    /// Colours that change along it: red, green, blue, alpha, and the place in the texture if that changes too.
    Shaded {
        colour: [Slope; 4],
        letters: Option<[Slope; 2]>,
    },
}

/// A number that changes evenly over the picture: its value at the centre of the pixel at (0, 0), and how much more it
/// is a pixel to the right and below.
#[derive(Clone, Copy)]
struct Slope {
    at: f32,
    right: f32,
    down: f32,
}

impl Slope {
    fn along(&self, x: i64, y: i64) -> f32 {
        self.at + self.right * x as f32 + self.down * y as f32
    }
}

impl Paint {
    fn of(corners: [Vertex; 3], at: [[i64; 2]; 3], area: i64, texture: &ColorImage) -> Self {
        let [a, b, c] = corners;
        let is_one_uv = a.uv == b.uv && b.uv == c.uv;
        let texel = is_one_uv.then(|| sample(texture, [a.uv.x, a.uv.y], true));
        if let Some(texel) = texel
            && a.color == b.color
            && b.color == c.color
        {
            let times = |i: usize| f32::from(a.color.to_array()[i]) * texel[i] / 255.0;
            return Self::Flat([0, 1, 2, 3].map(|i| (times(i) + 0.5) as u8));
        }
        let [p, q, r] = at;
        let (area, half) = (area as f64, f64::from(STEPS) / 2.0);
        let [px, py] = p.map(|x| x as f64);
        let (qx, qy) = ((q[0] - p[0]) as f64, (q[1] - p[1]) as f64);
        let (rx, ry) = ((r[0] - p[0]) as f64, (r[1] - p[1]) as f64);
        let slope = |values: [f32; 3]| {
            let [v, to_q, to_r] = [
                f64::from(values[0]),
                f64::from(values[1] - values[0]),
                f64::from(values[2] - values[0]),
            ];
            let right = (to_q * ry - to_r * qy) / area;
            let down = (to_r * qx - to_q * rx) / area;
            Slope {
                at: (v + right * (half - px) + down * (half - py)) as f32,
                right: (right * f64::from(STEPS)) as f32,
                down: (down * f64::from(STEPS)) as f32,
            }
        };
        let tint = texel.unwrap_or([255.0; 4]);
        let channel = |i: usize| {
            let of = |corner: &Vertex| f32::from(corner.color.to_array()[i]) * tint[i] / 255.0;
            slope([of(&a), of(&b), of(&c)])
        };
        let [width, height] = texture.size.map(|side| side as f32);
        Self::Shaded {
            colour: [0, 1, 2, 3].map(channel),
            letters: texel.is_none().then(|| {
                [
                    slope([a.uv.x * width, b.uv.x * width, c.uv.x * width]),
                    slope([a.uv.y * height, b.uv.y * height, c.uv.y * height]),
                ]
            }),
        }
    }

    /// Fills part of row `y`, from column `x` on.
    fn fill(&self, line: &mut [Pixel], x: i64, y: i64, texture: &ColorImage) {
        match self {
            Self::Flat(colour) if colour[3] == u8::MAX => line.fill(*colour),
            Self::Flat(colour) => {
                let colour = colour.map(|channel| i32::from(channel) * ONE);
                for pixel in line {
                    over(pixel, colour);
                }
            }
            Self::Shaded { colour, letters } => {
                let mut now = colour.map(|slope| (slope.along(x, y) * ONE as f32) as i32);
                let step = colour.map(|slope| (slope.right * ONE as f32) as i32);
                let mut place = letters.map(|uv| uv.map(|slope| slope.along(x, y)));
                for pixel in line {
                    if let (Some(place), Some(letters)) = (&mut place, letters) {
                        let texel = sample(texture, *place, false);
                        if texel[3] > 0.0 {
                            let tinted = |i: usize| (now[i] as f32 * texel[i] / 255.0) as i32;
                            over(pixel, [0, 1, 2, 3].map(tinted));
                        }
                        place[0] += letters[0].right;
                        place[1] += letters[1].right;
                    } else {
                        over(pixel, now);
                    }
                    for (value, step) in now.iter_mut().zip(step) {
                        *value += step;
                    }
                }
            }
        }
    }
}

/// Lays a premultiplied colour over a pixel; its channels are in parts of which [`ONE`] make a step. Whole numbers: a
/// page turns fractions into bytes slowly.
fn over(pixel: &mut Pixel, colour: [i32; 4]) {
    const FULL: u32 = 255 * ONE as u32;
    if colour == [0; 4] {
        return;
    }
    let colour = colour.map(|channel| channel.max(0).unsigned_abs().min(FULL));
    // The share of what is below in parts of a step: all of it is one part less than `ONE`.
    let left = (((FULL - colour[3]) >> 8) * 257) >> 8;
    for (below, above) in pixel.iter_mut().zip(colour) {
        let mixed = above + u32::from(*below) * left + ONE as u32 / 2;
        *below = (mixed >> 16).min(255) as u8;
    }
}

/// The texture between its four nearest texels; `at` is in texels, or from 0 to 1 (`is_share`).
fn sample(texture: &ColorImage, at: [f32; 2], is_share: bool) -> [f32; 4] {
    let [width, height] = texture.size;
    if width == 0 || height == 0 {
        return [0.0; 4];
    }
    let sides = [width as f32, height as f32];
    let [x, y] = [0, 1].map(|i| if is_share { at[i] * sides[i] } else { at[i] } - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (across, along) = (x - left, y - top);
    let texel = |x: f32, y: f32| {
        let column = x.clamp(0.0, sides[0] - 1.0) as usize;
        let row = y.clamp(0.0, sides[1] - 1.0) as usize;
        texture.pixels[row * width + column]
            .to_array()
            .map(f32::from)
    };
    let mix = |a: [f32; 4], b: [f32; 4], share: f32| {
        [0, 1, 2, 3].map(|i: usize| a[i] + (b[i] - a[i]) * share)
    };
    // Letters lie on the grid of pixels, where there is nothing to mix.
    let row = |y: f32| {
        if across < 1e-3 {
            texel(left, y)
        } else {
            mix(texel(left, y), texel(left + 1.0, y), across)
        }
    };
    if along < 1e-3 {
        row(top)
    } else {
        mix(row(top), row(top + 1.0), along)
    }
}
