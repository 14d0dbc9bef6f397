//! What is said about branches of a run.

pub(crate) use super::words::branch::*;
