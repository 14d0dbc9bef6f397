//! The place that the sessions of these tests run in.

use dl2pa_core::session::Host;

/// The runtime's clock, a thread of its own, and nobody to wake.
pub struct TestHost;

impl Host for TestHost {
    fn now_secs(&self) -> f64 {
        dl2pa_runtime::now_secs()
    }

    async fn yield_now(&self) {}

    async fn sleep(&self, secs: f64) {
        dl2pa_runtime::sleep(secs).await;
    }

    fn slice_secs(&self) -> f64 {
        dl2pa_runtime::SLICE_SECS
    }

    fn wake(&self) {}
}
