//! A run on disk: settings, surroundings, every event, curves and checkpoints, never overwritten.

mod atomic;
mod checkpoints;
mod environment;
mod metrics;
mod summary;
mod tensorboard;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dl2pa_core::checkpoint::Checkpoint;
use dl2pa_core::config::{ConfigError, RunConfig};
use dl2pa_core::protocol::Event;

pub use atomic::{FileBeside, check_place, write_beside};
pub use checkpoints::{CheckpointError, read_checkpoint};
pub use environment::{Environment, NetworkCost};

use metrics::MetricsLog;
use summary::Summary;
use tensorboard::EventFile;

/// The checkpoint written last, in a run folder.
pub const LAST: &str = "checkpoints/last.safetensors";
/// The checkpoint with the best top-1.
pub const BEST: &str = "checkpoints/best.safetensors";

/// How often a taken name is tried again with the next number.
const MAX_SAME_NAMES: usize = 10_000;

/// Why a run cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RunFolderError {
    /// The folder cannot be made.
    #[error("The output folder `{}` cannot be used ({cause}); choose another with --output.", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        cause: io::Error,
    },
    /// A file in it cannot be written.
    #[error("`{}` cannot be written ({cause}).", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's or the format's words.
        cause: io::Error,
    },
    /// The configuration has no TOML form.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl RunFolderError {
    fn file(path: &Path, cause: impl Into<io::Error>) -> Self {
        Self::File {
            path: path.to_owned(),
            cause: cause.into(),
        }
    }
}

/// The folder of one run, open for writing.
#[derive(Debug)]
pub struct RunFolder {
    root: PathBuf,
    metrics: MetricsLog,
    summary: Summary,
    tensorboard: EventFile,
}

impl RunFolder {
    /// Makes `<output>/<date-time>-<dataset>-<head>-d<dim>-s<seed>` (with `-2`, `-3` ... where that
    /// is taken) and writes what is known before training.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be made; then nothing is left behind.
    pub fn create(
        output: &Path,
        config: &RunConfig,
        environment: &Environment,
        now: SystemTime,
    ) -> Result<Self, RunFolderError> {
        let made = missing_ancestors(output);
        let result = fs::create_dir_all(output)
            .map_err(|cause| RunFolderError::Folder {
                path: output.to_owned(),
                cause,
            })
            .and_then(|()| new_folder(output, &run_name(config, now)))
            .and_then(|root| {
                Self::fill(&root, config, environment, now).inspect_err(|_| {
                    // Only what this call made a moment ago; the error that is reported is the first.
                    fs::remove_dir_all(&root).ok();
                })
            });
        if result.is_err() {
            for folder in &made {
                // Removes empty folders only, deepest first.
                fs::remove_dir(folder).ok();
            }
        }
        result
    }

    fn fill(
        root: &Path,
        config: &RunConfig,
        environment: &Environment,
        now: SystemTime,
    ) -> Result<Self, RunFolderError> {
        write_beside(&root.join("config.toml"), config.to_toml()?.as_bytes())?;
        environment.write(&root.join("env.json"))?;
        let checkpoints = root.join("checkpoints");
        fs::create_dir(&checkpoints).map_err(|cause| RunFolderError::file(&checkpoints, cause))?;
        Ok(Self {
            metrics: MetricsLog::create(&root.join("metrics.jsonl"))?,
            summary: Summary::create(&root.join("summary.csv"))?,
            tensorboard: EventFile::create(root, now)?,
            root: root.to_owned(),
        })
    }

    /// Opens the folder of a run that goes on from `checkpoint`. What was written after it is made again:
    /// rows of the summary give way, the log keeps everything and says where it was taken up.
    ///
    /// # Errors
    /// When a file of it cannot be written.
    pub fn reopen(
        root: &Path,
        checkpoint: &Checkpoint,
        now: SystemTime,
    ) -> Result<Self, RunFolderError> {
        Ok(Self {
            metrics: MetricsLog::reopen(&root.join("metrics.jsonl"), checkpoint)?,
            summary: Summary::reopen(&root.join("summary.csv"), checkpoint.header.step)?,
            tensorboard: EventFile::create(root, now)?,
            root: root.to_owned(),
        })
    }

    /// The checkpoint written last by the newest run under `output`, if there is one.
    #[must_use]
    pub fn newest_checkpoint(output: &Path) -> Option<PathBuf> {
        let runs = fs::read_dir(output).ok()?.filter_map(Result::ok);
        let last = runs.filter_map(|run| {
            let path = run.path().join(LAST);
            let written = fs::metadata(&path).ok()?.modified().ok()?;
            Some((written, path))
        });
        last.max().map(|(_, path)| path)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Writes one event to every file that it concerns. `elapsed_secs` counts from the run's start.
    ///
    /// # Errors
    /// When a file cannot be written; checkpoints on disk are then still whole.
    pub fn record(&mut self, event: &Event, elapsed_secs: f64) -> Result<(), RunFolderError> {
        if let Event::Exported {
            is_best,
            checkpoint,
            ..
        } = event
        {
            let last = self.root.join(LAST);
            let bytes = checkpoints::to_bytes(checkpoint)
                .map_err(|cause| RunFolderError::file(&last, cause))?;
            write_beside(&last, &bytes)?;
            if *is_best {
                write_beside(&self.root.join(BEST), &bytes)?;
            }
        }
        self.metrics.append(event, elapsed_secs)?;
        self.summary.record(event, elapsed_secs)?;
        self.tensorboard.record(event, SystemTime::now())
    }
}

/// A checkpoint's state in 16 hexadecimal digits.
pub fn hash_text(checkpoint: &Checkpoint) -> String {
    format!("{:016x}", checkpoint.state_hash())
}

/// `<date-time>-<dataset>-<head>-d<dim>-s<seed>`; UTC, without colons, which Windows forbids.
fn run_name(config: &RunConfig, now: SystemTime) -> String {
    let time = humantime::format_rfc3339_seconds(now)
        .to_string()
        .replace(':', "-");
    format!(
        "{}-{}-{}-d{}-s{}",
        time.trim_end_matches('Z'),
        config.dataset,
        config.head,
        config.dim,
        config.seed
    )
}

/// Makes `<output>/<name>`, or `<name>-2` ... where taken. Making it is the test for being free, so
/// that two programs never share one.
fn new_folder(output: &Path, name: &str) -> Result<PathBuf, RunFolderError> {
    let mut root = output.join(name);
    for number in 2..=MAX_SAME_NAMES {
        match fs::create_dir(&root) {
            Ok(()) => return Ok(root),
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                root = output.join(format!("{name}-{number}"));
            }
            Err(cause) => return Err(RunFolderError::Folder { path: root, cause }),
        }
    }
    Err(RunFolderError::Folder {
        path: root,
        cause: io::ErrorKind::AlreadyExists.into(),
    })
}

