//! The plot of a study as an SVG picture: a curve a series, with bars of one standard deviation.

use std::ops::Range;

use dl2pa_core::studies::{Outcome, Point};
use plotters::prelude::*;

use super::super::error::CliError;
use super::short;

const SIZE: (u32, u32) = (900, 560);
/// Okabe and Ito's colours, which people who are colour-blind tell apart.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(70, 70, 70),
];
const FONT: &str = "sans-serif";
/// Free space beside the outermost points, as a share of the range.
const MARGIN: f64 = 0.06;

/// Draws `outcome`.
///
/// # Errors
/// When the drawing library refuses, which it does for no finite figures.
pub(super) fn svg(outcome: &Outcome, has_log_x: bool) -> Result<String, CliError> {
    let mut picture = String::new();
    let points = || outcome.series.iter().flat_map(|series| &series.points);
    let x = range(points().map(|point| place(point, has_log_x)));
    let y = range(points().flat_map(|p| [p.mean - p.deviation, p.mean + p.deviation]));
    draw(outcome, has_log_x, x, y, &mut picture)
        .map_err(|error| CliError::Failed(format!("The plot cannot be drawn ({error}).")))?;
    Ok(picture)
}

/// The axis is linear in what this gives.
fn place(point: &Point, has_log_x: bool) -> f64 {
    if has_log_x { point.x.log10() } else { point.x }
}

fn range(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    if low > high {
        return 0.0..1.0;
    }
    let extra = if high > low {
        (high - low) * MARGIN
    } else {
        1.0
    };
    low - extra..high + extra
}

fn draw(
    outcome: &Outcome,
    has_log_x: bool,
    x: Range<f64>,
    y: Range<f64>,
    picture: &mut String,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(picture, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(outcome.question, (FONT, 20))
        .margin(16)
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d(x, y)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(outcome.x_label)
        .y_desc(outcome.y_label)
        .x_label_formatter(&|&x| short(if has_log_x { 10_f64.powf(x) } else { x }))
        .y_label_formatter(&|&y| short(y))
        .label_style((FONT, 15))
        .draw()?;
    for (series, colour) in outcome.series.iter().zip(COLOURS.iter().cycle()) {
        let places: Vec<(f64, f64)> = series
            .points
            .iter()
            .map(|point| (place(point, has_log_x), point.mean))
            .collect();
        chart.draw_series(
            series
                .points
                .iter()
                .filter(|point| point.deviation > 0.0)
                .map(|point| {
                    let x = place(point, has_log_x);
                    let ends = [point.mean - point.deviation, point.mean + point.deviation];
                    PathElement::new(
                        ends.map(|y| (x, y)).to_vec(),
                        colour.mix(0.5).stroke_width(2),
                    )
                }),
        )?;
        chart
            .draw_series(LineSeries::new(
                places.iter().copied(),
                colour.stroke_width(2),
            ))?
            .label(series.label.as_str())
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)));
        // Curves of many epochs need no dots.
        if places.len() <= 20 {
            chart.draw_series(places.iter().map(|&at| Circle::new(at, 4, colour.filled())))?;
        }
    }
    chart
        .configure_series_labels()
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.2))
        .label_font((FONT, 15))
        .draw()?;
    root.present()?;
    Ok(())
}
