//! The words' files (`words/en.ftl`, `words/de.ftl`), read once, and the language that is spoken at present.
//!
//! They are written in Fluent: German and English count differently, word order differs, and translators have
//! tools for it; the lessons' braces know no plurals. It brings seven crates (MIT or Apache) and at most 50 KB to the
//! page, compressed.
//!
//! The language is kept for each thread, since [`crate::Playground::ui`] draws on one and tests draw on many.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::LazyLock;

use dl2pa_core::lessons::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// From now on this thread speaks `language`.
pub(crate) fn speak(language: Language) {
    SPOKEN.set(language);
}

/// The language that the switch offers while `language` is spoken: the next one of all.
pub(crate) fn after(language: Language) -> Language {
    let all = Language::ALL;
    let place = all.iter().position(|&one| one == language);
    let next = place.map_or(0, |place| (place + 1) % all.len());
    all.get(next).copied().unwrap_or_default()
}

/// What this thread speaks.
pub(crate) fn spoken() -> Language {
    SPOKEN.get()
}

/// The words of one language.
struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    /// Those that need no values, ready to be shown.
    plain: HashMap<String, String>,
}

static ENGLISH: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::read(Language::English, file(Language::English)));
static GERMAN: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::read(Language::German, file(Language::German)));

const fn file(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../words/en.ftl"),
        Language::German => include_str!("../../words/de.ftl"),
    }
}

fn of(language: Language) -> &'static Catalogue {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

impl Catalogue {
    /// Reads a file. What is broken in it is left out: the tests find it, and at run time English stands in.
    fn read(language: Language, file: &str) -> Self {
        let locale = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Marks round values are for texts that mix directions of writing; the font has no letter for them.
        bundle.set_use_isolating(false);
        let resource = match FluentResource::try_new(file.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        let mut words = Self {
            bundle,
            plain: HashMap::new(),
        };
        for line in file.lines() {
            let Some((key, _)) = line.split_once(" =") else {
                continue;
            };
            if let Some(text) = words.say(key, None) {
                words.plain.insert(key.to_owned(), text);
            }
        }
        words
    }

    /// A message with its values; `None` where it is missing, or lacks one of them.
    fn say(&self, key: &str, values: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, values, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}

/// A message without values, in the language spoken, or in English; its key where nobody knows it.
pub(super) fn plain(key: &'static str) -> &'static str {
    let known = [spoken(), Language::English]
        .into_iter()
        .find_map(|language| of(language).plain.get(key));
    known.map_or(key, String::as_str)
}

/// A message with values, as [`plain`].
pub(super) fn filled<const N: usize>(
    key: &str,
    values: [(&'static str, FluentValue<'_>); N],
) -> String {
    let values = FluentArgs::from_iter(values);
    [spoken(), Language::English]
        .into_iter()
        .find_map(|language| of(language).say(key, Some(&values)))
        .unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::text::words::KEYS;

    /// The messages of a file, each with the values that its text names.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in file(language).lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =")
                && line.starts_with(|first: char| first.is_ascii_lowercase())
            {
                name.clone_into(&mut key);
                let before = found.insert(key.clone(), BTreeSet::new());
                assert_eq!(before, None, "{key} is there twice in {}", language.code());
            }
            let values = line.split('$').skip(1).map(|rest| {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                rest[..end.unwrap_or(rest.len())].to_owned()
            });
            if let Some(of_key) = found.get_mut(&key) {
                of_key.extend(values);
            }
        }
        found
    }

    #[test]
    fn every_file_can_be_read_whole() {
        for &language in Language::ALL {
            let read = FluentResource::try_new(file(language).to_owned());
            let errors = read.err().map(|(_, errors)| errors);
            assert_eq!(errors, None, "{}", language.code());
        }
    }

    #[test]
    fn every_language_has_the_program_s_messages_and_no_others() {
        let asked: BTreeMap<String, BTreeSet<String>> = KEYS
            .iter()
            .map(|(key, values)| {
                let values = values.iter().map(|&value| value.to_owned());
                ((*key).to_owned(), values.collect())
            })
            .collect();
        for &language in Language::ALL {
            let own = messages(language);
            for (key, values) in &asked {
                // A sentence that drops one of its values says less than the English one.
                assert_eq!(own.get(key), Some(values), "{key} in {}", language.code());
            }
            let spare: Vec<_> = own.keys().filter(|key| !asked.contains_key(*key)).collect();
            assert!(
                spare.is_empty(),
                "nobody asks {} for {spare:?}",
                language.code()
            );
        }
    }

    #[test]
    fn every_message_says_something_whatever_the_values() {
        for &language in Language::ALL {
            for (key, names) in KEYS {
                for number in [0, 1, 2, 5] {
                    let values = names.iter().map(|&name| (name, FluentValue::from(number)));
                    let values = FluentArgs::from_iter(values);
                    let said = of(language).say(key, Some(&values));
                    let said = said.unwrap_or_else(|| panic!("{}: {key}", language.code()));
                    assert_eq!(said.trim(), said, "{}: {key}", language.code());
                    assert!(!said.is_empty() && !said.contains("  "), "{said:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_missing_is_said_in_english_and_what_nobody_knows_by_its_key() {
        let few = Catalogue::read(Language::German, "a = eins\nb = { $x }\nbroken");
        assert_eq!(few.say("a", None).as_deref(), Some("eins"));
        assert_eq!(few.say("b", None), None, "a value is missing");
        assert_eq!(few.say("c", None), None);
        assert_eq!(plain("no-such-word"), "no-such-word");
        assert_eq!(filled("no-such-word", []), "no-such-word");
    }

    #[test]
    fn each_thread_speaks_its_own_language() {
        speak(Language::German);
        let named = std::thread::Builder::new().name("other".to_owned());
        let other = named
            .spawn(spoken)
            .expect("there is room for a thread")
            .join()
            .expect("it says one thing");
        assert_eq!((spoken(), other), (Language::German, Language::English));
        speak(Language::English);
    }
}
