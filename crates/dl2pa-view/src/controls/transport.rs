//! Play, pause, step, reset, seed and speed.

use dl2pa_core::protocol::{Pace, StepSize};
use egui::{Popup, Ui, vec2};

use super::Touch;
use super::icons::Icon;
use super::keys::Wish;
use super::widgets::{self, Weight, icon_button, text_button};
use crate::motion;
use crate::stage::show_length_secs;
use crate::text;
use crate::theme::{GRID, Tokens, Type};

/// Speeds on offer; `None` lets the device run free.
const SPEEDS: [Option<f64>; 11] = [
    Some(0.125),
    Some(0.25),
    Some(0.5),
    Some(1.0),
    Some(2.0),
    Some(4.0),
    Some(8.0),
    Some(16.0),
    Some(32.0),
    Some(64.0),
    None,
];
const NORMAL: usize = 3;
/// Optimiser steps a second at normal speed: about an epoch a second on the opening data set.
const STEPS_PER_SEC: f64 = 40.0;
/// The spreading of the prototypes at normal speed, in seconds.
const SPREAD_SECS: f64 = 4.5;
/// Snapshots a second; the stage moves smoothly between two of them.
const SNAPSHOT_HZ: f64 = 15.0;
const MAX_SAMPLES: usize = 500;

/// What the transport asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ask {
    PlayPause,
    Step(StepSize),
    Reset,
    NewSeed,
    Seed(u64),
    Pace,
    /// So many runs side by side.
    Spheres(usize),
    /// Keep the present settings beside those to come.
    Keep,
    /// Go on from the moment shown, beside the run.
    Branch,
    /// Show the run as it was at this epoch.
    GoTo(f64),
    /// Show it so many moments later or earlier.
    Scrub(isize),
    /// Show what happens now.
    Live,
    /// Deal the labels at random again.
    Deal,
    /// Open the lesson with this name.
    Lesson(&'static str),
}

impl Ask {
    /// Shows the run as it was at `epoch`, or what happens `now` where that is no earlier one.
    pub(crate) fn to(epoch: f64, now: f64) -> Self {
        if epoch >= now {
            Self::Live
        } else {
            Self::GoTo(epoch)
        }
    }
}

/// What the play button stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlayState {
    Running,
    Paused,
    Ended,
}

/// State of the transport.
#[derive(Debug)]
pub(crate) struct Transport {
    speed: usize,
    seed_text: String,
    editing: bool,
}

impl Transport {
    /// At normal speed.
    pub(crate) fn new() -> Self {
        Self {
            speed: NORMAL,
            seed_text: String::new(),
            editing: false,
        }
    }

    /// The speed as a factor; "max" is infinite.
    pub(crate) fn speed(&self) -> f64 {
        SPEEDS[self.speed].unwrap_or(f64::INFINITY)
    }

    /// Goes to the speed on offer that is nearest to `speed`; infinite is "max".
    pub(crate) fn set_speed(&mut self, speed: f64) {
        let distance = |place: &usize| match SPEEDS[*place] {
            Some(offer) if speed.is_finite() => (offer / speed).ln().abs(),
            None if speed.is_infinite() => 0.0,
            _ => f64::INFINITY,
        };
        let nearest = (0..SPEEDS.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        self.speed = nearest.unwrap_or(NORMAL);
    }

    /// What the session is asked for at this speed.
    pub(crate) fn pace(&self) -> Pace {
        let speed = self.speed();
        Pace {
            steps_per_sec: SPEEDS[self.speed].map(|speed| speed * STEPS_PER_SEC),
            spread_secs: (SPREAD_SECS / speed).clamp(0.4, 9.0),
            relabel_dwell_secs: dwell_secs(speed),
            first_relabel_dwell_secs: dwell_secs(speed),
            snapshot_hz: SNAPSHOT_HZ,
            max_samples: MAX_SAMPLES,
        }
    }

    /// Draws the buttons in a row; `seed` is the present one.
    pub(crate) fn buttons(&self, ui: &mut Ui, play: PlayState, touch: Touch) -> Vec<Ask> {
        let mut asks = Vec::new();
        ui.spacing_mut().item_spacing.x = 1.5 * GRID;
        let (icon, name) = match play {
            PlayState::Running => (Icon::Pause, text::pause()),
            PlayState::Paused => (Icon::Play, text::play()),
            PlayState::Ended => (Icon::Replay, text::replay()),
        };
        let hint = text::with_space(name);
        if icon_button(ui, icon, name, &hint, Weight::Primary, touch).clicked() {
            asks.push(Ask::PlayPause);
        }
        let step = text_button(
            ui,
            Some(Icon::Step),
            text::step(),
            true,
            Weight::Plain,
            touch,
        )
        .on_hover_text(text::step_hint());
        Popup::menu(&step).gap(4.0).show(|ui| {
            for (size, name, key) in [
                (StepSize::Batch, text::step_batch(), "."),
                (StepSize::Epoch, text::step_epoch(), "E"),
                (StepSize::Matching, text::step_matching(), "M"),
            ] {
                let button = egui::Button::new(name)
                    .shortcut_text(key)
                    .min_size(vec2(200.0, touch.height()))
                    .frame_when_inactive(false);
                if ui.add(button).clicked() {
                    asks.push(Ask::Step(size));
                    ui.close();
                }
            }
        });
        if icon_button(
            ui,
            Icon::Replay,
            text::reset(),
            text::reset_hint(),
            Weight::Plain,
            touch,
        )
        .clicked()
        {
            asks.push(Ask::Reset);
        }
        asks
    }

    /// Draws the seed with its dice.
    pub(crate) fn seed(&mut self, ui: &mut Ui, seed: u64, touch: Touch) -> Option<Ask> {
        let tokens = Tokens::from_ui(ui);
        ui.spacing_mut().item_spacing.x = 1.5 * GRID;
        if !self.editing {
            self.seed_text = seed.to_string();
        }
        if !touch.0 {
            let title = egui::RichText::new(text::seed())
                .font(Type::Small.regular())
                .color(tokens.muted);
            ui.label(title);
        }
        let edit = egui::TextEdit::singleline(&mut self.seed_text)
            .desired_width(52.0)
            .min_size(vec2(0.0, touch.height()))
            .align(egui::Align2::LEFT_CENTER)
            .font(Type::Small.semibold())
            .char_limit(18);
        let response = ui.add(edit).on_hover_text(text::seed_hint());
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, text::seed()));
        self.editing = response.has_focus();
        if response.lost_focus()
            && let Ok(typed) = self.seed_text.trim().parse::<u64>()
            && typed != seed
        {
            return Some(Ask::Seed(typed));
        }
        icon_button(
            ui,
            Icon::Dice,
            text::new_seed(),
            text::new_seed_hint(),
            Weight::Plain,
            touch,
        )
        .clicked()
        .then_some(Ask::NewSeed)
    }

    /// Draws the speed: its figure and a slider of `width` points.
    pub(crate) fn speed_ui(&mut self, ui: &mut Ui, width: f32, touch: Touch) -> Option<Ask> {
        let tokens = Tokens::from_ui(ui);
        ui.spacing_mut().item_spacing.x = 2.0 * GRID;
        if !touch.0 {
            let title = egui::RichText::new(text::speed_name())
                .font(Type::Small.regular())
                .color(tokens.muted);
            ui.label(title).on_hover_text(text::speed_hint());
        }
        let before = self.speed;
        ui.allocate_ui(vec2(width, touch.height()), |ui| {
            widgets::slider(
                ui,
                text::speed_name(),
                &mut self.speed,
                SPEEDS.len() - 1,
                true,
                touch,
            );
        });
        let figure = egui::RichText::new(text::speed(SPEEDS[self.speed]))
            .font(Type::Small.semibold())
            .color(tokens.text);
        ui.add_sized(vec2(34.0, touch.height()), egui::Label::new(figure));
        (self.speed != before).then_some(Ask::Pace)
    }
}

