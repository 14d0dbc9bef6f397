//! Packs the page for people without a server: one file that opens by a double click, and a zip with the whole site.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use crate::release;

const README: &str = "\
The playground: dynamic label-to-prototype assignment

playground.html   Double-click it. Everything is in this one file; it needs no server and no network,
                  only a current Chrome, Edge, Firefox or Safari.
site/             The same playground for a web server: copy the folder to any host, under any path.
                  Opened from a disk it cannot load its program, because browsers let no page read
                  files beside it. To try it on this computer, start a server in the folder:

                      python3 -m http.server --bind 127.0.0.1 --directory site 8000

                  (on Windows: py -m http.server ...), then open http://127.0.0.1:8000/

Nothing you do leaves the computer.
";

/// Starts the program that stands in the page itself; comes after the glue code in the same module.
const START: &str = r#"
const page = window.__dl2pa_loading;
try {
  page.progress(SIZE, SIZE);
  const packed = Uint8Array.from(atob(document.getElementById("dl2pa-program").textContent), (letter) => letter.charCodeAt(0));
  const program = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  await __wbg_init({ module_or_path: await new Response(program).arrayBuffer() });
  page.arrived();
} catch (reason) {
  page.failed(reason);
}
"#;

/// Writes the zip of the sealed page in `dist` beside it and returns its path.
///
/// # Errors
/// When the page is not as trunk builds it, or a file cannot be read or written.
pub fn zip(dist: &Path) -> Result<PathBuf> {
    let path = dist.with_file_name("dl2pa-playground.zip");
    let mut bytes = Cursor::new(Vec::new());
    let mut zip = zip::ZipWriter::new(&mut bytes);
    let options = SimpleFileOptions::default().compression_level(Some(9));
    let mut add = |name: &str, content: &[u8]| -> Result<()> {
        zip.start_file(format!("dl2pa-playground/{name}"), options)?;
        Ok(zip.write_all(content)?)
    };
    add("README.txt", README.as_bytes())?;
    add("playground.html", single_file(dist)?.as_bytes())?;
    for name in release::names(dist)? {
        add(&format!("site/{name}"), &fs::read(dist.join(&name))?)?;
    }
    zip.finish()?;
    fs::write(&path, bytes.into_inner())
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

/// The page in `dist` with its program, glue code and icon inside, so that it opens from a disk.
fn single_file(dist: &Path) -> Result<String> {
    let page = fs::read_to_string(dist.join("index.html"))?;
    let wasm = release::wasm_name(dist)?.context("the page has no program")?;
    let glue = fs::read_to_string(dist.join(wasm.replace("_bg.wasm", ".js")))?;
    let program = fs::read(dist.join(&wasm))?;
    let icon = fs::read(dist.join("icon.svg"))?;
    joined(&page, &glue, &program, &icon)
}

fn joined(page: &str, glue: &str, program: &[u8], icon: &[u8]) -> Result<String> {
    const OPEN: &str = "<script type=\"module\">";
    const CLOSE: &str = "</script>";
    if glue.contains(CLOSE) {
        bail!("the glue code holds `{CLOSE}` and cannot stand inside a page");
    }
    let (head, rest) = page
        .split_once(OPEN)
        .context("the page has no module that starts its program")?;
    let (_, tail) = rest.split_once(CLOSE).context("the page is cut short")?;
    let start = START.replace("SIZE", &program.len().to_string());
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(program)?;
    let packed = STANDARD.encode(packer.finish()?);
    Ok(format!(
        "{}<script type=\"application/gzip\" id=\"dl2pa-program\">{packed}{CLOSE}\n{OPEN}\n{glue}{start}{CLOSE}{}",
        without_links(head, icon),
        without_links(tail, icon),
    ))
}

/// Links to files beside the page are dropped, but for the icon, which comes inside.
fn without_links(html: &str, icon: &[u8]) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<link ") {
        kept.push_str(before);
        let (link, next) = after.split_once('>').unwrap_or((after, ""));
        if link.contains(r#"rel="icon""#) {
            let icon = STANDARD.encode(icon);
            kept.push_str(&format!(
                r#"<link rel="icon" href="data:image/svg+xml;base64,{icon}">"#
            ));
        }
        rest = next;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<head><link rel="icon" href="./icon-1.svg"/><link rel="modulepreload" href="./app-1.js">
</head><body><script>poster()</script><script type="module">import init from './app-1.js';</script></body>"#;

    #[test]
    fn the_single_file_names_no_other_file() {
        let file = joined(PAGE, "export { __wbg_init };", b"program", b"<svg/>").unwrap();
        assert!(!file.contains("app-1"), "{file}");
        assert!(!file.contains("./"), "{file}");
        assert!(file.contains("poster()") && file.ends_with("</script></body>"));
        assert!(
            file.contains("data:image/svg+xml;base64,PHN2Zy8+"),
            "{file}"
        );
    }

    #[test]
    fn the_program_comes_out_as_it_went_in() {
        let file = joined(PAGE, "", b"a program of some length", b"").unwrap();
        let (_, rest) = file.split_once("id=\"dl2pa-program\">").unwrap();
        let (packed, _) = rest.split_once("</script>").unwrap();
        let bytes = STANDARD.decode(packed).unwrap();
        let mut program = Vec::new();
        let mut reader = flate2::read::GzDecoder::new(bytes.as_slice());
        std::io::Read::read_to_end(&mut reader, &mut program).unwrap();
        assert_eq!(program, b"a program of some length");
    }

    #[test]
    fn what_would_break_the_page_is_refused() {
        assert!(joined(PAGE, "'</script>'", b"", b"").is_err());
        assert!(joined("<html>", "", b"", b"").is_err());
    }
}
