//! One step of gradient descent with momentum.

/// How far and along what a step goes: PyTorch's SGD without dampening.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// Learning rate.
    pub lr: f32,
    /// Share of the old velocity that stays.
    pub momentum: f32,
    /// Share of the value that is added to its gradient.
    pub weight_decay: f32,
}

impl Descent {
    /// The new value and the new velocity.
    pub(super) fn step(
        self,
        value: &[f32],
        gradient: &[f32],
        velocity: &[f32],
    ) -> (Vec<f32>, Vec<f32>) {
        let (mut value, mut velocity) = (value.to_vec(), velocity.to_vec());
        let moved = value.iter_mut().zip(&mut velocity);
        for ((value, velocity), &gradient) in moved.zip(gradient) {
            let decayed = *value * self.weight_decay + gradient;
            *velocity = decayed + *velocity * self.momentum;
            *value -= *velocity * self.lr;
        }
        (value, velocity)
    }
}
