//! Runs the static constructors of the program, once, before anything else (build.rs says why here).

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::js_sys::{Function, Reflect};

/// Runs them. An error tells that the program was linked without what build.rs asks for.
pub(super) fn run() -> Result<(), JsValue> {
    let exports = wasm_bindgen::exports();
    let constructors = Reflect::get(&exports, &JsValue::from_str("__wasm_call_ctors"))?;
    constructors
        .dyn_into::<Function>()?
        .call0(&JsValue::UNDEFINED)?;
    Ok(())
}
