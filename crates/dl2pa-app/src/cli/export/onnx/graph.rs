//! A graph in the making: values, constants and the nodes between them.

use std::collections::{HashMap, HashSet};

use dl2pa_core::checkpoint::NamedArray;

use super::OnnxError;
use super::messages::{
    AttributeProto, AttributeType, DataType, DimensionProto, GraphProto, NodeProto, TensorProto,
    TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};

/// Name of the first axis of inputs and outputs, whose length is free.
const BATCH: &str = "N";

/// The name of what a node gives, of a constant or of an input.
#[derive(Clone, Debug)]
pub(super) struct Value(String);

/// A setting of a node.
pub(super) enum Attribute {
    Int(i64),
    Float(f32),
    Ints(Vec<i64>),
}

/// The graph so far, and the arrays that it may draw on.
pub(super) struct Graph<'a> {
    arrays: HashMap<&'a str, &'a NamedArray>,
    graph: GraphProto,
    constants: HashSet<String>,
    /// How many nodes have asked for a name.
    names: HashMap<String, usize>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(name: &str, arrays: &'a [NamedArray]) -> Self {
        Self {
            arrays: arrays
                .iter()
                .map(|array| (array.name.as_str(), array))
                .collect(),
            graph: GraphProto {
                name: name.to_owned(),
                ..GraphProto::default()
            },
            constants: HashSet::new(),
            names: HashMap::new(),
        }
    }

    /// The finished graph.
    pub(super) fn finish(self) -> GraphProto {
        self.graph
    }

    /// An input of the graph: N x `shape`.
    pub(super) fn input(&mut self, name: &str, shape: &[usize], doc: &str) -> Value {
        self.graph.input.push(batch_of(name, shape, doc));
        Value(name.to_owned())
    }

    /// An output of the graph, N x `shape`, made by `op`.
    pub(super) fn output(
        &mut self,
        name: &str,
        (shape, doc): (&[usize], &str),
        op: &str,
        inputs: &[&Value],
        attributes: Vec<(&str, Attribute)>,
    ) -> Value {
        self.graph.output.push(batch_of(name, shape, doc));
        self.add(name.to_owned(), op, inputs, attributes)
    }

    /// What `op` makes of `inputs`. The node is named by its module `at` and `op`.
    pub(super) fn node(
        &mut self,
        at: &str,
        op: &str,
        inputs: &[&Value],
        attributes: Vec<(&str, Attribute)>,
    ) -> Value {
        let mut name = format!("{at}/{op}");
        let uses = self.names.entry(name.clone()).or_insert(0);
        *uses += 1;
        if *uses > 1 {
            name += &format!("_{uses}");
        }
        self.add(name, op, inputs, attributes)
    }

    fn add(
        &mut self,
        name: String,
        op: &str,
        inputs: &[&Value],
        attributes: Vec<(&str, Attribute)>,
    ) -> Value {
        self.graph.node.push(NodeProto {
            input: inputs.iter().map(|value| value.0.clone()).collect(),
            output: vec![name.clone()],
            name: name.clone(),
            op_type: op.to_owned(),
            attribute: attributes.into_iter().map(attribute).collect(),
        });
        Value(name)
    }

    /// Whether the network has such an array.
    pub(super) fn has(&self, array: &str) -> bool {
        self.arrays.contains_key(array)
    }

    /// The shape of an array.
    pub(super) fn shape<const D: usize>(&self, array: &str) -> Result<[usize; D], OnnxError> {
        let found = self.array(array)?;
        let shape = <[usize; D]>::try_from(found.shape.as_slice());
        shape.map_err(|_other_rank| OnnxError::Array(array.to_owned()))
    }

    fn array(&self, name: &str) -> Result<&'a NamedArray, OnnxError> {
        let found = self.arrays.get(name).copied();
        found.ok_or_else(|| OnnxError::Array(name.to_owned()))
    }

    /// An array of the network.
    pub(super) fn array_value(&mut self, name: &str) -> Result<Value, OnnxError> {
        let array = self.array(name)?;
        Ok(self.floats(name.to_owned(), &array.shape, &array.values))
    }

    /// A list of whole numbers, such as a shape; `-1` in it stands for what the others leave over.
    pub(super) fn ints(&mut self, values: &[i64]) -> Value {
        let name = format!("int64{values:?}");
        self.int_table(name, &[values.len()], values)
    }

    /// One whole number, without a shape.
    pub(super) fn int(&mut self, value: i64) -> Value {
        self.int_table(format!("int64({value})"), &[], &[value])
    }

    /// One number, without a shape.
    pub(super) fn float(&mut self, value: f32) -> Value {
        self.floats(format!("float({value})"), &[], &[value])
    }

    /// The constant called `name`, which is made once.
    pub(super) fn floats(&mut self, name: String, shape: &[usize], values: &[f32]) -> Value {
        let bytes = || {
            values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        };
        self.constant(name, shape, DataType::Float, bytes)
    }

    /// The constant called `name`, which is made once.
    pub(super) fn int_table(&mut self, name: String, shape: &[usize], values: &[i64]) -> Value {
        let bytes = || {
            values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        };
        self.constant(name, shape, DataType::Int64, bytes)
    }

    fn constant(
        &mut self,
        name: String,
        shape: &[usize],
        data_type: DataType,
        bytes: impl FnOnce() -> Vec<u8>,
    ) -> Value {
        if self.constants.insert(name.clone()) {
            self.graph.initializer.push(TensorProto {
                dims: shape.iter().map(|&length| length as i64).collect(),
                data_type: data_type.into(),
                name: name.clone(),
                raw_data: Some(bytes()),
            });
        }
        Value(name)
    }
}

fn attribute((name, setting): (&str, Attribute)) -> AttributeProto {
    let mut proto = AttributeProto {
        name: name.to_owned(),
        ..AttributeProto::default()
    };
    let kind = match setting {
        Attribute::Int(value) => {
            proto.i = Some(value);
            AttributeType::Int
        }
        Attribute::Float(value) => {
            proto.f = Some(value);
            AttributeType::Float
        }
        Attribute::Ints(values) => {
            proto.ints = values;
            AttributeType::Ints
        }
    };
    proto.set_type(kind);
    proto
}

fn batch_of(name: &str, shape: &[usize], doc: &str) -> ValueInfoProto {
    let batch = DimensionProto {
        dim_value: None,
        dim_param: Some(BATCH.to_owned()),
    };
    let fixed = shape.iter().map(|&length| DimensionProto {
        dim_value: Some(length as i64),
        dim_param: None,
    });
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type: DataType::Float.into(),
                shape: Some(TensorShapeProto {
                    dim: std::iter::once(batch).chain(fixed).collect(),
                }),
            }),
        }),
        doc_string: doc.to_owned(),
    }
}
