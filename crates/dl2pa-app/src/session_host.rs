//! The clock and the scheduler of a session, from the runtime.

use dl2pa_core::session::Host;

/// Runs a session on this platform and calls `wake` when there is news.
pub(crate) struct SessionHost<W> {
    wake: W,
}

impl<W: Fn()> SessionHost<W> {
    /// A host whose readers are woken by `wake`.
    pub(crate) const fn new(wake: W) -> Self {
        Self { wake }
    }
}

impl<W: Fn()> Host for SessionHost<W> {
    fn now_secs(&self) -> f64 {
        dl2pa_runtime::now_secs()
    }

    async fn yield_now(&self) {
        dl2pa_runtime::yield_now().await;
    }

    async fn sleep(&self, secs: f64) {
        dl2pa_runtime::sleep(secs).await;
    }

    fn slice_secs(&self) -> f64 {
        dl2pa_runtime::SLICE_SECS
    }

    fn wake(&self) {
        (self.wake)();
    }
}
