//! `cargo xtask VERB`: installs what is missing, then serves, tests, builds or measures the project.

mod bench;
mod debian;
mod package;
mod paths;
mod release;
mod shell;
mod steps;
mod test;
mod tools;
mod wasm_target;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask VERB

  serve      install what is missing, build the page, serve it and print its address
               --port N     port on 127.0.0.1 (default 8080)
               --release    the small, fully optimised page (takes many minutes)
               --no-open    do not open a browser
  test       install what the tests need, then formatting, clippy, all native tests, the
             dependency arrows, the wasm build and the browser tests in headless Chromium
  setup      only the installation part of `serve` and `test`
  build-web  the page that people visit, in dist/, with its size: static files for any host and any path
               --zip        also dl2pa-playground.zip, for a room without a network
  seal DIR   make a page that trunk has built ready for visitors: it then works offline, too
               --zip        as above
  bench      the comparisons under benches/

CARGO_TARGET_DIR is respected.";

/// A verb with its options.
#[derive(Debug, PartialEq, Eq)]
enum Verb {
    Serve(web::ServeOptions),
    Test,
    Setup,
    BuildWeb { zip: bool },
    Seal { dist: PathBuf, zip: bool },
    Bench,
    Help,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verb = match parse(&arguments) {
        Ok(verb) => verb,
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: &Verb) -> Result<()> {
    match verb {
        Verb::Serve(options) => web::serve(options),
        Verb::Test => test::run(),
        Verb::Setup => tools::setup(),
        Verb::BuildWeb { zip } => web::build_release(*zip),
        Verb::Seal { dist, zip } => web::seal(dist, *zip),
        Verb::Bench => bench::run(),
        Verb::Help => {
            eprintln!("{USAGE}");
            Ok(())
        }
    }
}

fn parse(arguments: &[String]) -> Result<Verb> {
    let Some((verb, options)) = arguments.split_first() else {
        bail!("Say what to do: one of serve, test, setup, build-web, seal, bench.");
    };
    let verb = match verb.as_str() {
        "serve" => return Ok(Verb::Serve(parse_serve(options)?)),
        "test" => Verb::Test,
        "setup" => Verb::Setup,
        "build-web" if options == ["--zip"] => return Ok(Verb::BuildWeb { zip: true }),
        "build-web" => Verb::BuildWeb { zip: false },
        "seal" => match options {
            [dist] if !dist.starts_with("--") => {
                return Ok(Verb::Seal {
                    dist: dist.into(),
                    zip: false,
                });
            }
            [dist, flag] if flag == "--zip" => {
                return Ok(Verb::Seal {
                    dist: dist.into(),
                    zip: true,
                });
            }
            _ => bail!("`seal` needs the folder of the page, and after it at most --zip."),
        },
        "bench" => Verb::Bench,
        "help" | "-h" | "--help" => Verb::Help,
        other => bail!("There is no verb {other:?}."),
    };
    match options.first() {
        None => Ok(verb),
        Some(option) => bail!("This verb takes no option, but {option:?} was given."),
    }
}

fn parse_serve(options: &[String]) -> Result<web::ServeOptions> {
    let mut parsed = web::ServeOptions::default();
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match option.as_str() {
            "--release" => parsed.release = true,
            "--no-open" => parsed.open = false,
            "--port" => {
                let value = rest.next().map_or("", String::as_str);
                match value.parse() {
                    Ok(port) if port > 0 => parsed.port = port,
                    _ => bail!("--port needs a number from 1 to 65535, not {value:?}."),
                }
            }
            other => bail!("`serve` has no option {other:?}."),
        }
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn options_of_serve_are_read() {
        let verb = parse(&words("serve --port 9000 --release --no-open")).unwrap();
        let expected = web::ServeOptions {
            port: 9000,
            release: true,
            open: false,
        };
        assert_eq!(verb, Verb::Serve(expected));
    }

    fn seal(dist: &str, zip: bool) -> Verb {
        let dist = dist.into();
        Verb::Seal { dist, zip }
    }

    #[test]
    fn what_is_built_for_visitors_is_read() {
        for (line, expected) in [
            ("build-web", Verb::BuildWeb { zip: false }),
            ("build-web --zip", Verb::BuildWeb { zip: true }),
            ("seal dist", seal("dist", false)),
            ("seal dist --zip", seal("dist", true)),
        ] {
            assert_eq!(parse(&words(line)).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_unknown_is_refused() {
        for line in [
            "",
            "srve",
            "serve --prot 1",
            "serve --port 0",
            "serve --port",
            "test --fast",
            "build-web --zap",
            "seal",
            "seal --zip",
            "seal dist more",
        ] {
            assert!(parse(&words(line)).is_err(), "{line:?} was accepted");
        }
    }
}
