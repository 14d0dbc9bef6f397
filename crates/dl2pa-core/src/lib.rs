//! The method: prototypes on the hypersphere, their assignment to classes, losses, and the session
//! that trains a network against them (Dynamic Label-to-Prototype Assignment, CVPR 2024).
//!
//! Shapes used throughout: batch B, classes c, metric dimension d. Rows are unit vectors: samples
//! `z` (B x d), prototypes `W` (c x d), class means `M` (c x d). The assignment `A` maps a class to
//! its prototype.

pub mod alignment;
pub mod assignment;
pub mod augment;
pub mod backbone;
pub mod checkpoint;
pub mod class_means;
pub mod config;
pub mod datasets;
pub mod geometry;
pub mod kept;
pub mod lessons;
mod loss_scale;
pub mod losses;
pub mod metrics;
mod optimiser;
pub mod precision;
pub mod protocol;
pub mod prototypes;
pub mod recorded;
pub mod schedule;
pub mod session;
pub mod studies;

pub use dl2pa_data::{InputShape, streams};
