//! The part of Python's pickle language that `torch.save` needs for tensors, and nothing more.
//!
//! A pickle is a program for a stack machine, and most of the language exists to call Python functions.
//! This machine calls none: it knows five names of PyTorch and one of Python's library, refuses every
//! other by its name, and keeps no copies, so that it needs little more memory than the program is long.
//! (Opcodes: CPython's `Lib/pickletools.py`.)

use std::collections::HashMap;
use std::rc::Rc;

use super::super::number::Number;

/// Deepest nesting of tuples; tensors need 3.
const MAX_DEPTH: usize = 8;

/// What lies on the stack. Copies are cheap: what can be large is shared.
#[derive(Clone, Debug)]
pub(super) enum Value {
    None,
    Bool(bool),
    Int(i64),
    Text(Rc<str>),
    Name(Name),
    Tuple(Rc<[Self]>, usize),
    /// Place of a list among the machine's.
    List(usize),
    /// Place of a dictionary among the machine's.
    Dict(usize),
    Storage(Rc<Storage>),
    Tensor(Rc<Tensor>),
}

/// What a pickle may call or refer to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Name {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    StorageOf(Number),
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

/// A program that has ended.
#[derive(Debug)]
pub(super) struct Unpickled {
    pub(super) root: Value,
    dicts: Vec<Vec<(Value, Value)>>,
    lists: Vec<Vec<Value>>,
    /// Bytes of the program.
    pub(super) length: usize,
}

impl Unpickled {
    /// The entries of the dictionary at `place`.
    pub(super) fn dict(&self, place: usize) -> &[(Value, Value)] {
        self.dicts.get(place).map_or(&[], Vec::as_slice)
    }

    /// The items of the list at `place`.
    pub(super) fn list(&self, place: usize) -> &[Value] {
        self.lists.get(place).map_or(&[], Vec::as_slice)
    }
}

/// Runs the program at the beginning of `bytes`.
///
/// # Errors
/// In words, when it is cut off, does not fit together, or wants anything but tensors.
pub(super) fn run(bytes: &[u8]) -> Result<Unpickled, String> {
    let mut machine = Machine {
        bytes,
        at: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        dicts: Vec::new(),
        lists: Vec::new(),
    };
    let root = loop {
        if let Some(root) = machine.step()? {
            break root;
        }
    };
    Ok(Unpickled {
        root,
        dicts: machine.dicts,
        lists: machine.lists,
        length: machine.at,
    })
}

struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    dicts: Vec<Vec<(Value, Value)>>,
    lists: Vec<Vec<Value>>,
}

