//! The window: eframe on wgpu, with a device that burn can share.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use dl2pa_core::lessons::Language;
use dl2pa_runtime::device::shared_device_descriptor;
use dl2pa_view::{Hidden, Showing};
use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};

use super::outlet::{Outlet, PixelPicture};
use super::training::{Opening, Training};
use super::{Fault, Orders, PlaygroundApp, pixels};
use crate::cli::WindowRequest;
use crate::run_folder::write_beside;
use dl2pa_view::{Keepsake, Picture};

/// Exit code when no window can be had.
const NO_DEVICE: u8 = 5;

/// Opens the window and returns when it is closed.
#[must_use]
pub fn open(request: WindowRequest) -> ExitCode {
    let setup = WgpuSetupCreateNew {
        device_descriptor: Arc::new(shared_device_descriptor),
        ..WgpuSetupCreateNew::without_display_handle()
    };
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("dl2pa")
            .with_app_id("dl2pa")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([360.0, 560.0]),
        renderer: eframe::Renderer::Wgpu,
        wgpu_options: WgpuConfiguration {
            wgpu_setup: WgpuSetup::CreateNew(setup),
            ..WgpuConfiguration::default()
        },
        ..eframe::NativeOptions::default()
    };
    let opened = eframe::run_native(
        "dl2pa",
        options,
        Box::new(move |creation| {
            let training = match &creation.wgpu_render_state {
                Some(drawing) => Training::beside(drawing, request.device),
                None => Training::on_cpu(),
            };
            let opening = Opening {
                config: request.config,
                has_tour: request.has_tour,
                notice: training.remark.clone(),
                training,
                prototypes: request.prototypes,
                table: request.table,
                fault: Fault::default(),
                showing: Showing::All,
                hidden: Hidden::default(),
                // No system tells a window so in a way that all share.
                reduced_motion: false,
                language: language(),
                orders: Orders::default(),
                opened: request.opened,
                links: None,
                outlet: Box::new(Folder(request.exports)),
            };
            Ok(Box::new(PlaygroundApp::new(
                &creation.egui_ctx,
                opening,
                |_report| {},
            )))
        }),
    );
    match opened {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::debug!("{error:?}");
            complain(&error.to_string());
            ExitCode::from(NO_DEVICE)
        }
    }
}

/// The folder that files are saved in.
struct Folder(PathBuf);

impl Outlet for Folder {
    fn address(&self) -> Option<String> {
        None
    }

    fn show_fragment(&mut self, _fragment: &str) {}

    fn save(&mut self, keepsake: &Keepsake) -> Result<Option<String>, String> {
        let path = self.0.join(&keepsake.name);
        write_beside(&path, &keepsake.bytes).map_err(|error| error.to_string())?;
        let folder = std::path::absolute(&self.0).unwrap_or_else(|_unknown| self.0.clone());
        Ok(Some(folder.display().to_string()))
    }

    fn save_pixels(
        &mut self,
        picture: &PixelPicture,
        draw: &mut dyn FnMut() -> Picture,
        frame: &eframe::Frame,
    ) -> (String, Result<Option<String>, String>) {
        let name = picture.name();
        let bytes = match frame.wgpu_render_state() {
            Some(drawing) => pixels::png(&drawing.device, &drawing.queue, draw()),
            None => Err(pixels::PixelError::NoDevice),
        };
        let place = bytes.map_err(|error| error.to_string()).and_then(|bytes| {
            self.save(&Keepsake {
                name: name.clone(),
                media_type: "image/png",
                bytes,
            })
        });
        (name, place)
    }
}

/// The language that the system's variables ask for.
fn language() -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .and_then(|value| Language::from_code(&value))
        .unwrap_or_default()
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn complain(cause: &str) {
    eprintln!(
        "error: No window could be opened ({cause}): start it in a desktop session with a graphics driver, or train without a window by --train."
    );
}
