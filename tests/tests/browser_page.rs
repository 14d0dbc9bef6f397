//! The page round the canvas in headless Chromium: without a network, embedded, for assistive technology, and a film taken from it.
//! `cargo xtask test` builds the page and runs this with `DL2PA_DIST`.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dl2pa_tests::browser::playground::{Opening, Playground};
use dl2pa_tests::browser::server::StaticServer;
use dl2pa_tests::browser::webdriver::{Graphics, Key, Session, Viewport};
use dl2pa_tests::browser::{dist, wait_for};
use serde_json::{Value, json};
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

/// The page of docs/EMBED.md with the playground's address put in, and long enough to scroll.
fn embedding_page(address: &str) -> Result<String> {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/EMBED.md");
    let manual = fs::read_to_string(manual)?;
    let (_, rest) = manual
        .split_once("```html\n")
        .context("docs/EMBED.md shows no page")?;
    let (page, _) = rest.split_once("```").context("the page has no end")?;
    let page = page.replace("https://example.org/playground/", address);
    ensure!(
        page.contains(address),
        "the page names no address to replace"
    );
    Ok(format!("{page}<div style=\"height: 3000px\"></div>"))
}

/// Asks the embedded playground as the page's own script does.
fn ask(session: &Session, what: &str) -> Result<Value> {
    session.execute_async(&format!("return await ask({what})"))
}

fn wheel_over_frame(session: &Session) -> Result<f64> {
    session.devtools(
        "Input.dispatchMouseEvent",
        &json!({ "type": "mouseWheel", "x": 400, "y": 300, "deltaX": 0, "deltaY": 120 }),
    )?;
    std::thread::sleep(secs(1));
    session
        .execute("return scrollY")?
        .as_f64()
        .context("the page has no scroll position")
}

#[test]
fn c_another_origin_embeds_it_and_steers_it_by_messages() -> Result<()> {
    let _alone = alone();
    let folder = tempfile::tempdir()?;
    copy_of_page(folder.path())?;
    let server = StaticServer::start(folder.path(), None)?;
    // Another name of the same machine is another origin.
    let elsewhere = server.address().replace("127.0.0.1", "localhost");
    fs::write(
        folder.path().join("lesson.html"),
        embedding_page(&elsewhere)?,
    )?;
    let session = Session::open(PAGE.graphics, PAGE.viewport, PAGE.dark)?;
    session.go(&format!("{}lesson.html", server.address()))?;
    wait_for(
        "the embedded playground's becoming ready",
        secs(90),
        secs(1),
        || {
            let enabled =
                session.execute("return document.getElementById('play')?.disabled === false")?;
            Ok(enabled.as_bool().filter(|enabled| *enabled))
        },
    )?;

    let waits = ask(&session, "'snapshot'")?;
    ensure!(
        waits["paused"] == true,
        "it does not wait to be started: {waits}"
    );
    std::thread::sleep(secs(2));
    let still = ask(&session, "'snapshot'")?;
    ensure!(
        still["step"] == waits["step"] && still["step"] == 0,
        "it has trained unasked: {still}"
    );

    // Before a click the wheel scrolls the page around it, after one it does not.
    let scrolled = wheel_over_frame(&session)?;
    ensure!(scrolled > 0.0, "the frame has taken the wheel unasked");
    session.execute("scrollTo(0, 0)")?;
    for kind in ["mousePressed", "mouseReleased"] {
        session.devtools(
            "Input.dispatchMouseEvent",
            &json!({ "type": kind, "x": 400, "y": 300, "button": "left", "clickCount": 1 }),
        )?;
    }
    let scrolled = wheel_over_frame(&session)?;
    ensure!(
        scrolled == 0.0,
        "the page scrolls by {scrolled} although the frame was clicked"
    );

    session.execute("document.getElementById('play').click()")?;
    let trains = wait_for("training after a click on play", secs(60), secs(1), || {
        let now = ask(&session, "'snapshot'")?;
        Ok(Some(now).filter(|now| now["step"].as_u64() > Some(0)))
    })?;
    ensure!(
        trains["paused"] == false,
        "it trains and says that it waits: {trains}"
    );
    ensure!(
        ask(&session, "'pause'")?.is_null(),
        "pausing has no result to give"
    );
    for (asked, word) in [
        ("'juggle'", "juggle"),
        ("'command', { command: 'juggle' }", "juggle"),
    ] {
        let refusal = ask(&session, asked)
            .map_or_else(|error| error.to_string(), |result| result.to_string());
        ensure!(
            refusal.contains(word) && refusal.contains("Error"),
            "asked for {asked}: {refusal}"
        );
    }
    let shut = session.execute(
        "try { return document.getElementById('playground').contentDocument === null } catch { return true }",
    )?;
    ensure!(shut == true, "this was no other origin: {shut}");
    Ok(())
}

