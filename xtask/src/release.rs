//! Seals a page that trunk has built: names the release, adds the service worker, corrects the download's size.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};

use crate::paths;

/// The page itself, and the worker, which cannot keep itself.
const PAGE: &str = "index.html";
const WORKER: &str = "sw.js";

const UNNAMED: &str = r#"<meta name="dl2pa-release" content="">"#;

/// Seals the page in `dist` and returns the name of the release: 16 hexadecimal digits that follow from the content.
///
/// # Errors
/// When `dist` holds no page as trunk builds it, or one that is sealed already.
pub fn seal(dist: &Path) -> Result<String> {
    let page_path = dist.join(PAGE);
    let page = fs::read_to_string(&page_path).with_context(|| {
        format!(
            "{} cannot be read: build the page first",
            page_path.display()
        )
    })?;
    if !page.contains(UNNAMED) {
        bail!(
            "{} has no place for the name of the release: it is sealed already, or another page",
            page_path.display()
        );
    }
    let page = with_true_size(&page, dist)?;
    let mut files = digests(dist)?;
    files.remove(WORKER);
    files.insert(PAGE.to_owned(), digest(page.as_bytes()));
    let release = name_of(&files);

    let page = page.replace(
        UNNAMED,
        &UNNAMED.replace(r#"content="""#, &format!(r#"content="{release}""#)),
    );
    // The worker asks for the page as visitors do: by its folder.
    files.remove(PAGE);
    files.insert(String::new(), digest(page.as_bytes()));
    let worker = fs::read_to_string(paths::root().join("web").join(WORKER))?;
    fs::write(dist.join(WORKER), filled_in(&worker, &release, &files)?)?;
    fs::write(&page_path, page)?;
    Ok(release)
}

/// trunk measures the program before wasm-opt shrinks it, and the loading bar would stop short of its end.
fn with_true_size(page: &str, dist: &Path) -> Result<String> {
    const END: &str = "_bg.wasm', ";
    let (Some(at), Some(program)) = (page.find(END), wasm_name(dist)?) else {
        bail!("the page does not say how large its program is: trunk writes that differently now");
    };
    let from = at + END.len();
    let digits = page[from..]
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or_default();
    if digits == 0 {
        bail!("the page names no size of its program: trunk writes that differently now");
    }
    let size = fs::metadata(dist.join(program))?.len();
    Ok(format!("{}{size}{}", &page[..from], &page[from + digits..]))
}

/// The file name of the program in `dist`.
pub fn wasm_name(dist: &Path) -> Result<Option<String>> {
    Ok(names(dist)?
        .into_iter()
        .find(|name| name.ends_with(".wasm")))
}

/// The names of the files directly under `dist`, sorted. trunk makes no folders for this page.
pub fn names(dist: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dist).with_context(|| format!("{} cannot be read", dist.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            bail!(
                "{} holds the folder {name}: the service worker would not keep what is in it",
                dist.display()
            );
        }
        names.push(name);
    }
    names.sort();
    Ok(names)
}

fn digests(dist: &Path) -> Result<BTreeMap<String, String>> {
    names(dist)?
        .into_iter()
        .map(|name| {
            let bytes = fs::read(dist.join(&name))?;
            Ok((name, digest(&bytes)))
        })
        .collect()
}

/// As in the HTML attribute `integrity`.
fn digest(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

fn name_of(files: &BTreeMap<String, String>) -> String {
    let mut all = Sha384::new();
    for (name, digest) in files {
        all.update(name);
        all.update("\n");
        all.update(digest);
        all.update("\n");
    }
    let bytes = all.finalize();
    bytes[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn filled_in(worker: &str, release: &str, files: &BTreeMap<String, String>) -> Result<String> {
    let list: Vec<String> = files
        .iter()
        .map(|(name, digest)| format!("  [{name:?}, {digest:?}],\n"))
        .collect();
    let mut filled = worker.to_owned();
    for (empty, full) in [
        (
            "const RELEASE = \"\";",
            format!("const RELEASE = {release:?};"),
        ),
        (
            "const FILES = [];",
            format!("const FILES = [\n{}];", list.concat()),
        ),
    ] {
        if filled.matches(empty).count() != 1 {
            bail!("web/{WORKER} has no line `{empty}` to fill in");
        }
        filled = filled.replace(empty, &full);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page as trunk leaves it, as far as sealing looks at it.
    fn built(program: &[u8]) -> tempfile::TempDir {
        let dist = tempfile::tempdir().unwrap();
        let page = format!("<head>{UNNAMED}</head>start(init, './app-1_bg.wasm', 99999, x)");
        fs::write(dist.path().join(PAGE), page).unwrap();
        fs::write(dist.path().join("app-1_bg.wasm"), program).unwrap();
        dist
    }

    #[test]
    fn the_page_and_the_worker_name_the_same_release_and_every_file() {
        let dist = built(b"program");
        let release = seal(dist.path()).unwrap();
        let page = fs::read_to_string(dist.path().join(PAGE)).unwrap();
        let worker = fs::read_to_string(dist.path().join(WORKER)).unwrap();
        assert!(page.contains(&format!(r#"content="{release}""#)), "{page}");
        assert!(page.contains("'./app-1_bg.wasm', 7, x"), "{page}");
        assert!(worker.contains(&format!("const RELEASE = \"{release}\";")));
        // Of the page as it is now, and of the program: `openssl dgst -sha384 -binary | base64`.
        for entry in [
            format!("[\"\", \"{}\"]", digest(page.as_bytes())),
            "[\"app-1_bg.wasm\", \"sha384-".to_owned(),
        ] {
            assert!(worker.contains(&entry), "{entry} is not in {worker}");
        }
        assert!(!worker.contains("\"sw.js\","), "{worker}");
    }

    #[test]
    fn another_program_makes_another_release_and_the_same_one_does_not() {
        let names: Vec<String> = [b"one".as_slice(), b"two", b"one"]
            .into_iter()
            .map(|program| seal(built(program).path()).unwrap())
            .collect();
        assert_eq!(names[0], names[2]);
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn a_page_is_sealed_once() {
        let dist = built(b"program");
        seal(dist.path()).unwrap();
        assert!(seal(dist.path()).is_err());
    }

    #[test]
    fn digests_are_those_of_the_attribute() {
        // printf abc | openssl dgst -sha384 -binary | base64
        assert_eq!(
            digest(b"abc"),
            "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn"
        );
    }
}
