//! What the page does for the view: shows the address, and gives files as downloads.

use dl2pa_view::{Keepsake, Picture};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::js_sys::{Array, Uint8Array};

use super::describe;
use crate::window::{Outlet, PixelPicture};

/// The browser's downloads.
pub(super) struct Downloads;

impl Outlet for Downloads {
    fn address(&self) -> Option<String> {
        let address = web_sys::window()?.location().href().ok()?;
        Some(match address.split_once('#') {
            Some((before, _)) => before.to_owned(),
            None => address,
        })
    }

    fn show_fragment(&mut self, fragment: &str) {
        let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else {
            return;
        };
        let address = format!("#{fragment}");
        // Replaced, so that "back" leaves the page, and no "hashchange" starts the run again.
        if let Err(error) = history.replace_state_with_url(&JsValue::NULL, "", Some(&address)) {
            log::warn!("the address stays as it is: {}", describe(&error));
        }
    }

    fn save(&mut self, keepsake: &Keepsake) -> Result<Option<String>, String> {
        let address = object_address(keepsake).map_err(|error| describe(&error))?;
        let clicked = click(&address, &keepsake.name);
        web_sys::Url::revoke_object_url(&address).ok();
        clicked.map_err(|error| describe(&error))?;
        Ok(None)
    }

    /// The browser draws the SVG itself, which works the same with and without WebGPU.
    fn save_pixels(
        &mut self,
        picture: &PixelPicture,
        _draw: &mut dyn FnMut() -> Picture,
        _frame: &eframe::Frame,
    ) -> (String, Result<Option<String>, String>) {
        let name = picture.name();
        let begun = rasterise(picture, &name).map_err(|error| describe(&error));
        (name, begun.map(|()| None))
    }
}

/// An address under which the browser finds the file.
fn object_address(keepsake: &Keepsake) -> Result<String, JsValue> {
    let parts = Array::of1(&Uint8Array::from(keepsake.bytes.as_slice()));
    let properties = web_sys::BlobPropertyBag::new();
    properties.set_type(keepsake.media_type);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &properties)?;
    web_sys::Url::create_object_url_with_blob(&blob)
}

/// Follows a link that downloads `address` as `name`.
fn click(address: &str, name: &str) -> Result<(), JsValue> {
    let anchor: web_sys::HtmlAnchorElement = document()?.create_element("a")?.unchecked_into();
    anchor.set_href(address);
    anchor.set_download(name);
    anchor.click();
    Ok(())
}

fn document() -> Result<web_sys::Document, JsValue> {
    web_sys::window()
        .and_then(|window| window.document())
        .ok_or_else(|| JsValue::from_str("there is no document"))
}

/// Draws the SVG on a canvas of its own, and downloads what is on it once it is there.
fn rasterise(picture: &PixelPicture, name: &str) -> Result<(), JsValue> {
    let [width, height] = picture.size.map(|side| side * picture.scale);
    let canvas: web_sys::HtmlCanvasElement = document()?.create_element("canvas")?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let image = web_sys::HtmlImageElement::new()?;
    let address = object_address(&picture.svg)?;
    let (drawn, source, name) = (image.clone(), address.clone(), name.to_owned());
    let loaded = Closure::once_into_js(move || {
        let saved = paint(&canvas, &drawn).and_then(|png| click(&png, &name));
        web_sys::Url::revoke_object_url(&source).ok();
        if let Err(error) = saved {
            log::error!("the picture was not saved: {}", describe(&error));
        }
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&address);
    Ok(())
}

/// The picture as a PNG in a `data:` address.
fn paint(
    canvas: &web_sys::HtmlCanvasElement,
    image: &web_sys::HtmlImageElement,
) -> Result<String, JsValue> {
    let context: web_sys::CanvasRenderingContext2d = canvas
        .get_context("2d")?
        .ok_or_else(|| JsValue::from_str("there is no canvas to draw on"))?
        .unchecked_into();
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)?;
    canvas.to_data_url_with_type("image/png")
}
