//! Links in headless Chromium: fifty states come back as they were, and what is no link says so.
//! `cargo xtask test` builds the page and runs this with `DL2PA_DIST`.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use dl2pa_core::config::{DatasetKind, HeadKind, LossKind, RunConfig};
use dl2pa_tests::browser::playground::{Opening, Playground};
use dl2pa_tests::browser::webdriver::{Graphics, Key, Viewport};
use dl2pa_view::link::{self, Gaze, MAX_CHARS, State, Theme};
use serde_json::json;

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// State number `n`, in which as many things as possible differ from those of its neighbours.
fn state(n: usize) -> State {
    let dataset = [DatasetKind::Ring, DatasetKind::Grid, DatasetKind::Digits][n % 3];
    let classes = match dataset {
        DatasetKind::Digits => 10,
        _ => 3 + n % 7,
    };
    let head = HeadKind::ALL[n % HeadKind::ALL.len()];
    let config = RunConfig {
        classes,
        dim: 2 + n % 3,
        head,
        loss: match head {
            HeadKind::Psc => LossKind::CrossEntropy,
            HeadKind::Fixed | HeadKind::Dynamic if n % 4 < 2 => LossKind::Paper,
            HeadKind::Fixed | HeadKind::Dynamic => LossKind::CrossEntropy,
        },
        seed: 1 + 7_919 * n as u64,
        lr: 0.01 * (1 + n % 9) as f64,
        ..RunConfig::for_dataset(dataset)
    };
    State {
        // A run that has gone somewhere waits there, so that it can be compared.
        step: 1 + (n % 5) as u64,
        speed: [0.5, 1.0, 4.0][n % 3],
        gaze: n.is_multiple_of(2).then(|| Gaze {
            yaw_rad: n as f64 / 10.0,
            pitch_rad: (n as f64 - 25.0) / 50.0,
            zoom: 1.0 + n as f64 / 40.0,
        }),
        selected: (n % 3 == 1).then_some(n % classes),
        tab: (n % 4 == 3).then(|| "why".to_owned()),
        names: !n.is_multiple_of(5),
        pair: n.is_multiple_of(6),
        theme: [Theme::Dark, Theme::Light][n % 2],
        ..State::of(config)
    }
}

fn open(page: &Playground, fragment: &str) -> Result<()> {
    page.session
        .execute_with("location.hash = arguments[0]", &json!(fragment))
        .map(drop)
}

/// The link that the playground makes of what it shows now.
fn shared(page: &Playground) -> Result<State> {
    page.session
        .execute("history.replaceState(null, '', location.pathname + location.search)")?;
    page.session.press(Key::Letter('s'))?;
    let script =
        "return location.hash.length > 1 ? decodeURIComponent(location.hash.slice(1)) : null";
    let text = page.wait_for_page("the link in the address", secs(10), script)?;
    let text = text.as_str().unwrap_or_default();
    link::read(text).with_context(|| format!("the page made the link {text:?}"))
}

#[test]
fn fifty_links_open_to_the_state_they_were_made_of_and_damaged_ones_say_so() -> Result<()> {
    let mut page = Playground::open(Opening {
        name: "links",
        query: "?device=cpu",
        graphics: Graphics::WebGl2,
        viewport: Viewport::DESKTOP,
        dark: true,
        withheld: None,
    })?;
    page.wait_until_ready(secs(90))?;
    // The keys go to the playground once the focus is there.
    page.session.press(Key::Tab)?;
    for n in 0..50 {
        let wanted = state(n);
        let link = link::write(&wanted, MAX_CHARS)?;
        open(&page, &link.text)?;
        page.wait_for("the moment of the link", secs(60), |now| {
            now.paused && now.step == wanted.step && now.assignment.len() == wanted.config.classes
        })
        .with_context(|| format!("link {n}: {wanted:?}"))?;
        // Made again by the playground itself, it says the same.
        let found = shared(&page)?;
        ensure!(
            found == wanted,
            "link {n} became\n{found:?}\nof\n{wanted:?}"
        );
    }
    let whole = link::write(&state(7), MAX_CHARS)?.text;
    let before = page.snapshot()?;
    let newer = whole.replacen("=1.", "=9.", 1);
    let older = whole.replacen("=1.", "=0.", 1);
    let short = &whole[..whole.len() / 2];
    for (damaged, word) in [(short, "damaged"), (&newer, "newer"), (&older, "no link")] {
        open(&page, damaged)?;
        let said = page.wait_for_page(
            "the refusal's being read out",
            secs(20),
            &format!(
                "const said = document.getElementById('dl2pa-narration').textContent;
                 return said.includes({word:?}) && said.includes('link') ? said : null;"
            ),
        )?;
        page.note(word, said);
        let now = page.snapshot()?;
        ensure!(
            now.step == before.step && now.assignment == before.assignment,
            "a link that cannot be opened changed the run: {now:?}"
        );
    }
    // And it still works.
    page.command(&json!("resume"))?;
    page.wait_for("going on", secs(30), |now| now.step > before.step)?;
    let errors = page.finish()?;
    ensure!(errors.is_empty(), "errors in the console: {errors:#?}");
    Ok(())
}