impl<'a> Machine<'a> {
    /// One instruction; the last gives the root.
    fn step(&mut self) -> Result<Option<Value>, String> {
        let opcode = self.byte()?;
        match opcode {
            // PROTO, FRAME
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'.' => return self.pop().map(Some),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'N' => self.stack.push(Value::None),
            0x88 => self.stack.push(Value::Bool(true)),
            0x89 => self.stack.push(Value::Bool(false)),
            b'J' => {
                let value = i32::from_le_bytes(self.array()?);
                self.stack.push(Value::Int(value.into()));
            }
            b'K' => {
                let value = self.byte()?;
                self.stack.push(Value::Int(value.into()));
            }
            b'M' => {
                let value = u16::from_le_bytes(self.array()?);
                self.stack.push(Value::Int(value.into()));
            }
            0x8a => self.long()?,
            b'X' => {
                let length = u32::from_le_bytes(self.array()?) as usize;
                self.text(length)?;
            }
            0x8c => {
                let length = self.byte()?.into();
                self.text(length)?;
            }
            b')' => self.tuple(self.stack.len())?,
            b't' => {
                let from = self.mark()?;
                self.tuple(from)?;
            }
            0x85..=0x87 => {
                let items = usize::from(opcode - 0x84);
                let from = self.stack.len().checked_sub(items).ok_or_else(broken)?;
                self.tuple(from)?;
            }
            b'}' => self.new_dict(),
            b']' => {
                self.lists.push(Vec::new());
                self.stack.push(Value::List(self.lists.len() - 1));
            }
            b's' | b'u' => {
                let from = match opcode {
                    b's' => self.stack.len().checked_sub(2).ok_or_else(broken)?,
                    _ => self.mark()?,
                };
                self.set_items(from)?;
            }
            b'a' | b'e' => {
                let from = match opcode {
                    b'a' => self.stack.len().checked_sub(1).ok_or_else(broken)?,
                    _ => self.mark()?,
                };
                let items = self.stack.split_off(from);
                let Some(Value::List(place)) = self.stack.last() else {
                    return Err(broken());
                };
                self.lists[*place].extend(items);
            }
            b'q' | b'r' | 0x94 => {
                let place = match opcode {
                    b'q' => self.byte()?.into(),
                    b'r' => u32::from_le_bytes(self.array()?),
                    _ => self.memo.len() as u32,
                };
                let value = self.stack.last().ok_or_else(broken)?.clone();
                self.memo.insert(place, value);
            }
            b'h' | b'j' => {
                let place = match opcode {
                    b'h' => self.byte()?.into(),
                    _ => u32::from_le_bytes(self.array()?),
                };
                let value = self.memo.get(&place).ok_or_else(broken)?.clone();
                self.stack.push(value);
            }
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.name(&module, &name)?;
            }
            0x93 => match (self.pop()?, self.pop()?) {
                (Value::Text(name), Value::Text(module)) => self.name(&module, &name)?,
                _ => return Err(broken()),
            },
            b'Q' => self.storage()?,
            b'R' => self.call()?,
            b'b' => {
                // The only state that PyTorch sets is the `_metadata` of a module's dictionary.
                let state = self.pop()?;
                if !matches!(
                    (self.stack.last(), state),
                    (Some(Value::Dict(_)), Value::Dict(_))
                ) {
                    return Err("it holds an object with a state, and only tensors are read".into());
                }
            }
            other => {
                return Err(format!(
                    "its pickle has the instruction {other:#04x}, which tensors do not need"
                ));
            }
        }
        Ok(None)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(count).ok_or_else(cut_off)?;
        let bytes = self.bytes.get(self.at..end).ok_or_else(cut_off)?;
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let bytes = self.take(N)?;
        bytes.first_chunk().copied().ok_or_else(cut_off)
    }

    fn byte(&mut self) -> Result<u8, String> {
        self.array().map(|[byte]| byte)
    }

    fn pop(&mut self) -> Result<Value, String> {
        // What lies below a mark belongs to whoever set the mark's predecessor.
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(broken());
        }
        self.stack.pop().ok_or_else(broken)
    }

    fn mark(&mut self) -> Result<usize, String> {
        let from = self.marks.pop().ok_or_else(broken)?;
        if from > self.stack.len() {
            return Err(broken());
        }
        Ok(from)
    }

    fn line(&mut self) -> Result<String, String> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| byte == b'\n');
        let line = self.take(length.ok_or_else(cut_off)?)?;
        self.at += 1;
        Ok(String::from_utf8_lossy(line).into_owned())
    }

    fn text(&mut self, length: usize) -> Result<(), String> {
        let text = String::from_utf8_lossy(self.take(length)?);
        self.stack.push(Value::Text(text.into()));
        Ok(())
    }

    /// An integer of any length. Of those beyond 64 bits only the legacy format's magic number occurs,
    /// and its value is of no interest.
    fn long(&mut self) -> Result<(), String> {
        let length = self.byte()?.into();
        let bytes = self.take(length)?;
        let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut wide = [if is_negative { 0xff } else { 0 }; 8];
        let value = match bytes.len() {
            0..=8 => {
                wide[..bytes.len()].copy_from_slice(bytes);
                i64::from_le_bytes(wide)
            }
            _ => -1,
        };
        self.stack.push(Value::Int(value));
        Ok(())
    }

    fn tuple(&mut self, from: usize) -> Result<(), String> {
        let items = self.stack.split_off(from);
        let depth = items.iter().map(|item| match item {
            Value::Tuple(_, depth) => depth + 1,
            _ => 1,
        });
        let depth = depth.max().unwrap_or(1);
        if depth > MAX_DEPTH {
            return Err("its pickle nests too deeply".to_owned());
        }
        self.stack.push(Value::Tuple(items.into(), depth));
        Ok(())
    }

    fn new_dict(&mut self) {
        self.dicts.push(Vec::new());
        self.stack.push(Value::Dict(self.dicts.len() - 1));
    }

    fn set_items(&mut self, from: usize) -> Result<(), String> {
        let items = self.stack.split_off(from);
        let Some(Value::Dict(place)) = self.stack.last() else {
            return Err(broken());
        };
        let (pairs, []) = items.as_chunks::<2>() else {
            return Err(broken());
        };
        let pairs = pairs
            .iter()
            .map(|[key, value]| (key.clone(), value.clone()));
        self.dicts[*place].extend(pairs);
        Ok(())
    }

    fn name(&mut self, module: &str, name: &str) -> Result<(), String> {
        let known = match (module, name) {
            ("collections", "OrderedDict") => Name::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Name::RebuildTensor,
            ("torch._utils", "_rebuild_parameter") => Name::RebuildParameter,
            ("torch", "FloatStorage") => Name::StorageOf(Number::F32),
            ("torch", "DoubleStorage") => Name::StorageOf(Number::F64),
            ("torch", "HalfStorage") => Name::StorageOf(Number::F16),
            ("torch", "BFloat16Storage") => Name::StorageOf(Number::Bf16),
            _ => {
                let full: String = format!("{module}.{name}").chars().take(80).collect();
                return Err(format!(
                    "it holds `{}`, and only tensors of floating-point numbers are read",
                    full.escape_debug()
                ));
            }
        };
        self.stack.push(Value::Name(known));
        Ok(())
    }

    /// `("storage", type, key, device, count)`, with a sixth `None` in the legacy format.
    fn storage(&mut self) -> Result<(), String> {
        let Value::Tuple(fields, _) = self.pop()? else {
            return Err(broken());
        };
        let (
            Some(Value::Name(Name::StorageOf(number))),
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
            count: u64::try_from(*count).map_err(|_negative| broken())?,
        };
        self.stack.push(Value::Storage(Rc::new(storage)));
        Ok(())
    }

    fn call(&mut self) -> Result<(), String> {
        let Value::Tuple(given, _) = self.pop()? else {
            return Err(broken());
        };
        match (self.pop()?, given.as_ref()) {
            (Value::Name(Name::OrderedDict), []) => self.new_dict(),
            (
                Value::Name(Name::RebuildTensor),
                [
                    Value::Storage(storage),
                    Value::Int(offset),
                    Value::Tuple(shape, _),
                    Value::Tuple(strides, _),
                    ..,
                ],
            ) if shape.len() == strides.len() => {
                let tensor = Tensor {
                    storage: Rc::clone(storage),
                    offset: u64::try_from(*offset).map_err(|_negative| broken())?,
                    shape: natural_numbers(shape)?,
                    strides: natural_numbers(strides)?,
                };
                self.stack.push(Value::Tensor(Rc::new(tensor)));
            }
            (Value::Name(Name::RebuildParameter), [tensor @ Value::Tensor(_), ..]) => {
                self.stack.push(tensor.clone());
            }
            _ => return Err("its pickle calls what is no function for tensors".to_owned()),
        }
        Ok(())
    }
}

