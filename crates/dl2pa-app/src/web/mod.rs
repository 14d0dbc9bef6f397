//! The page: chooses how to draw and where to train, starts eframe on the canvas, and tells the
//! page's script (`web/page.js`) about it.

mod bridge;
mod constructors;
mod links;
mod outlet;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use dl2pa_core::config::RunConfig;
use dl2pa_core::lessons::Language;
use dl2pa_runtime::device::{DeviceChoice, browser_adapter, is_software, shared_device_descriptor};
use dl2pa_view::{Hidden, HostLine, Showing};
use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::window::{Fault, Opened, Opening, Orders, PlaygroundApp, Training};
use bridge::{PageFacts, PageHandle};

const CANVAS_ID: &str = "dl2pa-canvas";

/// Starts the playground on the page's canvas. Failures go to the page's error card.
pub fn start() {
    if let Err(error) = constructors::run() {
        bridge::fail("not-linked", &describe(&error));
        return;
    }
    eframe::WebLogger::init(log::LevelFilter::Warn).ok();
    wasm_bindgen_futures::spawn_local(async {
        if let Err(details) = open().await {
            bridge::fail("cannot-draw", &details);
        }
    });
}

async fn open() -> Result<(), String> {
    let window = web_sys::window().ok_or("there is no window")?;
    let canvas = window
        .document()
        .and_then(|document| document.get_element_by_id(CANVAS_ID))
        .and_then(|element| element.dyn_into::<web_sys::HtmlCanvasElement>().ok())
        .ok_or_else(|| format!("there is no canvas called {CANVAS_ID}"))?;
    let (choice, refusal) = asked_device(&window);
    let is_on = |name: &str| parameter(&window, name).is_some_and(|value| value != "0");
    let showing = match (is_on("embed"), is_on("present")) {
        (true, _) => Showing::Embedded,
        (false, true) => Showing::Talk,
        (false, false) => Showing::All,
    };
    let hidden = parameter(&window, "hide").map_or_else(Hidden::default, |list| Hidden::of(&list));
    let reduced_motion = prefers_stillness(&window);
    let has_tour = showing == Showing::All
        && parameter(&window, "tour").as_deref() != Some("off")
        && !reduced_motion;
    let language = language_of_page(&window).unwrap_or_default();
    let orders = Orders::default();
    let adapter = browser_adapter().await;
    // Where the CPU simulates the GPU, WebGL draws three times as many frames as WebGPU does.
    let is_simulated = adapter.as_ref().is_some_and(is_software);
    let has_webgpu = adapter.is_some();
    let draws_by_webgpu = has_webgpu && (!is_simulated || choice == DeviceChoice::Gpu);
    if !draws_by_webgpu {
        prepare_webgl(&canvas);
    }
    let setup = WgpuSetupCreateNew {
        device_descriptor: Arc::new(shared_device_descriptor),
        ..WgpuSetupCreateNew::without_display_handle()
    };
    let options = eframe::WebOptions {
        renderer: if draws_by_webgpu {
            eframe::Renderer::Wgpu
        } else {
            eframe::Renderer::Glow
        },
        wgpu_options: WgpuConfiguration {
            wgpu_setup: WgpuSetup::CreateNew(setup),
            ..WgpuConfiguration::default()
        },
        // Where WebGL draws, the CPU often does, and pays for every pixel.
        dithering: draws_by_webgpu,
        ..eframe::WebOptions::default()
    };
    let runner = eframe::WebRunner::new();
    runner
        .start(
            canvas,
            options,
            Box::new(move |creation| {
                let fault = Fault::default();
                let training = match &creation.wgpu_render_state {
                    Some(drawing) => {
                        watch(&drawing.device, &fault);
                        Training::beside(drawing, choice)
                    }
                    None => Training::on_cpu(),
                };
                let without_gpu = if !has_webgpu {
                    Some(HostLine::NoWebGpu)
                } else if !draws_by_webgpu {
                    Some(HostLine::SimulatedWebGpu)
                } else {
                    None
                };
                let notice = refusal.or(without_gpu).or_else(|| training.remark.clone());
                let facts = Rc::new(RefCell::new(PageFacts::new(&training.device)));
                let (link, links) = links::watch(&creation.egui_ctx);
                let opening = Opening {
                    config: RunConfig::playground(),
                    // Whoever opens a link wants what it shows.
                    has_tour: has_tour && link.is_none(),
                    training,
                    notice,
                    prototypes: None,
                    table: None,
                    fault,
                    showing,
                    hidden,
                    reduced_motion,
                    language,
                    orders: Arc::clone(&orders),
                    opened: link.map(Opened::Link),
                    links,
                    outlet: Box::new(outlet::Downloads),
                };
                let seen = Rc::clone(&facts);
                let mut is_ready = false;
                let mut told = String::new();
                let mut spoken = language;
                let app = PlaygroundApp::new(&creation.egui_ctx, opening, move |report| {
                    let mut seen = seen.borrow_mut();
                    seen.note_frame(report);
                    if report.language != spoken {
                        spoken = report.language;
                        bridge::speak(spoken);
                    }
                    // Only news: the same news with other figures would be read out every second.
                    if told != report.news {
                        report.news.clone_into(&mut told);
                        bridge::say(&format!("{} {}", report.news, report.explanation));
                    }
                    if !is_ready && seen.has_drawn() {
                        is_ready = true;
                        bridge::ready();
                    }
                });
                facts.borrow_mut().attach(app.session());
                let context = creation.egui_ctx.clone();
                bridge::attach(PageHandle::new(facts, orders, context));
                Ok(Box::new(app))
            }),
        )
        .await
        .map_err(|error| describe(&error))
}

