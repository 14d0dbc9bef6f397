//! Lays files and flags over the defaults of the data set they choose: default < file < flag.

use serde::Deserialize;
use toml::de::DeTable;

use super::{ConfigError, DatasetKind, HeadKind, LossKind, Place, RunConfig};

/// One value of a layer.
#[derive(Clone, Debug)]
struct Entry {
    key: String,
    value: toml::Value,
    line: Option<usize>,
}

/// Settings from one origin; later layers win over earlier ones.
#[derive(Clone, Debug)]
pub struct ConfigLayer {
    origin: String,
    entries: Vec<Entry>,
}

impl ConfigLayer {
    /// Reads a TOML document; `origin` is the file's name in error messages.
    ///
    /// # Errors
    /// [`ConfigError::Syntax`] when the text is not TOML. Keys and values are judged by
    /// [`RunConfig::resolve`].
    pub fn from_toml(origin: &str, text: &str) -> Result<Self, ConfigError> {
        let syntax = |error: &toml::de::Error| ConfigError::Syntax {
            place: Place {
                origin: origin.to_owned(),
                line: error.span().map(|span| line_of(text, span.start)),
            },
            cause: one_line(error.message()),
        };
        let mut table: toml::Table = toml::from_str(text).map_err(|error| syntax(&error))?;
        let spans = DeTable::parse(text).map_err(|error| syntax(&error))?;
        let mut entries = Vec::new();
        for key in spans.get_ref().keys() {
            let name: &str = key.get_ref();
            if let Some(value) = table.remove(name) {
                entries.push(Entry {
                    key: name.to_owned(),
                    value,
                    line: Some(line_of(text, key.span().start)),
                });
            }
        }
        entries.sort_by_key(|entry| entry.line);
        Ok(Self {
            origin: origin.to_owned(),
            entries,
        })
    }

    /// Takes a table that was made in code, as flags are.
    #[must_use]
    pub fn from_table(origin: &str, table: toml::Table) -> Self {
        let entries = table
            .into_iter()
            .map(|(key, value)| Entry {
                key,
                value,
                line: None,
            })
            .collect();
        Self {
            origin: origin.to_owned(),
            entries,
        }
    }

    /// Whether it says anything of `key`.
    #[must_use]
    pub fn chooses(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    fn place(&self, line: Option<usize>) -> Place {
        Place {
            origin: self.origin.clone(),
            line,
        }
    }

    fn dataset(&self) -> Result<Option<DatasetKind>, ConfigError> {
        let Some(entry) = self.entries.iter().find(|entry| entry.key == "dataset") else {
            return Ok(None);
        };
        DatasetKind::deserialize(entry.value.clone())
            .map(Some)
            .map_err(|error| self.bad_value(entry, &error))
    }

    fn bad_value(&self, entry: &Entry, error: &toml::de::Error) -> ConfigError {
        ConfigError::BadValue {
            place: self.place(entry.line),
            key: entry.key.clone(),
            cause: one_line(error.message()),
        }
    }
}

impl RunConfig {
    /// Every key, in alphabetical order.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`], which the defaults never give.
    pub(super) fn keys() -> Result<Vec<String>, ConfigError> {
        let mut complete = Self {
            prototype_file: Some(String::new()),
            ..Self::default()
        };
        complete.images.data_dir = Some(String::new());
        complete.images.max_damaged = Some(0);
        complete.recipe.pretrained = Some(String::new());
        complete.own.data_file = Some(String::new());
        complete.own.data_digest = Some(String::new());
        complete.own.data_features = Some(0);
        Ok(complete.to_table()?.keys().cloned().collect())
    }

    pub(super) fn to_table(&self) -> Result<toml::Table, ConfigError> {
        toml::Table::try_from(self).map_err(|error| ConfigError::Unwritable {
            cause: one_line(&error.to_string()),
        })
    }

    /// Lays `layers`, the weakest first, over the settings that suit the data set they choose
    /// (`otherwise` when none names one), and validates the result.
    ///
    /// # Errors
    /// An unknown key (with the nearest known one), a value of the wrong type, or what
    /// [`RunConfig::validate`] refuses.
    pub fn resolve(otherwise: DatasetKind, layers: &[ConfigLayer]) -> Result<Self, ConfigError> {
        let mut dataset = otherwise;
        for layer in layers {
            dataset = layer.dataset()?.unwrap_or(dataset);
        }
        Self::for_dataset(dataset).overlaid(layers)
    }

    /// Lays `layers`, the weakest first, over this configuration, and validates the result.
    ///
    /// # Errors
    /// As [`RunConfig::resolve`].
    pub fn overlaid(self, layers: &[ConfigLayer]) -> Result<Self, ConfigError> {
        let known = Self::keys()?;
        let mut config = self;
        for layer in layers {
            for entry in &layer.entries {
                if !known.contains(&entry.key) {
                    return Err(ConfigError::UnknownKey {
                        place: layer.place(entry.line),
                        key: entry.key.clone(),
                        nearest: nearest(&entry.key, &known),
                    });
                }
                // One key at a time, so that an error belongs to a key and a line.
                let mut table = config.to_table()?;
                table.insert(entry.key.clone(), entry.value.clone());
                config = Self::deserialize(table).map_err(|e| layer.bad_value(entry, &e))?;
            }
        }
        // The head of a stronger layer brings its loss; who chooses both has to choose well.
        let chosen_by = |key: &str| layers.iter().rposition(|layer| layer.chooses(key));
        if config.head == HeadKind::Psc && chosen_by("head") > chosen_by("loss") {
            config.loss = LossKind::CrossEntropy;
        }
        config.validate()?;
        Ok(config)
    }

