//! What PyTorch's model collections call our parameters.

use super::Source;

/// Where the linear layer is that a backbone has in place of its model's classifier: in theirs, in ours without
/// a counterpart, and in our exports, which end in the prototypes.
const LAST_LAYERS: [&str; 4] = ["fc", "head", "last", "classifier"];
/// What the names of timm's Swin begin with, and no other's of our backbones.
const TIMM: [&str; 2] = ["patch_embed.", "layers."];

/// Endings of what a state dict holds besides parameters and running statistics: counters, and tables that
/// follow from the architecture.
const NOT_WEIGHTS: [&str; 3] = [
    ".num_batches_tracked",
    ".relative_position_index",
    ".attn_mask",
];

/// Whether an array of this name (ours or theirs) belongs to the last layer.
pub(super) fn is_last_layer(name: &str) -> bool {
    LAST_LAYERS.contains(&first_segment(name))
}

impl Source {
    /// Whose names these are. Where a name of timm's is not among them they are torchvision's or, which are the
    /// same, ours.
    pub fn of<'a>(mut names: impl Iterator<Item = &'a str>) -> Self {
        let is_timm = |name: &str| TIMM.iter().any(|beginning| name.starts_with(beginning));
        if names.any(is_timm) {
            Self::Timm
        } else {
            Self::Torchvision
        }
    }
}

/// Whether an array of this name in a state dict is neither a parameter nor a running statistic, but a counter
/// or a table that follows from the architecture.
#[must_use]
pub fn is_not_weights(name: &str) -> bool {
    NOT_WEIGHTS.iter().any(|ending| name.ends_with(ending))
}

fn first_segment(name: &str) -> &str {
    name.split_once('.').map_or(name, |(first, _)| first)
}

/// The name that `source` has for the parameter at `path` of a backbone. The paths of the ResNets are
/// torchvision's names already; those of Swin-T are timm's but for the last layer.
pub(super) fn name_in(source: Source, path: &str) -> String {
    let mut segments: Vec<&str> = path.split('.').collect();
    // burn's layer normalisation has its own words for these two.
    if let Some(last) = segments.last_mut() {
        *last = match *last {
            "gamma" => "weight",
            "beta" => "bias",
            other => other,
        };
    }
    match (source, segments.as_slice()) {
        (Source::Timm, ["head", rest @ ..]) => join(&["head", "fc"], rest),
        (Source::Timm, all) => all.join("."),
        (_, all) => torchvision_name(all),
    }
}

fn torchvision_name(segments: &[&str]) -> String {
    match segments {
        ["patch_embed", "proj", rest @ ..] => join(&["features", "0", "0"], rest),
        ["patch_embed", "norm", rest @ ..] => join(&["features", "0", "2"], rest),
        ["layers", stage, "downsample", rest @ ..] => {
            join(&["features".to_owned(), place(stage, 0)], rest)
        }
        ["layers", stage, "blocks", block, rest @ ..] => {
            let inside = match rest {
                ["mlp", "fc1", rest @ ..] => join(&["mlp", "0"], rest),
                ["mlp", "fc2", rest @ ..] => join(&["mlp", "3"], rest),
                rest => rest.join("."),
            };
            format!("features.{}.{block}.{inside}", place(stage, 1))
        }
        all => all.join("."),
    }
}

/// torchvision numbers patch embedding, stages and mergings in one row: a stage's merging comes at twice its
/// number, its blocks one later.
fn place(stage: &str, later: usize) -> String {
    let stage: usize = stage.parse().unwrap_or_default();
    (2 * stage + later).to_string()
}

fn join<S: AsRef<str>>(first: &[S], rest: &[&str]) -> String {
    let first = first.iter().map(AsRef::as_ref);
    let all: Vec<&str> = first.chain(rest.iter().copied()).collect();
    all.join(".")
}

/// The present name of an array in a file of timm's: its Swin files of before 2023, like those of the
/// authors of Swin, count the merging between two stages to the first of them and name the last layer
/// otherwise.
pub(super) fn present_timm_name(name: &str, is_old: bool) -> String {
    if !is_old {
        return name.to_owned();
    }
    let segments: Vec<&str> = name.split('.').collect();
    match segments.as_slice() {
        ["layers", stage, "downsample", rest @ ..] => {
            let next = stage.parse().unwrap_or(0_usize).saturating_add(1);
            join(
                &[
                    "layers".to_owned(),
                    next.to_string(),
                    "downsample".to_owned(),
                ],
                rest,
            )
        }
        ["head", rest @ ..] => join(&["head", "fc"], rest),
        _ => name.to_owned(),
    }
}

/// Whether a file of timm's with an array of this name is an old one ([`present_timm_name`]).
pub(super) fn is_old_timm_name(name: &str) -> bool {
    name.starts_with("layers.0.downsample.")
}
