//! The shortest vectors of a lattice, and the codes that their sections are.

/// The shortest vectors of a lattice in `D` dimensions, in coordinates that are whole numbers.
pub struct Shell<const D: usize> {
    /// All of them.
    pub vectors: Vec<[i8; D]>,
    /// What the products of the coordinates are divided by to give those of the lattice.
    pub scale: i32,
}

/// A vector and what the lattice's inner product with it has to be.
pub type Condition<const D: usize> = ([i8; D], i32);

impl<const D: usize> Shell<D> {
    /// The vectors that have the given products.
    pub fn section(&self, conditions: &[Condition<D>]) -> Vec<[i8; D]> {
        self.meeting(conditions).collect()
    }

    /// The first vector that has the given products; zero if there is none.
    pub fn first(&self, conditions: &[Condition<D>]) -> [i8; D] {
        self.meeting(conditions).next().unwrap_or([0; D])
    }

    fn meeting(&self, conditions: &[Condition<D>]) -> impl Iterator<Item = [i8; D]> {
        self.vectors.iter().copied().filter(move |vector| {
            conditions
                .iter()
                .all(|(other, product)| dot(vector, other) == product * self.scale)
        })
    }
}

/// `a - b`.
pub fn difference<const D: usize>(a: &[i8; D], b: &[i8; D]) -> [i8; D] {
    std::array::from_fn(|axis| a[axis] - b[axis])
}

/// Product of the coordinates.
pub fn dot<const D: usize>(a: &[i8; D], b: &[i8; D]) -> i32 {
    a.iter()
        .zip(b)
        .map(|(&a, &b)| i32::from(a) * i32::from(b))
        .sum()
}

/// The points of a section as unit vectors around their mean (n x `dim`), in an orthonormal basis of the
/// `dim`-dimensional space that they span: the axes themselves where `dim` is `D`.
///
/// The sections used here are orbits of a group, so their mean is also the point of their affine space
/// that is nearest to the origin: this is the projection orthogonal to the vectors that cut the section.
pub fn centred<const D: usize>(vectors: &[[i8; D]], dim: usize) -> Vec<f64> {
    let mut mean = [0.0; D];
    for vector in vectors {
        for (sum, &value) in mean.iter_mut().zip(vector) {
            *sum += f64::from(value);
        }
    }
    let offsets: Vec<[f64; D]> = vectors
        .iter()
        .map(|vector| {
            std::array::from_fn(|axis| f64::from(vector[axis]) - mean[axis] / vectors.len() as f64)
        })
        .collect();
    let mut rows = Vec::with_capacity(offsets.len() * dim);
    if dim == D {
        rows.extend(offsets.iter().flat_map(unit));
        return rows;
    }
    let basis = orthonormal_basis(&offsets, dim);
    for offset in &offsets {
        let offset = unit(offset);
        rows.extend(basis.iter().map(|axis| product(axis, &offset)));
    }
    rows
}

fn unit<const D: usize>(vector: &[f64; D]) -> [f64; D] {
    let length = product(vector, vector).sqrt();
    vector.map(|value| value / length)
}

/// Gram and Schmidt's basis of the first `dim` of `vectors` that are independent of those before.
fn orthonormal_basis<const D: usize>(vectors: &[[f64; D]], dim: usize) -> Vec<[f64; D]> {
    let mut basis: Vec<[f64; D]> = Vec::with_capacity(dim);
    for vector in vectors {
        if basis.len() == dim {
            break;
        }
        let mut rest = *vector;
        // The second pass takes away what rounding left in the first.
        for _ in 0..2 {
            for axis in &basis {
                let share = product(&rest, axis);
                for (value, along) in rest.iter_mut().zip(axis) {
                    *value -= share * along;
                }
            }
        }
        let length = product(&rest, &rest).sqrt();
        // Coordinates are small whole numbers: what depends on those before leaves rounding only.
        if length > 1e-6 {
            basis.push(rest.map(|value| value / length));
        }
    }
    basis
}

fn product<const D: usize>(a: &[f64; D], b: &[f64; D]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
