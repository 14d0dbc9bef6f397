//! The place a training in the terminal runs in: a thread of its own and the runtime's clock.

use dl2pa_core::session::Host;

/// Never yields and wakes nobody.
#[derive(Clone, Copy, Debug)]
pub(super) struct CliHost;

impl Host for CliHost {
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

    fn wake(&self) {}
}
