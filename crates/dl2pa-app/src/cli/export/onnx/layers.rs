//! The layers that several networks share, and the head that all end in.

use super::OnnxError;
use super::graph::Attribute::{Float, Int, Ints};
use super::graph::{Graph, Value};

/// Added to variances: PyTorch's default, and ours.
const EPSILON: f32 = 1e-5;
/// Keeps a row of zeros finite (`dl2pa_core::losses::unit_rows`).
const SQUARED_NORM_FLOOR: f32 = 1e-12;

impl Graph<'_> {
    /// A convolution of N x C x H x W with square kernels.
    pub(super) fn conv(
        &mut self,
        x: &Value,
        at: &str,
        stride: usize,
        padding: usize,
    ) -> Result<Value, OnnxError> {
        let [_, _, height, width] = self.shape::<4>(&format!("{at}.weight"))?;
        let (weight, bias) = self.weight_and_bias(at)?;
        let inputs: Vec<&Value> = [x, &weight].into_iter().chain(&bias).collect();
        let attributes = vec![
            ("kernel_shape", Ints(vec![height as i64, width as i64])),
            ("strides", Ints(vec![stride as i64; 2])),
            ("pads", Ints(vec![padding as i64; 4])),
        ];
        Ok(self.node(at, "Conv", &inputs, attributes))
    }

    /// A convolution padded by half its kernel, which keeps the size at `stride` 1.
    pub(super) fn padded_conv(
        &mut self,
        x: &Value,
        at: &str,
        stride: usize,
    ) -> Result<Value, OnnxError> {
        let [_, _, side, _] = self.shape::<4>(&format!("{at}.weight"))?;
        self.conv(x, at, stride, side / 2)
    }

    /// A normalisation of the second axis by running statistics.
    pub(super) fn batch_norm(&mut self, x: &Value, at: &str) -> Result<Value, OnnxError> {
        let weight = self.array_value(&format!("{at}.weight"))?;
        let bias = self.array_value(&format!("{at}.bias"))?;
        let mean = self.array_value(&format!("{at}.running_mean"))?;
        let var = self.array_value(&format!("{at}.running_var"))?;
        let inputs = [x, &weight, &bias, &mean, &var];
        let attributes = vec![("epsilon", Float(EPSILON))];
        Ok(self.node(at, "BatchNormalization", &inputs, attributes))
    }

    /// A normalisation along the last axis.
    pub(super) fn layer_norm(&mut self, x: &Value, at: &str) -> Result<Value, OnnxError> {
        let weight = self.array_value(&format!("{at}.weight"))?;
        let bias = self.array_value(&format!("{at}.bias"))?;
        let attributes = vec![("axis", Int(-1)), ("epsilon", Float(EPSILON))];
        Ok(self.node(at, "LayerNormalization", &[x, &weight, &bias], attributes))
    }

    /// A linear layer on rows (N x inputs to N x outputs).
    pub(super) fn linear(&mut self, x: &Value, at: &str) -> Result<Value, OnnxError> {
        let (weight, bias) = self.weight_and_bias(at)?;
        let inputs: Vec<&Value> = [x, &weight].into_iter().chain(&bias).collect();
        Ok(self.node(at, "Gemm", &inputs, vec![("transB", Int(1))]))
    }

    fn weight_and_bias(&mut self, at: &str) -> Result<(Value, Option<Value>), OnnxError> {
        let weight = self.array_value(&format!("{at}.weight"))?;
        let bias = format!("{at}.bias");
        let bias = self.has(&bias).then(|| self.array_value(&bias));
        Ok((weight, bias.transpose()?))
    }

    pub(super) fn relu(&mut self, x: &Value, at: &str) -> Value {
        self.node(at, "Relu", &[x], vec![])
    }

    /// The greatest of each window of `side` x `side` pixels.
    pub(super) fn max_pool(&mut self, x: &Value, side: i64, stride: i64, padding: i64) -> Value {
        let attributes = vec![
            ("kernel_shape", Ints(vec![side; 2])),
            ("strides", Ints(vec![stride; 2])),
            ("pads", Ints(vec![padding; 4])),
        ];
        self.node("pool", "MaxPool", &[x], attributes)
    }

    /// N x anything to N x rest.
    pub(super) fn flat(&mut self, x: &Value, at: &str) -> Value {
        self.node(at, "Flatten", &[x], vec![("axis", Int(1))])
    }

    /// The mean of each channel: N x C x H x W to N x C.
    pub(super) fn channel_means(&mut self, x: &Value) -> Value {
        let means = self.node("pool", "GlobalAveragePool", &[x], vec![]);
        self.flat(&means, "pool")
    }

    /// `x` in another shape; `-1` stands for what the other lengths leave over.
    pub(super) fn reshape(&mut self, x: &Value, at: &str, shape: &[i64]) -> Value {
        let shape = self.ints(shape);
        self.node(at, "Reshape", &[x, &shape], vec![])
    }

    pub(super) fn transpose(&mut self, x: &Value, at: &str, axes: &[i64]) -> Value {
        self.node(at, "Transpose", &[x], vec![("perm", Ints(axes.to_vec()))])
    }

    /// `x` with zeros before and after along each axis: first all the counts before, then those after.
    pub(super) fn zeros_around(&mut self, x: &Value, at: &str, counts: &[i64]) -> Value {
        let counts = self.ints(counts);
        self.node(at, "Pad", &[x, &counts], vec![])
    }

    /// The outputs: `features`, the rows of `x` (N x d) scaled to length 1, and `logits`, `scale` times their
    /// cosines with the rows of `classifier` (c x d, unit rows).
    pub(super) fn head(
        &mut self,
        x: &Value,
        classifier: &str,
        scale: f32,
    ) -> Result<(), OnnxError> {
        let [classes, dim] = self.shape::<2>(classifier)?;
        let squares = self.node("head", "Mul", &[x, x], vec![]);
        let last = self.ints(&[1]);
        let sums = self.node("head", "ReduceSum", &[&squares, &last], vec![]);
        let floor = self.float(SQUARED_NORM_FLOOR);
        let sums = self.node("head", "Add", &[&sums, &floor], vec![]);
        let lengths = self.node("head", "Sqrt", &[&sums], vec![]);
        let form: (&[usize], _) = (&[dim], "Points on the unit sphere.");
        let features = self.output("features", form, "Div", &[x, &lengths], vec![]);
        let prototypes = self.array_value(classifier)?;
        let form: (&[usize], _) = (&[classes], "Scaled cosines with the classes' prototypes.");
        let attributes = vec![("alpha", Float(scale)), ("transB", Int(1))];
        self.output(
            "logits",
            form,
            "Gemm",
            &[&features, &prototypes],
            attributes,
        );
        Ok(())
    }
}
