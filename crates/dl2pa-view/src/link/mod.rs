//! A link that holds the whole state of the playground: what is in it, and its text.
//!
//! The text is what follows the address on the page: `#state=1.` and letters. 1 is the version of the format;
//! the letters are base64url of a checksum and of deflated TOML, in which only what differs from the defaults
//! is named. A version is never changed once it has been given away: what its TOML leaves out has the defaults
//! of the time, so a default that changes needs the next version. 2 is that of runs on a person's own data: it names
//! their file and holds the points that were drawn, but no table.

mod envelope;
mod error;
mod points;
#[cfg(test)]
mod tests;
mod wire;

use dl2pa_core::config::{DatasetKind, RunConfig};

pub use error::LinkError;
pub use points::{MAX_CELLS, Points};

/// Characters that a whole link may have, address included: what mail programs and chats leave alone.
pub const MAX_CHARS: usize = 2_000;

/// How the sphere is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaze {
    /// Turn about the vertical axis, in radians.
    pub yaw_rad: f64,
    /// Height above the equator, in radians.
    pub pitch_rad: f64,
    /// Size of the sphere over its size at home.
    pub zoom: f64,
}

/// Colours of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has them.
    #[default]
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// Everything that a link brings back.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The run, with its seed.
    pub config: RunConfig,
    /// Optimiser steps that were done; the run goes there and pauses. 0 lets it play from its start.
    pub step: u64,
    /// Speed as a factor; infinite is as fast as the device goes.
    pub speed: f64,
    /// How the sphere is looked at; `None` while it turns by itself.
    pub gaze: Option<Gaze>,
    /// The class that is looked at.
    pub selected: Option<usize>,
    /// Name of the open tab. A name that this program has no tab of opens none.
    pub tab: Option<String>,
    /// Labels show their names.
    pub names: bool,
    /// The closest pair is marked.
    pub pair: bool,
    /// Two ways of spreading stand side by side.
    pub comparing: bool,
    /// Colours.
    pub theme: Theme,
    /// Name of the lesson.
    pub lesson: Option<String>,
    /// Name of the lesson's beat.
    pub beat: Option<String>,
    /// Points that were drawn by hand.
    pub points: Option<Points>,
}

impl State {
    /// `config` from its start, looked at as at first.
    #[must_use]
    pub const fn of(config: RunConfig) -> Self {
        Self {
            config,
            step: 0,
            speed: 1.0,
            gaze: None,
            selected: None,
            tab: None,
            names: true,
            pair: false,
            comparing: false,
            theme: Theme::System,
            lesson: None,
            beat: None,
            points: None,
        }
    }
}

/// A state as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// From `state=` on; the page puts its address and a `#` before it.
    pub text: String,
    /// The points that were drawn did not fit.
    pub leaves_out_points: bool,
}

/// Writes `state` in at most `room` characters. Points that do not fit are left out, which the result says.
///
/// # Errors
/// [`LinkError::NeedsFiles`] for a run that reads files, [`LinkError::TooLong`] when even without the points there
/// is not enough room.
pub fn write(state: &State, room: usize) -> Result<Link, LinkError> {
    let version = match state.config.dataset {
        DatasetKind::Own => 2,
        _ => 1,
    };
    let text = envelope::wrap(version, &wire::write(state)?)?;
    if text.len() <= room {
        return Ok(Link {
            text,
            leaves_out_points: false,
        });
    }
    if state.points.is_none() {
        return Err(LinkError::TooLong {
            chars: text.len(),
            most: room,
        });
    }
    let lighter = State {
        points: None,
        ..state.clone()
    };
    Ok(Link {
        leaves_out_points: true,
        ..write(&lighter, room)?
    })
}

/// Whether `text` claims to be a link or the part behind its `#`; other anchors of a page are none of ours.
#[must_use]
pub fn is_meant(text: &str) -> bool {
    envelope::fragment(text).is_some()
}

/// Reads a whole link, or the part behind its `#`.
///
/// # Errors
/// Each [`LinkError`] is one sentence for the person who opened the link.
pub fn read(text: &str) -> Result<State, LinkError> {
    wire::read(&envelope::unwrap(text)?)
}
