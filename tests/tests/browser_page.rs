//! The page round the canvas in headless Chromium: without a network, embedded, and for assistive technology.
//! `cargo xtask test` builds the page and runs this with `DL2PA_DIST`.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dl2pa_tests::browser::dist;
use dl2pa_tests::browser::playground::{Opening, Playground};
use dl2pa_tests::browser::webdriver::{Graphics, Viewport};
use serde_json::json;
use sha2::{Digest as _, Sha384};

const PAGE: Opening = Opening {
    name: "page",
    query: "",
    graphics: Graphics::WebGl2,
    viewport: Viewport::DESKTOP,
    dark: true,
    withheld: None,
};

/// One browser at a time: two that draw in software at once would each be too slow to say anything.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// The release that the page shown is, and the one whose worker keeps files for later; `null` until it does.
const RELEASES: &str = "
    const shown = document.querySelector('meta[name=dl2pa-release]').content;
    const registration = await navigator.serviceWorker.getRegistration();
    if (!registration?.active || registration.active.state !== 'activated' || registration.installing) return null;
    const kept = (await caches.keys()).filter((name) => name.startsWith('dl2pa ')).at(-1).split(' ').at(-1);
    return { shown, kept };";

/// The names of the program's files that the page shown was made from.
const PARTS: &str = "
    return performance.getEntriesByType('resource').map((entry) => entry.name.split('/').at(-1))
        .filter((name) => name.startsWith('dl2pa-app-')).sort();";

/// A copy of the built page, which a test may change.
fn copy_of_page(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(dist()?)? {
        let path = entry?.path();
        let name = path.file_name().context("a file has no name")?;
        fs::copy(&path, folder.join(name))?;
    }
    Ok(())
}

/// Puts another release in the place of the one in `folder`: the same program under other names, an old one no more.
fn publish_another(folder: &Path) -> Result<()> {
    let mut page = fs::read_to_string(folder.join("index.html"))?;
    let mut worker = fs::read_to_string(folder.join("sw.js"))?;
    let digest_before = digest(page.as_bytes());
    let names: Vec<String> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    let wasm = names
        .iter()
        .find(|name| name.ends_with("_bg.wasm"))
        .context("there is no program")?;
    let hash = &wasm["dl2pa-app-".len()..wasm.len() - "_bg.wasm".len()];
    for name in names.iter().filter(|name| name.contains(hash)) {
        fs::rename(
            folder.join(name),
            folder.join(name.replace(hash, "ffffffffffffffff")),
        )?;
    }
    page = page.replace(hash, "ffffffffffffffff").replace(
        "name=\"dl2pa-release\" content=\"",
        "name=\"dl2pa-release\" content=\"next-",
    );
    worker = worker
        .replace(hash, "ffffffffffffffff")
        .replace("const RELEASE = \"", "const RELEASE = \"next-")
        .replace(&digest_before, &digest(page.as_bytes()));
    fs::write(folder.join("index.html"), page)?;
    fs::write(folder.join("sw.js"), worker)?;
    Ok(())
}

fn digest(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

#[test]
fn a_without_a_network_the_newest_whole_release_opens() -> Result<()> {
    let _alone = alone();
    let folder = tempfile::tempdir()?;
    copy_of_page(folder.path())?;
    let mut page = Playground::open_from(
        folder.path(),
        Opening {
            name: "offline",
            query: "?offline=1",
            ..PAGE
        },
    )?;
    page.wait_until_ready(secs(90))?;
    let first = page.wait_for_page("keeping the first release", secs(60), RELEASES)?;
    ensure!(first["shown"] == first["kept"], "kept is another: {first}");

    // A new release is shown at once, and kept in place of the old one.
    publish_another(folder.path())?;
    page.reload()?;
    page.wait_until_ready(secs(90))?;
    let next = format!("next-{}", first["shown"].as_str().unwrap_or_default());
    let settled = format!(
        "const now = await (async () => {{ {RELEASES} }})(); return now?.kept === '{next}' ? now : null;"
    );
    let second = page.wait_for_page("keeping the second release", secs(60), &settled)?;
    ensure!(
        second["shown"] == json!(next),
        "the page shown is not the newest: {second}"
    );

    page.cut_network();
    page.reload()?;
    page.wait_until_ready(secs(90))?;
    let offline = page.session.execute_async(RELEASES)?;
    ensure!(
        offline["shown"] == json!(next),
        "without a network an old release opens: {offline}"
    );
    let parts = page.session.execute(PARTS)?;
    let names: Vec<&str> = parts
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str())
        .collect();
    ensure!(
        names.len() >= 2 && names.iter().all(|name| name.contains("ffffffffffffffff")),
        "the page was made from files of two releases: {names:?}"
    );
    page.wait_for("a step without a network", secs(60), |now| now.step > 0)?;
    Ok(())
}

#[test]
fn b_a_worker_comes_only_where_it_was_asked_for() -> Result<()> {
    let _alone = alone();
    let mut page = Playground::open(Opening {
        name: "not-kept",
        ..PAGE
    })?;
    page.wait_until_ready(secs(90))?;
    let kept = page.session.execute_async(
        "return { workers: (await navigator.serviceWorker.getRegistrations()).length, caches: await caches.keys() }",
    )?;
    ensure!(
        kept == json!({ "workers": 0, "caches": [] }),
        "on a loopback address something was kept unasked: {kept}"
    );
    Ok(())
}
