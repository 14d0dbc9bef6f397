//! The flags, grouped in `--help` by the mode they belong to.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser};
use dl2pa_core::assignment::Solver;
use dl2pa_runtime::device::DeviceChoice;

use super::export::FORMATS;
use super::presets::Preset;
use super::run_flags::RunFlags;
use super::train::TrainFlags;

/// More threads than this are a mistake.
const MAX_THREADS: usize = 1024;

/// More starts than this are a mistake.
const MAX_STARTS: usize = 1_000_000;

/// Watch and train networks whose classes find their own places on a sphere.
///
/// Without a mode flag the playground window opens.
#[derive(Debug, Parser)]
#[command(name = "dl2pa-app", version, allow_negative_numbers = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) modes: ModeFlags,
    #[command(flatten)]
    pub(super) common: CommonFlags,
    #[command(flatten)]
    pub(super) prototypes: PrototypeFlags,
    #[command(flatten)]
    pub(super) assign: AssignFlags,
    #[command(flatten)]
    pub(super) train: TrainFlags,
    #[command(flatten)]
    pub(super) run: RunFlags,
}

/// What the program does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Window,
    Train,
    Eval,
    Prototypes,
    Assign,
    Export(String),
    VerifyData,
    Compare(Vec<PathBuf>),
    Study(String),
    PrintConfig,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Modes (at most one; without any the window opens)")]
#[group(skip)]
pub(super) struct ModeFlags {
    /// Train a network in the terminal; digits, 3 dimensions and the dynamic head unless told otherwise
    #[arg(long, group = "mode")]
    train: bool,
    /// Measure a checkpoint on the test split: --checkpoint PATH; --output DIR for tables of classes and
    /// confusions
    #[arg(long, group = "mode")]
    eval: bool,
    /// Spread prototypes on the sphere, print how well, and write them to --output FILE; Ctrl-C keeps
    /// the best so far. Beside --assign it is no mode but names the FILE of prototypes to match to
    #[arg(long, value_name = "FILE", conflicts_with_all =
        ["train", "eval", "export", "verify_data", "compare", "study", "print_config"])]
    prototypes: Option<Option<PathBuf>>,
    /// Match classes to prototypes: --means FILE --prototypes FILE, or --scores FILE, of anyone's
    #[arg(long, group = "mode")]
    assign: bool,
    /// Write a trained network for other programs: --checkpoint PATH --output FILE; its classifier is the
    /// prototypes in the order of the classes
    #[arg(long, value_name = "FORMAT", group = "mode", value_parser = PossibleValuesParser::new(FORMATS))]
    export: Option<String>,
    /// Check the files of a published data set: --dataset NAME --data-dir DIR; with --download, fetch them
    /// first
    #[arg(long, group = "mode")]
    verify_data: bool,
    /// Compare the runs in these folders: their settings where they differ, and what they came to
    #[arg(long, value_name = "RUN", num_args = 1.., group = "mode")]
    compare: Option<Vec<PathBuf>>,
    /// Run a study by name: fig2-apad, fig3a-intercosine, fig3b-period, fig3c-time, fig3d-psc-uniform,
    /// fig4a-dimension, fig4b-moves, init or loss
    #[arg(long, value_name = "NAME", group = "mode")]
    study: Option<String>,
    /// Print the resolved configuration as TOML, ready for --config
    #[arg(long, group = "mode")]
    print_config: bool,
}

impl ModeFlags {
    /// The mode; the parser lets at most one flag through.
    pub(super) fn mode(&self) -> Mode {
        if let Some(name) = &self.study {
            return Mode::Study(name.clone());
        }
        if let Some(runs) = &self.compare {
            return Mode::Compare(runs.clone());
        }
        if let Some(format) = &self.export {
            return Mode::Export(format.clone());
        }
        let flags = [
            (self.train, Mode::Train),
            (self.eval, Mode::Eval),
            (self.assign, Mode::Assign),
            (self.prototypes.is_some(), Mode::Prototypes),
            (self.verify_data, Mode::VerifyData),
            (self.print_config, Mode::PrintConfig),
        ];
        let chosen = flags.into_iter().find(|(is_given, _)| *is_given);
        chosen.map_or(Mode::Window, |(_, mode)| mode)
    }

