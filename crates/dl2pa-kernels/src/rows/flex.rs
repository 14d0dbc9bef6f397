//! The kernels on rows as operations of burn's dispatch, and what they are on Flex.

use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Backend, Dispatch, DispatchDevice, ExtensionType, Flex, TensorMetadata, backend_extension,
};
use burn::tensor::{DType, Tensor, TensorData};

use super::loss::Target;
use super::norm::RowNorm;
use super::product::{Matrix, product};
use super::step::Descent;
use super::unit::{class_sums, unit_rows, unit_rows_gradient};
use super::vectors::column_sums;
use super::{Affine, After, NormalisedRows};

/// Whether tensors like this one have kernels of ours.
pub(super) fn has_kernels<const D: usize>(x: &Tensor<D>) -> bool {
    let device = x.device().without_autodiff();
    x.dtype() == DType::F32 && matches!(device.as_dispatch(), DispatchDevice::Flex(_))
}

/// Which side of a product is transposed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sides {
    /// `a b`
    Plain,
    /// `a^T b`
    LeftTransposed,
    /// `a b^T`
    RightTransposed,
}

/// The sums of rows by class.
#[derive(Clone, Debug)]
pub(crate) struct ByClass {
    pub(crate) labels: Vec<u32>,
    pub(crate) weights: Vec<f32>,
    pub(crate) classes: usize,
}

/// What a normalisation by the batch saw and made.
#[derive(ExtensionType)]
pub(crate) struct MadeRows<B: Backend> {
    pub(crate) x: FloatTensor<B>,
    pub(crate) weight: FloatTensor<B>,
    pub(crate) mean: FloatTensor<B>,
    pub(crate) variance: FloatTensor<B>,
    pub(crate) outputs: FloatTensor<B>,
}

/// What the kernels can do. All tensors hold `f32`; B rows.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait RowKernels: Backend {
    /// B x K by K x N, plus N.
    fn affine(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The product of two matrices. Differentiable with [`Sides::RightTransposed`].
    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>, sides: Sides) -> FloatTensor<Self>;

    /// B x N to N; not differentiable.
    fn row_sum(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// Normalises B x N by the batch: outputs, means, biased variances.
    fn normalised_rows(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        after: After,
        epsilon: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// Normalises by given means and variances; not differentiable.
    fn normalised_rows_by(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        after: After,
        epsilon: f32,
    ) -> FloatTensor<Self>;

    /// The gradients of input, weights and biases of [`Self::normalised_rows`].
    fn normalised_rows_gradients(
        #[extension_type] made: MadeRows<Self>,
        gradient: FloatTensor<Self>,
        after: After,
        epsilon: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// Rows divided by their lengths.
    fn unit_rows(x: FloatTensor<Self>, floor: f32) -> FloatTensor<Self>;

    /// The gradient of the input of [`Self::unit_rows`].
    fn unit_rows_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        floor: f32,
    ) -> FloatTensor<Self>;

    /// The loss (1) of cosines (B x c), and its gradient (B x c).
    fn loss(cosines: FloatTensor<Self>, target: Target) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// Sums (c x d) of rows (B x d); not differentiable.
    fn class_sums(rows: FloatTensor<Self>, by: ByClass) -> FloatTensor<Self>;

    /// A step of gradient descent: the new value and velocity; not differentiable.
    fn descend(
        value: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        velocity: FloatTensor<Self>,
        by: Descent,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}

pub(super) fn affine(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::affine(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
    ))
}

/// `a b^T`
pub(super) fn products(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    let (a, b) = (a.into_dispatch(), b.into_dispatch());
    Tensor::from_dispatch(Dispatch::product(a, b, Sides::RightTransposed))
}

pub(super) fn normalise_rows(x: Tensor<2>, affine: Affine, after: After) -> NormalisedRows {
    let (outputs, mean, variance) = Dispatch::normalised_rows(
        x.into_dispatch(),
        affine.weight.into_dispatch(),
        affine.bias.into_dispatch(),
        after,
        affine.epsilon as f32,
    );
    NormalisedRows {
        outputs: Tensor::from_dispatch(outputs),
        mean: Tensor::from_dispatch(mean),
        variance: Tensor::from_dispatch(variance),
    }
}

pub(super) fn normalise_rows_by(
    x: Tensor<2>,
    affine: Affine,
    mean: Tensor<1>,
    variance: Tensor<1>,
    after: After,
) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::normalised_rows_by(
        x.into_dispatch(),
        affine.weight.into_dispatch(),
        affine.bias.into_dispatch(),
        mean.into_dispatch(),
        variance.into_dispatch(),
        after,
        affine.epsilon as f32,
    ))
}

pub(super) fn of_unit_length(x: Tensor<2>, floor: f64) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::unit_rows(x.into_dispatch(), floor as f32))
}

pub(super) fn loss(cosines: Tensor<2>, target: Target) -> Tensor<1> {
    let (loss, _gradient) = Dispatch::loss(cosines.into_dispatch(), target);
    Tensor::from_dispatch(loss)
}

pub(super) fn sums_by_class(rows: Tensor<2>, by: ByClass) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::class_sums(rows.into_dispatch(), by))
}

pub(super) fn descend<const D: usize>(
    value: Tensor<D>,
    gradient: Tensor<D>,
    velocity: Tensor<D>,
    by: Descent,
) -> [Tensor<D>; 2] {
    let (value, velocity) = Dispatch::descend(
        value.into_dispatch(),
        gradient.into_dispatch(),
        velocity.into_dispatch(),
        by,
    );
    [value, velocity].map(Tensor::from_dispatch)
}

type Primitive = FloatTensor<Flex>;

