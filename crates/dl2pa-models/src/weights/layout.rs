//! Which arrays a backbone is made of, and how PyTorch lays them out.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

use super::Source;
use super::names::name_in;

/// One parameter or running statistic of a backbone beside its counterpart in a PyTorch state dict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PytorchArray {
    /// Where it is in our module, as checkpoints name it.
    pub path: String,
    /// Its name in torchvision's model, or in a PyTorch twin of ours where torchvision has none.
    pub name: String,
    /// Its shape in PyTorch.
    pub shape: Vec<usize>,
    /// Whether PyTorch stores it transposed: the weight of a linear layer is outputs x inputs there and
    /// inputs x outputs with us.
    pub transposed: bool,
}

/// Every float array of `backbone`, in the order that burn visits them.
///
/// Written out under these names, transposed where it says so, they load into torchvision's `resnet50`,
/// `resnet101`, `resnet152` and `swin_t` whose last layer (`fc`, `head`) has been replaced by one to the metric
/// space. (`swin_t` also wants its integer tables: load with `strict=False`.)
#[must_use]
pub fn pytorch_arrays<B: Module>(backbone: &B) -> Vec<PytorchArray> {
    let arrays = module_arrays(backbone).into_iter();
    arrays
        .map(|array| PytorchArray {
            name: name_in(Source::Own, &array.inner_path),
            path: array.path,
            shape: array.pytorch_shape,
            transposed: array.transposed,
        })
        .collect()
}

/// A float array of a module.
pub(super) struct ModuleArray {
    /// Its path.
    pub(super) path: String,
    /// Its path without the variants of enums, such as that of the kind of backbone.
    pub(super) inner_path: String,
    /// Its shape in PyTorch.
    pub(super) pytorch_shape: Vec<usize>,
    /// Whether PyTorch's shape is ours reversed.
    pub(super) transposed: bool,
}

pub(super) fn module_arrays<B: Module>(module: &B) -> Vec<ModuleArray> {
    let mut lister = Lister::default();
    module.visit(&mut lister);
    lister.arrays
}

/// Where a visitor or a mapper is.
#[derive(Default)]
pub(super) struct Place {
    /// Names and whether each is a variant of an enum.
    segments: Vec<(String, bool)>,
    /// The kinds of module around.
    containers: Vec<String>,
}

impl Place {
    pub(super) fn enter(&mut self, name: &str, container: &str) {
        self.segments
            .push((name.to_owned(), container.starts_with("Enum:")));
        self.containers.push(container.to_owned());
    }

    pub(super) fn exit(&mut self) {
        self.segments.pop();
        self.containers.pop();
    }

    pub(super) fn path(&self) -> String {
        let names: Vec<&str> = self
            .segments
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        names.join(".")
    }

    fn inner_path(&self) -> String {
        let fields = self.segments.iter().filter(|(_, is_variant)| !is_variant);
        let names: Vec<&str> = fields.map(|(name, _)| name.as_str()).collect();
        names.join(".")
    }

    fn is_in_linear(&self) -> bool {
        self.containers
            .last()
            .is_some_and(|container| container == "Struct:Linear")
    }
}

#[derive(Default)]
struct Lister {
    place: Place,
    arrays: Vec<ModuleArray>,
}

impl ModuleVisitor for Lister {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let mut pytorch_shape = param.lazy_shape().as_slice().to_vec();
        let transposed = D == 2 && self.place.is_in_linear();
        if transposed {
            pytorch_shape.reverse();
        }
        self.arrays.push(ModuleArray {
            path: self.place.path(),
            inner_path: self.place.inner_path(),
            pytorch_shape,
            transposed,
        });
    }

    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.place.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.place.exit();
    }
}
