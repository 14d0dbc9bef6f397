//! How much arithmetic one sample takes on its way forwards.
//!
//! Counted as torchvision and the papers count: the multiplications, each with its addition, of convolutions,
//! linear layers and the two products of attention. Normalisations, activations and poolings are left out.

use burn::nn::Linear;

use crate::AnyBackbone;
use crate::conv::Conv;

/// What has been counted so far, and the size of the image that comes next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub(crate) multiply_adds: u64,
    /// Height and width.
    pub(crate) image: [usize; 2],
}

impl Count {
    /// Nothing yet, before an image of this height and width.
    pub(crate) const fn before(image: [usize; 2]) -> Self {
        Self {
            multiply_adds: 0,
            image,
        }
    }

    /// With a convolution of the image.
    pub(crate) fn conv(self, conv: &Conv) -> Self {
        let image = conv.image_after(self.image);
        let positions = (image[0] * image[1]) as u64;
        Self {
            multiply_adds: self.multiply_adds + positions * conv.weights() as u64,
            image,
        }
    }

    /// With a pooling whose windows are `stride` apart, which is all that its size depends on here: their
    /// borders make up for their width.
    pub(crate) const fn pool(self, stride: usize) -> Self {
        let [height, width] = self.image;
        Self {
            image: [height.div_ceil(stride), width.div_ceil(stride)],
            ..self
        }
    }

    /// With a linear layer that is applied `times`.
    pub(crate) fn linear(self, layer: &Linear, times: usize) -> Self {
        let [inputs, outputs] = layer.weight.dims();
        self.plus((inputs * outputs * times) as u64)
    }

    /// With so many more.
    pub(crate) const fn plus(self, multiply_adds: u64) -> Self {
        Self {
            multiply_adds: self.multiply_adds + multiply_adds,
            ..self
        }
    }
}

impl AnyBackbone {
    /// Multiply-adds of one sample's way through the network.
    #[must_use]
    pub fn multiply_adds(&self) -> u64 {
        match self {
            Self::Mlp(network) => network.multiply_adds(),
            Self::Convnet(network) => network.multiply_adds(),
            Self::ResNet32(network) => network.multiply_adds(),
            Self::ResNet(network) => network.multiply_adds(),
            Self::SwinT(network) => network.multiply_adds(),
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use dl2pa_core::streams::{INIT, Streams};

    use crate::{Convnet, Depth, LastLayer, Mlp, ResNet, ResNet32, SwinConfig, SwinT};

    /// The figures are those that torchvision states beside its weights, in billions, for 224 x 224 pixels and a
    /// classifier of 1,000 classes.
    #[test]
    fn the_networks_of_imagenet_take_what_torchvision_says() {
        let device = Device::flex().autodiff();
        let mut rng = Streams::new(1).rng(INIT);
        let image = [3, 224, 224];
        for (depth, stated) in [
            (Depth::D50, 4.089),
            (Depth::D101, 7.801),
            (Depth::D152, 11.514),
        ] {
            let last = LastLayer {
                dim: 1_000,
                bias: true,
            };
            let network = ResNet::new(depth, image, last, &mut rng, &device);
            let counted = network.multiply_adds() as f64 / 1e9;
            assert!((counted - stated).abs() < 6e-4, "{depth:?}: {counted}");
        }
        let config = SwinConfig {
            dim: 1_000,
            drop_path: 0.0,
        };
        let network = SwinT::new(image, config, &mut rng, &device);
        let counted = network.multiply_adds() as f64 / 1e9;
        assert!((counted - 4.491).abs() < 6e-4, "Swin-T: {counted}");
    }

    #[test]
    fn small_networks_are_counted_by_hand() {
        let device = Device::flex().autodiff();
        let mut rng = Streams::new(1).rng(INIT);
        let mlp = Mlp::new(64, &[128], 3, &mut rng, &device);
        assert_eq!(mlp.multiply_adds(), 64 * 128 + 128 * 3);
        let convnet = Convnet::new([1, 8, 8], 5, &mut rng, &device);
        let convolutions = 64 * 9 * (16 + 16 * 32);
        assert_eq!(convnet.multiply_adds(), convolutions + 32 * 16 * 5);
        // He et al. 2016, section 4.2: each of three stages halves the sides and doubles the channels. The stem,
        // ten convolutions a stage, of which the first has half the inputs after the first stage; no shortcuts.
        let image = [3, 32, 32];
        let long_tail = ResNet32::long_tail(image, 16, &mut rng, &device);
        let stage =
            |side: u64, width: u64, first: u64| side * side * 9 * width * (first + 9 * width);
        let expected =
            32 * 32 * 9 * 3 * 16 + stage(32, 16, 16) + stage(16, 32, 16) + stage(8, 64, 32);
        assert_eq!(long_tail.multiply_adds(), expected);
        // HPN's has 3 x 3 convolutions on the two shortcuts and a linear layer.
        let balanced = ResNet32::balanced(image, 50, &mut rng, &device);
        let more = 16 * 16 * 9 * 16 * 32 + 8 * 8 * 9 * 32 * 64 + 64 * 50;
        assert_eq!(balanced.multiply_adds(), expected + more);
    }
}
