//! Figures that judge predictions: top-k accuracy and calibration.

/// Share of samples (0 to 1) whose class is among the `k` with the greatest scores.
///
/// `scores` is n x `classes`, row-major. Among equal scores the lower class counts as greater. A NaN
/// score of the true class and a label that is no class count as wrong. 0 when there is no sample.
#[must_use]
pub fn top_k_accuracy<S: Copy + Into<f64>>(
    scores: &[S],
    classes: usize,
    labels: &[u32],
    k: usize,
) -> f64 {
    let right = scores
        .chunks_exact(classes.max(1))
        .zip(labels)
        .filter(|(row, label)| {
            let own = **label as usize;
            let Some(&own_score) = row.get(own) else {
                return false;
            };
            let own_score: f64 = own_score.into();
            let ahead = row.iter().enumerate().filter(|&(class, &score)| {
                let score: f64 = score.into();
                score > own_score || (class < own && score == own_score)
            });
            !own_score.is_nan() && ahead.count() < k
        })
        .count();
    right as f64 / labels.len().max(1) as f64
}

/// The class with the greatest score, the lowest among equals; 0 where there is none.
#[must_use]
pub fn prediction<S: Copy + Into<f64>>(scores: &[S]) -> u32 {
    let mut best = (0, f64::NEG_INFINITY);
    for (class, &score) in scores.iter().enumerate() {
        let score: f64 = score.into();
        if score > best.1 {
            best = (class as u32, score);
        }
    }
    best.0
}

/// Expected calibration error (0 to 1) of softmax(`scale` x score) in `bins` bins of equal width: the
/// mean over samples of |accuracy - confidence| of the bin they fall into (Guo et al. 2017; 15 bins).
///
/// `scores` is n x `classes`, row-major. 0 when there is no sample; NaN when a score is not finite.
#[must_use]
pub fn expected_calibration_error<S: Copy + Into<f64>>(
    scores: &[S],
    classes: usize,
    labels: &[u32],
    scale: f64,
    bins: usize,
) -> f64 {
    let bins = bins.max(1);
    // Of each bin: right answers less confidence, summed.
    let mut excess = vec![0.0_f64; bins];
    for (row, &label) in scores.chunks_exact(classes.max(1)).zip(labels) {
        let logit = |&score: &S| scale * score.into();
        let (mut best, mut largest) = (0, f64::NEG_INFINITY);
        for (class, score) in row.iter().enumerate() {
            if logit(score) > largest {
                (best, largest) = (class, logit(score));
            }
        }
        let confidence = 1.0
            / row
                .iter()
                .map(|score| libm::exp(logit(score) - largest))
                .sum::<f64>();
        // Bins are closed above: a confidence of 1 belongs to the last.
        let bin = ((confidence * bins as f64).ceil() as usize).clamp(1, bins) - 1;
        excess[bin] += f64::from(u8::from(best == label as usize)) - confidence;
    }
    excess.iter().map(|sum| sum.abs()).sum::<f64>() / labels.len().max(1) as f64
}
