//! Readers are tried with what is no file of theirs, once in every test run and for as long as one likes.

use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

/// Tries `test` with `cases` values of `strategy`, and with as many again and again until so many seconds have passed as
/// the variable `DL2PA_FUZZ_SECS` asks for; how many they were is printed.
///
/// # Panics
/// When a value fails, with the smallest one that does.
#[expect(clippy::disallowed_methods, reason = "readers are tried natively")]
#[expect(clippy::print_stderr, reason = "for the person who asked for it")]
pub fn try_all<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> TestCaseResult) {
    let asked = std::env::var("DL2PA_FUZZ_SECS").ok();
    let seconds = asked.and_then(|seconds| seconds.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(0));
    let mut tried = 0_u64;
    loop {
        // One that has had its cases would try no more.
        let mut runner = TestRunner::new(Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        });
        let outcome = runner.run(strategy, &test);
        outcome.unwrap_or_else(|error| panic!("{error}"));
        tried += u64::from(cases);
        if Instant::now() >= end {
            break;
        }
    }
    if seconds.is_some() {
        let thread = std::thread::current();
        eprintln!("{}: {tried} tried", thread.name().unwrap_or_default());
    }
}
