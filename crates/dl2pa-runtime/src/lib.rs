//! The only place where wasm and native differ in how they wait, spawn and tell time, and the only
//! crate that turns burn's backends on.

mod clock;
pub mod device;
mod executor;

pub use clock::now_secs;
pub use executor::{SLICE_SECS, sleep, spawn_actor, yield_now};
