//! The window: eframe on wgpu, with a device that burn can share.

use std::process::ExitCode;
use std::sync::Arc;

use dl2pa_runtime::device::shared_device_descriptor;
use dl2pa_view::Showing;
use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};

use super::training::{Opening, Training};
use super::{Fault, Orders, PlaygroundApp};
use crate::cli::WindowRequest;

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
                fault: Fault::default(),
                showing: Showing::All,
                // No system tells a window so in a way that all share.
                reduced_motion: false,
                orders: Orders::default(),
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

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn complain(cause: &str) {
    eprintln!(
        "error: No window could be opened ({cause}): start it in a desktop session with a graphics driver, or train without a window by --train."
    );
}