    /// The file that `--prototypes` names; only `--assign` takes one.
    pub(super) fn prototype_file(&self) -> Option<&Path> {
        self.prototypes.as_ref()?.as_deref()
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Common")]
pub(super) struct CommonFlags {
    /// Settings from a TOML file; flags win over it
    #[arg(long, value_name = "FILE.toml")]
    pub(super) config: Option<PathBuf>,
    /// The paper's settings by name, such as cifar100-d50, imagenet-resnet50-d512 or cifar100-lt-0.01;
    /// --config and flags win over it
    #[arg(long, value_name = "NAME", value_parser = Preset::find)]
    pub(super) preset: Option<Preset>,
    /// Open the window with a run: that of a playground's link, given as text or as a file that holds it, or a recorded
    /// one, given as its run folder or its .jsonl
    #[arg(long, value_name = "LINK|FILE|RUN")]
    pub(super) open: Option<String>,
    /// The checkpoint to measure or to export, or its run folder (--eval, --export)
    #[arg(long, value_name = "PATH")]
    pub(super) checkpoint: Option<PathBuf>,
    /// Fetch the data set from its publisher first, where it is public (--train, --verify-data)
    #[arg(long)]
    pub(super) download: bool,
    /// Fetch it from the folder at this address instead
    #[arg(long, value_name = "URL", requires = "download")]
    pub(super) download_from: Option<String>,
    /// Where to compute: auto, gpu, cpu, cuda or cuda:N
    #[arg(long, default_value = "auto")]
    pub(super) device: DeviceChoice,
    /// Folder that run folders go into (--train; ./runs if not given) or the window saves pictures and tables in
    /// (the working folder if not given), or the file to write
    /// (--prototypes; .npy, .safetensors or .csv. --assign; .csv or .npy)
    #[arg(long, visible_alias = "out", value_name = "PATH")]
    pub(super) output: Option<PathBuf>,
    /// Print one JSON object as the last line of standard output; all else goes to standard error
    #[arg(long)]
    pub(super) json: bool,
    /// Print errors and the result only
    #[arg(long)]
    pub(super) quiet: bool,
    /// Print plain lines instead of a progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// What only `--prototypes` takes.
#[derive(Clone, Debug, Default, Args)]
#[command(
    next_help_heading = "Prototypes (--prototypes, with --classes, --dim, --method, --t, --seed and --output)"
)]
pub(super) struct PrototypeFlags {
    /// Look for better prototypes until so many seconds are over, or none can be better; the result then
    /// depends on the machine's speed [default: some seconds of work, the same on every machine]
    #[arg(long, value_name = "SECONDS", value_parser = positive_secs)]
    pub(super) max_seconds: Option<f64>,
    /// Threads to compute on [default: one for each core]
    #[arg(long, value_name = "N", value_parser = thread_count)]
    pub(super) threads: Option<usize>,
    /// Report on the prototypes of a file (.npy, .safetensors, .csv or .pth) instead of making some;
    /// with --output, write them as another file too
    #[arg(long, value_name = "FILE")]
    pub(super) measure: Option<PathBuf>,
    /// Compare all pairs even of codes so large that their construction is relied on otherwise
    #[arg(long)]
    pub(super) verify_all: bool,
}

impl PrototypeFlags {
    /// A flag that was given.
    pub(super) fn given(&self) -> Option<&'static str> {
        let flags = [
            ("--max-seconds", self.max_seconds.is_some()),
            ("--threads", self.threads.is_some()),
            ("--measure", self.measure.is_some()),
            ("--verify-all", self.verify_all),
        ];
        let given = flags.into_iter().find(|(_, is_given)| *is_given);
        given.map(|(flag, _)| flag)
    }
}

/// What only `--assign` takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Assignment (--assign, with --prototypes FILE, --seed and --output)")]
pub(super) struct AssignFlags {
    /// Class means, one a row (.npy, .safetensors, .csv or .pth); set to length 1, and a row of zeros is a
    /// class never seen
    #[arg(long, value_name = "FILE")]
    pub(super) means: Option<PathBuf>,
    /// Ready scores, a class a row and a prototype a column, instead of means and prototypes; taken in
    /// single precision
    #[arg(long, value_name = "FILE")]
    pub(super) scores: Option<PathBuf>,
    /// The assignment before (.csv or .npy, as this mode writes them): ties keep its pairs, and what
    /// moved is reported
    #[arg(long, value_name = "FILE")]
    pub(super) present: Option<PathBuf>,
    /// Let all prototypes turn together, and write the rotation beside --output as STEM.rotation.npy
    #[arg(long)]
    pub(super) rotate: bool,
    /// Random rotations that --rotate starts from [default: 4 to 200, fewer for more classes]
    #[arg(long, value_name = "N", value_parser = start_count)]
    pub(super) starts: Option<usize>,
    /// How the matching is solved [default: auto, which is shortest-path up to 16,384 classes and
    /// prototypes, and sparse beyond]
    #[arg(long, value_name = "NAME", value_parser = solver_names())]
    pub(super) solver: Option<String>,
}

