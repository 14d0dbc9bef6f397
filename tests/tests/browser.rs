//! The built page in headless Chromium. `cargo xtask test` builds the page and runs this with `DL2PA_DIST`.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use dl2pa_tests::browser::playground::{Opening, Playground, Snapshot};
use dl2pa_tests::browser::webdriver::{Graphics, Viewport};
use serde_json::json;

const DEFAULT: Opening = Opening {
    name: "default",
    query: "",
    graphics: Graphics::WebGpu,
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

fn moved_labels(snapshot: &Snapshot) -> bool {
    snapshot.labels_moved.iter().any(|moved| *moved > 0)
}

/// Steps rise and the loss is there; returns the loss at the beginning.
fn training_begins(page: &Playground, limit: Duration) -> Result<f64> {
    let first = page.wait_for("the first loss", limit, |now| {
        now.step > 0 && now.loss.is_some()
    })?;
    page.wait_for("a further step", limit, |now| now.step > first.step)?;
    Ok(first.loss.unwrap_or(f64::NAN))
}

/// The loss falls and train accuracy passes 0.8 within 30 s of ready; returns the seconds it took.
fn learns(page: &mut Playground, loss_at_first: f64) -> Result<()> {
    let learnt = page.wait_for("a train accuracy over 0.8", secs(60), |now| {
        now.train_accuracy.is_some_and(|accuracy| accuracy > 0.8)
    })?;
    let took = page.since_ready.elapsed().as_secs_f64();
    page.note("secs_to_train_accuracy_0.8", json!(took));
    ensure!(
        took <= 30.0,
        "train accuracy passed 0.8 only {took:.1} s after the page was ready: {learnt:?}"
    );
    let loss = learnt.loss.unwrap_or(f64::NAN);
    ensure!(
        loss < loss_at_first,
        "the loss did not fall: {loss_at_first} at first, {loss} later"
    );
    Ok(())
}

/// Two moments differ and show something.
fn draws(page: &Playground) -> Result<()> {
    let earlier = page.keep_screenshot("1")?;
    std::thread::sleep(secs(2));
    let later = page.keep_screenshot("2")?;
    for picture in [&earlier, &later] {
        let (colours, covered) = (picture.colours(), picture.covered());
        ensure!(
            colours > 100 && covered > 0.02,
            "the page is blank: {colours} colours, {covered} of it covered"
        );
    }
    let difference = earlier.difference(&later);
    ensure!(
        difference > 1e-4,
        "nothing moved between two moments: {difference} of the pixels differ"
    );
    Ok(())
}

/// "pause" stops the steps, "resume" lets them go on.
fn pauses(page: &Playground, settle: Duration) -> Result<()> {
    page.command(&json!("pause"))?;
    page.wait_for("the pause", settle * 4, |now| now.paused)?;
    // The step that was under way when the command came may still end.
    std::thread::sleep(settle);
    let before = page.snapshot()?.step;
    std::thread::sleep(settle * 2);
    let after = page.snapshot()?.step;
    ensure!(
        before == after,
        "paused, but the steps went from {before} to {after}"
    );
    page.command(&json!("resume"))?;
    page.wait_for("going on", settle * 20, |now| {
        !now.paused && now.step > after
    })?;
    Ok(())
}

/// Notes what the page says of itself; ends the page and expects a silent console.
fn ends_well(mut page: Playground) -> Result<()> {
    let last = page.snapshot()?;
    let seconds = page.since_ready.elapsed().as_secs_f64();
    page.note("backend", json!(last.backend));
    page.note("device_name", json!(last.device_name));
    page.note("fps", json!(last.fps));
    page.note("frame_ms_p95", json!(last.frame_ms_p95));
    page.note("steps", json!(last.step));
    page.note("secs_since_ready", json!(seconds));
    page.note("train_accuracy", json!(last.train_accuracy));
    page.note("test_accuracy", json!(last.test_accuracy));
    page.note("labels_moved", json!(last.labels_moved));
    let classes = last.assignment.len();
    let mut prototypes = last.assignment;
    prototypes.sort_unstable();
    prototypes.dedup();
    ensure!(
        classes > 1 && prototypes.len() == classes,
        "the assignment gives two classes one prototype"
    );
    ensure!(last.min_angle_deg > 0.0, "the prototypes are not apart");
    let errors = page.finish()?;
    ensure!(errors.is_empty(), "the console holds errors: {errors:#?}");
    Ok(())
}

/// The embedding page's way: messages in, snapshots and refusals out.
fn answers_messages(page: &Playground) -> Result<()> {
    let answer = page.session.execute_async(
        "const next = (type) => new Promise((resolve) => addEventListener('message', function hear({ data }) {
             if (data.type !== type || (type === 'dl2pa-snapshot' && !('snapshot' in data))) return;
             removeEventListener('message', hear);
             resolve(data);
         }));
         const snapshot = next('dl2pa-snapshot');
         postMessage({ type: 'dl2pa-snapshot' }, '*');
         const refusal = next('dl2pa-error');
         postMessage({ type: 'dl2pa', command: 'juggle' }, '*');
         return { step: (await snapshot).snapshot.step, refusal: (await refusal).message };",
    )?;
    ensure!(
        answer["step"].is_u64(),
        "no snapshot came by message: {answer}"
    );
    let refusal = answer["refusal"].as_str().unwrap_or_default();
    ensure!(
        refusal.contains("juggle"),
        "the refusal does not name the unknown command: {refusal:?}"
    );
    Ok(())
}

