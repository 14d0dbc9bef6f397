//! Our kernels as operations of burn's dispatch, and what they are on Flex.

use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Backend, Dispatch, DispatchDevice, ExtensionType, Flex, TensorMetadata, backend_extension,
};
use burn::tensor::{DType, Tensor, TensorData};

use crate::conv::Conv;
use crate::norm::{Added, Moments, Norm};
use crate::{Affine, Normalised, Steps, Then};

/// Whether tensors on the device of this one have kernels of ours, which take `f32`; of double precision they are
/// burn's.
pub(crate) fn has_kernels(x: &Tensor<4>) -> bool {
    let device = x.device().without_autodiff();
    x.dtype() != DType::F64 && matches!(device.as_dispatch(), DispatchDevice::Flex(_))
}

/// [`crate::convolution`] without the bias.
pub(crate) fn convolution(x: Tensor<4>, weight: Tensor<4>, steps: Steps) -> Tensor<4> {
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    Tensor::from_dispatch(Dispatch::convolution(x, weight, steps))
}

/// [`crate::normalise_batch`].
pub(crate) fn normalise_batch(x: Tensor<4>, affine: Affine, then: Then) -> Normalised {
    let (outputs, mean, variance) = Dispatch::normalisation(
        x.into_dispatch(),
        affine.weight.into_dispatch(),
        affine.bias.into_dispatch(),
        then.into_dispatch(),
        affine.epsilon as f32,
    );
    Normalised {
        outputs: Tensor::from_dispatch(outputs),
        mean: Tensor::from_dispatch(mean),
        variance: Tensor::from_dispatch(variance),
    }
}

/// [`crate::normalise_by`].
pub(crate) fn normalise_by(
    x: Tensor<4>,
    affine: Affine,
    mean: Tensor<1>,
    variance: Tensor<1>,
    then: Then,
) -> Tensor<4> {
    Tensor::from_dispatch(Dispatch::normalisation_by(
        x.into_dispatch(),
        affine.weight.into_dispatch(),
        affine.bias.into_dispatch(),
        mean.into_dispatch(),
        variance.into_dispatch(),
        then.into_dispatch(),
        affine.epsilon as f32,
    ))
}

impl Then {
    fn into_dispatch(self) -> Next<Dispatch> {
        match self {
            Self::Nothing => Next::Nothing,
            Self::Relu => Next::Relu,
            Self::AddRelu(added) => Next::AddRelu(added.into_dispatch()),
        }
    }
}

/// [`Then`] as a backend sees it.
#[derive(ExtensionType)]
pub(crate) enum Next<B: Backend> {
    Nothing,
    Relu,
    AddRelu(FloatTensor<B>),
}

/// The outputs of a normalisation, the mean and the biased variance of each channel.
pub(crate) type NormalisedBy<B> = (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>);

/// What the kernels can do. All tensors hold `f32`.
#[backend_extension(Flex, Autodiff)]
pub(crate) trait Kernels: Backend {
    /// B x C x H x W by O x C x K x L.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self>;

    /// The gradient of the convolution's input `x`, from that of its output.
    fn convolution_input_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self>;

