//! The two ways in: a command line natively, a page in a browser.

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    use dl2pa_app::cli::Next;

    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("error")).init();
    match dl2pa_app::cli::run(std::env::args_os()) {
        Next::Exit(code) => code.into(),
        Next::Window(request) => dl2pa_app::window::open(*request),
    }
}

#[cfg(target_family = "wasm")]
fn main() {
    dl2pa_app::web::start();
}
