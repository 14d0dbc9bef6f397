//! Every backbone is PyTorch's, in float64, where the same arithmetic gives the same digits.

mod parity_support;

use burn::tensor::FloatDType;
use dl2pa_models::{Depth, LastLayer, ResNet, ResNet32, SwinConfig, SwinT};

use parity_support::{Precision, check, rng};

const DOUBLE: Precision = Precision {
    float: FloatDType::F64,
    tolerance: 1e-6,
    rounding: 0.0,
    gradients: true,
};

#[test]
fn the_resnet32_of_balanced_data_is_pytorch_s() {
    check("resnet32", DOUBLE, |image, dim, device| {
        ResNet32::balanced(image, dim, &mut rng(), device)
    });
}

#[test]
fn the_resnet32_of_long_tails_is_pytorch_s() {
    check("resnet32_lt", DOUBLE, |image, dim, device| {
        ResNet32::long_tail(image, dim / 4, &mut rng(), device)
    });
}

#[test]
fn the_wide_resnet32_of_long_tails_is_pytorch_s() {
    check("resnet32_lt_wide", DOUBLE, |image, dim, device| {
        ResNet32::long_tail(image, dim / 4, &mut rng(), device)
    });
}

fn check_resnet(file: &str, depth: Depth) {
    check(file, DOUBLE, |image, dim, device| {
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
    check("swin_t", DOUBLE, |image, dim, device| {
        let config = SwinConfig {
            dim,
            drop_path: 0.0,
        };
        SwinT::new(image, config, &mut rng(), device)
    });
}
