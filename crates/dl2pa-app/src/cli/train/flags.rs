//! The flags that only `--train` takes: where to go on from, when to stop, how often.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;

/// Most seeds of one call; more are a mistake.
const MAX_SEEDS: u64 = 1_000;

/// What only `--train` takes besides the settings of a run.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Training (--train)")]
pub(in crate::cli) struct TrainFlags {
    /// Go on from a checkpoint: `last` of the newest run in --output, `auto` (the same, or a new run where
    /// there is none), or the path of a checkpoint or a run folder
    #[arg(long, value_name = "last|auto|PATH")]
    pub(super) resume: Option<Resume>,
    /// Keep a checkpoint every so often besides those of each epoch, as in 10m [default: 10m]
    #[arg(long, value_name = "TIME", value_parser = positive_time)]
    pub(super) checkpoint_every: Option<Duration>,
    /// Stop after so long with a checkpoint, as in 11h30m
    #[arg(long, value_name = "TIME", value_parser = positive_time)]
    pub(super) max_time: Option<Duration>,
    /// Train a run for each of these seeds, as in 0..4 or 1,2,5, and give mean and deviation
    #[arg(long, value_name = "SEEDS", conflicts_with_all = ["seed", "resume"])]
    pub(super) seeds: Option<Seeds>,
    /// Try everything on one batch: train, measure, match, write a checkpoint, read it back; leaves nothing
    #[arg(long, conflicts_with_all = ["resume", "seeds"])]
    pub(super) dry_run: bool,
    /// Threads that decode pictures [default: one for each core]
    #[arg(long, short = 'j', value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) workers: Option<u16>,
}

impl TrainFlags {
    /// A flag that was given.
    pub(in crate::cli) fn given(&self) -> Option<&'static str> {
        let flags = [
            ("--resume", self.resume.is_some()),
            ("--checkpoint-every", self.checkpoint_every.is_some()),
            ("--max-time", self.max_time.is_some()),
            ("--seeds", self.seeds.is_some()),
            ("--dry-run", self.dry_run),
        ];
        let given = flags.into_iter().find(|(_, is_given)| *is_given);
        given.map(|(flag, _)| flag)
    }
}

/// What to go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resume {
    /// The newest run of the output folder.
    Last,
    /// The same, or a new run.
    Auto,
    /// A checkpoint or a run folder.
    Path(std::path::PathBuf),
}

impl FromStr for Resume {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "last" => Self::Last,
            "auto" => Self::Auto,
            path => Self::Path(path.into()),
        })
    }
}

/// The seeds of several runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seeds(pub(super) Vec<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| {
            text.trim()
                .parse::<u64>()
                .ok()
                .filter(|&seed| i64::try_from(seed).is_ok())
                .ok_or_else(|| format!("`{text}` is no seed"))
        };
        let seeds = match text.split_once("..") {
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last.trim_start_matches('='))?);
                if last < first || last - first >= MAX_SEEDS {
                    return Err(format!(
                        "seeds run from a smaller to a greater number, both taken, at most {MAX_SEEDS} of them"
                    ));
                }
                (first..=last).collect()
            }
            None => text.split(',').map(number).collect::<Result<Vec<_>, _>>()?,
        };
        Ok(Self(seeds))
    }
}

fn positive_time(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if time > Duration::ZERO => Ok(time),
        _ => Err("it must be a time above 0, as in 90s, 30m or 11h30m".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_a_range_with_both_ends_or_a_list() {
        assert_eq!("0..4".parse(), Ok(Seeds(vec![0, 1, 2, 3, 4])));
        assert_eq!("3".parse(), Ok(Seeds(vec![3])));
        assert_eq!("1, 5,2".parse(), Ok(Seeds(vec![1, 5, 2])));
        for wrong in [
            "",
            "4..0",
            "a",
            "1..x",
            "0..99999",
            "-1",
            "9223372036854775808",
        ] {
            assert!(wrong.parse::<Seeds>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(positive_time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(positive_time("1h30m"), Ok(Duration::from_secs(5_400)));
        for wrong in ["", "0s", "10", "x"] {
            assert!(positive_time(wrong).is_err(), "{wrong}");
        }
    }
}
