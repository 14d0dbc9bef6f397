//! Shears, shifts and rotations of a small picture, sampled as Pillow does: nearest pixel, black outside.

/// From a pixel of the result to the place it is taken from: `x = m[0] u + m[1] v + m[2]` and
/// `y = m[3] u + m[4] v + m[5]`, in pixels from the upper left corner.
pub(super) type Matrix = [f64; 6];

/// Shears along x and y by these tangents, about the upper left corner.
pub(super) fn shear(x: f64, y: f64) -> Matrix {
    // One of the two is 0, so the inverse has no mixed term.
    [1.0, x, 0.0, y, 1.0, 0.0]
}

/// Moves the picture to the right and down by whole pixels.
pub(super) fn shift(right: i32, down: i32) -> Matrix {
    [1.0, 0.0, -f64::from(right), 0.0, 1.0, -f64::from(down)]
}

/// Turns the picture counter-clockwise about its centre.
pub(super) fn rotation(angle_deg: f64, width: usize, height: usize) -> Matrix {
    let (sin, cos) = (-angle_deg.rem_euclid(360.0).to_radians()).sin_cos();
    // Right angles come out exact once the last digit is dropped.
    let rounded = |x: f64| (x * 1e15).round() / 1e15;
    let (sin, cos) = (rounded(sin), rounded(cos));
    let (x, y) = (width as f64 / 2.0, height as f64 / 2.0);
    [
        cos,
        sin,
        x - cos * x - sin * y,
        -sin,
        cos,
        y + sin * x - cos * y,
    ]
}

/// Replaces the RGB picture by itself seen through `matrix`.
pub(super) fn apply(rgb: &mut Vec<u8>, width: usize, height: usize, matrix: &Matrix) {
    // 16.16 fixed point with the sample at the pixel's centre: which neighbour a place halfway between two
    // goes to is then the same as in Pillow.
    let fixed = |x: f64| (x * 65536.0 + 0.5).floor() as i64;
    let [xu, xv, x0, yu, yv, y0] = *matrix;
    let (mut x_row, mut y_row) = (fixed(x0 + (xu + xv) * 0.5), fixed(y0 + (yu + yv) * 0.5));
    let (xu, xv, yu, yv) = (fixed(xu), fixed(xv), fixed(yu), fixed(yv));
    let (source, _) = rgb.as_chunks::<3>();
    let mut seen = Vec::with_capacity(rgb.len());
    let inside = |place: i64, extent: usize| {
        usize::try_from(place >> 16)
            .ok()
            .filter(|&pixel| pixel < extent)
    };
    for _ in 0..height {
        let (mut x, mut y) = (x_row, y_row);
        for _ in 0..width {
            let pixel = inside(x, width).zip(inside(y, height));
            seen.extend(pixel.map_or([0; 3], |(column, row)| source[row * width + column]));
            x += xu;
            y += yu;
        }
        x_row += xv;
        y_row += yv;
    }
    *rgb = seen;
}
