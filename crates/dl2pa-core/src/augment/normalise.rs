//! Bytes to inputs of mean 0 and deviation 1, channel by channel.

use burn::tensor::{Device, Tensor, TensorData};

/// Mean and standard deviation of each colour, in shares of full brightness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Means of red, green and blue.
    pub mean: [f32; 3],
    /// Standard deviations.
    pub std: [f32; 3],
}

impl Statistics {
    /// CIFAR as the code of hyperspherical prototype networks (HPN) and of this paper has it.
    pub const CIFAR_HPN: Self = Self {
        mean: [0.507, 0.487, 0.441],
        std: [0.267, 0.256, 0.276],
    };
    /// CIFAR-10 as its long-tailed benchmarks have it.
    pub const CIFAR10: Self = Self {
        mean: [0.4914, 0.4822, 0.4465],
        std: [0.2023, 0.1994, 0.2010],
    };
    /// To -1 to 1.
    pub const HALF: Self = Self {
        mean: [0.5; 3],
        std: [0.5; 3],
    };
    /// ImageNet (ILSVRC 2012), as torchvision's networks expect it.
    pub const IMAGENET: Self = Self {
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
    };
}

/// [`Statistics`] on a device.
#[derive(Clone, Debug)]
pub struct Normaliser {
    scale: Tensor<4>,
    shift: Tensor<4>,
}

impl Normaliser {
    /// Uploads what has to be multiplied and added.
    #[must_use]
    pub fn new(statistics: &Statistics, device: &Device) -> Self {
        let Statistics { mean, std } = *statistics;
        let on_device =
            |of: [f32; 3]| Tensor::from_data(TensorData::new(of.to_vec(), [1, 3, 1, 1]), device);
        Self {
            scale: on_device(std.map(|std| 1.0 / (255.0 * std))),
            shift: on_device([0, 1, 2].map(|channel| -mean[channel] / std[channel])),
        }
    }

    /// `(x / 255 - mean) / std` of images from 0 to 255 (B x C x H x W). Of fewer than three channels each
    /// takes the statistics of the colour in its place.
    #[must_use]
    pub fn apply(&self, images: Tensor<4>) -> Tensor<4> {
        let channels = images.dims()[1];
        // Broadcasting would make three channels of one.
        let of = |colours: &Tensor<4>| match channels {
            1 | 2 => colours.clone().slice([0..1, 0..channels]),
            _ => colours.clone(),
        };
        images * of(&self.scale) + of(&self.shift)
    }
}
