//! `dl2pa-app`: the window, the browser page, and the command line round one training session.

#[cfg(not(target_family = "wasm"))]
pub mod array_files;
#[cfg(not(target_family = "wasm"))]
pub mod cli;
#[cfg(not(target_family = "wasm"))]
mod run_folder;
mod session_host;
#[cfg(target_family = "wasm")]
pub mod web;
pub mod window;
