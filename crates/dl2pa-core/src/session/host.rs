//! What a session asks of the place it runs in: a clock and the chance to let others work.

use std::future::Future;

/// Clock and scheduler of a session. Natively time is real and yielding is free; in a browser a
/// yield is a macrotask, so that pictures and input get their turn.
pub trait Host {
    /// Seconds since some fixed moment.
    fn now_secs(&self) -> f64;

    /// Lets others work.
    fn yield_now(&self) -> impl Future<Output = ()>;

    /// Comes back after so many seconds, or somewhat later.
    fn sleep(&self, secs: f64) -> impl Future<Output = ()>;

    /// How long the session may work before it must yield, in seconds; infinite where a session has
    /// a thread of its own.
    fn slice_secs(&self) -> f64;

    /// Called after each event and snapshot, so that a window can wake up.
    fn wake(&self);
}
