//! The command line that the playground gives to copy means the run that it was copied from.

use std::cell::RefCell;

use clap::Parser as _;
use dl2pa_core::config::{
    AssignInit, AutoAugment, BackboneKind, ClassMeansKind, ConfigLayer, DatasetKind, Fidelity,
    HeadKind, LossKind, OptKind, RunConfig, ScheduleKind, Switch,
};
use dl2pa_core::prototypes::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use super::arguments::{Arguments, Mode};

/// A value of a key as TOML, whether or not it suits the others.
fn setting() -> impl Strategy<Value = (&'static str, String)> {
    let name = |key: &'static str, names: &'static [&'static str]| {
        select(names)
            .prop_map(move |name| (key, format!("\"{name}\"")))
            .boxed()
    };
    let count = |key: &'static str, most: usize| {
        (0..=most)
            .prop_map(move |count| (key, count.to_string()))
            .boxed()
    };
    let real = |key: &'static str, most: f64| {
        (0.0..most)
            .prop_map(move |value| (key, format!("{value:?}")))
            .boxed()
    };
    let file = |key: &'static str| {
        "[a-z \'$(*~=/é-]{0,9}"
            .prop_map(move |name| (key, toml::Value::String(name).to_string()))
            .boxed()
    };
    let list = |key: &'static str| {
        vec(1_usize..300, 0..4)
            .prop_map(move |list| (key, format!("{list:?}")))
            .boxed()
    };
    let channels = |key: &'static str| {
        vec(-1.0..1.0_f64, 3)
            .prop_map(move |list| (key, format!("{list:?}")))
            .boxed()
    };
    let names = [
        name("head", HeadKind::NAMES),
        name("backbone", BackboneKind::NAMES),
        name("loss", LossKind::NAMES),
        name("sched", ScheduleKind::NAMES),
        name("assign_init", AssignInit::NAMES),
        name("assign_rotation", Switch::NAMES),
        name("class_means", ClassMeansKind::NAMES),
        name("fidelity", Fidelity::NAMES),
        name("opt", OptKind::NAMES),
        name("aa", AutoAugment::NAMES),
        name("hflip", Switch::NAMES),
        select(Method::GENERAL)
            .prop_map(|m| ("prototype_method", format!("\"{}\"", m.name())))
            .boxed(),
    ];
    let numbers = [
        count("classes", 12),
        count("dim", 70),
        count("epochs", 400),
        count("batch_size", 300),
        count("seed", 1 << 53),
        count("warmup_epochs", 9),
        count("crop_padding", 9),
        real("lr", 2.0),
        real("scale", 50.0),
        real("assign_period", 9.0),
        real("weight_decay", 1e-3),
        real("momentum", 1.0),
        real("smoothing", 1.0),
        real("clip_grad", 9.0),
        real("mixup", 2.0),
    ];
    let rest = [
        list("hidden"),
        list("decay_milestones"),
        channels("mean"),
        file("prototype_file"),
        file("data_dir"),
        file("data_file"),
        file("data_digest"),
        count("data_features", 9),
    ];
    proptest::strategy::Union::new(names.into_iter().chain(numbers).chain(rest))
}

/// `base` with those of the settings that make sense on it, one after the other.
fn with(base: RunConfig, settings: &[(&'static str, String)]) -> RunConfig {
    settings.iter().fold(base, |config, (key, value)| {
        let layer = ConfigLayer::from_toml("a test", &format!("{key} = {value}")).unwrap();
        config.clone().overlaid(&[layer]).unwrap_or(config)
    })
}

/// The words that a POSIX shell makes of `line`, which holds no double quotes outside of single ones.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => word.extend(letters.next()),
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            letter => word.push(letter),
        }
    }
    assert!(!is_quoted, "{line}");
    words.push(word);
    words
}

/// What the program makes of the command.
fn parsed(command: &str) -> RunConfig {
    let arguments = Arguments::try_parse_from(words(command))
        .unwrap_or_else(|error| panic!("{command}: {error}"));
    assert_eq!(arguments.modes.mode(), Mode::Train);
    let table = toml::Table::try_from(&arguments.run).unwrap();
    let layer = ConfigLayer::from_table("the command line", table);
    RunConfig::resolve(DatasetKind::Digits, &[layer])
        .unwrap_or_else(|error| panic!("{command}: {error}"))
}

#[test]
fn some_hundred_commands_mean_the_runs_that_they_were_made_of() {
    let mut runner = TestRunner::new(Config::with_cases(400));
    let settings = vec(setting(), 0..12);
    // Whether each configuration was another than the defaults.
    let differs = RefCell::new(Vec::new());
    runner
        .run(
            &(select(DatasetKind::ALL), settings),
            |(dataset, settings)| {
                let mut base = RunConfig::for_dataset(dataset);
                if dataset.is_published() {
                    base.images.data_dir = Some("my data/it\'s".to_owned());
                }
                if dataset == DatasetKind::Own {
                    base.own.data_file = Some("my flowers/it\'s.csv".to_owned());
                }
                let config = with(base.clone(), &settings);
                if config.validate().is_err() {
                    return Ok(());
                }
                differs.borrow_mut().push(config != base);
                let command = config.command_line().unwrap();
                prop_assert_eq!(parsed(&command), config, "{}", command);
                Ok(())
            },
        )
        .unwrap();
    let differs = differs.into_inner();
    let count = differs.iter().filter(|&&differs| differs).count();
    assert!(count > 200, "only {count} of {} differ", differs.len());
}

#[test]
fn lists_may_be_empty_and_numbers_below_0() {
    let config = RunConfig {
        hidden: Vec::new(),
        ..RunConfig::playground()
    };
    let command = config.command_line().unwrap();
    assert_eq!(command, "dl2pa-app --train --dataset grid --hidden");
    assert_eq!(parsed(&command), config);
    let mut config = RunConfig::default();
    config.images.mean = vec![-0.5, 0.25, 0.0];
    assert_eq!(parsed(&config.command_line().unwrap()), config);
}
