//! How burn differentiates our kernels.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Backend};

use crate::Steps;
use crate::flex::{Kernels, Made, Next, NormalisedBy};

/// Why the gradients' own gradients are not there.
const ONCE: &str = "burn differentiates once";

#[derive(Debug)]
struct Convolution;

impl<B: Kernels> Backward<B, 2> for Convolution {
    /// Nodes of input and weights.
    type State = ([NodeId; 2], Steps);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [node_x, node_weight] = ops.parents;
        let gradient = grads.consume::<B>(&ops.node);
        let ([x, weight], steps) = ops.state;
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let weight: FloatTensor<B> = checkpointer.retrieve_node_output(weight);
        if let Some(node) = node_x {
            let (x, weight, gradient) = (x.clone(), weight.clone(), gradient.clone());
            let of_input = B::convolution_input_gradient(x, weight, gradient, steps);
            grads.register::<B>(node.id, of_input);
        }
        if let Some(node) = node_weight {
            let of_weight = B::convolution_weight_gradient(x, weight, gradient, steps);
            grads.register::<B>(node.id, of_weight);
        }
    }
}

/// What is remembered of a normalisation.
#[derive(Clone, Debug)]
struct Remembered<B: Backend> {
    x: NodeId,
    weight: NodeId,
    made: NormalisedBy<B>,
    relu: bool,
    epsilon: f32,
}

impl<B: Kernels> Remembered<B> {
    /// The gradients of input, weights, biases and what was added.
    fn gradients(
        self,
        gradient: FloatTensor<B>,
        checkpointer: &mut Checkpointer,
    ) -> [FloatTensor<B>; 4] {
        let (outputs, mean, variance) = self.made;
        let made = Made {
            x: checkpointer.retrieve_node_output(self.x),
            weight: checkpointer.retrieve_node_output(self.weight),
            mean,
            variance,
            outputs,
        };
        let (input, weight, bias, added) =
            B::normalisation_gradients(made, gradient, self.relu, self.epsilon);
        [input, weight, bias, added]
    }
}

/// A normalisation of so many inputs: x, weights, biases and perhaps what is added.
#[derive(Debug)]
struct Normalisation;

macro_rules! normalisation_backward {
    ($parents:literal) => {
        impl<B: Kernels> Backward<B, $parents> for Normalisation {
            type State = Remembered<B>;

            fn backward(
                self,
                ops: Ops<Self::State, $parents>,
                grads: &mut Gradients,
                checkpointer: &mut Checkpointer,
            ) {
                let gradient = grads.consume::<B>(&ops.node);
                let all = ops.state.gradients(gradient, checkpointer);
                for (node, gradient) in ops.parents.into_iter().zip(all) {
                    if let Some(node) = node {
                        grads.register::<B>(node.id, gradient);
                    }
                }
            }
        }
    };
}
normalisation_backward!(3);
normalisation_backward!(4);

/// Records a normalisation whose inputs have the nodes `$nodes`.
macro_rules! record {
    ($nodes:expr, $x:expr, $weight:expr, $bias:expr, $next:expr, $relu:expr, $epsilon:expr) => {{
        let prepared = Normalisation
            .prepare::<C>($nodes)
            .compute_bound()
            .stateful();
        match prepared {
            OpsKind::Tracked(mut prep) => {
                let (x, weight) = (prep.checkpoint(&$x), prep.checkpoint(&$weight));
                let made = B::normalisation(
                    $x.into_primitive(),
                    $weight.into_primitive(),
                    $bias.into_primitive(),
                    $next,
                    $epsilon,
                );
                let (outputs, mean, variance) = made.clone();
                let remembered = Remembered {
                    x,
                    weight,
                    made,
                    relu: $relu,
                    epsilon: $epsilon,
                };
                (prep.finish(remembered, outputs), mean, variance)
            }
            OpsKind::UnTracked(prep) => {
                let (outputs, mean, variance) = B::normalisation(
                    $x.into_primitive(),
                    $weight.into_primitive(),
                    $bias.into_primitive(),
                    $next,
                    $epsilon,
                );
                (prep.finish(outputs), mean, variance)
            }
        }
    }};
}

impl<B: Kernels, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        steps: Steps,
    ) -> FloatTensor<Self> {
        let prepared = Convolution
            .prepare::<C>([x.node(), weight.node()])
            .compute_bound()
            .stateful();
        match prepared {
            OpsKind::Tracked(mut prep) => {
                let nodes = [prep.checkpoint(&x), prep.checkpoint(&weight)];
                let outputs = B::convolution(x.into_primitive(), weight.into_primitive(), steps);
                prep.finish((nodes, steps), outputs)
            }
            OpsKind::UnTracked(prep) => {
                let outputs = B::convolution(x.into_primitive(), weight.into_primitive(), steps);
                prep.finish(outputs)
            }
        }
    }

    fn convolution_input_gradient(
        _x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        _gradient: FloatTensor<Self>,
        _steps: Steps,
    ) -> FloatTensor<Self> {
        unreachable!("{ONCE}")
    }

    fn convolution_weight_gradient(
        _x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        _gradient: FloatTensor<Self>,
        _steps: Steps,
    ) -> FloatTensor<Self> {
        unreachable!("{ONCE}")
    }

    fn normalisation(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        next: Next<Self>,
        epsilon: f32,
    ) -> NormalisedBy<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let (outputs, mean, variance) = match next {
            Next::Nothing => record!(nodes, x, weight, bias, Next::Nothing, false, epsilon),
            Next::Relu => record!(nodes, x, weight, bias, Next::Relu, true, epsilon),
            Next::AddRelu(added) => {
                let [x_node, weight_node, bias_node] = nodes;
                let nodes = [x_node, weight_node, bias_node, added.node()];
                let next = Next::AddRelu(added.into_primitive());
                record!(nodes, x, weight, bias, next, true, epsilon)
            }
        };
        let lifted = <Self as AutodiffBackend>::from_inner;
        (outputs, lifted(mean), lifted(variance))
    }

    fn normalisation_by(
        _x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        _bias: FloatTensor<Self>,
        _mean: FloatTensor<Self>,
        _variance: FloatTensor<Self>,
        _next: Next<Self>,
        _epsilon: f32,
    ) -> FloatTensor<Self> {
        unreachable!("only devices without autodiff come here")
    }

    fn normalisation_gradients(
        _made: Made<Self>,
        _gradient: FloatTensor<Self>,
        _relu: bool,
        _epsilon: f32,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        unreachable!("{ONCE}")
    }
}
