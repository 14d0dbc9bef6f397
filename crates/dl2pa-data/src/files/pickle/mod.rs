//! The one machine that runs Python's pickles, for those kinds of objects that a [`Library`] knows.
//!
//! A pickle is a program for a stack machine, and most of the language exists to call Python functions.
//! This machine calls none: what a name stands for and what a call makes is the library's to say, which
//! refuses whatever it does not know. The machine copies nothing that is large, and needs memory in
//! proportion to the program. (Opcodes: CPython's `Lib/pickletools.py`.)

pub(super) mod arrays;

use std::collections::HashMap;
use std::fmt::Debug;
use std::rc::Rc;

/// Deepest nesting of tuples; tensors and arrays need 3.
const MAX_DEPTH: usize = 8;
/// Most instructions of a program; the longest that is published, CIFAR-100's training file, has 300,000.
const MAX_STEPS: usize = 8_000_000;

/// What lies on the stack. Copies are cheap: what can be large is shared.
#[derive(Clone, Debug)]
pub enum Value<'a, O> {
    /// Python's `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string of characters.
    Text(Rc<str>),
    /// A string of bytes, or a string of Python 2.
    Bytes(&'a [u8]),
    /// A tuple, and how deeply it nests.
    Tuple(Rc<[Self]>, usize),
    /// Place of a list among the machine's.
    List(usize),
    /// Place of a dictionary among the machine's.
    Dict(usize),
    /// What only the library understands.
    Object(O),
}

impl<O> Value<'_, O> {
    /// The bytes of a string of either kind; `None` of anything else.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text.as_bytes()),
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// What a call makes.
#[derive(Debug)]
pub enum Made<'a, O> {
    /// An empty dictionary.
    Dict,
    /// A value.
    Value(Value<'a, O>),
}

/// The Python objects that a kind of file may hold.
pub trait Library<'a> {
    /// One of them, or a function that makes them.
    type Object: Clone + Debug;

    /// What the files are read for, in the plural; for messages.
    const SUBJECT: &'static str;

    /// What `module.name` stands for, or `None` where the library does not know it.
    fn name(&self, module: &str, name: &str) -> Option<Self::Object>;

    /// What `function` makes of what is `given`.
    ///
    /// # Errors
    /// In words, when it is no function or is given something else than it takes.
    fn call(
        &self,
        function: &Self::Object,
        given: &[Value<'a, Self::Object>],
    ) -> Result<Made<'a, Self::Object>, String>;

    /// Gives `state` to `target`.
    ///
    /// # Errors
    /// In words, when it takes none, or not this.
    fn set_state(
        &self,
        target: &Value<'a, Self::Object>,
        state: &Value<'a, Self::Object>,
    ) -> Result<(), String>;

    /// The object that is kept outside the pickle under `key`. By default there is none.
    ///
    /// # Errors
    /// In words, when there is no such.
    fn persistent(&self, key: &Value<'a, Self::Object>) -> Result<Value<'a, Self::Object>, String> {
        let _: &Value<'a, Self::Object> = key;
        Err(does_not_fit())
    }
}

/// Entries of a dictionary.
type Entries<'a, O> = Vec<(Value<'a, O>, Value<'a, O>)>;

/// A program that has ended.
#[derive(Debug)]
pub struct Unpickled<'a, O> {
    /// What the program made.
    pub root: Value<'a, O>,
    dicts: Vec<Entries<'a, O>>,
    lists: Vec<Vec<Value<'a, O>>>,
    /// Bytes of the program.
    pub length: usize,
}

impl<'a, O> Unpickled<'a, O> {
    /// The entries of the dictionary at `place`; none where there is no such.
    #[must_use]
    pub fn dict(&self, place: usize) -> &[(Value<'a, O>, Value<'a, O>)] {
        self.dicts.get(place).map_or(&[], Vec::as_slice)
    }

    /// The items of the list at `place`; none where there is no such.
    #[must_use]
    pub fn list(&self, place: usize) -> &[Value<'a, O>] {
        self.lists.get(place).map_or(&[], Vec::as_slice)
    }

    /// Every object that is the root or lies in a dictionary or a list, whether or not the root leads there; one
    /// that lies in several comes as often.
    pub fn objects(&self) -> impl Iterator<Item = &O> {
        let in_dicts = self.dicts.iter().flatten().map(|(_, value)| value);
        let in_lists = self.lists.iter().flatten();
        let all = in_dicts.chain(in_lists).chain([&self.root]);
        all.filter_map(|value| match value {
            Value::Object(object) => Some(object),
            _ => None,
        })
    }
}

