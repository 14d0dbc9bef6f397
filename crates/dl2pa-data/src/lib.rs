//! The data sets a run can train on, and the seeded random streams that everything draws from.
//!
//! Inputs are row-major `f32` on the host; labels count from 0. Nothing here knows a tensor, a file
//! dialog or a thread, so every set below exists in the browser as well.

pub mod dataset;
pub mod digits;
mod error;
pub mod grouped;
pub mod streams;
pub mod toy;

pub use dataset::{Dataset, InputShape, Split};
pub use digits::digits;
pub use error::DataError;
pub use grouped::grouped;
pub use streams::{StreamRng, Streams};
pub use toy::{grid, ring};
