//! A run as JSON lines, one event a line: what `--train` writes, what the playground saves, and how either is read
//! and shown again.

mod check;
mod error;
#[cfg(test)]
mod fuzz;
mod read;
mod replay;
#[cfg(test)]
mod tests;
mod write;

pub use error::RecordError;
pub use read::{Recorded, is_one, read};
pub use replay::{Replay, Unknown};
pub use write::{line, resumed};

/// Class means of so many numbers are written with a matching; of more the line says nothing.
pub const MOST_MEANS: usize = 100_000;
