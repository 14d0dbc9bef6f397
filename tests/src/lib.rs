//! Support for the cross-crate tests.

#[cfg(feature = "browser")]
pub mod browser;
