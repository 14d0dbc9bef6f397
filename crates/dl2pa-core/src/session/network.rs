//! What is trained: a backbone and, with the `psc` head, the prototypes.

use std::collections::HashMap;

use burn::module::{Module, ModuleDisplay, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData, Transaction};

use crate::backbone::Backbone;
use crate::checkpoint::NamedArray;
use crate::config::Amp;
use crate::losses::unit_rows;
use crate::precision;
use crate::session::SessionError;

/// A backbone with, for the `psc` head, a learned prototype (c x d, any length) for each class.
#[derive(Module, Debug)]
pub(super) struct Network<B: Module + ModuleDisplay> {
    pub(super) backbone: B,
    pub(super) learned_prototypes: Option<Param<Tensor<2>>>,
    /// Numbers that the backbone computes in.
    #[module(skip)]
    pub(super) amp: Amp,
}

impl<B: Backbone> Network<B> {
    /// Inputs (B x features) to points on the sphere (B x d).
    pub(super) fn embed(&self, inputs: Tensor<2>) -> Tensor<2> {
        unit_rows(precision::features(&self.backbone, self.amp, inputs))
    }

    /// The learned prototypes (c x d) on the sphere, if they are learned.
    pub(super) fn unit_prototypes(&self) -> Option<Tensor<2>> {
        self.learned_prototypes
            .as_ref()
            .map(|prototypes| unit_rows(prototypes.val()))
    }

    /// Reads all parameters and running statistics in one go.
    pub(super) async fn read_arrays(&self) -> Result<Vec<NamedArray>, SessionError> {
        let mut reader = ArrayReader::default();
        self.visit(&mut reader);
        let data = reader.transaction.execute_async().await?;
        reader
            .names
            .into_iter()
            .zip(data)
            .map(|((name, shape), data)| {
                Ok(NamedArray {
                    name,
                    shape,
                    values: super::readback::to_f32(data)?,
                })
            })
            .collect()
    }
}

impl<B: Backbone> Network<B> {
    /// The network with every parameter and running statistic replaced by the array of its name.
    pub(super) fn restored(self, arrays: &[NamedArray]) -> Result<Self, SessionError> {
        let mut writer = ArrayWriter {
            path: Vec::new(),
            arrays: arrays
                .iter()
                .map(|array| (array.name.as_str(), array))
                .collect(),
            missing: None,
        };
        let network = self.map(&mut writer);
        match writer.missing {
            None => Ok(network),
            Some(name) => Err(SessionError::Resume {
                reason: format!("its `{name}` is missing or of another shape"),
            }),
        }
    }
}

/// Puts arrays into the float tensors of a module by their dotted paths.
struct ArrayWriter<'a> {
    path: Vec<String>,
    arrays: HashMap<&'a str, &'a NamedArray>,
    missing: Option<String>,
}

impl ModuleMapper for ArrayWriter<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        let (id, old, mapper) = param.consume();
        let array = self.arrays.get(name.as_str());
        let Some(array) = array.filter(|array| array.shape == old.dims()) else {
            self.missing.get_or_insert(name);
            return Param::from_mapped_value(id, old, mapper);
        };
        let data = TensorData::new(array.values.clone(), old.shape());
        let mut new = Tensor::from_data(data, &old.device());
        if old.is_require_grad() {
            new = new.require_grad();
        }
        Param::from_mapped_value(id, new, mapper)
    }
}

/// Collects every float tensor of a module with its dotted path.
#[derive(Default)]
struct ArrayReader {
    path: Vec<String>,
    names: Vec<(String, Vec<usize>)>,
    transaction: Transaction,
}

impl ModuleVisitor for ArrayReader {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val().inner();
        self.names
            .push((self.path.join("."), tensor.dims().to_vec()));
        self.transaction = std::mem::take(&mut self.transaction).register(tensor);
    }

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }
}
