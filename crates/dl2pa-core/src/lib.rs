//! The method: prototypes on the hypersphere, their assignment to classes, losses, and the session
//! that trains a network against them (Dynamic Label-to-Prototype Assignment, CVPR 2024).
//!
//! Shapes used throughout: batch B, classes c, metric dimension d. Rows are unit vectors: samples
//! `z` (B x d), prototypes `W` (c x d), class means `M` (c x d). The assignment `A` maps a class to
//! its prototype.

pub mod checkpoint;
pub mod config;
pub mod protocol;
