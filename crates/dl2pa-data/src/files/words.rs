//! Words for WordNet's class names, from the lists that come with ImageNet and Tiny ImageNet.

use std::collections::HashMap;
use std::path::Path;

use super::error::DataFileError;
use super::parts::read_text;

/// What to call `classes`: the first of the words that the list at `path` has for each ("n01443537 goldfish,
/// Carassius auratus" a line), with the class name where two have the same; the class names themselves
/// where there is no list.
pub(super) fn class_names(path: &Path, classes: &[String]) -> Result<Vec<String>, DataFileError> {
    if !path.is_file() {
        return Ok(classes.to_vec());
    }
    let text = read_text(path)?;
    let mut words = HashMap::new();
    for line in text.lines() {
        if let Some((class, synonyms)) = line.split_once([' ', '\t']) {
            let first = synonyms.split(',').next().unwrap_or(synonyms).trim();
            words.insert(class, first);
        }
    }
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for class in classes {
        if let Some(word) = words.get(class.as_str()) {
            *uses.entry(word).or_default() += 1;
        }
    }
    let name = |class: &String| match words.get(class.as_str()) {
        Some(&word) if !word.is_empty() && uses.get(word) == Some(&1) => word.to_owned(),
        Some(&word) if !word.is_empty() => format!("{word} ({class})"),
        _ => class.clone(),
    };
    Ok(classes.iter().map(name).collect())
}
