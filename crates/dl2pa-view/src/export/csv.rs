//! The curves of a run as CSV, one point a line: `curve,epoch,value`.

use std::fmt::Write as _;

use dl2pa_core::protocol::History;

/// All curves. Accuracies are shares from 0 to 1, angles degrees; the epoch of `spread_angle_deg` is the share
/// of the spreading. Numbers are written so that they read back the same; what is not finite is left empty.
pub(crate) fn curves(history: &History) -> String {
    let History {
        loss,
        train_accuracy,
        test_accuracy,
        min_angle_deg,
        labels_moved,
        spread_angle_deg,
    } = history;
    let mut text = "curve,epoch,value\n".to_owned();
    for (name, points) in [
        ("loss", loss),
        ("train_accuracy", train_accuracy),
        ("test_accuracy", test_accuracy),
        ("min_angle_deg", min_angle_deg),
        ("labels_moved", labels_moved),
        ("spread_angle_deg", spread_angle_deg),
    ] {
        for [epoch, value] in points {
            let value = if value.is_finite() {
                value.to_string()
            } else {
                String::new()
            };
            // Writing to a string does not fail.
            writeln!(text, "{name},{epoch},{value}").ok();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_is_a_line_that_reads_back_the_same() {
        let history = History {
            loss: vec![[0.25, 0.1 + 0.2], [0.5, f64::NAN]],
            labels_moved: vec![[1.0, 3.0]],
            ..History::default()
        };
        let text = curves(&history);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "curve,epoch,value",
                "loss,0.25,0.30000000000000004",
                "loss,0.5,",
                "labels_moved,1,3"
            ]
        );
        let read: f64 = lines[1].rsplit(',').next().unwrap().parse().unwrap();
        assert_eq!(read.to_bits(), (0.1_f64 + 0.2).to_bits());
    }
}
