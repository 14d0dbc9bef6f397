//! Networks that begin with weights from a file instead of drawn ones.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;
use dl2pa_core::InputShape;
use dl2pa_core::backbone::{BackboneBuilder, BackboneError};
use dl2pa_core::checkpoint::NamedArray;
use dl2pa_core::config::RunConfig;
use dl2pa_core::streams::StreamRng;

use crate::weights::{Loaded, Source, WeightsError, load_named};
use crate::{AnyBackbone, Builder};

/// A state dict of torchvision's, timm's or ours, to begin with.
#[derive(Clone, Debug, PartialEq)]
pub struct Pretrained {
    file: String,
    arrays: Vec<NamedArray>,
    source: Source,
}

impl Pretrained {
    /// Takes arrays under the names, shapes and order of axes of PyTorch, which tell whose they are. `file` is
    /// what errors call them.
    #[must_use]
    pub fn new(file: &str, arrays: Vec<NamedArray>) -> Self {
        Self {
            file: file.to_owned(),
            source: Source::of(arrays.iter().map(|array| array.name.as_str())),
            arrays,
        }
    }

    /// Puts them into `backbone`, all but the last layer, which maps to a metric space of its own and stays as
    /// it was drawn.
    ///
    /// # Errors
    /// As [`load_named`]; the backbone is then as it was.
    pub fn fill<B: Module>(&self, backbone: &mut B) -> Result<Loaded, WeightsError> {
        load_named(backbone, &self.file, &self.arrays, self.source)
    }
}

/// [`Builder`], and then [`Pretrained::fill`] where there is something to begin with.
#[derive(Clone, Debug, Default)]
pub struct StartingBuilder {
    /// What each network begins with.
    pub pretrained: Option<Arc<Pretrained>>,
}

impl BackboneBuilder for StartingBuilder {
    type Backbone = AnyBackbone;

    fn build(
        &self,
        config: &RunConfig,
        shape: InputShape,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Result<AnyBackbone, BackboneError> {
        let mut backbone = Builder.build(config, shape, rng, device)?;
        if let Some(pretrained) = &self.pretrained {
            let filled = pretrained.fill(&mut backbone);
            filled.map_err(|error| BackboneError::Weights(error.to_string()))?;
        }
        Ok(backbone)
    }

    fn has_pretrained(&self) -> bool {
        self.pretrained.is_some()
    }
}

#[cfg(test)]
mod tests {
    use burn::module::{ModuleVisitor, Param};
    use burn::tensor::Tensor;
    use dl2pa_core::config::{BackboneKind, DatasetKind};
    use dl2pa_core::datasets;
    use dl2pa_core::streams::{INIT, Streams};

    use super::*;
    use crate::weights::pytorch_arrays;

    /// Reads the arrays of a module in the order of [`pytorch_arrays`].
    #[derive(Default)]
    struct Reader(Vec<Vec<f32>>);

    impl ModuleVisitor for Reader {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let data = param.val().inner().into_data();
            self.0.push(data.try_to_vec().unwrap());
        }
    }

    fn values(network: &AnyBackbone) -> Vec<Vec<f32>> {
        let mut reader = Reader::default();
        network.visit(&mut reader);
        reader.0
    }

    fn network(config: &RunConfig, seed: u64) -> AnyBackbone {
        let device = Device::flex().autodiff();
        let mut rng = Streams::new(seed).rng(INIT);
        let shape = datasets::input_shape(config);
        Builder.build(config, shape, &mut rng, &device).unwrap()
    }

    /// A network as the state dict of its twin in PyTorch.
    fn state_dict(network: &AnyBackbone) -> Vec<NamedArray> {
        let arrays = pytorch_arrays(network).into_iter();
        let named = arrays.zip(values(network)).map(|(array, values)| {
            let values = match (array.transposed, array.shape.as_slice()) {
                (true, &[outputs, inputs]) => (0..outputs * inputs)
                    .map(|at| values[(at % inputs) * outputs + at / inputs])
                    .collect(),
                _ => values,
            };
            NamedArray {
                name: array.name,
                shape: array.shape,
                values,
            }
        });
        named.collect()
    }

    #[test]
    fn every_small_backbone_begins_with_the_weights_of_another_but_for_its_last_layer() {
        for (backbone, last_arrays) in [
            (BackboneKind::Mlp, 2),
            (BackboneKind::Convnet, 2),
            (BackboneKind::ResNet32, 2),
            (BackboneKind::ResNet32Lt, 0),
        ] {
            let config = RunConfig {
                backbone,
                dim: 16,
                ..RunConfig::for_dataset(DatasetKind::Digits)
            };
            let (theirs, mut ours) = (network(&config, 1), network(&config, 2));
            let drawn = values(&ours);
            let mut arrays = state_dict(&theirs);
            // What our exports hold besides.
            arrays.push(NamedArray {
                name: "classifier.weight".to_owned(),
                shape: vec![10, 16],
                values: vec![0.0; 160],
            });
            let loaded = Pretrained::new("test", arrays).fill(&mut ours).unwrap();
            let layout = pytorch_arrays(&ours);
            assert_eq!(loaded.arrays + last_arrays, layout.len(), "{backbone}");
            assert_eq!(loaded.skipped.len(), last_arrays + 1, "{backbone}");
            let (expected, found) = (values(&theirs), values(&ours));
            let mut as_drawn = 0;
            for (index, array) in layout.iter().enumerate() {
                let name = &array.name;
                if name.starts_with("last.") || name.starts_with("fc.") {
                    assert_eq!(found[index], drawn[index], "{backbone}: {name}");
                    as_drawn += 1;
                } else {
                    assert_eq!(found[index], expected[index], "{backbone}: {name}");
                }
            }
            assert_eq!(as_drawn, last_arrays, "{backbone}");
        }
    }

    #[test]
    fn names_tell_whose_they_are() {
        let of = |names: &[&str]| Source::of(names.iter().copied());
        let torchvision = ["features.0.0.weight", "norm.weight", "head.weight"];
        assert_eq!(of(&torchvision), Source::Torchvision);
        let timm = ["patch_embed.proj.weight", "layers.0.blocks.0.norm1.weight"];
        assert_eq!(of(&timm), Source::Timm);
        assert_eq!(
            of(&["conv1.weight", "layer1.0.bn1.bias"]),
            Source::Torchvision
        );
    }
}
