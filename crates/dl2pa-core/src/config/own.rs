//! Which table of the person's own a run learns.

use serde::{Deserialize, Serialize};

/// The part of a configuration that names a person's own table. Its keys lie flat among the others. The rows
/// themselves are no part of it: they travel beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnConfig {
    /// The CSV or `.npy` file: where the program finds it, or only its name on a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_file: Option<String>,
    /// What the file holds, in 16 hexadecimal digits ([`dl2pa_data::Table::digest`]): another content is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_digest: Option<String>,
    /// Numbers in a row, without its class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_features: Option<usize>,
}
