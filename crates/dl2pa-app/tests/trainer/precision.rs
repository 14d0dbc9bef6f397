//! `--amp`: 16-bit floats are kept, gone on with and measured in like any other setting.

use std::fs;

use super::{folder, number, report, run};

#[test]
fn runs_in_16_bits_are_gone_on_with_to_the_last_bit_and_measured_as_they_were_trained() {
    for amp in ["bf16", "f16"] {
        let place = tempfile::tempdir().unwrap();
        // The schedule must not know how many epochs there will be.
        let train = "--train --backbone convnet --sched constant --limit-train-batches 6";
        let trained = |amp: &str, epochs: &str, output: &str| {
            let settings = ["--amp", amp, "--epochs", epochs, "--output", output];
            let arguments: Vec<&str> = train.split_whitespace().chain(settings).collect();
            report(place.path(), &arguments)
        };
        let (whole, half) = (trained(amp, "4", "whole"), trained(amp, "2", "half"));
        let gone_on = [
            "--train", "--resume", "last", "--epochs", "4", "--output", "half",
        ];
        let gone_on = report(place.path(), &gone_on);
        assert_ne!(half["state_hash"], whole["state_hash"], "{amp}");
        assert_eq!(gone_on["state_hash"], whole["state_hash"], "{amp}");
        let exact = trained("off", "4", "exact");
        assert_ne!(whole["state_hash"], exact["state_hash"], "{amp}");

        let run_dir = folder(place.path(), &whole);
        let last = run_dir.join("checkpoints/last.safetensors");
        let last = last.to_str().unwrap();
        let measured = report(place.path(), &["--eval", "--checkpoint", last]);
        assert_eq!(number(&measured, "loss"), number(&whole, "loss"), "{amp}");
        let in_f32 = ["--eval", "--checkpoint", last, "--amp", "off"];
        let in_f32 = number(&report(place.path(), &in_f32), "loss");
        // Three layers of bf16, each right to 2^-9, and mean losses of several hundred samples.
        let difference = (in_f32 / number(&whole, "loss") - 1.0).abs();
        assert!(difference > 0.0 && difference < 0.03, "{amp}: {difference}");

        for file in ["config.toml", "env.json"] {
            let text = fs::read_to_string(run_dir.join(file)).unwrap();
            assert!(text.contains(&format!("\"{amp}\"")), "{file}: {text}");
        }
        let other = ["--train", "--resume", last, "--amp", "off"];
        let output = run(place.path(), &other);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("`amp` differs"), "{said}");
    }
}