/// What a key asks of the transport.
pub(crate) fn ask_of(wish: Wish) -> Option<Ask> {
    Some(match wish {
        Wish::PlayPause => Ask::PlayPause,
        Wish::Step(size) => Ask::Step(size),
        Wish::Reset => Ask::Reset,
        Wish::NewSeed => Ask::NewSeed,
        Wish::Spheres(count) => Ask::Spheres(count),
        Wish::Keep => Ask::Keep,
        Wish::Branch => Ask::Branch,
        Wish::Scrub(moments) => Ask::Scrub(moments),
        Wish::First => Ask::GoTo(0.0),
        Wish::Live => Ask::Live,
        Wish::Deal => Ask::Deal,
        // The view's own.
        Wish::Labels
        | Wish::Pair
        | Wish::Compare
        | Wish::Commands
        | Wish::Unroll
        | Wish::Talk
        | Wish::Share
        | Wish::Lessons
        | Wish::Words
        | Wish::Classroom
        | Wish::Film
        | Wish::Language => return None,
    })
}

/// Another seed, small enough to be said aloud; the same one always has the same successor.
pub(crate) fn next_seed(seed: u64) -> u64 {
    let mixed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    let next = (mixed >> 33) % 10_000;
    if next == seed { next + 1 } else { next }
}

fn dwell_secs(speed: f64) -> f64 {
    if speed.is_infinite() {
        return 0.0;
    }
    let breath = if speed < motion::PULSE_SPEED {
        0.15
    } else {
        0.0
    };
    show_length_secs(speed) + breath
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_follows_the_speed() {
        let mut transport = Transport::new();
        let normal = transport.pace();
        assert_eq!(normal.steps_per_sec, Some(STEPS_PER_SEC));
        assert!(normal.relabel_dwell_secs >= motion::RELABEL_SECS);
        transport.speed = SPEEDS.len() - 1;
        let free = transport.pace();
        assert_eq!(free.steps_per_sec, None);
        assert_eq!(free.relabel_dwell_secs, 0.0);
        assert!(free.spread_secs < normal.spread_secs);
        transport.speed = 0;
        assert!(transport.pace().spread_secs <= 9.0);
    }

    #[test]
    fn a_speed_that_is_not_on_offer_becomes_the_nearest() {
        let mut transport = Transport::new();
        for (asked, given) in [
            (4.0, 4.0),
            (3.1, 4.0),
            (1e9, 64.0),
            (1e-9, 0.125),
            (f64::INFINITY, f64::INFINITY),
        ] {
            transport.set_speed(asked);
            assert_eq!(transport.speed(), given);
        }
    }

    #[test]
    fn new_seeds_are_new_and_short() {
        let mut seed = 42;
        for _ in 0..50 {
            let next = next_seed(seed);
            assert_ne!(next, seed);
            assert!(next <= 10_000);
            seed = next;
        }
    }
}