/// Runs the program at the beginning of `bytes`.
///
/// # Errors
/// In words, when it is cut off, does not fit together, or wants what `library` does not know.
pub fn run<'a, L: Library<'a>>(
    bytes: &'a [u8],
    library: &L,
) -> Result<Unpickled<'a, L::Object>, String> {
    let mut machine = Machine {
        library,
        bytes,
        at: 0,
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        dicts: Vec::new(),
        lists: Vec::new(),
    };
    for _ in 0..MAX_STEPS {
        if let Some(root) = machine.step()? {
            return Ok(Unpickled {
                root,
                dicts: machine.dicts,
                lists: machine.lists,
                length: machine.at,
            });
        }
    }
    Err("its pickle is too long".to_owned())
}

struct Machine<'m, 'a, L: Library<'a>> {
    library: &'m L,
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value<'a, L::Object>>,
    marks: Vec<usize>,
    memo: HashMap<u32, Value<'a, L::Object>>,
    dicts: Vec<Entries<'a, L::Object>>,
    lists: Vec<Vec<Value<'a, L::Object>>>,
}

impl<'a, L: Library<'a>> Machine<'_, 'a, L> {
    /// One instruction; the last gives the root.
    fn step(&mut self) -> Result<Option<Value<'a, L::Object>>, String> {
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
            b'J' | b'K' | b'M' | 0x8a => self.int(opcode)?,
            // BINFLOAT
            b'G' => {
                let number = f64::from_be_bytes(self.array()?);
                self.stack.push(Value::Float(number));
            }
            b'X' | 0x8c => {
                let length = self.length(opcode == 0x8c)?;
                let text = String::from_utf8_lossy(self.take(length)?);
                self.stack.push(Value::Text(text.into()));
            }
            // BINSTRING, SHORT_BINSTRING (of Python 2), BINBYTES, SHORT_BINBYTES
            b'T' | b'U' | b'B' | b'C' => {
                let length = self.length(matches!(opcode, b'U' | b'C'))?;
                let bytes = self.take(length)?;
                self.stack.push(Value::Bytes(bytes));
            }
            // BINBYTES8, BYTEARRAY8
            0x8e | 0x96 => {
                let length = u64::from_le_bytes(self.array()?);
                let bytes = self.take(usize::try_from(length).map_err(|_large| cut_off())?)?;
                self.stack.push(Value::Bytes(bytes));
            }
            b')' => self.tuple(self.stack.len())?,
            b't' => {
                let from = self.mark()?;
                self.tuple(from)?;
            }
            0x85..=0x87 => {
                let from = self.below_top(usize::from(opcode - 0x84))?;
                self.tuple(from)?;
            }
            b'}' => self.new_dict(),
            b']' => {
                self.lists.push(Vec::new());
                self.stack.push(Value::List(self.lists.len() - 1));
            }
            b's' | b'u' => {
                let from = match opcode {
                    b's' => self.below_top(2)?,
                    _ => self.mark()?,
                };
                self.set_items(from)?;
            }
            b'a' | b'e' => {
                let from = match opcode {
                    b'a' => self.below_top(1)?,
                    _ => self.mark()?,
                };
                self.append(from)?;
            }
            b'q' | b'r' | 0x94 => {
                let place = match opcode {
                    b'q' => self.byte()?.into(),
                    b'r' => u32::from_le_bytes(self.array()?),
                    _ => self.memo.len() as u32,
                };
                let value = self.stack.last().ok_or_else(does_not_fit)?.clone();
                self.memo.insert(place, value);
            }
            b'h' | b'j' => {
                let place = match opcode {
                    b'h' => self.byte()?.into(),
                    _ => u32::from_le_bytes(self.array()?),
                };
                let value = self.memo.get(&place).ok_or_else(does_not_fit)?.clone();
                self.stack.push(value);
            }
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.name(&module, &name)?;
            }
            0x93 => match (self.pop()?, self.pop()?) {
                (Value::Text(name), Value::Text(module)) => self.name(&module, &name)?,
                _ => return Err(does_not_fit()),
            },
            b'Q' => {
                let key = self.pop()?;
                self.stack.push(self.library.persistent(&key)?);
            }
            b'R' => self.call()?,
            b'b' => {
                let state = self.pop()?;
                let target = self.stack.last().ok_or_else(does_not_fit)?;
                self.library.set_state(target, &state)?;
            }
            other => {
                let subject = L::SUBJECT;
                return Err(format!(
                    "its pickle has the instruction {other:#04x}, which {subject} do not need"
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

    /// A length of 1 or of 4 bytes.
    fn length(&mut self, is_short: bool) -> Result<usize, String> {
        if is_short {
            self.byte().map(usize::from)
        } else {
            self.array().map(|bytes| u32::from_le_bytes(bytes) as usize)
        }
    }

    fn pop(&mut self) -> Result<Value<'a, L::Object>, String> {
        // What lies below a mark belongs to whoever set the mark's predecessor.
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(does_not_fit());
        }
        self.stack.pop().ok_or_else(does_not_fit)
    }

    fn mark(&mut self) -> Result<usize, String> {
        let from = self.marks.pop().ok_or_else(does_not_fit)?;
        if from > self.stack.len() {
            return Err(does_not_fit());
        }
        Ok(from)
    }

    /// The place on the stack from which on there are `items` values.
    fn below_top(&self, items: usize) -> Result<usize, String> {
        let from = self.stack.len().checked_sub(items);
        from.ok_or_else(does_not_fit)
    }

    fn line(&mut self) -> Result<String, String> {
        let rest = self.bytes.get(self.at..).ok_or_else(cut_off)?;
        let length = rest.iter().position(|&byte| byte == b'\n');
        let line = self.take(length.ok_or_else(cut_off)?)?;
        self.at += 1;
        Ok(String::from_utf8_lossy(line).into_owned())
    }

    /// A whole number. Of those beyond 64 bits only the magic number of PyTorch's legacy format occurs,
    /// and its value is of no interest.
    fn int(&mut self, opcode: u8) -> Result<(), String> {
        let value = match opcode {
            b'J' => i32::from_le_bytes(self.array()?).into(),
            b'K' => self.byte()?.into(),
            b'M' => u16::from_le_bytes(self.array()?).into(),
            _ => {
                let length = self.byte()?.into();
                let bytes = self.take(length)?;
                let is_negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
                let mut wide = [if is_negative { 0xff } else { 0 }; 8];
                match wide.get_mut(..bytes.len()) {
                    Some(low) => {
                        low.copy_from_slice(bytes);
                        i64::from_le_bytes(wide)
                    }
                    None => -1,
                }
            }
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
        let entries = match self.stack.last() {
            Some(Value::Dict(place)) => self.dicts.get_mut(*place),
            _ => None,
        };
        let (Some(entries), (pairs, [])) = (entries, items.as_chunks::<2>()) else {
            return Err(does_not_fit());
        };
        entries.extend(pairs.iter().cloned().map(|[key, value]| (key, value)));
        Ok(())
    }

    fn append(&mut self, from: usize) -> Result<(), String> {
        let items = self.stack.split_off(from);
        let list = match self.stack.last() {
            Some(Value::List(place)) => self.lists.get_mut(*place),
            _ => None,
        };
        list.ok_or_else(does_not_fit)?.extend(items);
        Ok(())
    }

    fn name(&mut self, module: &str, name: &str) -> Result<(), String> {
        let Some(object) = self.library.name(module, name) else {
            let full: String = format!("{module}.{name}").chars().take(80).collect();
            let (full, subject) = (full.escape_debug(), L::SUBJECT);
            return Err(format!("it holds `{full}`, and only {subject} are read"));
        };
        self.stack.push(Value::Object(object));
        Ok(())
    }

    fn call(&mut self) -> Result<(), String> {
        let (Value::Tuple(given, _), Value::Object(function)) = (self.pop()?, self.pop()?) else {
            return Err(does_not_fit());
        };
        match self.library.call(&function, &given)? {
            Made::Dict => self.new_dict(),
            Made::Value(value) => self.stack.push(value),
        }
        Ok(())
    }
}

fn cut_off() -> String {
    "its pickle is cut off".to_owned()
}

/// What to say of a program whose parts do not go together.
#[must_use]
pub fn does_not_fit() -> String {
    "its pickle does not fit together".to_owned()
}

#[cfg(test)]
mod tests;
