//! The data sets a run can train on, and the seeded random streams that everything draws from.
//!
//! Inputs are row-major `f32` on the host; labels count from 0. Nothing here knows a tensor, a file
//! dialog or a thread, so every set below exists in the browser as well.

pub mod dataset;
#[cfg(not(target_family = "wasm"))]
pub mod decode;
pub mod digits;
mod error;
#[cfg(not(target_family = "wasm"))]
pub mod files;
pub mod grouped;
pub mod inputs;
pub mod own;
pub mod published;
pub mod rect;
pub mod streaming;
pub mod streams;
pub mod table;
pub mod toy;

pub use dataset::{Dataset, InputShape, Split};
pub use digits::digits;
pub use error::DataError;
pub use grouped::grouped;
pub use inputs::Inputs;
pub use streams::{StreamRng, Streams};
pub use table::{Table, TableError};
pub use toy::{grid, ring};
