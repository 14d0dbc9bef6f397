//! How burn differentiates the kernels on rows.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Backend};
use burn::tensor::Shape;

use super::After;
use super::flex::{ByClass, MadeRows, RowKernels, Sides};
use super::loss::Target;
use super::step::Descent;

/// Why some operations have no gradient here.
const NEVER: &str = "nothing that is differentiated comes here";

/// Records an operation whose backward needs its inputs: `$keep` names those that are kept.
macro_rules! recorded {
    ($op:expr, [$($input:ident),+], keep [$($kept:ident),+], $state:expr, $run:expr) => {{
        let prepared = $op.prepare::<C>([$($input.node()),+]).compute_bound().stateful();
        match prepared {
            OpsKind::Tracked(mut prep) => {
                let nodes = [$(prep.checkpoint(&$kept)),+];
                let outputs = $run($($input.into_primitive()),+);
                prep.finish((nodes, $state), outputs)
            }
            OpsKind::UnTracked(prep) => prep.finish($run($($input.into_primitive()),+)),
        }
    }};
}

#[derive(Debug)]
struct Affinity;

impl<B: RowKernels> Backward<B, 3> for Affinity {
    /// Nodes of input and weights.
    type State = ([NodeId; 2], ());

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [node_x, node_weight, node_bias] = ops.parents;
        let gradient = grads.consume::<B>(&ops.node);
        let ([x, weight], ()) = ops.state;
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        let weight: FloatTensor<B> = checkpointer.retrieve_node_output(weight);
        if let Some(node) = node_x {
            let of_input = B::product(gradient.clone(), weight, Sides::RightTransposed);
            grads.register::<B>(node.id, of_input);
        }
        if let Some(node) = node_weight {
            let of_weight = B::product(x, gradient.clone(), Sides::LeftTransposed);
            grads.register::<B>(node.id, of_weight);
        }
        if let Some(node) = node_bias {
            grads.register::<B>(node.id, B::row_sum(gradient));
        }
    }
}

/// `a b^T`
#[derive(Debug)]
struct Products;

impl<B: RowKernels> Backward<B, 2> for Products {
    /// Nodes of both sides.
    type State = ([NodeId; 2], ());

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [node_a, node_b] = ops.parents;
        let gradient = grads.consume::<B>(&ops.node);
        let ([a, b], ()) = ops.state;
        let a: FloatTensor<B> = checkpointer.retrieve_node_output(a);
        let b: FloatTensor<B> = checkpointer.retrieve_node_output(b);
        if let Some(node) = node_a {
            grads.register::<B>(node.id, B::product(gradient.clone(), b, Sides::Plain));
        }
        if let Some(node) = node_b {
            let of_b = B::product(gradient, a, Sides::LeftTransposed);
            grads.register::<B>(node.id, of_b);
        }
    }
}

/// Rows of length 1.
#[derive(Debug)]
struct Unit;

impl<B: RowKernels> Backward<B, 1> for Unit {
    /// The input's node, and the floor of squared lengths.
    type State = ([NodeId; 1], f32);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let [node] = ops.parents;
        let gradient = grads.consume::<B>(&ops.node);
        let ([x], floor) = ops.state;
        let x: FloatTensor<B> = checkpointer.retrieve_node_output(x);
        if let Some(node) = node {
            grads.register::<B>(node.id, B::unit_rows_gradient(x, gradient, floor));
        }
    }
}

/// A loss whose gradient was made with it.
#[derive(Debug)]
struct Lost;

impl<B: RowKernels> Backward<B, 1> for Lost {
    /// The gradient for a slope of 1.
    type State = FloatTensor<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [node] = ops.parents;
        let slope = grads.consume::<B>(&ops.node);
        if let Some(node) = node {
            let slope = B::float_reshape(slope, Shape::new([1, 1]));
            grads.register::<B>(node.id, B::float_mul(ops.state, slope));
        }
    }
}

/// What is remembered of a normalisation.
#[derive(Clone, Debug)]
struct Remembered<B: Backend> {
    x: NodeId,
    weight: NodeId,
    made: (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>),
    after: After,
    epsilon: f32,
}

#[derive(Debug)]
struct Normalisation;