/// Makes the canvas's WebGL context before eframe asks for it, with nothing that egui has no use for: it smooths its edges
/// itself, sorts by order and not by depth, and fills the whole canvas. On software graphics smoothing twice halves the frame
/// rate, and what is not there need not be cleared or blended.
fn prepare_webgl(canvas: &web_sys::HtmlCanvasElement) {
    let attributes = web_sys::WebGlContextAttributes::new();
    attributes.set_antialias(false);
    attributes.set_alpha(false);
    attributes.set_depth(false);
    attributes.set_stencil(false);
    // Without WebGL there is nothing to prepare, and eframe says so in a moment.
    canvas
        .get_context_with_context_options("webgl2", &attributes)
        .ok();
}

/// The value of `?name=` in the address.
fn parameter(window: &web_sys::Window, name: &str) -> Option<String> {
    let query = window.location().search().unwrap_or_default();
    web_sys::UrlSearchParams::new_with_str(&query)
        .ok()?
        .get(name)
}

/// The language that the page has begun to speak (`web/language.js`).
fn language_of_page(window: &web_sys::Window) -> Option<Language> {
    let page = window.document()?.document_element()?;
    Language::from_code(&page.get_attribute("lang")?)
}

/// Whether the person has asked for as little motion as possible.
fn prefers_stillness(window: &web_sys::Window) -> bool {
    let query = window.match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// `?device=` of the address, and a line about it when it is no device of a page.
fn asked_device(window: &web_sys::Window) -> (DeviceChoice, Option<HostLine>) {
    match parameter(window, "device").as_deref().map(str::parse) {
        None => (DeviceChoice::Auto, None),
        Some(Ok(choice @ (DeviceChoice::Auto | DeviceChoice::Gpu | DeviceChoice::Cpu))) => {
            (choice, None)
        }
        Some(_) => (DeviceChoice::Auto, Some(HostLine::UnknownDevice)),
    }
}

/// Turns a lost GPU and its uncaught errors into the app's fatal state.
fn watch(device: &wgpu::Device, fault: &Fault) {
    let note = |fault: &Fault, cause: String| {
        if let Ok(mut fault) = fault.lock() {
            fault.get_or_insert(HostLine::GpuLost { cause });
        }
    };
    let lost = Arc::clone(fault);
    device.set_device_lost_callback(move |_reason, message| note(&lost, message));
    let uncaptured = Arc::clone(fault);
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        log::error!("{error}");
        note(&uncaptured, error.to_string());
    }));
}

fn describe(error: &JsValue) -> String {
    error.as_string().unwrap_or_else(|| format!("{error:?}"))
}
