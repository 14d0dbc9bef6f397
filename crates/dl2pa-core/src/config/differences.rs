//! A configuration as what differs from the settings that suit its data set: in links, and as a command line.

use super::{ConfigError, RunConfig};

/// Characters that mean nothing to a shell.
const PLAIN: &str = "-_./:,+@%";

impl RunConfig {
    /// The data set, and the settings that are not those of [`RunConfig::for_dataset`]. Laid over nothing by
    /// [`RunConfig::resolve`] they give this configuration again.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`] for a seed above 2^63 - 1, the largest whole number of TOML.
    pub fn differences(&self) -> Result<toml::Table, ConfigError> {
        let own = self.differing_keys(&Self::for_dataset(self.dataset))?;
        let mut table = self.to_table()?;
        table.retain(|key, _| key == "dataset" || own.iter().any(|own| own == key));
        Ok(table)
    }

    /// The command that trains this configuration in a terminal, quoted for a POSIX shell:
    /// `dl2pa-app --train --dataset grid --lr 0.2`.
    ///
    /// # Errors
    /// As [`RunConfig::differences`].
    pub fn command_line(&self) -> Result<String, ConfigError> {
        let mut differences = self.differences()?;
        let mut words = vec!["dl2pa-app".to_owned(), "--train".to_owned()];
        // What decides the defaults of all others stands first.
        let dataset = differences.remove_entry("dataset");
        for (key, value) in dataset.into_iter().chain(differences) {
            let flag = format!("--{}", key.replace('_', "-"));
            match as_argument(&value) {
                Some(text) if text.starts_with('-') => {
                    words.push(quoted(&format!("{flag}={text}")));
                }
                Some(text) => words.extend([flag, quoted(&text)]),
                None => words.push(flag),
            }
        }
        Ok(words.join(" "))
    }
}

/// A value as one argument; `None` for an empty list, whose flag stands alone.
fn as_argument(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Array(items) if items.is_empty() => None,
        toml::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(ToString::to_string).collect();
            Some(items.join(","))
        }
        other => Some(other.to_string()),
    }
}

/// `text` as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || PLAIN.contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BackboneKind, ConfigLayer, DatasetKind, HeadKind};
    use super::*;

    #[test]
    fn the_defaults_of_a_data_set_need_no_more_than_its_name() {
        for &dataset in DatasetKind::ALL {
            let command = RunConfig::for_dataset(dataset).command_line();
            let expected = format!("dl2pa-app --train --dataset {dataset}");
            assert_eq!(command.as_deref(), Ok(expected.as_str()));
        }
    }

    #[test]
    fn only_what_differs_is_named_and_the_data_set_first() {
        let config = RunConfig {
            backbone: BackboneKind::Mlp,
            hidden: vec![32, 16],
            lr: 0.25,
            seed: 7,
            ..RunConfig::playground()
        };
        assert_eq!(
            config.command_line().as_deref(),
            Ok("dl2pa-app --train --dataset grid --hidden 32,16 --lr 0.25 --seed 7")
        );
    }

    #[test]
    fn names_of_files_are_quoted_for_a_shell() {
        for (text, word) in [
            ("a/b-1.npy", "a/b-1.npy"),
            ("my points.npy", "'my points.npy'"),
            ("it's", r"'it'\''s'"),
            ("$(rm x)", "'$(rm x)'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(text), word);
        }
    }

    #[test]
    fn differences_laid_over_nothing_give_the_configuration_again() {
        for head in [HeadKind::Psc, HeadKind::Fixed, HeadKind::Dynamic] {
            let config = RunConfig {
                head,
                seed: 3,
                ..RunConfig::for_dataset(DatasetKind::Ring)
            };
            let table = config.differences().unwrap();
            assert_eq!(table.contains_key("head"), head != HeadKind::Dynamic);
            assert!(!table.contains_key("dim"));
            let layer = ConfigLayer::from_table("a test", table);
            assert_eq!(
                RunConfig::resolve(DatasetKind::Digits, &[layer]),
                Ok(config)
            );
        }
    }
}
