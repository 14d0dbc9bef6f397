//! The networks that are compared with PyTorch's, as one test each.

/// Writes the tests into the file that calls it. `smooth` is what those networks are compared with that are small
/// enough to have no input of a ReLU next to 0, `jumping` that of the others.
macro_rules! cases {
    (smooth: $smooth:expr, jumping: $jumping:expr) => {
        use dl2pa_models::{Depth, LastLayer, ResNet, ResNet32, SwinConfig, SwinT};

        use parity_support::{check, rng};

        #[test]
        fn the_resnet32_of_balanced_data_is_pytorch_s() {
            check("resnet32", $smooth, |image, dim, device| {
                ResNet32::balanced(image, dim, &mut rng(), device)
            });
        }

        #[test]
        fn the_resnet32_of_long_tails_is_pytorch_s() {
            check("resnet32_lt", $jumping, |image, dim, device| {
                ResNet32::long_tail(image, dim / 4, &mut rng(), device)
            });
        }

        #[test]
        fn the_wide_resnet32_of_long_tails_is_pytorch_s() {
            check("resnet32_lt_wide", $jumping, |image, dim, device| {
                ResNet32::long_tail(image, dim / 4, &mut rng(), device)
            });
        }

        fn check_resnet(file: &str, depth: Depth) {
            check(file, $jumping, |image, dim, device| {
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
            check("swin_t", $smooth, |image, dim, device| {
                let config = SwinConfig {
                    dim,
                    drop_path: 0.0,
                };
                SwinT::new(image, config, &mut rng(), device)
            });
        }
    };
}
pub(crate) use cases;
