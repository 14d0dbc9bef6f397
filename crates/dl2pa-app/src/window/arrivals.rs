//! Files that were dropped on the window or the page: read here, since a browser reads them in its own time.

use async_channel::{Receiver, Sender};
use egui::{Context, DroppedFileHandle};

/// Largest file that is read, in bytes.
#[cfg(not(target_family = "wasm"))]
const MOST_BYTES: u64 = 256 << 20;
/// The log of a run, in its folder.
#[cfg(not(target_family = "wasm"))]
const LOG: &str = "metrics.jsonl";

/// A dropped file.
pub(super) struct Arrival {
    /// Where it lies, or its name.
    pub(super) name: String,
    /// What it holds, or why that cannot be known.
    pub(super) content: Result<Vec<u8>, String>,
}

/// What has been dropped and not been taken yet.
pub(super) struct Arrivals {
    sender: Sender<Arrival>,
    receiver: Receiver<Arrival>,
}

impl Arrivals {
    pub(super) fn new() -> Self {
        let (sender, receiver) = async_channel::unbounded();
        Self { sender, receiver }
    }

    /// Reads what was dropped in this frame, now or in a while.
    pub(super) fn note(&self, context: &Context) {
        let dropped = context.input(|input| input.raw.dropped_files.clone());
        for file in dropped {
            self.read(context, &file);
        }
    }

    /// The next file that has been read.
    pub(super) fn next(&self) -> Option<Arrival> {
        self.receiver.try_recv().ok()
    }

    #[cfg(not(target_family = "wasm"))]
    fn read(&self, _context: &Context, file: &DroppedFileHandle) {
        let path = file.path().to_owned();
        let arrival = Arrival {
            name: path.display().to_string(),
            content: content(&path),
        };
        // The receiver lives as long as this.
        self.sender.try_send(arrival).ok();
    }

    #[cfg(target_family = "wasm")]
    fn read(&self, context: &Context, file: &DroppedFileHandle) {
        let (sender, context, file) = (self.sender.clone(), context.clone(), file.clone());
        wasm_bindgen_futures::spawn_local(async move {
            let arrival = Arrival {
                name: file.path().display().to_string(),
                content: file.bytes_async().await,
            };
            // The page may be gone by now.
            sender.try_send(arrival).ok();
            context.request_repaint();
        });
    }
}

/// What a file holds; of the folder of a run, its log.
#[cfg(not(target_family = "wasm"))]
fn content(path: &std::path::Path) -> Result<Vec<u8>, String> {
    use std::io::Read as _;

    let file = if path.is_dir() {
        path.join(LOG)
    } else {
        path.to_owned()
    };
    let read = std::fs::File::open(file).and_then(|file| {
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    match read {
        Ok(bytes) if bytes.len() as u64 > MOST_BYTES => {
            Err(format!("it is larger than {} MB", MOST_BYTES >> 20))
        }
        other => other.map_err(|error| error.to_string()),
    }
}
