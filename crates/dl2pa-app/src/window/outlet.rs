//! The way out: keeps what the view made for the person, and shows the address. A window has a folder, a page
//! has downloads.

use dl2pa_view::{Keepsake, Picture};

/// A picture that is wanted in pixels.
#[derive(Clone, Debug)]
pub struct PixelPicture {
    /// The picture as SVG.
    pub svg: Keepsake,
    /// Width and height in points.
    pub size: [u32; 2],
    /// Pixels along a point.
    pub scale: u32,
}

impl PixelPicture {
    /// Name of the file with the pixels.
    #[must_use]
    pub fn name(&self) -> String {
        let stem = self.svg.name.strip_suffix(".svg");
        format!("{}.png", stem.unwrap_or(&self.svg.name))
    }
}

/// What a window or a page does for the view. Where something was saved is a folder, or `None` where a browser
/// keeps it; an error is the cause in a few words.
pub trait Outlet {
    /// Where the page lies, without what is behind a `#`.
    fn address(&self) -> Option<String>;

    /// Makes `fragment` what is behind the `#`.
    fn show_fragment(&mut self, fragment: &str);

    /// Keeps a file.
    ///
    /// # Errors
    /// What stood in the way.
    fn save(&mut self, keepsake: &Keepsake) -> Result<Option<String>, String>;

    /// Keeps a picture in pixels, drawn from its SVG or by `draw` with the window's graphics; its name, and how
    /// it went.
    fn save_pixels(
        &mut self,
        picture: &PixelPicture,
        draw: &mut dyn FnMut() -> Picture,
        frame: &eframe::Frame,
    ) -> (String, Result<Option<String>, String>);
}
