//! One clock for wasm and native.

use std::sync::LazyLock;

use web_time::Instant;

static START: LazyLock<Instant> = LazyLock::new(now);

/// Seconds since the first call in this program; never goes back.
#[must_use]
pub fn now_secs() -> f64 {
    START.elapsed().as_secs_f64()
}

#[cfg_attr(
    not(target_family = "wasm"),
    expect(
        clippy::disallowed_methods,
        reason = "natively web_time's clock is the standard one"
    )
)]
fn now() -> Instant {
    Instant::now()
}
