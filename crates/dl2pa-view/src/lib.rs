//! The egui view: the stage with the sphere, the plots, the timeline, the controls and their look.
//!
//! It reads snapshots and events and answers with commands; it knows no backend, no window and no
//! clock. Time comes in with [`FrameInput`], so the same input always draws the same picture.

mod answers;
mod bars;
mod branch;
mod classroom;
mod compare;
mod controls;
mod export;
mod film;
mod fonts;
mod frame;
mod hiding;
mod host;
mod lane;
mod layout;
mod legend;
mod lesson;
mod lineup;
pub mod link;
mod motion;
mod narration;
mod note;
mod overlay;
mod own;
mod palette;
mod playground;
mod playhead;
mod plots;
mod recording;
mod run;
mod selection;
mod sharing;
mod side_by_side;
mod stage;
mod text;
mod theme;
mod timeline;
mod tour;
mod why;

pub use hiding::{Hidden, Part};
pub use host::{HostLine, HostRequest, Keepsake};
pub use layout::Showing;
pub use playground::{Addressed, FrameInput, HostStatus, Playground};
pub use sharing::Picture;
