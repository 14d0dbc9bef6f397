//! Procedural pictures: stripes with a shape on them, whose hue, slant, width and form tell the class.

use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// What a shape on the stripes looks like.
const SHAPES: usize = 5;

/// How the pictures of one class look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Colour of the stripes, as a part of the colour circle.
    hue: f32,
    /// Slant of the stripes in radians.
    angle: f32,
    /// Stripes across a picture.
    stripes: f32,
    /// Disc, square, cross, ring or triangle.
    shape: usize,
    /// How far the shape's colour lies from that of the stripes on the colour circle.
    shift: f32,
    /// How much of the shape's colour covers the stripes, 0 to 1.
    contrast: f32,
    /// Largest error of a pixel, as a part of the brightest.
    noise: f32,
    /// How much hue and slant vary from picture to picture.
    spread: f32,
}

impl Style {
    /// Class `class` of `classes` that differ in everything at once.
    pub(crate) fn distinct(class: usize, classes: usize) -> Self {
        let part = class as f32 / classes.max(1) as f32;
        Self {
            hue: part,
            // 7 and 3 have no factor with 10 or 100, so that neighbours in hue differ in slant and width.
            angle: std::f32::consts::PI * ((class * 7) % classes.max(1)) as f32
                / classes.max(1) as f32,
            stripes: 2.0 + ((class * 3) % 5) as f32,
            shape: class % SHAPES,
            shift: 0.4,
            contrast: 0.8,
            noise: 0.15,
            spread: 0.2,
        }
    }

    /// Member `member` (below 5) of group `group` (below 20): the group has the stripes in common, and
    /// only form and colour of a shape on them tell its members apart.
    pub(crate) fn grouped(group: usize, member: usize) -> Self {
        Self {
            hue: (group % 10) as f32 / 10.0,
            angle: std::f32::consts::PI * ((group * 3) % 20) as f32 / 20.0,
            stripes: if group < 10 { 3.0 } else { 6.0 },
            shape: member,
            shift: 0.3 + 0.1 * member as f32,
            contrast: 0.75,
            noise: 0.22,
            spread: 1.0,
        }
    }

    /// One picture of `height` x `width` pixels: 3 channels, each row by row.
    pub(crate) fn draw(self, height: usize, width: usize, rng: &mut ChaCha8Rng) -> Vec<u8> {
        let mut vary = |amount: f32| (rng.random::<f32>() * 2.0 - 1.0) * amount;
        let hue = self.hue + vary(0.05 * self.spread);
        let angle = self.angle + vary(0.10 * self.spread);
        let brightness = 0.55 + vary(0.15);
        let phase = vary(std::f32::consts::PI);
        let (middle_x, middle_y) = (0.5 + vary(0.2), 0.5 + vary(0.2));
        let radius = 0.24 + vary(0.06);
        let turn = vary(0.4);
        let contrast = self.contrast * (0.75 + vary(0.25));
        let ground = rgb(hue);
        let figure = rgb(hue + self.shift + vary(0.06 * self.spread));
        let (sine, cosine) = angle.sin_cos();
        let (turn_sine, turn_cosine) = turn.sin_cos();

        let area = height * width;
        let mut pixels = vec![0; 3 * area];
        for row in 0..height {
            for column in 0..width {
                let x = (column as f32 + 0.5) / width as f32;
                let y = (row as f32 + 0.5) / height as f32;
                let wave = std::f32::consts::TAU * self.stripes * (x * cosine + y * sine) + phase;
                let light = brightness + 0.2 * wave.sin();
                let (dx, dy) = ((x - middle_x) / radius, (y - middle_y) / radius);
                let (dx, dy) = (
                    dx * turn_cosine - dy * turn_sine,
                    dx * turn_sine + dy * turn_cosine,
                );
                let covered = if covers(self.shape, dx, dy) {
                    contrast
                } else {
                    0.0
                };
                for channel in 0..3 {
                    let colour = ground[channel] * (1.0 - covered) + figure[channel] * covered;
                    // Two draws make a triangular distribution: near enough to a camera's noise.
                    let noise = (rng.random::<f32>() + rng.random::<f32>() - 1.0) * self.noise;
                    let value = (light * colour + noise).clamp(0.0, 1.0);
                    pixels[channel * area + row * width + column] = (value * 255.0).round() as u8;
                }
            }
        }
        pixels
    }
}

/// Whether the point, in radii from the shape's middle, lies in the shape.
fn covers(shape: usize, x: f32, y: f32) -> bool {
    let distance = x.hypot(y);
    let (across, down) = (x.abs(), y.abs());
    match shape % SHAPES {
        0 => distance < 0.9,
        1 => across.max(down) < 0.8,
        2 => across.min(down) < 0.3 && across.max(down) < 1.1,
        3 => distance > 0.65 && distance < 1.1,
        _ => y < 0.7 && y > 2.0 * across - 1.1,
    }
}

/// The full colour at `hue`, a part of the colour circle; red, green and blue from 0.25 to 1.
fn rgb(hue: f32) -> [f32; 3] {
    [0.0, 1.0 / 3.0, 2.0 / 3.0].map(|offset| {
        let near = 0.5 + 0.5 * (std::f32::consts::TAU * (hue - offset)).cos();
        0.25 + 0.75 * near
    })
}

/// The same picture of `side` x `side` pixels, each channel column by column, as MATLAB stores it.
pub(crate) fn by_columns(picture: &[u8], side: usize) -> Vec<u8> {
    let mut turned = Vec::with_capacity(picture.len());
    for channel in picture.chunks_exact(side * side) {
        for column in 0..side {
            turned.extend(channel.iter().skip(column).step_by(side));
        }
    }
    turned
}

/// The random numbers of picture `index` in part `part` (a split, a file) of the data set of `seed`.
pub(crate) fn random(seed: u64, part: u64, index: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream((part << 32) | index as u64);
    rng
}

/// `count` labels of `classes` classes, as many of each as can be, in random order.
pub(crate) fn labels(count: usize, classes: usize, seed: u64, part: u64) -> Vec<usize> {
    let mut labels: Vec<usize> = (0..count).map(|index| index % classes).collect();
    labels.shuffle(&mut random(seed, part, u32::MAX as usize));
    labels
}
