//! The part of the page's address behind the `#`: read at the start, and whenever it changes.

use async_channel::Receiver;
use dl2pa_view::link;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// The link that the page was opened with, and those that follow. Other anchors are no links of ours.
pub(super) fn watch(context: &egui::Context) -> (Option<String>, Option<Receiver<String>>) {
    let Some(window) = web_sys::window() else {
        return (None, None);
    };
    let (sender, receiver) = async_channel::unbounded();
    let context = context.clone();
    let changed = Closure::<dyn FnMut()>::new(move || {
        if let Some(link) = present() {
            // The channel has no bound, and whoever reads it lives as long as the page.
            sender.try_send(link).ok();
            context.request_repaint();
        }
    });
    let listening =
        window.add_event_listener_with_callback("hashchange", changed.as_ref().unchecked_ref());
    if listening.is_ok() {
        // It listens as long as the page is open.
        changed.forget();
    }
    (present(), Some(receiver))
}

/// The link in the address, if there is one.
fn present() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    link::is_meant(&hash).then_some(hash)
}
