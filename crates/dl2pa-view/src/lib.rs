//! The egui view: the stage with the sphere, the plots, the timeline, the controls and their look.
//!
//! It reads snapshots and events and answers with commands; it knows no backend, no window and no
//! clock. Time comes in with [`FrameInput`], so the same input always draws the same picture.

mod fonts;
mod motion;
mod playground;
mod theme;

pub use playground::{FrameInput, HostStatus, Playground};