impl<B: RowKernels> Backward<B, 3> for Normalisation {
    type State = Remembered<B>;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let gradient = grads.consume::<B>(&ops.node);
        let (outputs, mean, variance) = ops.state.made;
        let made = MadeRows {
            x: checkpointer.retrieve_node_output(ops.state.x),
            weight: checkpointer.retrieve_node_output(ops.state.weight),
            mean,
            variance,
            outputs,
        };
        let (after, epsilon) = (ops.state.after, ops.state.epsilon);
        let (input, weight, bias) = B::normalised_rows_gradients(made, gradient, after, epsilon);
        for (node, gradient) in ops.parents.into_iter().zip([input, weight, bias]) {
            if let Some(node) = node {
                grads.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: RowKernels, C: CheckpointStrategy> RowKernels for Autodiff<B, C> {
    fn affine(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        recorded!(Affinity, [x, weight, bias], keep [x, weight], (), B::affine)
    }

    fn product(a: FloatTensor<Self>, b: FloatTensor<Self>, sides: Sides) -> FloatTensor<Self> {
        let Sides::RightTransposed = sides else {
            unreachable!("{NEVER}")
        };
        let run = |a, b| B::product(a, b, sides);
        recorded!(Products, [a, b], keep [a, b], (), run)
    }

    fn row_sum(_x: FloatTensor<Self>) -> FloatTensor<Self> {
        unreachable!("{NEVER}")
    }

    fn normalised_rows(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        after: After,
        epsilon: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let nodes = [x.node(), weight.node(), bias.node()];
        let prepared = Normalisation.prepare::<C>(nodes).compute_bound().stateful();
        let (outputs, mean, variance) = match prepared {
            OpsKind::Tracked(mut prep) => {
                let kept = [prep.checkpoint(&x), prep.checkpoint(&weight)];
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let made = B::normalised_rows(x, weight, bias.into_primitive(), after, epsilon);
                let (outputs, mean, variance) = made.clone();
                let [x, weight] = kept;
                let remembered = Remembered {
                    x,
                    weight,
                    made,
                    after,
                    epsilon,
                };
                (prep.finish(remembered, outputs), mean, variance)
            }
            OpsKind::UnTracked(prep) => {
                let (x, weight) = (x.into_primitive(), weight.into_primitive());
                let (outputs, mean, variance) =
                    B::normalised_rows(x, weight, bias.into_primitive(), after, epsilon);
                (prep.finish(outputs), mean, variance)
            }
        };
        let lifted = <Self as AutodiffBackend>::from_inner;
        (outputs, lifted(mean), lifted(variance))
    }

    fn normalised_rows_by(
        _x: FloatTensor<Self>,
        _weight: FloatTensor<Self>,
        _bias: FloatTensor<Self>,
        _mean: FloatTensor<Self>,
        _variance: FloatTensor<Self>,
        _after: After,
        _epsilon: f32,
    ) -> FloatTensor<Self> {
        unreachable!("{NEVER}")
    }

    fn normalised_rows_gradients(
        _made: MadeRows<Self>,
        _gradient: FloatTensor<Self>,
        _after: After,
        _epsilon: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        unreachable!("{NEVER}")
    }

    fn unit_rows(x: FloatTensor<Self>, floor: f32) -> FloatTensor<Self> {
        let run = |x| B::unit_rows(x, floor);
        recorded!(Unit, [x], keep[x], floor, run)
    }

    fn unit_rows_gradient(
        _x: FloatTensor<Self>,
        _gradient: FloatTensor<Self>,
        _floor: f32,
    ) -> FloatTensor<Self> {
        unreachable!("{NEVER}")
    }

    fn loss(cosines: FloatTensor<Self>, target: Target) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let prepared = Lost
            .prepare::<C>([cosines.node()])
            .compute_bound()
            .stateful();
        let (loss, gradient) = B::loss(cosines.into_primitive(), target);
        let loss = match prepared {
            OpsKind::Tracked(prep) => prep.finish(gradient.clone(), loss),
            OpsKind::UnTracked(prep) => prep.finish(loss),
        };
        (loss, <Self as AutodiffBackend>::from_inner(gradient))
    }

    fn class_sums(_rows: FloatTensor<Self>, _by: ByClass) -> FloatTensor<Self> {
        unreachable!("{NEVER}")
    }

    fn descend(
        _value: FloatTensor<Self>,
        _gradient: FloatTensor<Self>,
        _velocity: FloatTensor<Self>,
        _by: Descent,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        unreachable!("{NEVER}")
    }
}
