//! How long readers are tried with what is no file of theirs.

use std::time::{Duration, Instant};

/// Does `round` once, and again until so many seconds have passed as the variable `DL2PA_FUZZ_SECS` asks for.
#[expect(clippy::disallowed_methods, reason = "readers are tried natively")]
pub fn for_as_long_as_asked(mut round: impl FnMut()) {
    let asked = std::env::var("DL2PA_FUZZ_SECS").ok();
    let seconds = asked.and_then(|seconds| seconds.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(0));
    loop {
        round();
        if Instant::now() >= end {
            return;
        }
    }
}
