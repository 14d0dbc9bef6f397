//! What a person reads about links, commands and files.

use dl2pa_core::config::ConfigError;
use dl2pa_core::lessons::Language;

use super::catalogue::spoken;
use super::words::sharing as say;
use crate::link::LinkError;

pub(crate) use super::words::sharing::*;

/// What is said of a link that cannot be opened.
pub(crate) fn not_opened(error: &LinkError) -> String {
    say::cannot_open(refused(error))
}

/// What is said of a link that cannot be opened or made.
pub(crate) fn refused(error: &LinkError) -> String {
    match error {
        LinkError::Foreign => say::foreign_link().to_owned(),
        LinkError::Damaged => say::damaged_link().to_owned(),
        LinkError::Oversized => say::oversized_link().to_owned(),
        LinkError::Newer { version, known } => say::newer_link(*version, *known),
        LinkError::Settings(error) => say::refused_link(refused_setting(error)),
        LinkError::NeedsFiles { dataset } => say::link_of_files(dataset.as_str()),
        LinkError::TooLong { chars, most } => say::long_link(*chars, *most),
    }
}

/// What is said of a setting that is refused. Why two settings do not go together is told by the core, in English.
pub(crate) fn refused_setting(error: &ConfigError) -> String {
    match error {
        // Its own sentence names lines and columns.
        error if spoken() == Language::English => error.to_string(),
        ConfigError::UnknownKey {
            place,
            key,
            nearest,
        } => say::unknown_setting(place.to_string(), key.as_str(), nearest.as_str()),
        ConfigError::BadValue { place, key, cause } => {
            say::bad_setting(place.to_string(), key.as_str(), cause.as_str())
        }
        error => error.to_string(),
    }
}

/// What is said when a file cannot be made.
pub(crate) fn not_made(cause: &str) -> String {
    say::cannot_make(cause)
}

/// What is said of a file that was saved, or was not.
pub(crate) fn saved(name: &str, place: Result<Option<&str>, &str>) -> String {
    match place {
        Ok(None) => say::saved_here(name),
        Ok(Some(folder)) => say::saved_in(name, folder),
        Err(cause) => say::cannot_save(name, cause),
    }
}

#[cfg(test)]
mod tests {
    use dl2pa_core::config::Place;

    use super::*;

    #[test]
    fn english_words_of_a_refusal_are_the_error_s_own() {
        let refused_layer = ConfigError::UnknownKey {
            place: Place {
                origin: "this link".to_owned(),
                line: None,
            },
            key: "clases".to_owned(),
            nearest: "classes".to_owned(),
        };
        for error in [
            LinkError::Foreign,
            LinkError::Damaged,
            LinkError::Oversized,
            LinkError::Newer {
                version: 2,
                known: 1,
            },
            LinkError::Settings(refused_layer),
            LinkError::NeedsFiles {
                dataset: "cifar10".to_owned(),
            },
            LinkError::TooLong { chars: 9, most: 8 },
        ] {
            assert_eq!(refused(&error), error.to_string());
        }
    }
}
