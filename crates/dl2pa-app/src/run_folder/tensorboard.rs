//! The curves as a TensorBoard event file: TFRecord frames around protocol-buffer messages.
//!
//! A frame is the length (u64), its checksum, the message and its checksum, all little-endian. The
//! checksum is CRC-32C, rotated and offset ("masked") as the TFRecord format asks.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dl2pa_core::protocol::Event;
use prost::Message;

use super::RunFolderError;

/// `tensorflow.Event`, the fields that scalars need.
#[derive(Clone, PartialEq, Message)]
struct EventMessage {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<SummaryMessage>,
}

/// `tensorflow.Summary`.
#[derive(Clone, PartialEq, Message)]
struct SummaryMessage {
    #[prost(message, repeated, tag = "1")]
    value: Vec<ValueMessage>,
}

/// `tensorflow.Summary.Value` with a scalar.
#[derive(Clone, PartialEq, Message)]
struct ValueMessage {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}

/// The open file.
#[derive(Debug)]
pub(super) struct EventFile {
    path: PathBuf,
    file: File,
}

impl EventFile {
    /// Begins `events.out.tfevents.<unix seconds>.dl2pa` in `folder`.
    pub(super) fn create(folder: &Path, now: SystemTime) -> Result<Self, RunFolderError> {
        // A run that goes on begins a second file, perhaps within the same second.
        let mut secs = unix_secs(now);
        let name = |secs: f64| folder.join(format!("events.out.tfevents.{secs:.0}.dl2pa"));
        while name(secs).exists() {
            secs += 1.0;
        }
        let path = name(secs);
        let file = File::create_new(&path).map_err(|cause| RunFolderError::file(&path, cause))?;
        let mut events = Self { path, file };
        events.append(&EventMessage {
            wall_time: unix_secs(now),
            step: 0,
            file_version: Some("brain.Event:2".to_owned()),
            summary: None,
        })?;
        Ok(events)
    }

    /// Adds the scalars of an event, if it has any.
    pub(super) fn record(&mut self, event: &Event, now: SystemTime) -> Result<(), RunFolderError> {
        let Some((step, scalars)) = scalars(event) else {
            return Ok(());
        };
        let value = scalars
            .into_iter()
            .map(|(tag, value)| ValueMessage {
                tag: tag.to_owned(),
                simple_value: Some(value as f32),
            })
            .collect();
        self.append(&EventMessage {
            wall_time: unix_secs(now),
            step: i64::try_from(step).unwrap_or(i64::MAX),
            file_version: None,
            summary: Some(SummaryMessage { value }),
        })
    }

    fn append(&mut self, message: &EventMessage) -> Result<(), RunFolderError> {
        self.file
            .write_all(&frame(&message.encode_to_vec()))
            .map_err(|cause| RunFolderError::file(&self.path, cause))
    }
}

/// The step and the curves' points of an event.
fn scalars(event: &Event) -> Option<(u64, Vec<(&'static str, f64)>)> {
    match event {
        Event::Spread { min_angle_deg, .. } => {
            Some((0, vec![("prototypes/min_angle_deg", *min_angle_deg)]))
        }
        Event::Relabelled { relabelling, .. } => Some((
            relabelling.step,
            vec![
                ("assignment/labels_moved", relabelling.moved.len() as f64),
                ("assignment/score", relabelling.score_after),
            ],
        )),
        Event::Evaluated { evaluation, .. } => Some((
            evaluation.step,
            vec![
                ("train/loss", evaluation.train_loss),
                ("train/accuracy", evaluation.train_accuracy),
                ("train/lr", evaluation.lr),
                ("test/loss", evaluation.test_loss),
                ("test/top1", evaluation.top1),
                ("test/top5", evaluation.top5),
                ("test/ece", evaluation.ece),
            ],
        )),
        _ => None,
    }
}

fn frame(message: &[u8]) -> Vec<u8> {
    let length = (message.len() as u64).to_le_bytes();
    let mut bytes = Vec::with_capacity(message.len() + 16);
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&masked_crc(&length).to_le_bytes());
    bytes.extend_from_slice(message);
    bytes.extend_from_slice(&masked_crc(message).to_le_bytes());
    bytes
}

fn masked_crc(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

fn unix_secs(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use dl2pa_core::protocol::{Evaluation, RunId};

    use super::*;

    /// Takes the frames apart and checks both checksums of each.
    fn messages(mut bytes: &[u8]) -> Vec<EventMessage> {
        let mut messages = Vec::new();
        while !bytes.is_empty() {
            let (length, rest) = bytes.split_at(8);
            let (length_crc, rest) = rest.split_at(4);
            assert_eq!(length_crc, masked_crc(length).to_le_bytes());
            let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
            let (message, rest) = rest.split_at(length);
            let (message_crc, rest) = rest.split_at(4);
            assert_eq!(message_crc, masked_crc(message).to_le_bytes());
            messages.push(EventMessage::decode(message).unwrap());
            bytes = rest;
        }
        messages
    }

    #[test]
    fn the_checksum_is_the_published_one() {
        // RFC 3720 B.4: 32 zero bytes have the CRC-32C 0x8a9136aa; masked by hand.
        assert_eq!(masked_crc(&[0; 32]), 0x0fd7_fffa);
    }

    #[test]
    fn scalars_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = EventFile::create(folder.path(), SystemTime::UNIX_EPOCH).unwrap();
        let event = Event::Evaluated {
            run: RunId(1),
            evaluation: Evaluation {
                epoch: 2,
                step: 90,
                train_loss: 0.5,
                train_accuracy: 0.75,
                test_loss: 0.25,
                top1: 0.875,
                top5: 1.0,
                ece: 0.0625,
                lr: 0.05,
                data_wait: 0.0,
            },
        };
        file.record(&event, SystemTime::UNIX_EPOCH).unwrap();
        let messages = messages(&std::fs::read(&file.path).unwrap());
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0].file_version.as_deref(), Some("brain.Event:2"));
        assert_eq!(messages[1].step, 90);
        let values = &messages[1].summary.as_ref().unwrap().value;
        let top1 = values
            .iter()
            .find(|value| value.tag == "test/top1")
            .unwrap();
        assert_eq!(top1.simple_value, Some(0.875));
    }
}