/// The folders that `create_dir_all` will have to make, deepest first.
fn missing_ancestors(path: &Path) -> Vec<PathBuf> {
    path.ancestors()
        .filter(|folder| !folder.as_os_str().is_empty())
        .take_while(|folder| !folder.exists())
        .map(Path::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use dl2pa_core::config::DatasetKind;
    use dl2pa_core::protocol::{Evaluation, RunId};

    use super::*;

    fn environment() -> Environment {
        Environment::new("CPU", 42, &["dl2pa-app".into()], SystemTime::UNIX_EPOCH)
    }

    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    #[test]
    fn a_taken_name_gets_a_number_and_nothing_is_overwritten() {
        let output = tempfile::tempdir().unwrap();
        let config = RunConfig::default();
        let make = || RunFolder::create(output.path(), &config, &environment(), noon()).unwrap();
        let names: Vec<String> = [make(), make(), make()]
            .iter()
            .map(|folder| folder.path().file_name().unwrap().to_string_lossy().into())
            .collect();
        let first = "2027-01-15T08-00-00-digits-dynamic-d3-s42".to_owned();
        assert_eq!(
            names,
            [first.clone(), format!("{first}-2"), format!("{first}-3")]
        );
    }

    #[test]
    fn the_resolved_configuration_reads_back() {
        let output = tempfile::tempdir().unwrap();
        let config = RunConfig {
            dim: 5,
            ..RunConfig::playground()
        };
        let folder = RunFolder::create(output.path(), &config, &environment(), noon()).unwrap();
        let text = fs::read_to_string(folder.path().join("config.toml")).unwrap();
        let layer = dl2pa_core::config::ConfigLayer::from_toml("config.toml", &text).unwrap();
        assert_eq!(
            RunConfig::resolve(DatasetKind::Digits, &[layer]),
            Ok(config)
        );
        let env = fs::read_to_string(folder.path().join("env.json")).unwrap();
        let env: serde_json::Value = serde_json::from_str(&env).unwrap();
        assert_eq!(env["seed"], 42);
    }

    #[test]
    fn an_impossible_folder_is_one_sentence_and_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "").unwrap();
        for output in [file.join("runs"), file.clone()] {
            let error = RunFolder::create(&output, &RunConfig::default(), &environment(), noon())
                .map(drop)
                .unwrap_err();
            assert!(error.to_string().contains("--output"), "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn folders_made_on_the_way_go_again_when_the_run_cannot_begin() {
        let place = tempfile::tempdir().unwrap();
        let config = RunConfig {
            // No TOML form, so filling the folder fails after it was made.
            seed: u64::MAX,
            ..RunConfig::default()
        };
        let output = place.path().join("a/b");
        let result = RunFolder::create(&output, &config, &environment(), noon()).map(drop);
        assert!(
            matches!(result, Err(RunFolderError::Config(_))),
            "{result:?}"
        );
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn evaluations_reach_metrics_and_summary() {
        let output = tempfile::tempdir().unwrap();
        let mut folder =
            RunFolder::create(output.path(), &RunConfig::default(), &environment(), noon())
                .unwrap();
        let evaluation = Evaluation {
            epoch: 1,
            step: 45,
            train_loss: 0.5,
            train_accuracy: 0.75,
            test_loss: 0.25,
            top1: 0.875,
            top5: 1.0,
            ece: 0.0625,
            lr: 0.05,
            data_wait: 0.0,
        };
        let event = Event::Evaluated {
            run: RunId(1),
            evaluation,
        };
        folder.record(&event, 1.5).unwrap();
        let warning = Event::Warning {
            run: RunId(1),
            message: "slow".to_owned(),
        };
        folder.record(&warning, 2.0).unwrap();
        let metrics = fs::read_to_string(folder.path().join("metrics.jsonl")).unwrap();
        let lines: Vec<serde_json::Value> = metrics
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["event"], "evaluated");
        assert_eq!(lines[0]["evaluation"]["top1"], 0.875);
        assert_eq!(lines[1]["message"], "slow");
        let summary = fs::read_to_string(folder.path().join("summary.csv")).unwrap();
        assert_eq!(summary.lines().count(), 2, "{summary}");
        assert!(summary.contains("0.875"), "{summary}");
    }
}
