//! Every lesson in headless Chromium, from its list to its end, by keys alone.
//! `cargo xtask test` builds the page and runs this with `DL2PA_DIST`.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use dl2pa_tests::browser::playground::{Opening, Playground, Snapshot};
use dl2pa_tests::browser::wait_for;
use dl2pa_tests::browser::webdriver::{Graphics, Key, Viewport};
use serde_json::json;

const LESSONS: [&str; 8] = [
    "three-methods",
    "the-average-lies",
    "spreading",
    "matching",
    "how-often",
    "what-it-costs",
    "learned-and-uniform",
    "small-dimensions",
];
/// A beat's runs, on two busy cores without a GPU.
const RUN_LIMIT: Duration = Duration::from_mins(4);
/// More beats than any lesson has.
const MANY_BEATS: usize = 20;

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// The canvas takes keys once the focus is on it, which Tab brings there.
fn reach_canvas(page: &Playground) -> Result<()> {
    for _ in 0..5 {
        let element = page
            .session
            .execute("return document.activeElement?.tagName ?? null")?;
        if element == "CANVAS" || element == "INPUT" {
            return Ok(());
        }
        page.session.press(Key::Tab)?;
    }
    anyhow::bail!("five times Tab do not reach the playground")
}

/// Waits until the lesson is somewhere else than at `before`, and no longer runs.
fn moves_on(page: &Playground, before: &Snapshot) -> Result<Snapshot> {
    let place = |now: &Snapshot| {
        (
            now.lesson.clone(),
            now.lesson_beat,
            now.lesson_stage.clone(),
        )
    };
    let now = page.wait_for("the lesson's going on", RUN_LIMIT, |now| {
        place(now) != place(before) && now.lesson_stage.as_deref() != Some("running")
    })?;
    // Whoever presses keys looks at the picture first.
    std::thread::sleep(Duration::from_millis(700));
    Ok(now)
}

/// From the list, with the focus on its first entry, through the `number`th lesson; gives the beats it had.
fn go_through(page: &Playground, number: usize) -> Result<usize> {
    let listed = page.snapshot()?;
    for _ in 0..number {
        page.session.press(Key::Tab)?;
    }
    page.session.press(Key::Enter)?;
    let mut now = moves_on(page, &listed)?;
    ensure!(
        now.lesson == Some(json!(LESSONS[number])),
        "the list opened {:?} in the place of {}",
        now.lesson,
        LESSONS[number]
    );
    let mut beats = 0;
    for _ in 0..3 * MANY_BEATS {
        let stage = now.lesson_stage.clone().context("a stage")?;
        ensure!(
            stage != "broken",
            "beat {:?} of {} broke off",
            now.lesson_beat,
            LESSONS[number]
        );
        // Enter answers with the first answer, runs, or goes on; in every case the focus is there already.
        page.session.press(Key::Enter)?;
        let next = moves_on(page, &now)?;
        if next.lesson_beat != now.lesson_beat {
            ensure!(stage == "done", "a beat that was {stage} was left");
            beats += 1;
        }
        if next.lesson.is_none() {
            return Ok(beats);
        }
        now = next;
    }
    anyhow::bail!("{} has no end", LESSONS[number])
}

#[test]
fn every_lesson_can_be_gone_through_by_keys_alone() -> Result<()> {
    let mut page = Playground::open(Opening {
        name: "lessons",
        query: "?device=cpu",
        graphics: Graphics::WebGl2,
        viewport: Viewport::DESKTOP,
        dark: true,
        withheld: None,
    })?;
    page.wait_until_ready(secs(90))?;
    reach_canvas(&page)?;
    page.session.press(Key::Letter('g'))?;
    for (number, name) in LESSONS.iter().enumerate() {
        let began = page.since_ready.elapsed();
        let beats = go_through(&page, number).with_context(|| {
            drop(page.keep_screenshot("stuck"));
            format!("lesson {name}")
        })?;
        ensure!(beats >= 3, "{name} has only {beats} beats");
        let took = page.since_ready.elapsed() - began;
        page.note(name, json!({ "beats": beats, "secs": took.as_secs() }));
    }
    // Closed at last, by a key as well.
    page.session.press(Key::Letter('g'))?;
    wait_for("the last picture", secs(10), secs(1), || {
        Ok(Some(page.keep_screenshot("after")?))
    })?;
    let errors = page.finish()?;
    ensure!(errors.is_empty(), "errors in the console: {errors:#?}");
    Ok(())
}
