//! One clock for wasm and native.

use std::sync::LazyLock;

use web_time::Instant;

static START: LazyLock<Instant> = LazyLock::new(now);

/// Seconds since the first call in this program; never goes back.
#[must_use]
pub fn now_secs() -> f64 {
    START.elapsed().as_secs_f64()
}

#[expect(
    clippy::disallowed_methods,
    reason = "web_time's clock works in browsers too"
)]
fn now() -> Instant {
    Instant::now()
}
