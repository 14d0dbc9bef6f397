//! Layers that compute in their input's numbers while their parameters stay `f32` (mixed precision).

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::module::linear;
use burn::tensor::{DType, Tensor};
use dl2pa_kernels::rows;

/// A linear layer of `x` (... x inputs), weights and bias rounded to the numbers of `x`.
pub(crate) fn apply<const D: usize>(layer: &Linear, x: Tensor<D>) -> Tensor<D> {
    let numbers = x.dtype();
    let weight = layer.weight.val().cast(numbers);
    let bias = layer.bias.as_ref().map(Param::val);
    linear(x, weight, bias.map(|bias| bias.cast(numbers)))
}

/// The same of rows (B x inputs), with the same bits on every machine where there is a kernel of ours.
pub(crate) fn apply_rows(layer: &Linear, x: Tensor<2>) -> Tensor<2> {
    let Some(bias) = &layer.bias else {
        return apply(layer, x);
    };
    let numbers = x.dtype();
    rows::linear(
        x,
        layer.weight.val().cast(numbers),
        bias.val().cast(numbers),
    )
}

/// What 16 bits are too few for, as sums over many and exponentials: `function` of `x` in at least `f32`, rounded to
/// the numbers of `x`.
pub(crate) fn in_f32<const D: usize, const E: usize>(
    x: Tensor<D>,
    function: impl FnOnce(Tensor<D>) -> Tensor<E>,
) -> Tensor<E> {
    match x.dtype() {
        narrow @ (DType::F16 | DType::BF16) => function(x.cast(DType::F32)).cast(narrow),
        _ => function(x),
    }
}
