//! Pickles of numpy's arrays of bytes among plain values: what CIFAR's Python version consists of.
//!
//! Python 2 wrote the published files; what Python 3 makes of them, in any protocol from 2 on, is read too.

use std::cell::OnceCell;
use std::rc::Rc;

use super::{Library, Made, Value, does_not_fit};

/// An array of bytes with two dimensions.
#[derive(Clone, Debug)]
pub(in crate::files) struct ByteArray<'a> {
    pub(in crate::files) rows: usize,
    pub(in crate::files) columns: usize,
    /// Whether the bytes lie column by column and not row by row.
    pub(in crate::files) is_by_columns: bool,
    bytes: Bytes<'a>,
}

impl ByteArray<'_> {
    /// rows x columns bytes.
    pub(in crate::files) fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::InPickle(bytes) => bytes,
            Bytes::Decoded(bytes) => bytes,
        }
    }
}

#[derive(Clone, Debug)]
enum Bytes<'a> {
    InPickle(&'a [u8]),
    Decoded(Rc<[u8]>),
}

/// What such a pickle refers to or makes.
#[derive(Clone, Debug)]
pub(in crate::files) enum Object<'a> {
    Reconstruct,
    FromBuffer,
    ArrayType,
    DtypeType,
    /// The kind of number "byte".
    ByteDtype,
    Encode,
    /// Bytes that stand in the pickle as characters.
    Encoded(Rc<[u8]>),
    /// An array, once its state is set.
    Array(Rc<OnceCell<ByteArray<'a>>>),
}

/// Numpy, as far as arrays of bytes need it.
#[derive(Clone, Copy, Debug)]
pub(in crate::files) struct Arrays;

impl<'a> Library<'a> for Arrays {
    type Object = Object<'a>;
    const SUBJECT: &'static str = "arrays of bytes";

    fn name(&self, module: &str, name: &str) -> Option<Object<'a>> {
        match (module, name) {
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
                Some(Object::Reconstruct)
            }
            ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => {
                Some(Object::FromBuffer)
            }
            ("numpy", "ndarray") => Some(Object::ArrayType),
            ("numpy", "dtype") => Some(Object::DtypeType),
            ("_codecs", "encode") => Some(Object::Encode),
            _ => None,
        }
    }

    fn call(
        &self,
        function: &Object<'a>,
        given: &[Value<'a, Object<'a>>],
    ) -> Result<Made<'a, Object<'a>>, String> {
        let made = match (function, given) {
            (Object::Reconstruct, [Value::Object(Object::ArrayType), ..]) => {
                Object::Array(Rc::default())
            }
            (Object::FromBuffer, [buffer, dtype, Value::Tuple(shape, _), order]) => {
                let is_by_columns = order.as_bytes() == Some(b"F");
                let array = array(shape, dtype, is_by_columns, buffer)?;
                Object::Array(Rc::new(OnceCell::from(array)))
            }
            (Object::DtypeType, [name, ..]) => match name.as_bytes() {
                Some(b"u1" | b"|u1") => Object::ByteDtype,
                _ => return Err("it holds an array of something else than bytes".to_owned()),
            },
            // How Python 3 writes bytes in protocol 2: as characters below 256.
            (Object::Encode, [Value::Text(text), encoding])
                if matches!(encoding.as_bytes(), Some(b"latin1" | b"latin-1")) =>
            {
                let bytes = text.chars().map(u8::try_from).collect::<Result<_, _>>();
                Object::Encoded(bytes.map_err(|_not_latin| does_not_fit())?)
            }
            _ => return Err("its pickle calls what makes no array of bytes".to_owned()),
        };
        Ok(Made::Value(Value::Object(made)))
    }

    fn set_state(
        &self,
        target: &Value<'a, Object<'a>>,
        state: &Value<'a, Object<'a>>,
    ) -> Result<(), String> {
        match (target, state) {
            // Version, byte order and the like, which say nothing about bytes.
            (Value::Object(Object::ByteDtype), Value::Tuple(..)) => Ok(()),
            (Value::Object(Object::Array(cell)), Value::Tuple(fields, _)) => {
                let [
                    Value::Int(1),
                    Value::Tuple(shape, _),
                    dtype,
                    Value::Bool(is_by_columns),
                    bytes,
                ] = &fields[..]
                else {
                    return Err("its array is described in an unknown way".to_owned());
                };
                let array = array(shape, dtype, *is_by_columns, bytes)?;
                cell.set(array).map_err(|_second| does_not_fit())
            }
            _ => Err("it holds an object with a state that is no array".to_owned()),
        }
    }
}

fn array<'a>(
    shape: &[Value<'a, Object<'a>>],
    dtype: &Value<'a, Object<'a>>,
    is_by_columns: bool,
    bytes: &Value<'a, Object<'a>>,
) -> Result<ByteArray<'a>, String> {
    let &[Value::Int(rows), Value::Int(columns)] = shape else {
        return Err(format!(
            "its array has {} dimensions and not 2",
            shape.len()
        ));
    };
    let bytes = match bytes {
        Value::Bytes(bytes) => Bytes::InPickle(bytes),
        Value::Object(Object::Encoded(bytes)) => Bytes::Decoded(Rc::clone(bytes)),
        _ => return Err(does_not_fit()),
    };
    if !matches!(dtype, Value::Object(Object::ByteDtype)) {
        return Err(does_not_fit());
    }
    let (Ok(rows), Ok(columns)) = (usize::try_from(rows), usize::try_from(columns)) else {
        return Err(does_not_fit());
    };
    let array = ByteArray {
        rows,
        columns,
        is_by_columns,
        bytes,
    };
    let found = array.bytes().len();
    if rows.checked_mul(columns) != Some(found) {
        return Err(format!(
            "its array should be {rows} x {columns} bytes, and {found} are there"
        ));
    }
    Ok(array)
}
