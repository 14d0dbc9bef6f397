//! Keeps the wasm linker from running every static constructor again at each call from JavaScript.
//!
//! A dependency of burn registers its operations in static constructors. Unless it is told otherwise, the
//! linker takes a module with constructors for a command that is called once, and begins each exported
//! function by running them all: thousands of stores at each frame, timer and promise. Exporting the
//! function that runs them says that the page does so itself; `web::constructors` does, once.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let family = std::env::var("CARGO_CFG_TARGET_FAMILY").unwrap_or_default();
    if family.split(',').any(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-bins=--export=__wasm_call_ctors");
    }
}