fn made<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Primitive {
    Primitive::from_data(TensorData::new(values, shape))
}

fn dims(x: &Primitive) -> [usize; 2] {
    x.shape().dims()
}

fn matrix(x: &Primitive) -> Matrix<'_> {
    Matrix::new(x.storage(), dims(x))
}

impl RowKernels for Flex {
    fn affine(x: Primitive, weight: Primitive, bias: Primitive) -> Primitive {
        let (x, weight) = (x.to_contiguous(), weight.to_contiguous());
        let bias = bias.to_contiguous();
        let shape = [dims(&x)[0], dims(&weight)[1]];
        let values = product(matrix(&x), matrix(&weight), Some(bias.storage()));
        made(values, shape)
    }

    fn product(a: Primitive, b: Primitive, sides: Sides) -> Primitive {
        let (a, b) = (a.to_contiguous(), b.to_contiguous());
        let (left, right) = match sides {
            Sides::Plain => (matrix(&a), matrix(&b)),
            Sides::LeftTransposed => (matrix(&a).transposed(), matrix(&b)),
            Sides::RightTransposed => (matrix(&a), matrix(&b).transposed()),
        };
        let shape = [left.rows(), right.columns()];
        made(product(left, right, None), shape)
    }

    fn row_sum(x: Primitive) -> Primitive {
        let x = x.to_contiguous();
        let [_, columns] = dims(&x);
        let sums = column_sums(columns, x.storage(), x.storage(), |_, value, _| value);
        made(sums.into_iter().map(|sum| sum as f32).collect(), [columns])
    }

    fn normalised_rows(
        x: Primitive,
        weight: Primitive,
        bias: Primitive,
        after: After,
        epsilon: f32,
    ) -> (Primitive, Primitive, Primitive) {
        let x = x.to_contiguous();
        let (weight, bias) = (weight.to_contiguous(), bias.to_contiguous());
        let [rows, columns] = dims(&x);
        let norm = RowNorm {
            columns,
            epsilon,
            after,
        };
        let (mean, variance) = norm.moments(x.storage());
        let affine = (weight.storage(), bias.storage());
        let outputs = norm.forward(x.storage(), (&mean, &variance), affine);
        let outputs = made(outputs, [rows, columns]);
        (outputs, made(mean, [columns]), made(variance, [columns]))
    }

    fn normalised_rows_by(
        x: Primitive,
        weight: Primitive,
        bias: Primitive,
        mean: Primitive,
        variance: Primitive,
        after: After,
        epsilon: f32,
    ) -> Primitive {
        let x = x.to_contiguous();
        let (weight, bias) = (weight.to_contiguous(), bias.to_contiguous());
        let (mean, variance) = (mean.to_contiguous(), variance.to_contiguous());
        let [rows, columns] = dims(&x);
        let norm = RowNorm {
            columns,
            epsilon,
            after,
        };
        let moments = (mean.storage(), variance.storage());
        let affine = (weight.storage(), bias.storage());
        made(norm.forward(x.storage(), moments, affine), [rows, columns])
    }

    fn normalised_rows_gradients(
        saw: MadeRows<Self>,
        gradient: Primitive,
        after: After,
        epsilon: f32,
    ) -> (Primitive, Primitive, Primitive) {
        let (x, weight) = (saw.x.to_contiguous(), saw.weight.to_contiguous());
        let outputs = saw.outputs.to_contiguous();
        let gradient = gradient.to_contiguous();
        let [rows, columns] = dims(&x);
        let norm = RowNorm {
            columns,
            epsilon,
            after,
        };
        let (mean, variance) = (saw.mean.to_contiguous(), saw.variance.to_contiguous());
        let (input, weight, bias) = norm.backward(
            x.storage(),
            (mean.storage(), variance.storage()),
            weight.storage(),
            outputs.storage(),
            gradient.storage(),
        );
        let channels = [columns];
        (
            made(input, [rows, columns]),
            made(weight, channels),
            made(bias, channels),
        )
    }

    fn unit_rows(x: Primitive, floor: f32) -> Primitive {
        let x = x.to_contiguous();
        let shape = dims(&x);
        made(unit_rows(x.storage(), shape[1], floor), shape)
    }

    fn unit_rows_gradient(x: Primitive, gradient: Primitive, floor: f32) -> Primitive {
        let (x, gradient) = (x.to_contiguous(), gradient.to_contiguous());
        let shape = dims(&x);
        let values = unit_rows_gradient(x.storage(), gradient.storage(), shape[1], floor);
        made(values, shape)
    }

    fn loss(cosines: Primitive, target: Target) -> (Primitive, Primitive) {
        let cosines = cosines.to_contiguous();
        let shape = dims(&cosines);
        let (loss, gradient) = target.loss(cosines.storage(), shape[1]);
        (made(vec![loss], [1]), made(gradient, shape))
    }

    fn class_sums(rows: Primitive, by: ByClass) -> Primitive {
        let rows = rows.to_contiguous();
        let [_, columns] = dims(&rows);
        let ByClass {
            labels,
            weights,
            classes,
        } = by;
        let sums = class_sums(rows.storage(), columns, &labels, &weights, classes);
        made(sums, [classes, columns])
    }

    fn descend(
        value: Primitive,
        gradient: Primitive,
        velocity: Primitive,
        by: Descent,
    ) -> (Primitive, Primitive) {
        let shape = value.shape();
        let (value, gradient) = (value.to_contiguous(), gradient.to_contiguous());
        let velocity = velocity.to_contiguous();
        let (value, velocity) = by.step(value.storage(), gradient.storage(), velocity.storage());
        let shaped = |values| Primitive::from_data(TensorData::new(values, shape.clone()));
        (shaped(value), shaped(velocity))
    }
}
