//! One card of the plots: title, legend and curves.

use std::borrow::Cow;

use egui::{Align2, Color32, Rect, Sense, Ui, pos2};
use egui_plot::{
    Bar, BarChart, HLine, HoverPosition, Line, LineStyle, Plot, PlotPoint, PlotPoints, PlotUi,
    Text, VLine,
};

use crate::controls::Touch;

use crate::text::{self, number::fixed};
use crate::theme::{GRID, HUSHED, Tokens, Type, fade};

/// Height of a plot from which on words fit above the line of a limit, in points.
const LIMIT_WORDS_HEIGHT: f32 = 74.0;

/// A bar is pointed at from so many points away.
const BAR_REACH: f64 = 4.0;
/// A curve is thinned to this many points: more than a plot can show helps nobody.
const MOST_POINTS: usize = 120;
/// Length of a curve's piece in the legend, in points.
const MARK: f32 = 12.0;
const HEADER: f32 = 7.0 * GRID;

/// One curve: its name (empty when the title says it all), its look, its points.
pub(super) struct Series<'a> {
    pub name: String,
    pub color: Color32,
    pub style: LineStyle,
    pub points: Cow<'a, [[f64; 2]]>,
}

/// What a card shows.
pub(super) struct Card<'a> {
    pub id: &'static str,
    pub title: &'static str,
    pub series: Vec<Series<'a>>,
    /// Factor from the stored to the shown value.
    pub factor: f64,
    pub unit: &'static str,
    pub decimals: usize,
    pub bars: bool,
    /// Upper end of the vertical axis at least, in shown units.
    pub top: f64,
    /// A line that no curve can cross, in shown units.
    pub limit: Option<f64>,
    /// The epochs shown; below 0 lies what came before training.
    pub span: [f64; 2],
    /// What an empty plot says.
    pub empty: &'static str,
    /// Values in the legend are of no later epoch.
    pub present: f64,
}

impl Card<'_> {
    fn value(&self, stored: f64) -> String {
        format!(
            "{}{}",
            fixed(stored * self.factor, self.decimals),
            self.unit
        )
    }
}

/// What of a card's curves is stressed.
pub(super) struct Stress<'a> {
    /// The earlier epoch that is looked at.
    pub shown: Option<f64>,
    /// The epoch pointed at, here or elsewhere.
    pub moment: Option<f64>,
    /// Whether a bar at an epoch, which stands for so many epochs to each side, is less present than others.
    pub is_hushed: &'a dyn Fn(f64, f64) -> bool,
}

/// Where the pointer is in a plot.
pub(super) struct Pointed {
    /// The epoch there; below 0 lies what came before training.
    pub epoch: f64,
    /// What is so many epochs away is meant.
    pub reach: f64,
    /// Whether that epoch is asked for.
    pub is_pressed: bool,
}

/// Draws a card into `rect`; where the pointer is in its plot. Where fingers scroll, dragging asks for nothing.
pub(super) fn draw(
    ui: &mut Ui,
    rect: Rect,
    card: &Card<'_>,
    touch: Touch,
    stress: &Stress<'_>,
) -> Option<Pointed> {
    let tokens = Tokens::from_ui(ui);
    ui.painter().add(tokens.card().paint(rect));
    let inner = rect.shrink2(egui::vec2(3.0 * GRID, 2.0 * GRID));
    header(ui, inner, card, &tokens);
    let area = Rect::from_min_max(
        pos2(inner.left() - 4.0, inner.top() + HEADER - 4.0),
        inner.max,
    );
    if card.series.iter().all(|series| series.points.is_empty()) {
        ui.painter().text(
            area.center(),
            Align2::CENTER_CENTER,
            card.empty,
            Type::Small.regular(),
            tokens.muted,
        );
        return None;
    }
    let builder = egui::UiBuilder::new().id_salt(card.id).max_rect(area);
    ui.scope_builder(builder, |ui| plot(ui, area, card, touch, stress, &tokens))
        .inner
}

