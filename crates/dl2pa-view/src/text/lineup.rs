//! What is said about runs side by side.

use dl2pa_core::config::RunConfig;
use dl2pa_core::protocol::Phase;

use super::number::{fixed, marked};
use super::words::{branch, lineup as say};
use super::{Sentence, head_name, percent};
use crate::lane::Lane;
use crate::run::Outcome;

pub(crate) use super::words::lineup::*;

/// Name and one-sentence explanation of each number of runs side by side.
pub(crate) fn counts() -> [(&'static str, &'static str); 3] {
    [
        (say::one(), say::one_hint()),
        (say::two(), say::two_hint()),
        (say::three(), say::three_hint()),
    ]
}

/// Settings that follow from the head: beside its name they say nothing.
const OF_THE_HEAD: [&str; 3] = ["loss", "prototype_method", "uniformity_weight"];
/// More than so many settings in a name are too many to read.
const MOST_SETTINGS: usize = 2;

/// What tells each run from the others: its head, or the settings in which it differs.
fn names(configs: &[&RunConfig]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for pair in configs.windows(2) {
        for key in pair[0].differing_keys(pair[1]).unwrap_or_default() {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    if keys.iter().any(|key| key == "head") {
        keys.retain(|key| !OF_THE_HEAD.contains(&key.as_str()));
        keys.sort_by_key(|key| key != "head");
    }
    let name = |config: &&RunConfig| {
        let parts: Vec<String> = keys
            .iter()
            .take(MOST_SETTINGS)
            .map(|key| match key.as_str() {
                "head" => head_name(config.head).to_owned(),
                key => {
                    let value = config.value_of(key).unwrap_or_default();
                    say::setting(key, key.replace('_', " "), marked(&value))
                }
            })
            .collect();
        if parts.is_empty() {
            head_name(config.head).to_owned()
        } else {
            parts.join(", ")
        }
    };
    configs.iter().map(name).collect()
}

/// What tells each of the runs side by side from the others; of a branch also where it begins.
pub(crate) fn lane_names(lanes: &[&Lane]) -> Vec<String> {
    let configs: Vec<&RunConfig> = lanes.iter().map(|lane| &*lane.run.config).collect();
    let with_origin = |(name, lane): (String, &&Lane)| match &lane.origin {
        Some(origin) => branch::name_from(name, origin.epoch()),
        None => name,
    };
    let names = names(&configs).into_iter();
    names.zip(lanes).map(with_origin).collect()
}

/// "34 labels moved · closest 41.6°".
pub(crate) fn figures(labels_moved: u32, min_angle_deg: f64) -> String {
    say::figures_are(labels_moved, fixed(min_angle_deg, 1))
}

/// How the runs stand to each other; `None` before they can be compared.
pub(crate) fn say(lanes: &[&Lane]) -> Option<Sentence> {
    let are_training = lanes.iter().all(|lane| {
        let phase = lane.shown.as_ref().map(|shown| shown.phase);
        matches!(phase, Some(Phase::Training | Phase::Finished))
    });
    if !are_training {
        return None;
    }
    let accuracies = lanes
        .iter()
        .map(|lane| lane.shown.as_ref().and_then(|shown| shown.test_accuracy));
    let mut ranked = lane_names(lanes)
        .into_iter()
        .zip(accuracies)
        .map(|(name, accuracy)| accuracy.map(|accuracy| (name, accuracy)))
        .collect::<Option<Vec<_>>>()?;
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let is_over = lanes
        .iter()
        .all(|lane| matches!(lane.run.outcome, Outcome::Finished(_)));
    let scores: Vec<String> = ranked
        .iter()
        .map(|(name, accuracy)| format!("{name} {}", percent(*accuracy)))
        .collect();
    let [(first, best), (_, second), ..] = ranked.as_slice() else {
        return None;
    };
    let points = (best - second) * 100.0;
    let whole = points.round();
    let ahead = match (points < 0.5, is_over) {
        (true, _) => say::level().to_owned(),
        (false, true) => say::ends_ahead(whole, first.as_str()),
        (false, false) => say::is_ahead(whole, first.as_str()),
    };
    Some((ahead, say::on_test(scores.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lineup::{Rival, usual};
    use dl2pa_core::config::HeadKind;

    #[test]
    fn runs_are_named_by_what_tells_them_apart() {
        let lead = RunConfig::playground();
        let rivals = usual(HeadKind::Dynamic, 2);
        let configs: Vec<RunConfig> = rivals.iter().map(|rival| rival.config(&lead)).collect();
        let all = [&configs[0], &configs[1], &lead];
        assert_eq!(names(&all), ["Learned", "Fixed", "Dynamic"]);
        let kept = Rival::Kept(Box::new(RunConfig {
            lr: 0.5,
            ..lead.clone()
        }));
        let kept = kept.config(&lead);
        let lr = lead.lr;
        assert_eq!(
            names(&[&kept, &lead]),
            ["lr 0.5".to_owned(), format!("lr {lr:?}")]
        );
        assert_eq!(names(&[&lead, &lead]), ["Dynamic", "Dynamic"]);
    }
}
