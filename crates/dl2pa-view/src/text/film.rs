//! What a person reads about the film of a run.

pub(crate) use super::words::film::*;