#[test]
fn a_default_page_learns_and_answers() -> Result<()> {
    let _alone = alone();
    let mut page = Playground::open(DEFAULT)?;
    page.wait_until_ready(secs(90))?;
    let loss = training_begins(&page, secs(30))?;
    learns(&mut page, loss)?;
    page.wait_for("a relabelling", secs(30), moved_labels)?;
    draws(&page)?;
    pauses(&page, secs(1))?;
    answers_messages(&page)?;
    ends_well(page)
}

#[test]
fn b_webgpu_trains_on_the_software_adapter() -> Result<()> {
    let _alone = alone();
    let mut page = Playground::open(Opening {
        name: "webgpu",
        query: "?device=gpu",
        ..DEFAULT
    })?;
    page.wait_until_ready(secs(120))?;
    // A software adapter compiles its shaders for up to 20 s before the first step.
    training_begins(&page, secs(120))?;
    draws(&page)?;
    page.wait_for("a relabelling", secs(240), moved_labels)?;
    page.keep_screenshot("relabelled")?;
    pauses(&page, secs(4))?;
    let backend = page.snapshot()?.backend.to_lowercase();
    ensure!(backend.contains("gpu"), "?device=gpu trains on {backend:?}");
    ends_well(page)
}

#[test]
fn c_without_webgpu_it_learns_on_the_cpu_and_never_blocks_a_frame() -> Result<()> {
    let _alone = alone();
    let mut page = Playground::open(Opening {
        name: "webgl2",
        graphics: Graphics::WebGl2,
        dark: false,
        ..DEFAULT
    })?;
    let adapter = page.session.execute_async(
        "return navigator.gpu ? String(await navigator.gpu.requestAdapter()) : null",
    )?;
    ensure!(
        adapter.is_null() || adapter == "null",
        "this browser has WebGPU after all: {adapter}"
    );
    page.wait_until_ready(secs(90))?;
    let loss = training_begins(&page, secs(30))?;
    let training_from_ms = page.now_ms()?;
    let from = page.snapshot()?;
    let learnt = learns(&mut page, loss);
    let to = page.wait_for("a relabelling", secs(30), moved_labels)?;
    let training_ms = page.now_ms()? - training_from_ms;
    let long_tasks = page.long_tasks_ms(training_from_ms)?;
    page.note(
        "steps_per_sec",
        json!((to.step - from.step) as f64 / training_ms * 1000.0),
    );
    page.note("long_tasks_ms", json!(long_tasks));
    page.note("frame_ms_p95_while_training", json!(to.frame_ms_p95));
    learnt?;
    draws(&page)?;
    pauses(&page, secs(1))?;
    ends_well(page)?;
    ensure!(
        long_tasks.is_empty(),
        "the main thread was busy for longer than 50 ms while training: {long_tasks:?} ms"
    );
    Ok(())
}

#[test]
fn d_on_a_phone_it_fits_the_screen() -> Result<()> {
    let _alone = alone();
    let mut page = Playground::open(Opening {
        name: "phone",
        graphics: Graphics::WebGl2,
        viewport: Viewport::PHONE,
        ..DEFAULT
    })?;
    page.keep_screenshot("poster")?;
    page.wait_until_ready(secs(90))?;
    training_begins(&page, secs(30))?;
    page.wait_for("a relabelling", secs(60), moved_labels)?;
    draws(&page)?;
    let fits = page.session.execute(
        "const canvas = document.getElementById('dl2pa-canvas').getBoundingClientRect();
         return { scrolls: document.documentElement.scrollWidth > innerWidth, width: canvas.width, height: canvas.height };",
    )?;
    ensure!(
        fits == json!({ "scrolls": false, "width": 390, "height": 844 }),
        "the canvas does not fill the phone's screen: {fits}"
    );
    ends_well(page)
}

#[test]
fn e_a_program_that_does_not_arrive_is_said_with_a_way_out() -> Result<()> {
    let _alone = alone();
    let page = Playground::open(Opening {
        name: "withheld",
        graphics: Graphics::WebGl2,
        withheld: Some(".wasm"),
        ..DEFAULT
    })?;
    let said = page.session.execute_async(
        "const rejection = await window.dl2pa.ready.then(() => null, (reason) => reason.message);
         const card = document.getElementById('dl2pa-error');
         const cpu = card.querySelector('a.on-cpu');
         return {
             rejection, error: window.dl2pa.error, shown: !card.hidden,
             headline: card.querySelector('h2').textContent,
             reload: card.querySelector('button').textContent, cpu: new URL(cpu.href).search,
         };",
    )?;
    page.keep_screenshot("error")?;
    ensure!(said["shown"] == true, "no error card is shown: {said}");
    ensure!(
        said["headline"] == "The playground could not be loaded.",
        "the headline is another: {said}"
    );
    ensure!(
        said["rejection"].is_string() && said["rejection"] == said["error"],
        "the promise and window.dl2pa.error disagree: {said}"
    );
    ensure!(
        said["reload"] == "Reload" && said["cpu"] == "?tour=off&device=cpu",
        "a way out is missing: {said}"
    );
    // The console check of the other tests can fail: here it has something to find.
    let errors = page.finish()?;
    ensure!(
        errors.iter().any(|error| error.contains(".wasm")),
        "the console does not mention the missing file: {errors:#?}"
    );
    Ok(())
}
