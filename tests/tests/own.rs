//! A session learns a table that somebody brought, and says what is wrong with it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use dl2pa_core::config::{DatasetKind, RunConfig};
use dl2pa_core::datasets::{self, Table};
use dl2pa_core::protocol::{Command, Event, FailureCause};
use dl2pa_core::session::{self, Session, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;
use support::TestHost;

/// Rows of classes round corners that lie far apart.
fn blobs(corners: &[(&str, [f32; 2])]) -> Table {
    let mut text = "x,y,label\n".to_owned();
    for (name, [x, y]) in corners {
        for i in 0..60_u8 {
            let turn = f32::from(i) * 2.399_963;
            let reach = (f32::from(i) / 60.0).sqrt();
            let (x, y) = (x + reach * turn.cos(), y + reach * turn.sin());
            text.push_str(&format!("{x},{y},{name}\n"));
        }
    }
    Table::read(text.as_bytes()).unwrap()
}

fn config(table: &Table) -> RunConfig {
    let mut config = RunConfig::for_dataset(DatasetKind::Own);
    config.classes = table.class_names().len();
    config.own.data_file = Some("blobs.csv".to_owned());
    config.own.data_digest = Some(table.digest());
    config.own.data_features = Some(table.features());
    let sizes = datasets::own_sizes(table);
    (config.batch_size, config.epochs) = (sizes.batch_size, sizes.epochs);
    config.assign_period = sizes.assign_period;
    config
}

/// Everything a session says of what it is told, up to the run's end.
fn events(commands: Vec<Command>) -> Vec<Event> {
    let (handle, ports) = session::open();
    for command in commands {
        handle.commands.try_send(command).unwrap();
    }
    let options = SessionOptions {
        ends_after_run: true,
        ..SessionOptions::default()
    };
    dl2pa_runtime::spawn_actor("training", move || {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        Session::new(ports, options, TestHost, Builder, device, name).run()
    })
    .unwrap();
    let mut events = Vec::new();
    while let Ok(event) = handle.events.recv_blocking() {
        events.push(event);
    }
    events
}

#[test]
fn blobs_far_apart_are_told_apart() {
    let table = blobs(&[("sun", [-40.0, 3.0]), ("moon", [55.0, 9.0])]);
    let config = config(&table);
    let start = Command::Start(Box::new(config));
    let events = events(vec![Command::Bring(Arc::new(table)), start]);
    let names = events.iter().find_map(|event| match event {
        Event::Started { info, .. } => Some(info.class_names.clone()),
        _ => None,
    });
    assert_eq!(names.unwrap(), ["moon", "sun"]);
    let top1 = events.iter().rev().find_map(|event| match event {
        Event::Evaluated { evaluation, .. } => Some(evaluation.top1),
        _ => None,
    });
    assert!(top1.unwrap() > 0.99, "{top1:?}");
}

#[test]
fn another_table_than_the_run_was_made_with_is_refused() {
    let table = blobs(&[("sun", [-40.0, 3.0]), ("moon", [55.0, 9.0])]);
    let other = blobs(&[("sun", [-40.0, 3.0]), ("moon", [55.0, 9.5])]);
    let failure = |commands| match events(commands).last() {
        Some(Event::Failed { message, cause, .. }) => (message.clone(), *cause),
        last => panic!("{last:?}"),
    };
    let start = Command::Start(Box::new(config(&table)));
    let (said, cause) = failure(vec![Command::Bring(Arc::new(other)), start.clone()]);
    assert!(said.contains("`blobs.csv`"), "{said}");
    assert_eq!(cause, FailureCause::Data);
    // Nobody brought one, and there is no such file.
    let (said, cause) = failure(vec![start]);
    assert!(said.contains("`blobs.csv` cannot be read"), "{said}");
    assert_eq!(cause, FailureCause::Data);
    let wrong = RunConfig {
        classes: 3,
        ..config(&table)
    };
    let start = Command::Start(Box::new(wrong));
    let (said, _) = failure(vec![Command::Bring(Arc::new(table)), start]);
    assert!(said.contains("2 classes"), "{said}");
}
