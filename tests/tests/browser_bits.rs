//! The same configuration ends with the same bits in a browser and natively. `cargo xtask test` builds the page and
//! runs this with `DL2PA_DIST`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;
#[path = "support/whole_run.rs"]
mod whole_run;

use std::time::Duration;

use anyhow::{Result, ensure};
use dl2pa_core::config::{DatasetKind, HeadKind, LossKind, OptKind, RunConfig};
use dl2pa_core::protocol::{Command, Pace};
use dl2pa_tests::browser::playground::{Opening, Playground};
use dl2pa_tests::browser::webdriver::{Graphics, Viewport};
use serde_json::json;

/// A run's epochs; each has one more than the run before it, by which it is told apart.
const EPOCHS: usize = 200;

fn toy(dataset: DatasetKind, head: HeadKind, loss: LossKind) -> RunConfig {
    RunConfig {
        head,
        loss,
        hidden: vec![32, 32],
        samples_per_class: 60,
        // Summed over the batch, the paper's loss takes longer steps.
        lr: if loss == LossKind::Paper { 0.01 } else { 0.1 },
        ..RunConfig::for_dataset(dataset)
    }
}

fn runs() -> Vec<RunConfig> {
    use DatasetKind::{Grid, Ring};
    use HeadKind::{Dynamic, Fixed, Psc};
    use LossKind::{CrossEntropy, Paper};
    let mut adamw = toy(Grid, Dynamic, CrossEntropy);
    adamw.recipe.opt = OptKind::AdamW;
    adamw.lr = 0.01;
    vec![
        toy(Grid, Psc, CrossEntropy),
        toy(Grid, Fixed, CrossEntropy),
        toy(Grid, Fixed, Paper),
        toy(Grid, Dynamic, CrossEntropy),
        toy(Grid, Dynamic, Paper),
        toy(Ring, Dynamic, CrossEntropy),
        adamw,
    ]
}

#[test]
fn a_browser_ends_with_the_bits_of_a_native_run() -> Result<()> {
    let mut page = Playground::open(Opening {
        name: "bits",
        query: "?device=cpu",
        graphics: Graphics::WebGl2,
        viewport: Viewport::DESKTOP,
        dark: true,
        withheld: None,
    })?;
    page.wait_until_ready(Duration::from_secs(90))?;
    page.command(&json!(Command::SetPace(Pace::FULL_SPEED)))?;
    for (extra, config) in runs().into_iter().enumerate() {
        let epochs = EPOCHS + extra;
        let config = RunConfig { epochs, ..config };
        let name = format!("{} {} {}", config.dataset, config.head, config.loss);
        page.command(&json!(Command::Start(Box::new(config.clone()))))?;
        let limit = Duration::from_secs(240);
        let ended = page.wait_for(&name, limit, |now| {
            now.epoch == epochs as f64 && now.state_hash.is_some()
        })?;
        let native = whole_run::run(&config, 1);
        page.note(&name, json!(native));
        ensure!(
            ended.state_hash.as_ref() == Some(&native),
            "{name}: {:?} in the browser, {native} natively",
            ended.state_hash
        );
    }
    let errors = page.finish()?;
    ensure!(errors.is_empty(), "the console holds errors: {errors:#?}");
    Ok(())
}
