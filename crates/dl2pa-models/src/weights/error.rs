//! Why pretrained weights were refused.

use std::fmt;

/// Names that an error spells out; of more it gives the number.
const SHOWN: usize = 3;

/// Why arrays do not fit a backbone. `file` is what the caller called their source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// Bytes that are no `.safetensors` file.
    #[error("`{file}` is not a whole .safetensors file ({cause}): download it again.")]
    NotSafetensors {
        /// The source.
        file: String,
        /// The reader's words.
        cause: String,
    },
    /// Numbers that are not floating-point.
    #[error(
        "`{file}` stores `{name}` as {dtype}: save the weights as F32, F16, BF16 or F64 (quantised weights have to be dequantised first)."
    )]
    Dtype {
        /// The source.
        file: String,
        /// The array.
        name: String,
        /// Its type.
        dtype: String,
    },
    /// Arrays that the backbone needs are not there.
    #[error(
        "`{file}` lacks {names}: choose the weights of this backbone, or the backbone of these weights."
    )]
    Missing {
        /// The source.
        file: String,
        /// Their names.
        names: Names,
    },
    /// Arrays are there that the backbone has no use for.
    #[error(
        "`{file}` also holds {names}, which this backbone does not have: choose the weights of this backbone, or the backbone of these weights."
    )]
    Unknown {
        /// The source.
        file: String,
        /// Their names.
        names: Names,
    },
    /// An array has another shape than the backbone's.
    #[error(
        "`{file}` holds `{name}` of shape {found:?} where this backbone has {expected:?}: choose the weights of this backbone, made for as many colour channels."
    )]
    Shape {
        /// The source.
        file: String,
        /// The array.
        name: String,
        /// The backbone's shape, in PyTorch's order.
        expected: Vec<usize>,
        /// The array's shape.
        found: Vec<usize>,
    },
    /// An array occurs twice, or has more or fewer values than its shape says.
    #[error("`{file}` contradicts itself about `{name}`: save the weights again.")]
    Contradiction {
        /// The source.
        file: String,
        /// The array.
        name: String,
    },
    /// An array holds what no trained network holds.
    #[error("`{file}` has a value in `{name}` that is {what}: save or train the weights again.")]
    Value {
        /// The source.
        file: String,
        /// The array.
        name: String,
        /// What is wrong with the value.
        what: &'static str,
    },
}

/// Names of arrays, of which only the first few are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().take(SHOWN).enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}`{name}`")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
