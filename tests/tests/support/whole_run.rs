//! A run from its start to its end in this process, as fast as it goes.

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::{Command, Event};
use dl2pa_core::session::{self, Session, SessionOptions};
use dl2pa_models::Builder;
use dl2pa_runtime::device::TrainingDevice;

use crate::support::TestHost;

/// The hash of a run's last state, as a checkpoint and as the last snapshot have it.
pub fn run(config: &RunConfig, threads: usize) -> String {
    let options = SessionOptions {
        keeps_checkpoints: true,
        ends_after_run: true,
        ..SessionOptions::default()
    };
    let (handle, ports) = session::open();
    let start = Command::Start(Box::new(config.clone()));
    handle.commands.try_send(start).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(|| {
        let TrainingDevice { device, name, .. } = TrainingDevice::cpu();
        pollster::block_on(Session::new(ports, options, TestHost, Builder, device, name).run());
    });
    let mut last = None;
    while let Ok(event) = handle.events.try_recv() {
        match event {
            Event::Exported { checkpoint, .. } => last = Some(checkpoint.state_hash()),
            Event::Failed { message, .. } => panic!("{message}"),
            _ => {}
        }
    }
    let snapshot = handle.latest.get().unwrap();
    assert_eq!(snapshot.state_hash, last);
    format!("{:016x}", last.unwrap())
}
