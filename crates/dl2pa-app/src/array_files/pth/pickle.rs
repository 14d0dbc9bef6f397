//! What `torch.save` puts into a pickle for tensors, and nothing more; dl2pa-data's machine runs it.
//!
//! Five names of PyTorch are known and one of Python's library; every other is refused by its name.

use std::rc::Rc;

use dl2pa_data::files::pickle::{self, Library, Made, does_not_fit};

use super::super::number::Number;

pub(super) type Value<'a> = pickle::Value<'a, Object>;
pub(super) type Unpickled<'a> = pickle::Unpickled<'a, Object>;

/// What such a pickle refers to or makes.
#[derive(Clone, Debug)]
pub(super) enum Object {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    StorageOf(Number),
    Storage(Rc<Storage>),
    Tensor(Rc<Tensor>),
}

/// Numbers that lie elsewhere in the file.
#[derive(Debug)]
pub(super) struct Storage {
    pub(super) key: Rc<str>,
    pub(super) number: Number,
    /// Number of numbers.
    pub(super) count: u64,
}

/// A view of a storage.
#[derive(Debug)]
pub(super) struct Tensor {
    pub(super) storage: Rc<Storage>,
    /// Place of the first number in the storage.
    pub(super) offset: u64,
    pub(super) shape: Vec<u64>,
    /// How far apart neighbours lie in the storage, for each dimension.
    pub(super) strides: Vec<u64>,
}

/// Runs the program at the beginning of `bytes`.
///
/// # Errors
/// In words, when it is cut off, does not fit together, or wants anything but tensors.
pub(super) fn run(bytes: &[u8]) -> Result<Unpickled<'_>, String> {
    pickle::run(bytes, &Tensors)
}

/// PyTorch, as far as tensors need it.
struct Tensors;

impl<'a> Library<'a> for Tensors {
    type Object = Object;
    const SUBJECT: &'static str = "tensors of floating-point numbers";

    fn name(&self, module: &str, name: &str) -> Option<Object> {
        Some(match (module, name) {
            ("collections", "OrderedDict") => Object::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Object::RebuildTensor,
            ("torch._utils", "_rebuild_parameter") => Object::RebuildParameter,
            ("torch", "FloatStorage") => Object::StorageOf(Number::F32),
            ("torch", "DoubleStorage") => Object::StorageOf(Number::F64),
            ("torch", "HalfStorage") => Object::StorageOf(Number::F16),
            ("torch", "BFloat16Storage") => Object::StorageOf(Number::Bf16),
            _ => return None,
        })
    }

    fn call(&self, function: &Object, given: &[Value<'a>]) -> Result<Made<'a, Object>, String> {
        let value = match (function, given) {
            (Object::OrderedDict, []) => return Ok(Made::Dict),
            (
                Object::RebuildTensor,
                [
                    Value::Object(Object::Storage(storage)),
                    Value::Int(offset),
                    Value::Tuple(shape, _),
                    Value::Tuple(strides, _),
                    ..,
                ],
            ) if shape.len() == strides.len() => {
                let tensor = Tensor {
                    storage: Rc::clone(storage),
                    offset: u64::try_from(*offset).map_err(|_negative| does_not_fit())?,
                    shape: natural_numbers(shape)?,
                    strides: natural_numbers(strides)?,
                };
                Value::Object(Object::Tensor(Rc::new(tensor)))
            }
            (Object::RebuildParameter, [tensor @ Value::Object(Object::Tensor(_)), ..]) => {
                tensor.clone()
            }
            _ => return Err("its pickle calls what is no function for tensors".to_owned()),
        };
        Ok(Made::Value(value))
    }

    fn set_state(&self, target: &Value<'a>, state: &Value<'a>) -> Result<(), String> {
        // The only state that PyTorch sets is the `_metadata` of a module's dictionary.
        match (target, state) {
            (Value::Dict(_), Value::Dict(_)) => Ok(()),
            _ => Err("it holds an object with a state, and only tensors are read".to_owned()),
        }
    }

    /// `("storage", type, key, device, count)`, with a sixth `None` in the legacy format.
    fn persistent(&self, key: &Value<'a>) -> Result<Value<'a>, String> {
        let Value::Tuple(fields, _) = key else {
            return Err(does_not_fit());
        };
        let (
            Some(Value::Object(Object::StorageOf(number))),
            Some(Value::Text(key)),
            Some(Value::Int(count)),
            None | Some(Value::None),
        ) = (fields.get(1), fields.get(2), fields.get(4), fields.get(5))
        else {
            return Err("a tensor's numbers are described in an unknown way".to_owned());
        };
        let storage = Storage {
            key: Rc::clone(key),
            number: *number,
            count: u64::try_from(*count).map_err(|_negative| does_not_fit())?,
        };
        Ok(Value::Object(Object::Storage(Rc::new(storage))))
    }
}

fn natural_numbers(values: &[Value<'_>]) -> Result<Vec<u64>, String> {
    let natural = |value: &Value<'_>| match value {
        Value::Int(value) => u64::try_from(*value).map_err(|_negative| does_not_fit()),
        _ => Err(does_not_fit()),
    };
    values.iter().map(natural).collect()
}
