//! What a study's figures show, said plainly, whichever side wins.

use super::{Point, Series, Study};

/// The sentences of a study.
pub(super) fn of(study: Study, series: &[Series]) -> Vec<String> {
    match study {
        Study::Fig2Apad => apad(series),
        Study::Fig3aIntercosine => {
            last_values(series, "the mean cosine of the nearest prototype is")
        }
        Study::Fig3bPeriod | Study::Fig3dPscUniform => best_points(study, series),
        Study::Fig3cTime => growth(series),
        Study::Fig4aDimension | Study::Loss => winners(series),
        Study::Fig4bMoves => rest(series),
        Study::Init => ranking(series),
    }
}

fn apad(series: &[Series]) -> Vec<String> {
    let spread = series.iter().find(|series| series.label == "spread");
    let lowest = series
        .iter()
        .filter(|series| series.label != "spread")
        .flat_map(|series| {
            series
                .points
                .iter()
                .map(move |point| (&series.label, point))
        })
        .min_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
    let (Some(spread), Some((label, point))) = (spread.and_then(|s| s.points.first()), lowest)
    else {
        return Vec::new();
    };
    vec![format!(
        "Spread prototypes have a mean cosine of {:.4}; the lowest Gaussian mean is {:.4} ({label}, mean {:.1}). \
         Any set that sums to zero reaches -1/(c-1), however close its closest pair is, so the mean cosine \
         says little about separation.",
        spread.mean, point.mean, point.x,
    )]
}

fn last_values(series: &[Series], words: &str) -> Vec<String> {
    let last = |series: &Series| series.points.last().copied();
    series
        .iter()
        .filter_map(|series| last(series).map(|point| (&series.label, point)))
        .map(|(label, point)| {
            format!(
                "{label}: at the end {words} {:.3} ({:.3} over {} runs).",
                point.mean, point.deviation, point.runs
            )
        })
        .collect()
}

fn best_points(study: Study, series: &[Series]) -> Vec<String> {
    let best = |series: &Series| {
        let best = series
            .points
            .iter()
            .max_by(|a, b| a.mean.total_cmp(&b.mean));
        best.copied()
    };
    series
        .iter()
        .filter_map(|series| best(series).map(|point| (series, point)))
        .map(|(series, point)| {
            let figure = in_words(&point);
            if series.points.len() == 1 {
                format!("{}: {figure}.", series.label)
            } else {
                format!(
                    "{}: best at {} {}, with {figure}.",
                    series.label,
                    study.x_label(),
                    point.x
                )
            }
        })
        .collect()
}

fn growth(series: &[Series]) -> Vec<String> {
    series
        .iter()
        .filter_map(|series| Some((series.points.first()?, series.points.last()?)))
        .map(|(first, last)| {
            format!(
                "From {} to {} classes a matching goes from {:.2e} to {:.2e} seconds.",
                first.x, last.x, first.mean, last.mean
            )
        })
        .collect()
}

/// For each x the series in the order of their means.
fn winners(series: &[Series]) -> Vec<String> {
    let mut xs: Vec<f64> = series
        .iter()
        .flat_map(|s| s.points.iter().map(|p| p.x))
        .collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    xs.into_iter()
        .map(|x| {
            format!(
                "d = {x}: {}.",
                ordered(series, |series| point_at(series, x))
            )
        })
        .collect()
}

fn ranking(series: &[Series]) -> Vec<String> {
    let order = ordered(series, |series| series.points.first().copied());
    vec![format!("{order}.")]
}

fn rest(series: &[Series]) -> Vec<String> {
    series
        .iter()
        .map(|series| {
            let moving = series.points.iter().rposition(|point| point.mean > 0.0);
            match moving {
                None => format!("{}: no label ever moves.", series.label),
                Some(last) if last + 1 < series.points.len() => format!(
                    "{}: the last label of any run moves at matching {}, and none in the {} after it.",
                    series.label,
                    last + 1,
                    series.points.len() - last - 1,
                ),
                Some(_) => format!(
                    "{}: labels still move at the last of {} matchings.",
                    series.label,
                    series.points.len()
                ),
            }
        })
        .collect()
}

fn point_at(series: &Series, x: f64) -> Option<Point> {
    series.points.iter().find(|point| point.x == x).copied()
}

fn ordered(series: &[Series], point: impl Fn(&Series) -> Option<Point>) -> String {
    let mut entries: Vec<(&str, Point)> = series
        .iter()
        .filter_map(|series| Some((series.label.as_str(), point(series)?)))
        .collect();
    entries.sort_by(|a, b| b.1.mean.total_cmp(&a.1.mean));
    let words: Vec<String> = entries
        .iter()
        .map(|(label, point)| format!("{label} {}", in_words(point)))
        .collect();
    words.join(", then ")
}

fn in_words(point: &Point) -> String {
    if point.runs > 1 {
        format!("{:.1} ± {:.1} %", point.mean, point.deviation)
    } else {
        format!("{:.1} %", point.mean)
    }
}
