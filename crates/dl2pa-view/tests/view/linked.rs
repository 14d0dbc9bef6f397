//! What is pointed at in one view is stressed in the others, and curves lead to their moments.

use egui::{Key, Theme, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::controls::{live_through, shown_epoch};
use crate::fabricated::{Booth, booth, in_full_swing, pass, started, tell};

const LAPTOP: (f32, f32) = (1280.0, 800.0);
/// Titles of two plots.
const LOSS: &str = "Loss";
const MOVED: &str = "Labels moved by each matching";

/// The place of an epoch in the plot of this title; its axis ends at `last_epoch`.
fn at_epoch(harness: &Harness<'_, Booth>, plot: &str, epoch: f32, last_epoch: f32) -> egui::Pos2 {
    let rect = harness.get_by_label(plot).rect();
    let x = rect.left() + rect.width() * epoch / last_epoch;
    pos2(x, rect.bottom() - 6.0)
}

/// The end of the plots' axes, a little after the run's present epoch.
fn last_epoch(harness: &Harness<'_, Booth>) -> f32 {
    let snapshot = harness.state().snapshot.as_ref();
    1.04 * snapshot.expect("a run in full swing").epoch as f32
}

#[test]
fn a_bar_pointed_at_stresses_who_moved_there() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    let at = at_epoch(&harness, MOVED, 2.0, last_epoch(&harness));
    harness.hover_at(at);
    pass(&mut harness, 1.5);
    harness.snapshot("linked_bar");
}

#[test]
fn a_class_looked_at_stresses_the_bars_and_ticks_where_it_moved() {
    let mut harness = in_full_swing(LAPTOP, Theme::Light, 25);
    let class = harness.get_by_label("Class A3").rect().center();
    harness.hover_at(class);
    pass(&mut harness, 1.5);
    harness.snapshot("linked_class");
}

#[test]
fn a_curve_leads_to_its_moments() {
    let mut harness = booth(LAPTOP, Theme::Dark, 25);
    tell(&harness, &started(25));
    live_through(&mut harness, 20);
    let last = last_epoch(&harness);
    for plot in [LOSS, MOVED] {
        let at = at_epoch(&harness, plot, 8.0, last);
        harness.hover_at(at);
        harness.drag_at(at);
        pass(&mut harness, 0.1);
        let shown = shown_epoch(&harness);
        assert!(
            (shown - 8.0).abs() < 0.3,
            "{plot}: pressed at 8, at {shown}"
        );
        let further = at_epoch(&harness, plot, 13.0, last);
        harness.hover_at(further);
        pass(&mut harness, 0.1);
        harness.drop_at(further);
        pass(&mut harness, 0.1);
        let shown = shown_epoch(&harness);
        assert!(
            (shown - 13.0).abs() < 0.3,
            "{plot}: drawn to 13, at {shown}"
        );
        harness.key_press(Key::End);
        pass(&mut harness, 0.1);
        assert!((shown_epoch(&harness) - 20.0).abs() < 1e-9);
    }
}

#[test]
fn plots_are_not_stops_of_the_tab_key() {
    let mut harness = in_full_swing(LAPTOP, Theme::Dark, 25);
    let mut stops = std::collections::HashSet::new();
    for _ in 0..80 {
        harness.key_press(Key::Tab);
        pass(&mut harness, 0.05);
        for plot in [LOSS, MOVED] {
            assert!(!harness.get_by_label(plot).is_focused(), "{plot}");
        }
        stops.extend(harness.ctx.memory(egui::Memory::focused));
    }
    assert!(stops.len() > 10, "{stops:?}");
}
