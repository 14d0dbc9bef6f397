//! Every backbone is PyTorch's in float32, as far as its rounding lets one tell.

mod parity_support;

use burn::tensor::FloatDType;
use dl2pa_models::{Depth, LastLayer, ResNet, ResNet32, SwinConfig, SwinT};

use parity_support::{Precision, check, rng};

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

#[test]
fn the_resnet32_of_balanced_data_is_pytorch_s() {
    check("resnet32", ALL, |image, dim, device| {
        ResNet32::balanced(image, dim, &mut rng(), device)
    });
}

#[test]
fn the_resnet32_of_long_tails_is_pytorch_s() {
    check("resnet32_lt", FORWARD, |image, dim, device| {
        ResNet32::long_tail(image, dim / 4, &mut rng(), device)
    });
}

#[test]
fn the_wide_resnet32_of_long_tails_is_pytorch_s() {
    check("resnet32_lt_wide", FORWARD, |image, dim, device| {
        ResNet32::long_tail(image, dim / 4, &mut rng(), device)
    });
}

fn check_resnet(file: &str, depth: Depth) {
    check(file, FORWARD, |image, dim, device| {
        let last = LastLayer { dim, bias: false };
        ResNet::new(depth, image, last, &mut rng(), device)
    });
}

#[test]
fn resnet50_is_torchvision_s() {
    check_resnet("resnet50", Depth::D50);
}

#[test]
fn resnet101_is_torchvision_s() {
    check_resnet("resnet101", Depth::D101);
}

#[test]
fn resnet152_is_torchvision_s() {
    check_resnet("resnet152", Depth::D152);
}

#[test]
fn swin_t_is_torchvision_s() {
    check("swin_t", ALL, |image, dim, device| {
        let config = SwinConfig {
            dim,
            drop_path: 0.0,
        };
        SwinT::new(image, config, &mut rng(), device)
    });
}
