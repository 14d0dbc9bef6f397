//! What `torch.save` puts into a pickle for tensors, and nothing more; dl2pa-data's machine runs it.
//!
//! A few names of PyTorch are known and one of Python's library; every other is refused by its name.

use std::rc::Rc;

use dl2pa_data::files::pickle::{self, Library, Made, does_not_fit};

use super::super::number::{Encoding, Number};

pub(super) type Value<'a> = pickle::Value<'a, Object>;
pub(super) type Unpickled<'a> = pickle::Unpickled<'a, Object>;

/// What such a pickle refers to or makes.
#[derive(Clone, Debug)]
pub(super) enum Object {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    StorageOf(Kind),
    Storage(Rc<Storage>),
    Tensor(Rc<Tensor>),
}

/// Which tensors a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Those of floating-point numbers.
    Floats,
    /// Also those of whole numbers and truth values, as the counters of a state dict.
    AllNumbers,
}

/// What the numbers of a storage are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Float(Number),
    /// Whole numbers or truth values of so many bytes.
    Whole(u64),
}

/// Numbers that lie elsewhere in the file.
#[derive(Debug)]
pub(super) struct Storage {
    pub(super) key: Rc<str>,
    pub(super) kind: Kind,
    /// Number of numbers.
    pub(super) count: u64,
}

impl Storage {
    pub(super) const fn is_float(&self) -> bool {
        matches!(self.kind, Kind::Float(_))
    }

    /// Bytes of one number.
    const fn number_bytes(&self) -> u64 {
        match self.kind {
            Kind::Float(number) => Encoding::little_endian(number).size() as u64,
            Kind::Whole(bytes) => bytes,
        }
    }

    /// Bytes of all numbers; `None` where they cannot be counted.
    pub(super) fn bytes(&self) -> Option<u64> {
        self.count.checked_mul(self.number_bytes())
    }
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

impl Tensor {
    /// Number of its numbers; `None` where they cannot be counted.
    pub(super) fn numbers(&self) -> Option<u64> {
        let mut lengths = self.shape.iter();
        lengths.try_fold(1_u64, |product, &length| product.checked_mul(length))
    }

    /// Bytes of its numbers; `None` where they cannot be counted.
    pub(super) fn bytes(&self) -> Option<u64> {
        self.numbers()?.checked_mul(self.storage.number_bytes())
    }

    /// Whether its numbers follow each other in the storage, the last axis fastest.
    pub(super) fn is_contiguous(&self) -> bool {
        let mut distance = 1_u64;
        self.shape
            .iter()
            .zip(&self.strides)
            .rev()
            .all(|(&length, &stride)| {
                let follows = length == 1 || stride == distance;
                distance = distance.saturating_mul(length);
                follows
            })
    }
}

/// Runs the program at the beginning of `bytes`.
///
/// # Errors
/// In words, when it is cut off, does not fit together, or wants anything but tensors that are taken.
pub(super) fn run(bytes: &[u8], takes: Takes) -> Result<Unpickled<'_>, String> {
    pickle::run(bytes, &Tensors { takes })
}

/// PyTorch, as far as tensors need it.
struct Tensors {
    takes: Takes,
}

impl<'a> Library<'a> for Tensors {
    type Object = Object;
    const SUBJECT: &'static str = "tensors of floating-point numbers";

    fn name(&self, module: &str, name: &str) -> Option<Object> {
        Some(match (module, name) {
            ("collections", "OrderedDict") => Object::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Object::RebuildTensor,
            ("torch._utils", "_rebuild_parameter") => Object::RebuildParameter,
            ("torch", storage) => Object::StorageOf(self.kind(storage)?),
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
            Some(Value::Object(Object::StorageOf(kind))),
            Some(Value::Text(key)),
            Some(Value::Int(count)),
            None | Some(Value::None),
        ) = (fields.get(1), fields.get(2), fields.get(4), fields.get(5))
        else {
            return Err("a tensor's numbers are described in an unknown way".to_owned());
        };
        let storage = Storage {
            key: Rc::clone(key),
            kind: *kind,
            count: u64::try_from(*count).map_err(|_negative| does_not_fit())?,
        };
        Ok(Value::Object(Object::Storage(Rc::new(storage))))
    }
}

impl Tensors {
    /// What a storage of this name in PyTorch holds, if it is taken.
    fn kind(&self, storage: &str) -> Option<Kind> {
        let kind = match storage {
            "FloatStorage" => Kind::Float(Number::F32),
            "DoubleStorage" => Kind::Float(Number::F64),
            "HalfStorage" => Kind::Float(Number::F16),
            "BFloat16Storage" => Kind::Float(Number::Bf16),
            "LongStorage" => Kind::Whole(8),
            "IntStorage" => Kind::Whole(4),
            "ShortStorage" => Kind::Whole(2),
            "CharStorage" | "ByteStorage" | "BoolStorage" => Kind::Whole(1),
            _ => return None,
        };
        match (kind, self.takes) {
            (Kind::Whole(_), Takes::Floats) => None,
            _ => Some(kind),
        }
    }
}

fn natural_numbers(values: &[Value<'_>]) -> Result<Vec<u64>, String> {
    let natural = |value: &Value<'_>| match value {
        Value::Int(value) => u64::try_from(*value).map_err(|_negative| does_not_fit()),
        _ => Err(does_not_fit()),
    };
    values.iter().map(natural).collect()
}
