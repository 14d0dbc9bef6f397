//! Refuses unknown keys where a whole configuration is read at once: from a checkpoint, or as a command of the
//! page.
//!
//! serde cannot: a type with flat parts hands each key on that it does not know itself, and a part takes what it
//! knows and leaves the rest. So the last part looks at what is left when it comes to it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::RunConfig;
use super::layers::nearest;

/// Reads the last of the flat parts of [`RunConfig`], and refuses a key that belongs to none.
pub(super) fn last_part<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_map(LastPart(PhantomData))
}

struct LastPart<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for LastPart<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings of a run")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let known = RunConfig::keys().map_err(A::Error::custom)?;
        T::deserialize(MapAccessDeserializer::new(KnownKeys { map, known }))
    }
}

/// A map that ends with an error at a key that is not known.
struct KnownKeys<A> {
    map: A,
    known: Vec<String>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for KnownKeys<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(key) = self.map.next_key::<String>()? else {
            return Ok(None);
        };
        if !self.known.contains(&key) {
            let nearest = nearest(&key, &self.known);
            return Err(A::Error::custom(format!(
                "there is no setting `{key}`; the nearest is `{nearest}`"
            )));
        }
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::DatasetKind;
    use super::*;

    #[test]
    fn a_whole_configuration_reads_back() {
        for &dataset in DatasetKind::ALL {
            let mut config = RunConfig::for_dataset(dataset);
            config.images.data_dir = Some("data".to_owned());
            config.recipe.pretrained = Some("weights.pth".to_owned());
            config.images.max_damaged = Some(5);
            config.prototype_file = Some("w.npy".to_owned());
            config.own.data_file = Some("flowers.csv".to_owned());
            config.own.data_digest = Some("0123456789abcdef".to_owned());
            config.own.data_features = Some(4);
            let table = toml::Table::try_from(&config).unwrap();
            assert_eq!(RunConfig::deserialize(table), Ok(config));
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest() {
        for (key, near) in [
            ("epoch", "epochs"),
            ("img-size", "img_size"),
            ("warmup", "warmup_lr"),
        ] {
            let mut table = toml::Table::try_from(RunConfig::default()).unwrap();
            table.insert(key.to_owned(), toml::Value::Integer(3));
            let error = RunConfig::deserialize(table).unwrap_err().to_string();
            assert!(error.contains(&format!("`{key}`")), "{error}");
            assert!(error.contains(near), "{error}");
        }
    }
}
