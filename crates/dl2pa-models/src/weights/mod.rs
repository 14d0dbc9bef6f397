//! Weights from and for PyTorch: torchvision's and timm's state dicts into our backbones, and our names for them.

mod error;
mod layout;
mod names;
mod safetensors_file;

use std::collections::{BTreeMap, HashMap};

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};
use dl2pa_core::checkpoint::NamedArray;

use layout::{ModuleArray, Place, module_arrays};
use names::{is_last_layer, is_old_timm_name, name_in, present_timm_name};

pub use error::{Names, WeightsError};
pub use layout::{PytorchArray, pytorch_arrays};
pub use names::is_not_weights;
pub use safetensors_file::read_safetensors;

/// Whose names arrays carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// torchvision's, or ours without the last layer; the classifier is not taken over.
    Torchvision,
    /// timm's; the classifier is not taken over.
    Timm,
    /// Those of [`pytorch_arrays`], the last layer included.
    Own,
}

/// What [`load_named`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Number of arrays taken over.
    pub arrays: usize,
    /// Names of those left out: the classifier's.
    pub skipped: Vec<String>,
}

/// Takes over `arrays` (a state dict: PyTorch's names, shapes and order of axes) into `backbone`, all or none.
///
/// With pretrained weights the last layer stays as it was drawn, since it maps to our metric space and not
/// to their classes. Counters and tables of a state dict are passed over.
///
/// # Errors
///
/// When an array is missing, left over, of another shape, double, or not finite; the backbone is then as it
/// was. `file` is named in the error.
pub fn load_named<B: Module>(
    backbone: &mut B,
    file: &str,
    arrays: &[NamedArray],
    source: Source,
) -> Result<Loaded, WeightsError> {
    let (mut given, skipped) = by_name(file, arrays, source)?;
    let is_wanted =
        |array: &ModuleArray| source == Source::Own || !is_last_layer(&array.inner_path);
    let mut values = HashMap::new();
    let mut missing = Vec::new();
    for array in module_arrays(backbone).into_iter().filter(is_wanted) {
        let name = name_in(source, &array.inner_path);
        match given.remove(&name) {
            Some(found) => {
                check(file, &name, &array, found)?;
                values.insert(array.path, in_our_order(found, array.transposed));
            }
            None => missing.push(name),
        }
    }
    let file = file.to_owned();
    if !missing.is_empty() {
        let names = Names(missing);
        return Err(WeightsError::Missing { file, names });
    }
    if !given.is_empty() {
        let names = Names(given.into_keys().collect());
        return Err(WeightsError::Unknown { file, names });
    }
    let loaded = Loaded {
        arrays: values.len(),
        skipped,
    };
    let mut writer = Writer {
        place: Place::default(),
        values,
    };
    *backbone = backbone.clone().map(&mut writer);
    Ok(loaded)
}

/// The arrays that count, by their present names, and the names of the classifier's.
type Given<'a> = (BTreeMap<String, &'a NamedArray>, Vec<String>);

fn by_name<'a>(
    file: &str,
    arrays: &'a [NamedArray],
    source: Source,
) -> Result<Given<'a>, WeightsError> {
    let is_old = source == Source::Timm && arrays.iter().any(|array| is_old_timm_name(&array.name));
    let mut given = BTreeMap::new();
    let mut skipped = Vec::new();
    for array in arrays.iter().filter(|array| !is_not_weights(&array.name)) {
        if source != Source::Own && is_last_layer(&array.name) {
            skipped.push(array.name.clone());
            continue;
        }
        let name = present_timm_name(&array.name, is_old);
        if given.insert(name, array).is_some() {
            return Err(WeightsError::Contradiction {
                file: file.to_owned(),
                name: array.name.clone(),
            });
        }
    }
    Ok((given, skipped))
}

fn check(
    file: &str,
    name: &str,
    wanted: &ModuleArray,
    found: &NamedArray,
) -> Result<(), WeightsError> {
    let file = || file.to_owned();
    let name = || name.to_owned();
    if found.shape != wanted.pytorch_shape {
        return Err(WeightsError::Shape {
            file: file(),
            name: name(),
            expected: wanted.pytorch_shape.clone(),
            found: found.shape.clone(),
        });
    }
    // The shape is one of ours, so that its product is a number of values that fit in memory.
    if found.values.len() != found.shape.iter().product::<usize>() {
        return Err(WeightsError::Contradiction {
            file: file(),
            name: name(),
        });
    }
    let is_variance = wanted.inner_path.ends_with("running_var");
    let wrong = |&value: &f32| {
        if !value.is_finite() {
            Some("not finite")
        } else if is_variance && value < 0.0 {
            Some("a negative variance")
        } else {
            None
        }
    };
    match found.values.iter().find_map(wrong) {
        Some(what) => Err(WeightsError::Value {
            file: file(),
            name: name(),
            what,
        }),
        None => Ok(()),
    }
}

/// The values, with the axes of a matrix exchanged if PyTorch has them the other way round.
fn in_our_order(array: &NamedArray, transposed: bool) -> Vec<f32> {
    match (transposed, array.shape.as_slice()) {
        (true, &[rows, columns]) => (0..columns)
            .flat_map(|column| (0..rows).map(move |row| array.values[row * columns + column]))
            .collect(),
        _ => array.values.clone(),
    }
}

/// Replaces the arrays of a module whose paths it knows.
struct Writer {
    place: Place,
    values: HashMap<String, Vec<f32>>,
}

impl ModuleMapper for Writer {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.values.remove(&self.place.path()) {
            Some(values) => param.map(|old| {
                let data = TensorData::new(values, old.dims());
                Tensor::from_data(data, &old.device()).set_require_grad(old.is_require_grad())
            }),
            None => param,
        }
    }

    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.place.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.place.exit();
    }
}
