//! Loss scaling (Micikevicius et al. 2018): the loss is multiplied by a number so large that gradients in 16-bit
//! floats are no zeros, and a step whose gradients overflow is skipped.
//!
//! Whether one does is known on the device alone, where scale and counts are kept: nothing is read between steps.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Bool, Device, Tensor, TensorData};

/// The scale before the first step, and the good steps after which it doubles: PyTorch's.
const FIRST: f32 = 65_536.0;
const STEPS_TO_DOUBLE: f32 = 2_000.0;
/// Beyond this it does not grow: 2^24, far above what any loss here needs.
const MOST: f32 = 16_777_216.0;
/// Below this scale, gradients overflow whatever is done: 2^-10.
pub(crate) const LEAST_LOSS_SCALE: f32 = 0.000_976_562_5;

/// The scale of a run's loss; all of one element and without autodiff.
#[derive(Clone, Debug)]
pub(crate) struct LossScale {
    /// A power of 2.
    scale: Tensor<1>,
    /// Steps since the scale changed.
    good_steps: Tensor<1>,
    /// Steps that were not skipped (a float, exact up to 2^24).
    taken: Tensor<1>,
}

impl LossScale {
    /// Before the first step, on `device` without autodiff.
    pub(crate) fn new(device: &Device) -> Self {
        Self::of([FIRST, 0.0, 0.0], device)
    }

    fn of(state: [f32; 3], device: &Device) -> Self {
        let [scale, good_steps, taken] =
            state.map(|number| Tensor::from_data(TensorData::new(vec![number], [1]), device));
        Self {
            scale,
            good_steps,
            taken,
        }
    }

    /// What the loss is multiplied by.
    pub(crate) fn scale(&self) -> Tensor<1> {
        self.scale.clone()
    }

    /// What gradients of the scaled loss are multiplied by.
    pub(crate) fn unscale(&self) -> Tensor<1> {
        self.scale.clone().recip()
    }

    /// Number of the next step that is taken; the first is 1.
    pub(crate) fn time(&self) -> Tensor<1> {
        self.taken.clone().add_scalar(1.0)
    }

    /// Counts a step, which was taken if `is_finite`: doubles the scale after [`STEPS_TO_DOUBLE`] good ones, halves
    /// it after a bad one.
    pub(crate) fn count(&mut self, is_finite: Tensor<1, Bool>) {
        let good = is_finite.float();
        let in_a_row = self.good_steps.clone().add_scalar(1.0) * good.clone();
        let grows = in_a_row.clone().greater_equal_scalar(STEPS_TO_DOUBLE);
        // 1 or 1/2, then 2 or 1: exact.
        let shrunk = self.scale.clone() * good.clone().add_scalar(1.0).mul_scalar(0.5);
        let grown = shrunk.clone().mul_scalar(2.0).clamp_max(MOST);
        self.scale = shrunk.mask_where(grows.clone(), grown);
        self.good_steps = in_a_row.mask_fill(grows, 0.0);
        self.taken = self.taken.clone() + good;
    }

    /// Scale, good steps in a row and steps taken (3), for a checkpoint.
    pub(crate) fn state(&self) -> Tensor<1> {
        let parts = [&self.scale, &self.good_steps, &self.taken];
        Tensor::cat(parts.map(Tensor::clone).to_vec(), 0)
    }

    /// From what [`Self::state`] gave; `None` where that was of another length.
    pub(crate) fn restored(state: &[f32], device: &Device) -> Option<Self> {
        let state = <[f32; 3]>::try_from(state).ok()?;
        Some(Self::of(state, device))
    }
}

/// Whether all gradients of `module` are finite (1), without reading them. Of no gradient they are.
pub(crate) fn all_finite<M: Module>(
    module: &M,
    gradients: &GradientsParams,
    device: &Device,
) -> Tensor<1, Bool> {
    let mut finite = AllFinite {
        gradients,
        so_far: None,
    };
    module.visit(&mut finite);
    let yes = || Tensor::<1>::zeros([1], device).equal_scalar(0.0);
    finite.so_far.unwrap_or_else(yes)
}

struct AllFinite<'a> {
    gradients: &'a GradientsParams,
    so_far: Option<Tensor<1, Bool>>,
}

impl ModuleVisitor for AllFinite<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            let finite = gradient.is_finite().all();
            self.so_far = Some(match self.so_far.take() {
                Some(others) => others.bool_and(finite),
                None => finite,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(scale: &LossScale) -> Vec<f32> {
        scale.state().into_data().try_to_vec().unwrap()
    }

    fn finite(yes: bool, device: &Device) -> Tensor<1, Bool> {
        Tensor::<1>::from_data(TensorData::new(vec![f32::from(yes)], [1]), device).equal_scalar(1.0)
    }

    #[test]
    fn it_halves_at_once_and_doubles_after_two_thousand_good_steps() {
        let device = Device::flex();
        let mut scale = LossScale::new(&device);
        scale.count(finite(false, &device));
        scale.count(finite(false, &device));
        assert_eq!(numbers(&scale), [16_384.0, 0.0, 0.0]);
        for _ in 0..1_999 {
            scale.count(finite(true, &device));
        }
        assert_eq!(numbers(&scale), [16_384.0, 1_999.0, 1_999.0]);
        let mut other = scale.clone();
        scale.count(finite(true, &device));
        assert_eq!(numbers(&scale), [32_768.0, 0.0, 2_000.0]);
        other.count(finite(false, &device));
        assert_eq!(numbers(&other), [8_192.0, 0.0, 1_999.0]);
    }

    #[test]
    fn it_goes_on_from_its_state_and_stops_growing() {
        let device = Device::flex();
        let mut scale = LossScale::restored(&[MOST, 1_999.0, 5_000.0], &device).unwrap();
        scale.count(finite(true, &device));
        assert_eq!(numbers(&scale), [MOST, 0.0, 5_001.0]);
        assert!(LossScale::restored(&[1.0], &device).is_none());
    }
}