/// Title on the left; on the right the legend, with the latest values in it. Where there is no room for the
/// names, the curves' own look has to do.
fn header(ui: &Ui, inner: Rect, card: &Card<'_>, tokens: &Tokens) {
    let painter = ui.painter();
    let y = inner.top() + HEADER / 2.0 - 4.0;
    let title = painter.text(
        pos2(inner.left(), y),
        Align2::LEFT_CENTER,
        card.title,
        Type::Small.semibold(),
        tokens.text,
    );
    let known = card.series.iter().filter(|series| {
        // Of several curves those that are not there need no place in the legend.
        card.series.len() == 1 || !series.points.is_empty()
    });
    let entries: Vec<_> = known
        .map(|series| {
            let mut known = series.points.iter().rev();
            let latest = known.find(|point| point[0] <= card.present);
            let value = latest.map_or_else(
                || text::nothing_yet().to_owned(),
                |point| card.value(point[1]),
            );
            let value = painter.layout_no_wrap(value, Type::Small.semibold(), tokens.text);
            let name = series.name.clone();
            let name = painter.layout_no_wrap(name, Type::Small.regular(), tokens.muted);
            (series, name, value)
        })
        .collect();
    let width = |has_names: bool| -> f32 {
        let of_one = |name: &egui::Galley, value: &egui::Galley| {
            let name = if has_names { name.size().x + GRID } else { 0.0 };
            name + value.size().x + MARK + 2.5 * GRID
        };
        entries
            .iter()
            .map(|(_, name, value)| of_one(name, value))
            .sum()
    };
    let has_names = width(true) < inner.right() - title.right();
    let mut right = inner.right();
    for (series, name, value) in entries.into_iter().rev() {
        let mut put = |galley: std::sync::Arc<egui::Galley>| {
            let at = pos2(right - galley.size().x, y - 0.5 * galley.size().y);
            right = at.x - GRID;
            painter.galley(at, galley, tokens.text);
        };
        put(value);
        if !series.name.is_empty() {
            if has_names {
                put(name);
            }
            let line = [pos2(right - MARK, y), pos2(right, y)];
            let stroke = egui::Stroke::new(2.0, series.color);
            match series.style {
                LineStyle::Solid => {
                    painter.line_segment(line, stroke);
                }
                LineStyle::Dashed { .. } => {
                    painter.extend(egui::Shape::dashed_line(&line, stroke, 4.0, 3.0));
                }
                LineStyle::Dotted { .. } => {
                    painter.extend(egui::Shape::dotted_line(&line, series.color, 4.0, 1.4));
                }
            }
            right = line[0].x - 1.5 * GRID;
        }
    }
}

