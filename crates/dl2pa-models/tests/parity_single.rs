//! Every backbone is PyTorch's in float32, as far as its rounding lets one tell.

mod parity_support;

use burn::tensor::FloatDType;

use parity_support::Precision;

const ALL: Precision = Precision {
    float: FloatDType::F32,
    tolerance: 1e-4,
    // Half a unit in the last place at each of two steps, and in the start.
    rounding: 2.4e-7,
    gradients: true,
};

/// Without the gradients: where one of a million inputs of a ReLU is so near to 0 that rounding decides
/// its sign, they jump by more than any tolerance, PyTorch's float32 no less than ours.
const FORWARD: Precision = Precision {
    gradients: false,
    ..ALL
};

parity_support::cases!(smooth: ALL, jumping: FORWARD);