impl AssignFlags {
    /// A flag that was given.
    pub(super) fn given(&self) -> Option<&'static str> {
        let flags = [
            ("--means", self.means.is_some()),
            ("--scores", self.scores.is_some()),
            ("--present", self.present.is_some()),
            ("--rotate", self.rotate),
            ("--starts", self.starts.is_some()),
            ("--solver", self.solver.is_some()),
        ];
        let given = flags.into_iter().find(|(_, is_given)| *is_given);
        given.map(|(flag, _)| flag)
    }
}

fn solver_names() -> PossibleValuesParser {
    PossibleValuesParser::new(Solver::ALL.map(Solver::name))
}

fn start_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 0..=MAX_STARTS) => Ok(count),
        _ => Err(format!("it must be a number from 0 to {MAX_STARTS}")),
    }
}

fn positive_secs(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(secs) if secs > 0.0 && secs.is_finite() => Ok(secs),
        _ => Err("it must be a number of seconds above 0".to_owned()),
    }
}

fn thread_count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=MAX_THREADS) => Ok(count),
        _ => Err(format!("it must be a number from 1 to {MAX_THREADS}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use dl2pa_core::config::{ConfigLayer, DatasetKind, RunConfig};

    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn each_mode_flag_chooses_its_mode() {
        let mode = |arguments: &[&str]| {
            let arguments = [&["dl2pa-app"], arguments].concat();
            Arguments::try_parse_from(arguments).unwrap().modes.mode()
        };
        assert_eq!(mode(&[]), Mode::Window);
        assert_eq!(mode(&["--train"]), Mode::Train);
        assert_eq!(mode(&["--prototypes"]), Mode::Prototypes);
        assert_eq!(mode(&["--study", "fig2"]), Mode::Study("fig2".to_owned()));
        assert_eq!(mode(&["--print-config"]), Mode::PrintConfig);
        for two in [
            ["--train", "--eval"],
            ["--train", "--prototypes"],
            ["--eval", "--assign"],
        ] {
            let arguments = [&["dl2pa-app"], &two[..]].concat();
            assert!(Arguments::try_parse_from(arguments).is_err(), "{two:?}");
        }
    }

    #[test]
    fn prototypes_is_a_mode_or_the_file_to_match_to() {
        let modes = |arguments: &[&str]| {
            let arguments = [&["dl2pa-app"], arguments].concat();
            Arguments::try_parse_from(arguments).unwrap().modes
        };
        let alone = modes(&["--prototypes", "--classes", "3"]);
        assert_eq!(
            (alone.mode(), alone.prototype_file()),
            (Mode::Prototypes, None)
        );
        for order in [
            &["--assign", "--prototypes", "p.npy"][..],
            &["--prototypes", "p.npy", "--assign"],
            &["--assign", "--prototypes=p.npy"],
        ] {
            let both = modes(order);
            assert_eq!(both.mode(), Mode::Assign);
            assert_eq!(both.prototype_file(), Some(Path::new("p.npy")));
        }
    }

    #[test]
    fn prototypes_flags_have_short_names() {
        let given = ["dl2pa-app", "--method", "uniformity", "--t", "10"];
        let flags = Arguments::try_parse_from(given).unwrap().run;
        assert_eq!(flags.prototype_method.as_deref(), Some("uniformity"));
        assert_eq!(flags.prototype_t, Some(10.0));
        assert!(Arguments::try_parse_from(["dl2pa-app", "--method", "spiral"]).is_err());
    }

    #[test]
    fn every_key_of_the_configuration_has_its_flag() {
        let mut config = RunConfig {
            prototype_file: Some("w.npy".to_owned()),
            ..RunConfig::default()
        };
        config.images.data_dir = Some("data".to_owned());
        config.recipe.decay_milestones = vec![10, 20];
        let keys = toml::Table::try_from(&config).unwrap();
        let mut arguments = vec!["dl2pa-app".to_owned()];
        for (key, value) in &keys {
            let text = match value {
                toml::Value::String(text) => text.clone(),
                toml::Value::Array(items) => {
                    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                    items.join(",")
                }
                other => other.to_string(),
            };
            arguments.push(format!("--{}={text}", key.replace('_', "-")));
        }
        let flags = Arguments::try_parse_from(arguments).unwrap().run;
        let table = toml::Table::try_from(&flags).unwrap();
        assert_eq!(table, keys);
        let layer = ConfigLayer::from_table("the command line", table);
        assert_eq!(
            RunConfig::resolve(DatasetKind::Digits, &[layer]),
            Ok(config)
        );
    }
}
