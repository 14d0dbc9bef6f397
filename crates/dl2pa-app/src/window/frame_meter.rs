//! How smooth the picture is: frames a second and the 95th percentile of the frame time.

use std::collections::VecDeque;

/// Frames that count.
const WINDOW: usize = 120;
/// A longer gap is a window that rested, not a slow frame.
const REST_SECS: f64 = 0.5;

/// Times between the latest frames.
#[derive(Debug, Default)]
pub(super) struct FrameMeter {
    last_secs: Option<f64>,
    gaps_secs: VecDeque<f64>,
}

impl FrameMeter {
    /// A frame begins at `now_secs`.
    pub(super) fn note_frame(&mut self, now_secs: f64) {
        if let Some(last_secs) = self.last_secs.replace(now_secs) {
            let gap_secs = now_secs - last_secs;
            if gap_secs < REST_SECS {
                if self.gaps_secs.len() == WINDOW {
                    self.gaps_secs.pop_front();
                }
                self.gaps_secs.push_back(gap_secs);
            }
        }
    }

    /// Frames a second over the window; 0 before the second frame.
    pub(super) fn fps(&self) -> f32 {
        let sum: f64 = self.gaps_secs.iter().sum();
        if sum > 0.0 {
            (self.gaps_secs.len() as f64 / sum) as f32
        } else {
            0.0
        }
    }

    /// The time that 95 % of the frames keep within, in milliseconds; 0 before the second frame.
    pub(super) fn frame_ms_p95(&self) -> f32 {
        let mut sorted: Vec<f64> = self.gaps_secs.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let rank = (sorted.len() as f64 * 0.95).ceil() as usize;
        rank.checked_sub(1)
            .map_or(0.0, |index| (sorted[index] * 1e3) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_sixty_frames_a_second_with_one_slow_frame_in_ten() {
        let mut meter = FrameMeter::default();
        let mut now_secs = 0.0;
        for frame in 0..200 {
            now_secs += if frame % 10 == 0 { 0.040 } else { 0.016 };
            meter.note_frame(now_secs);
        }
        let mean_secs = (0.040 + 9.0 * 0.016) / 10.0;
        assert!(
            (meter.fps() - (1.0 / mean_secs) as f32).abs() < 0.5,
            "{}",
            meter.fps()
        );
        assert!(
            (meter.frame_ms_p95() - 40.0).abs() < 0.1,
            "{}",
            meter.frame_ms_p95()
        );
    }

    #[test]
    fn a_rest_is_no_slow_frame() {
        let mut meter = FrameMeter::default();
        for now_secs in [0.0, 0.016, 10.0, 10.016] {
            meter.note_frame(now_secs);
        }
        assert!(meter.frame_ms_p95() < 17.0, "{}", meter.frame_ms_p95());
    }
}