/// Impact, rule and elements of what axe-core finds wrong with the page as it is now.
fn serious_findings(page: &Playground) -> Result<Vec<Value>> {
    let findings = page.session.execute_async(
        "const { violations } = await axe.run(document);
         return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
             .map(({ impact, id, nodes }) => ({ impact, id, nodes: nodes.map(({ html }) => html) }));",
    )?;
    Ok(serde_json::from_value(findings)?)
}

#[test]
fn d_assistive_technology_is_told_what_it_needs() -> Result<()> {
    let _alone = alone();
    let checker = std::env::var_os("DL2PA_AXE").context(
        "DL2PA_AXE does not say where axe.min.js is: run the browser tests by `cargo xtask test`",
    )?;
    let checker = fs::read_to_string(checker)?;
    for (name, dark) in [("access-dark", true), ("access-light", false)] {
        let mut page = Playground::open(Opening { name, dark, ..PAGE })?;
        page.session.execute(&checker)?;
        let findings = serious_findings(&page)?;
        ensure!(findings.is_empty(), "{name}, the poster: {findings:#?}");
        page.wait_until_ready(secs(90))?;
        page.wait_for("a step", secs(60), |now| now.step > 0)?;
        let told = page.wait_for_page(
            "the state in words",
            secs(10),
            "const text = (id) => document.getElementById(id).textContent;
             const told = { state: text('dl2pa-state-text'), news: text('dl2pa-narration') };
             return told.state.includes('State: training') ? told : null;",
        )?;
        let state = told["state"].as_str().unwrap_or_default();
        ensure!(
            state.starts_with("25 classes") && state.contains("degrees apart"),
            "the state is told as {state:?}"
        );
        ensure!(told["news"] != "", "no news are told");
        let findings = serious_findings(&page)?;
        ensure!(findings.is_empty(), "{name}, the playground: {findings:#?}");
        page.session
            .execute("window.__dl2pa_fail('It cannot go on.', 'some details')")?;
        let findings = serious_findings(&page)?;
        ensure!(findings.is_empty(), "{name}, the error card: {findings:#?}");
    }
    Ok(())
}

#[test]
fn e_a_run_branches_and_becomes_a_film() -> Result<()> {
    let _alone = alone();
    let mut page = Playground::open(Opening {
        name: "branch",
        query: "?device=cpu&tour=off",
        ..PAGE
    })?;
    page.wait_until_ready(secs(90))?;
    page.wait_for("two epochs", secs(120), |now| now.epoch > 2.2)?;
    page.session.press(Key::Letter('b'))?;
    let said = page.wait_for_page(
        "the branch's being told",
        secs(20),
        "const said = document.getElementById('dl2pa-narration').textContent;
         return said.includes('goes on from the end of epoch') ? said : null;",
    )?;
    page.note("said", said);
    // What scripts ask for is the leading run, which is the branch now.
    let begun = page.snapshot()?;
    ensure!(begun.epoch >= 2.0, "the branch begins anew: {begun:?}");
    page.wait_for("the branch's going on", secs(60), |now| {
        now.step > begun.step + 20
    })?;
    page.keep_screenshot("beside")?;
    page.session.execute(
        "const click = HTMLElement.prototype.click;
         HTMLElement.prototype.click = function () {
             if (!this.download) return click.call(this);
             fetch(this.href).then((file) => file.arrayBuffer()).then((bytes) => {
                 const begins = String.fromCharCode(...new Uint8Array(bytes, 0, 6));
                 window.dl2paTest.taken = { name: this.download, begins, bytes: bytes.byteLength };
             });
         };",
    )?;
    let from_ms = page.now_ms()?;
    page.session.press(Key::Letter('f'))?;
    let film = page.wait_for_page(
        "the film",
        secs(120),
        "return window.dl2paTest.taken ?? null;",
    )?;
    let took_ms = page.now_ms()? - from_ms;
    page.note("film", film.clone());
    page.note("film_ms", json!(took_ms));
    let long_tasks = page.long_tasks_ms(from_ms)?;
    page.note("long_tasks_ms", json!(long_tasks));
    let name = film["name"].as_str().unwrap_or_default();
    ensure!(
        Path::new(name).extension().is_some_and(|end| end == "gif"),
        "the film's name is {name:?}"
    );
    ensure!(film["begins"] == "GIF89a", "it begins with {film}");
    let bytes = film["bytes"].as_u64().unwrap_or_default();
    ensure!((10_000..4_000_000).contains(&bytes), "it has {bytes} bytes");
    let errors = page.finish()?;
    ensure!(errors.is_empty(), "errors in the console: {errors:#?}");
    Ok(())
}