fn natural_numbers(values: &[Value]) -> Result<Vec<u64>, String> {
    let natural = |value: &Value| match value {
        Value::Int(value) => u64::try_from(*value).map_err(|_negative| broken()),
        _ => Err(broken()),
    };
    values.iter().map(natural).collect()
}

fn cut_off() -> String {
    "its pickle is cut off".to_owned()
}

fn broken() -> String {
    "its pickle does not fit together".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_each_length_are_read() {
        for (program, expected) in [
            (&b"\x80\x02K\xff."[..], 255),
            (b"M\xff\xff.", 65_535),
            (b"J\xff\xff\xff\xff.", -1),
            (b"\x8a\x00.", 0),
            (b"\x8a\x01\xfe.", -2),
            (b"\x8a\x05\x00\x00\x00\x00\x01.", 1 << 32),
        ] {
            let root = run(program).unwrap().root;
            assert!(
                matches!(root, Value::Int(value) if value == expected),
                "{root:?}"
            );
        }
    }

    #[test]
    fn a_function_of_the_system_is_refused_by_its_name() {
        // What pickle.dumps gives for an object whose __reduce__ is (os.system, ("true",)).
        let error = run(b"\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03.");
        let error = error.unwrap_err();
        assert!(error.contains("`posix.system`"), "{error}");
        let error = run(b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93.").unwrap_err();
        assert!(error.contains("`posix.system`"), "{error}");
    }

    #[test]
    fn hostile_programs_end_in_an_error() {
        for program in [
            &b""[..],
            b".",
            b"t",
            b"s",
            b"(.",
            b"N(.",
            b"}Ns.",
            b"h\x00.",
            b"X\xff\xff\xff\xff.",
            b"cos",
            b"N)R.",
            b"NQ.",
            b"NNb.",
            b"(0t.",
        ] {
            assert!(run(program).is_err(), "{program:?}");
        }
        let nested = [b"N".to_vec(), vec![0x85; 1_000_000], b".".to_vec()].concat();
        assert!(run(&nested).unwrap_err().contains("nests"));
    }
}
