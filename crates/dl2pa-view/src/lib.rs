//! The egui view: the stage with the sphere, the plots, the timeline, the controls and their look.
//!
//! It reads snapshots and events and answers with commands; it knows no backend, no window and no
//! clock. Time comes in with [`FrameInput`], so the same input always draws the same picture.

mod compare;
mod controls;
mod fonts;
mod frame;
mod layout;
mod legend;
mod lesson;
mod motion;
mod narration;
mod overlay;
mod palette;
mod playground;
mod plots;
mod run;
mod selection;
mod stage;
mod text;
mod theme;
mod timeline;

pub use lesson::LessonPanel;
pub use playground::{FrameInput, HostStatus, Playground};
