//! The page's own words (`web/words.js`): every language has all of them, and nothing asks for others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

type Words = BTreeMap<String, String>;

fn file(name: &str) -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(name)).with_context(|| format!("{name} cannot be read"))
}

/// The rows of the table, by language.
fn words() -> Result<BTreeMap<String, Words>> {
    let script = file("web/words.js")?;
    let (_, table) = script
        .split_once("window.__dl2pa_words = ")
        .context("there is no table")?;
    let table = table.trim_end().trim_end_matches(';');
    serde_json::from_str(table).context("the table is not JSON")
}

/// What stands in braces.
fn values(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next()).collect()
}

/// What follows `before` up to the next quotation mark, everywhere in `text`.
fn quoted_after(text: &str, before: &str) -> BTreeSet<String> {
    let parts = text.split(before).skip(1);
    let keys = parts.filter_map(|part| part.split('"').next());
    keys.map(str::to_owned).collect()
}

#[test]
fn every_language_of_the_page_says_the_same_things() -> Result<()> {
    let all = words()?;
    let english = all.get("en").context("there is no English")?;
    for (language, own) in &all {
        let keys = |words: &Words| words.keys().cloned().collect::<BTreeSet<_>>();
        ensure!(keys(own) == keys(english), "{language} has other keys");
        for (key, text) in own {
            ensure!(
                values(text) == values(&english[key]),
                "{language}: {key} names other values"
            );
            ensure!(!text.trim().is_empty(), "{language}: {key} is empty");
        }
    }
    Ok(())
}

#[test]
fn every_key_that_the_page_asks_for_is_there() -> Result<()> {
    let english = words()?.remove("en").context("there is no English")?;
    let page = file("index.html")?;
    let mut asked = quoted_after(&page, "data-words=\"");
    asked.extend(quoted_after(&page, "data-name=\""));
    for script in ["page", "describe", "language"] {
        asked.extend(quoted_after(&file(&format!("web/{script}.js"))?, "say(\""));
    }
    asked.extend(quoted_after(
        &file("crates/dl2pa-app/src/web/mod.rs")?,
        "bridge::fail(\"",
    ));
    ensure!(asked.len() > 30, "only {} keys were found", asked.len());
    for key in &asked {
        ensure!(english.contains_key(key), "nobody knows {key}");
    }
    Ok(())
}

#[test]
fn without_scripts_the_page_says_what_the_table_does() -> Result<()> {
    let english = words()?.remove("en").context("there is no English")?;
    let page = file("index.html")?;
    for part in page.split("data-words=\"").skip(1) {
        let (key, rest) = part.split_once('"').context("a key without an end")?;
        let text = rest
            .split_once('>')
            .and_then(|(_, text)| text.split('<').next());
        ensure!(
            text == english.get(key).map(String::as_str),
            "{key} differs: {text:?}"
        );
    }
    for part in page.split("data-name=\"").skip(1) {
        let (key, rest) = part.split_once('"').context("a key without an end")?;
        let name = rest
            .split_once("aria-label=\"")
            .and_then(|(_, name)| name.split('"').next());
        ensure!(
            name == english.get(key).map(String::as_str),
            "{key} differs: {name:?}"
        );
    }
    Ok(())
}
