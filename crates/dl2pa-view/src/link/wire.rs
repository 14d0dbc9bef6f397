//! What a link says, in version 1 and 2: a state as TOML that names only what differs from the defaults.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use dl2pa_core::config::{ConfigLayer, DatasetKind, RunConfig};
use serde::{Deserialize, Serialize};

use super::{Gaze, LinkError, Points, State, Theme};

/// Longest name of a tab, a lesson or a beat, in bytes.
const MAX_NAME: usize = 64;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default, skip_serializing_if = "is_zero")]
    step: u64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    speed: f64,
    /// Yaw, pitch, zoom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gaze: Option<[f64; 3]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selected: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tab: Option<String>,
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    names: bool,
    #[serde(default, skip_serializing_if = "is_off")]
    pair: bool,
    #[serde(default, skip_serializing_if = "is_off")]
    comparing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dark: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lesson: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    beat: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    points: Option<String>,
    config: toml::Table,
}

const fn is_zero(step: &u64) -> bool {
    *step == 0
}

const fn one() -> f64 {
    1.0
}

const fn is_one(speed: &f64) -> bool {
    *speed == 1.0
}

const fn yes() -> bool {
    true
}

const fn is_off(switch: &bool) -> bool {
    !*switch
}

/// The state as TOML.
pub(super) fn write(state: &State) -> Result<String, LinkError> {
    let State { gaze, .. } = state;
    let mut config = state.config.clone();
    refuse_files(&config)?;
    forget_folders(&mut config)?;
    let wire = Wire {
        step: state.step,
        speed: state.speed,
        gaze: gaze.map(|gaze| [gaze.yaw_rad, gaze.pitch_rad, gaze.zoom]),
        selected: state.selected.and_then(|class| u32::try_from(class).ok()),
        tab: state.tab.clone(),
        names: state.names,
        pair: state.pair,
        comparing: state.comparing,
        dark: match state.theme {
            Theme::System => None,
            Theme::Dark => Some(true),
            Theme::Light => Some(false),
        },
        lesson: state.lesson.clone(),
        beat: state.beat.clone(),
        points: state
            .points
            .as_ref()
            .map(|points| STANDARD_NO_PAD.encode(points.to_bytes())),
        config: config.differences()?,
    };
    // What TOML cannot hold (a step beyond 2^63) no run reaches.
    toml::to_string(&wire).map_err(|_unwritable| LinkError::Oversized)
}

/// The state that `toml` says. The checksum has been right, so whatever is wrong now was made so by somebody.
pub(super) fn read(toml: &str) -> Result<State, LinkError> {
    let wire: Wire = toml::from_str(toml).map_err(|_error| LinkError::Damaged)?;
    let layer = ConfigLayer::from_table("this link", wire.config);
    // A link that names a file is refused for that, and not because the file is missing.
    if layer.chooses("data_dir") || layer.chooses("prototype_file") {
        return Err(LinkError::NeedsFiles {
            dataset: "a folder".to_owned(),
        });
    }
    let mut config = RunConfig::resolve(DatasetKind::Grid, &[layer])?;
    refuse_files(&config)?;
    forget_folders(&mut config)?;
    let names = [&wire.tab, &wire.lesson, &wire.beat];
    let is_named_briefly = names
        .into_iter()
        .flatten()
        .all(|name| name.len() <= MAX_NAME);
    let is_seen = wire
        .gaze
        .is_none_or(|gaze| gaze.into_iter().all(f64::is_finite));
    if !(is_named_briefly && is_seen && wire.speed > 0.0) {
        return Err(LinkError::Damaged);
    }
    let points = match wire.points {
        None => None,
        Some(letters) => {
            let bytes = STANDARD_NO_PAD
                .decode(letters)
                .map_err(|_letter| LinkError::Damaged)?;
            Some(Points::from_bytes(&bytes).ok_or(LinkError::Damaged)?)
        }
    };
    Ok(State {
        config,
        step: wire.step,
        speed: wire.speed,
        gaze: wire.gaze.map(|[yaw_rad, pitch_rad, zoom]| Gaze {
            yaw_rad,
            pitch_rad,
            zoom,
        }),
        selected: wire.selected.map(|class| class as usize),
        tab: wire.tab,
        names: wire.names,
        pair: wire.pair,
        comparing: wire.comparing,
        theme: match wire.dark {
            None => Theme::System,
            Some(true) => Theme::Dark,
            Some(false) => Theme::Light,
        },
        lesson: wire.lesson,
        beat: wire.beat,
        points,
    })
}

/// Where somebody keeps a file is nobody else's business; its name tells which one is meant.
fn forget_folders(config: &mut RunConfig) -> Result<(), LinkError> {
    if let Some(file) = &mut config.own.data_file {
        let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
        if name.is_empty() || name.len() > MAX_NAME {
            return Err(LinkError::Damaged);
        }
        *file = name.to_owned();
    }
    Ok(())
}

/// A link travels to other machines, which do not have these files, and must not ask for theirs.
fn refuse_files(config: &RunConfig) -> Result<(), LinkError> {
    if config.dataset.is_published()
        || config.images.data_dir.is_some()
        || config.prototype_file.is_some()
    {
        return Err(LinkError::NeedsFiles {
            dataset: config.dataset.name().to_owned(),
        });
    }
    Ok(())
}