    /// The gradient of its weights.
    fn convolution_weight_gradient(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self>;

    /// Normalises B x C x H x W by the batch: outputs, means, biased variances.
    fn normalisation(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        #[extension_type] next: Next<Self>,
        epsilon: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);

    /// Normalises by given means and variances; not differentiable.
    fn normalisation_by(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        variance: FloatTensor<Self>,
        #[extension_type] next: Next<Self>,
        epsilon: f32,
    ) -> FloatTensor<Self>;

    /// The gradients of [`Self::normalisation`] from that of its outputs: of the input, of the weights, of
    /// the biases, and of what was added.
    fn normalisation_gradients(
        #[extension_type] made: Made<Self>,
        gradient: FloatTensor<Self>,
        relu: bool,
        epsilon: f32,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    );
}

/// What a normalisation by the batch saw and made.
#[derive(ExtensionType)]
pub(crate) struct Made<B: Backend> {
    pub(crate) x: FloatTensor<B>,
    pub(crate) weight: FloatTensor<B>,
    pub(crate) mean: FloatTensor<B>,
    pub(crate) variance: FloatTensor<B>,
    pub(crate) outputs: FloatTensor<B>,
}

type Primitive = FloatTensor<Flex>;

fn made<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Primitive {
    Primitive::from_data(TensorData::new(values, shape))
}

fn dims(x: &Primitive) -> [usize; 4] {
    x.shape().dims()
}

impl Conv {
    fn new(x: [usize; 4], weight: [usize; 4], steps: Steps) -> Self {
        let [images, channels_in, height, width] = x;
        let [channels_out, _, kernel_height, kernel_width] = weight;
        Self {
            images,
            channels_in,
            channels_out,
            size: [height, width],
            kernel: [kernel_height, kernel_width],
            stride: steps.stride,
            padding: steps.padding,
        }
    }
}

impl Norm {
    fn new([_, channels, height, width]: [usize; 4], epsilon: f32) -> Self {
        Self {
            channels,
            pixels: height * width,
            epsilon,
        }
    }
}

fn moments(mean: &Primitive, variance: &Primitive) -> Moments {
    Moments {
        mean: mean.to_contiguous().storage::<f32>().to_vec(),
        variance: variance.to_contiguous().storage::<f32>().to_vec(),
    }
}

fn normalised(
    x: &Primitive,
    moments: &Moments,
    [weight, bias]: [Primitive; 2],
    next: Next<Flex>,
    epsilon: f32,
) -> Primitive {
    let (weight, bias) = (weight.to_contiguous(), bias.to_contiguous());
    let kept;
    let next = match next {
        Next::Nothing => Added::Nothing,
        Next::Relu => Added::Relu,
        Next::AddRelu(added) => {
            kept = added.to_contiguous();
            Added::AddRelu(kept.storage())
        }
    };
    let norm = Norm::new(dims(x), epsilon);
    let affine = (weight.storage(), bias.storage());
    made(norm.forward(x.storage(), moments, affine, next), dims(x))
}

impl Kernels for Flex {
    fn convolution(x: Primitive, weight: Primitive, steps: Steps) -> Primitive {
        let (x, weight) = (x.to_contiguous(), weight.to_contiguous());
        let conv = Conv::new(dims(&x), dims(&weight), steps);
        let [height, width] = conv.output();
        let shape = [conv.images, conv.channels_out, height, width];
        made(conv.forward(x.storage(), weight.storage()), shape)
    }

    fn convolution_input_gradient(
        x: Primitive,
        weight: Primitive,
        gradient: Primitive,
        steps: Steps,
    ) -> Primitive {
        let (weight, gradient) = (weight.to_contiguous(), gradient.to_contiguous());
        let conv = Conv::new(dims(&x), dims(&weight), steps);
        let values = conv.input_gradient(weight.storage(), gradient.storage());
        made(values, dims(&x))
    }

    fn convolution_weight_gradient(
        x: Primitive,
        weight: Primitive,
        gradient: Primitive,
        steps: Steps,
    ) -> Primitive {
        let (x, gradient) = (x.to_contiguous(), gradient.to_contiguous());
        let conv = Conv::new(dims(&x), dims(&weight), steps);
        let values = conv.weight_gradient(x.storage(), gradient.storage());
        made(values, dims(&weight))
    }

    fn normalisation(
        x: Primitive,
        weight: Primitive,
        bias: Primitive,
        next: Next<Self>,
        epsilon: f32,
    ) -> NormalisedBy<Self> {
        let x = x.to_contiguous();
        let norm = Norm::new(dims(&x), epsilon);
        let moments = norm.moments(x.storage());
        let outputs = normalised(&x, &moments, [weight, bias], next, epsilon);
        let mean = made(moments.mean, [norm.channels]);
        (outputs, mean, made(moments.variance, [norm.channels]))
    }

    fn normalisation_by(
        x: Primitive,
        weight: Primitive,
        bias: Primitive,
        mean: Primitive,
        variance: Primitive,
        next: Next<Self>,
        epsilon: f32,
    ) -> Primitive {
        let moments = moments(&mean, &variance);
        normalised(&x.to_contiguous(), &moments, [weight, bias], next, epsilon)
    }

    fn normalisation_gradients(
        saw: Made<Self>,
        gradient: Primitive,
        relu: bool,
        epsilon: f32,
    ) -> (Primitive, Primitive, Primitive, Primitive) {
        let (x, weight) = (saw.x.to_contiguous(), saw.weight.to_contiguous());
        let outputs = saw.outputs.to_contiguous();
        let gradient = gradient.to_contiguous();
        let norm = Norm::new(dims(&x), epsilon);
        let moments = moments(&saw.mean, &saw.variance);
        // What is cut off has no gradient. The rest of the work is the same with and without.
        let passed = if relu {
            made(norm.passed(outputs.storage(), gradient.storage()), dims(&x))
        } else {
            gradient
        };
        let gradients = norm.backward(x.storage(), &moments, weight.storage(), passed.storage());
        let channels = [norm.channels];
        (
            made(gradients.input, dims(&x)),
            made(gradients.weight, channels),
            made(gradients.bias, channels),
            passed,
        )
    }
}