    /// The keys in which two configurations differ, in alphabetical order.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`] for a seed that TOML cannot hold.
    pub fn differing_keys(&self, other: &Self) -> Result<Vec<String>, ConfigError> {
        let (ours, theirs) = (self.to_table()?, other.to_table()?);
        let keys = Self::keys()?.into_iter();
        Ok(keys
            .filter(|key| ours.get(key) != theirs.get(key))
            .collect())
    }

    /// The value of a key as a person would write it; `None` for a key that there is not or that has no value.
    #[must_use]
    pub fn value_of(&self, key: &str) -> Option<String> {
        match self.to_table().ok()?.get(key)? {
            toml::Value::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        }
    }

    /// The configuration as a TOML document that [`ConfigLayer::from_toml`] reads back.
    ///
    /// # Errors
    /// [`ConfigError::Unwritable`] for a seed above 2^63 - 1, the largest whole number of TOML.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        // Refuses what the text could hold but no reader takes, while the text keeps the fields' order.
        self.to_table()?;
        toml::to_string(self).map_err(|error| ConfigError::Unwritable {
            cause: one_line(&error.to_string()),
        })
    }
}

pub(super) fn nearest(key: &str, known: &[String]) -> String {
    let key = key.to_lowercase();
    known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(&key, a).total_cmp(&strsim::jaro_winkler(&key, b)))
        .cloned()
        .unwrap_or_default()
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    1 + before.filter(|&&byte| byte == b'\n').count()
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> ConfigLayer {
        ConfigLayer::from_toml("run.toml", text).unwrap()
    }

    fn refusal(text: &str) -> String {
        RunConfig::resolve(DatasetKind::Digits, &[file(text)])
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn differing_settings_are_named() {
        let config = RunConfig::default();
        assert_eq!(config.differing_keys(&config.clone()), Ok(vec![]));
        let mut other = config.clone();
        (other.dim, other.images.data_dir) = (5, Some("data".to_owned()));
        let keys = ["data_dir".to_owned(), "dim".to_owned()].to_vec();
        assert_eq!(config.differing_keys(&other), Ok(keys));
        assert_eq!(other.value_of("dim").as_deref(), Some("5"));
        assert_eq!(other.value_of("data_dir").as_deref(), Some("data"));
        assert_eq!(config.value_of("data_dir"), None);
    }

    #[test]
    fn nothing_given_is_the_default() {
        assert_eq!(
            RunConfig::resolve(DatasetKind::Digits, &[]),
            Ok(RunConfig::default())
        );
    }

    #[test]
    fn later_layers_win_and_the_data_set_brings_its_own_defaults() {
        let flags = ConfigLayer::from_table(
            "the command line",
            toml::Table::from_iter([("epochs".to_owned(), toml::Value::Integer(3))]),
        );
        let file = file("epochs = 7\nhead = \"fixed\"\ndataset = \"grouped\"\nlr = 1\n");
        let config = RunConfig::resolve(DatasetKind::Digits, &[file, flags]).unwrap();
        let expected = RunConfig {
            epochs: 3,
            head: HeadKind::Fixed,
            lr: 1.0,
            ..RunConfig::for_dataset(DatasetKind::Grouped)
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn an_unknown_key_names_its_line_and_the_nearest_key() {
        let message = refusal("seed = 1\n\nbatch-size = 3\n");
        assert!(message.contains("run.toml, line 3"), "{message}");
        assert!(message.contains("`batch_size`"), "{message}");
        assert!(refusal("[train]\nlr = 1\n").contains("`train`"));
        assert!(refusal("epoch = 1").contains("`epochs`"));
    }

    #[test]
    fn a_value_of_the_wrong_type_names_its_key_and_line() {
        let message = refusal("seed = 1\nepochs = \"ten\"\n");
        assert!(message.contains("run.toml, line 2"), "{message}");
        assert!(message.contains("`epochs`"), "{message}");
        let message = refusal("dataset = \"digit\"\n");
        assert!(message.contains("`dataset`"), "{message}");
        assert!(message.contains("digits"), "{message}");
        assert!(refusal("classes = -3").contains("`classes`"));
    }

    #[test]
    fn broken_toml_names_its_line() {
        let error = ConfigLayer::from_toml("run.toml", "seed = 1\nepochs = = 2\n").unwrap_err();
        let message = error.to_string();
        assert!(message.contains("run.toml, line 2"), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }

    #[test]
    fn toml_reads_back_what_it_wrote() {
        for &dataset in DatasetKind::ALL {
            let mut config = RunConfig {
                seed: 7,
                prototype_file: Some("points.npy".to_owned()),
                ..RunConfig::for_dataset(dataset)
            };
            config.images.data_dir = Some("data".to_owned());
            config.own.data_file = Some("flowers.csv".to_owned());
            config.recipe.pretrained = Some("weights.pth".to_owned());
            let text = config.to_toml().unwrap();
            assert_eq!(
                RunConfig::resolve(DatasetKind::Digits, &[file(&text)]),
                Ok(config),
                "{text}"
            );
        }
    }

    #[test]
    fn learned_prototypes_bring_their_loss_unless_another_is_asked_for() {
        let data = "dataset = \"cifar100\"\ndata_dir = \"data\"\nhead = \"psc\"\n";
        let config = RunConfig::resolve(DatasetKind::Digits, &[file(data)]).unwrap();
        assert_eq!(config.loss, LossKind::CrossEntropy);
        assert!(refusal(&format!("{data}loss = \"paper\"\n")).contains("cross-entropy"));
    }

    #[test]
    fn a_seed_that_toml_cannot_hold_is_refused() {
        let config = RunConfig {
            seed: u64::MAX,
            ..RunConfig::default()
        };
        assert!(config.to_toml().is_err());
        assert!(config.validate().is_err());
    }
}
