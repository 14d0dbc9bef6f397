//! `--dataset own --data-file FILE`: what only the file knows of its run.

use dl2pa_core::config::{ConfigLayer, DatasetKind, RunConfig};
use dl2pa_core::datasets::{self, Table};
use dl2pa_data::DataError;

use super::error::CliError;

/// Reads the person's own table and lets `config` follow it in what `layers` do not choose; `None` for other data
/// sets.
///
/// # Errors
/// When the file cannot be read, is no table, or is another than the configuration says.
pub(super) fn complete(
    config: &mut RunConfig,
    layers: &[ConfigLayer],
) -> Result<Option<Table>, CliError> {
    if config.dataset != DatasetKind::Own {
        return Ok(None);
    }
    let table = datasets::own_table(config)?;
    let found = table.class_names().len();
    if !layers.iter().any(|layer| layer.chooses("classes")) {
        config.classes = found;
    }
    if config
        .own
        .data_features
        .is_some_and(|features| features != table.features())
    {
        return Err(DataError::OtherTable {
            name: config.own.data_file.clone().unwrap_or_default(),
        }
        .into());
    }
    config.own.data_features = Some(table.features());
    let sizes = datasets::own_sizes(&table);
    let chooses = |key: &str| layers.iter().any(|layer| layer.chooses(key));
    if !chooses("batch_size") {
        config.batch_size = sizes.batch_size;
    }
    if !chooses("epochs") {
        config.epochs = sizes.epochs;
    }
    if !chooses("assign_period") {
        config.assign_period = sizes.assign_period;
    }
    // Refuses another table and another number of classes in one place.
    datasets::load_own(&table, config)?;
    config.own.data_digest = Some(table.digest());
    config.validate()?;
    Ok(Some(table))
}