fn plot(
    ui: &mut Ui,
    area: Rect,
    card: &Card<'_>,
    touch: Touch,
    stress: &Stress<'_>,
    tokens: &Tokens,
) -> Option<Pointed> {
    // Axis figures use the body style: inside a plot that is the smallest type, in the muted colour.
    ui.style_mut()
        .text_styles
        .insert(egui::TextStyle::Body, Type::Tiny.regular());
    ui.visuals_mut().override_text_color = Some(tokens.muted);
    let (factor, unit) = (card.factor, card.unit);
    let (decimals, top) = (card.decimals, card.top);
    let highest = card
        .series
        .iter()
        .flat_map(|series| series.points.iter())
        .map(|point| point[1] * factor)
        .filter(|value| value.is_finite())
        .fold(top, f64::max);
    // The words on the line of a limit need room above it, which a low plot does not have.
    let has_words = area.height() >= LIMIT_WORDS_HEIGHT;
    let headroom = if has_words { 1.27 } else { 1.06 };
    let ceiling = (highest * 1.04).max(card.limit.map_or(0.0, |limit| limit * headroom));
    let [first_epoch, last_epoch] = card.span;
    let multiple = card.series.len() > 1;
    let width = bar_width(last_epoch);
    // Not to be reached by keys: the timeline is, and does the same.
    let sense = if touch.0 {
        Sense::CLICK
    } else {
        Sense::CLICK | Sense::DRAG
    };
    let drawn = Plot::new(card.id)
        .sense(sense)
        .width(area.width())
        .height(area.height())
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .show_crosshair(false)
        .grid_color(tokens.outline)
        .grid_spacing(egui::Rangef::new(24.0, 120.0))
        .set_margin_fraction(egui::vec2(0.0, 0.0))
        .y_axis_min_width(34.0)
        // The vertical axis names the corner already.
        .x_axis_formatter(|mark, _| {
            if mark.value < 0.5 {
                String::new()
            } else {
                format!("{:.0}", mark.value)
            }
        })
        .x_grid_spacer(|input| whole_steps(input.bounds, 6))
        .y_grid_spacer(|input| steps(input.bounds, 4))
        .y_axis_formatter(move |mark, _| axis_figure(mark.value, unit))
        .label_formatter(move |position| match position {
            HoverPosition::NearDataPoint {
                plot_name,
                position,
                ..
            } => {
                let name = if multiple { *plot_name } else { "" };
                let when = if position.x < 0.0 {
                    text::prototypes::spreading().to_owned()
                } else {
                    text::at_epoch(position.x)
                };
                Some(
                    format!("{name} {}{unit}\n{when}", fixed(position.y, decimals))
                        .trim_start()
                        .to_owned(),
                )
            }
            HoverPosition::Elsewhere { .. } => None,
        })
        .show(ui, |plot| {
            plot.set_plot_bounds_x(first_epoch..=last_epoch);
            plot.set_plot_bounds_y(0.0..=ceiling);
            let lines = [(stress.moment, tokens.muted), (stress.shown, tokens.text)];
            for (epoch, color) in lines {
                if let Some(epoch) = epoch.filter(|&epoch| epoch >= first_epoch) {
                    plot.vline(
                        VLine::new("", epoch)
                            .color(color)
                            .width(1.0)
                            .allow_hover(false),
                    );
                }
            }
            if let Some(limit) = card.limit {
                limit_line(plot, limit, card.span, has_words, tokens);
            }
            for series in &card.series {
                let points = thinned(&series.points, factor);
                let name = if multiple { &series.name } else { card.title };
                if card.bars {
                    let bars = points
                        .into_iter()
                        .map(|[x, y]| {
                            let is_hushed = (stress.is_hushed)(x, width / 2.0);
                            let presence = if is_hushed { HUSHED } else { 1.0 };
                            Bar::new(x, y)
                                .width(width)
                                .fill(fade(series.color, presence))
                        })
                        .collect();
                    plot.bar_chart(
                        BarChart::new(name, bars)
                            .color(series.color)
                            .element_formatter(Box::new(|bar, _| {
                                text::moved_at_epoch(bar.value, bar.argument)
                            })),
                    );
                } else {
                    plot.line(
                        Line::new(name, PlotPoints::from(points))
                            .color(series.color)
                            .style(series.style)
                            .width(2.0),
                    );
                }
            }
        });
    let response = drawn.response;
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, card.title));
    let at = response.interact_pointer_pos().or(response.hover_pos())?;
    Some(Pointed {
        epoch: drawn.transform.value_from_position(at).x.min(last_epoch),
        reach: (0.5 * width).max(BAR_REACH * drawn.transform.dvalue_dpos()[0].abs()),
        is_pressed: response.clicked() || !touch.0 && response.is_pointer_button_down_on(),
    })
}

/// Width of a bar, in epochs, where the axis ends at `last_epoch`.
fn bar_width(last_epoch: f64) -> f64 {
    (last_epoch / 60.0).clamp(0.12, 0.6)
}

/// The dashed line that nothing can cross; where there is room with its words above it, and what happened before
/// epoch 0.
fn limit_line(
    plot: &mut PlotUi<'_>,
    limit: f64,
    [left, right]: [f64; 2],
    has_words: bool,
    tokens: &Tokens,
) {
    let words = text::prototypes::limit(limit);
    plot.hline(
        HLine::new(words.clone(), limit)
            .color(tokens.muted)
            .width(1.2)
            .style(LineStyle::dashed_dense())
            .allow_hover(false),
    );
    if !has_words {
        return;
    }
    let mut write = |words: &str, x: f64, anchor: Align2| {
        let label = egui::RichText::new(words).font(Type::Tiny.regular());
        plot.text(
            Text::new(words, PlotPoint::new(x, limit * 1.045), label)
                .color(tokens.muted)
                .anchor(anchor)
                .allow_hover(false),
        );
    };
    let inset = (right - left) * 0.01;
    write(&words, right - inset, Align2::RIGHT_BOTTOM);
    if left < 0.0 {
        write(
            text::prototypes::spreading(),
            left + inset,
            Align2::LEFT_BOTTOM,
        );
    }
}

