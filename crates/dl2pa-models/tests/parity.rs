//! Every backbone is PyTorch's, in float64, where the same arithmetic gives the same digits.

mod parity_support;

use burn::tensor::FloatDType;

use parity_support::Precision;

const DOUBLE: Precision = Precision {
    float: FloatDType::F64,
    tolerance: 1e-6,
    rounding: 0.0,
    gradients: true,
};

parity_support::cases!(smooth: DOUBLE, jumping: DOUBLE);
