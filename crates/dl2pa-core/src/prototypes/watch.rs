//! What a long computation tells its caller, and how the caller ends it.

/// Follows the making of prototypes from outside. Calls come from several threads.
pub trait Watch: Sync {
    /// Whether to end now and keep the best so far; asked every few milliseconds.
    fn should_stop(&self) -> bool {
        false
    }

    /// How far the work is.
    fn progress(&self, _progress: Progress) {}
}

/// How far a computation is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Share of the work that is done, 0 to 1. With a time budget the work has no end of its own, and
    /// this stays behind.
    pub share: f32,
    /// Smallest greatest cosine so far, once there is one.
    pub best_max_cos: Option<f64>,
}

/// Watches nothing and never stops.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {}