/// About `count` round marks within the bounds, at most.
fn steps(bounds: (f64, f64), count: usize) -> Vec<egui_plot::GridMark> {
    let span = bounds.1 - bounds.0;
    if !span.is_finite() || span <= 0.0 {
        return Vec::new();
    }
    let rough = span / count as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|&step| step >= rough * 0.999)
        .unwrap_or(rough);
    let first = (bounds.0 / step).ceil() as i64;
    let last = (bounds.1 / step).floor() as i64;
    (first..=last)
        .map(|i| egui_plot::GridMark {
            value: i as f64 * step,
            step_size: span,
        })
        .collect()
}

/// The same, but whole numbers from 0 only.
fn whole_steps(bounds: (f64, f64), count: usize) -> Vec<egui_plot::GridMark> {
    steps(bounds, count)
        .into_iter()
        .filter(|mark| mark.value >= 0.0 && mark.value.fract().abs() < 1e-6)
        .collect()
}

/// A figure on the vertical axis, short.
fn axis_figure(value: f64, unit: &str) -> String {
    let unit = unit.trim_start();
    if value.abs() >= 10.0 || value.fract().abs() < 1e-9 {
        format!("{}{unit}", fixed(value, 0))
    } else if value.abs() >= 1.0 {
        format!("{}{unit}", fixed(value, 1))
    } else {
        format!("{}{unit}", fixed(value, 2))
    }
}

/// The points in shown units, at most one for each of [`MOST_POINTS`] equal parts of the span from the first to the
/// last: the mean of those that lie there. Points on one pixel would also be joined by spikes. The last is exact.
fn thinned(points: &[[f64; 2]], factor: f64) -> Vec<[f64; 2]> {
    let (Some(&[first, _]), Some(&[last, last_value])) = (points.first(), points.last()) else {
        return Vec::new();
    };
    let width = ((last - first) / MOST_POINTS as f64).max(f64::MIN_POSITIVE);
    let part = |x: f64| ((x - first) / width).floor();
    let mut thin: Vec<[f64; 2]> = points
        .chunk_by(|a, b| part(a[0]) == part(b[0]))
        .map(|together| {
            let count = together.len() as f64;
            let mean = |axis: usize| together.iter().map(|point| point[axis]).sum::<f64>() / count;
            [mean(0), mean(1) * factor]
        })
        .collect();
    if let Some(end) = thin.last_mut() {
        *end = [last, last_value * factor];
    }
    thin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_ends_and_the_means() {
        let points: Vec<[f64; 2]> = (0..1000).map(|i| [f64::from(i), 0.5]).collect();
        let thin = thinned(&points, 100.0);
        assert!(thin.len() <= MOST_POINTS + 1);
        assert!(thin.iter().all(|point| (point[1] - 50.0).abs() < 1e-9));
        assert_eq!(thin[thin.len() - 1], [999.0, 50.0]);
        assert_eq!(thinned(&points[..7], 1.0).len(), 7);
        assert!(thinned(&[], 1.0).is_empty());
        assert_eq!(thinned(&[[2.0, 3.0]], 2.0), [[2.0, 6.0]]);
        // Two on one pixel are one.
        let close = [[0.0, 1.0], [1.0, 4.0], [1.001, 8.0], [2.0, 5.0]];
        assert_eq!(
            thinned(&close, 1.0),
            [[0.0, 1.0], [1.0005, 6.0], [2.0, 5.0]]
        );
    }

    #[test]
    fn marks_are_round_and_few() {
        for (bounds, count) in [((0.0, 104.0), 4), ((0.0, 0.37), 4), ((0.0, 30.0), 6)] {
            let marks = steps(bounds, count);
            assert!(
                (2..=count + 1).contains(&marks.len()),
                "{bounds:?}: {}",
                marks.len()
            );
        }
        assert!(steps((0.0, 0.0), 3).is_empty());
        assert!(steps((0.0, f64::NAN), 3).is_empty());
    }

    #[test]
    fn axis_figures_are_short() {
        assert_eq!(axis_figure(50.0, " %"), "50%");
        assert_eq!(axis_figure(0.25, ""), "0.25");
        assert_eq!(axis_figure(2.5, ""), "2.5");
    }
}
