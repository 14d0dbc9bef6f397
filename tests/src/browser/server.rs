//! A small static file server on a loopback port, with the media types a page needs.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Result, anyhow};
use tiny_http::{Header, Request, Response, Server};

/// The page is served under this path and not under `/`, which proves that all its addresses are relative.
const PREFIX: &str = "/lesson/one/";

/// Serves a folder until it is dropped.
#[derive(Debug)]
pub struct StaticServer {
    server: Arc<ServerHandle>,
    thread: Option<JoinHandle<()>>,
    address: String,
}

/// tiny_http's server shows nothing of itself.
struct ServerHandle(Server);

impl std::fmt::Debug for ServerHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

impl StaticServer {
    /// Serves `root`; files whose name ends with `withheld` are answered with 404.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn start(root: &Path, withheld: Option<&'static str>) -> Result<Self> {
        let server =
            Server::http("127.0.0.1:0").map_err(|error| anyhow!("no loopback port: {error}"))?;
        let port = server
            .server_addr()
            .to_ip()
            .ok_or_else(|| anyhow!("the server listens on no IP address"))?
            .port();
        let server = Arc::new(ServerHandle(server));
        let files = Files {
            root: root.to_owned(),
            withheld,
        };
        let listener = Arc::clone(&server);
        let thread = std::thread::Builder::new()
            .name("static-server".to_owned())
            .spawn(move || {
                for request in listener.0.incoming_requests() {
                    files.answer(request);
                }
            })?;
        Ok(Self {
            server,
            thread: Some(thread),
            address: format!("http://127.0.0.1:{port}{PREFIX}"),
        })
    }

    /// The page's address, ending with a slash.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        self.server.0.unblock();
        if let Some(thread) = self.thread.take() {
            // A panicked server thread has already failed the test by not answering.
            drop(thread.join());
        }
    }
}

#[derive(Debug)]
struct Files {
    root: PathBuf,
    withheld: Option<&'static str>,
}

impl Files {
    fn answer(&self, request: Request) {
        let url = request
            .url()
            .split(['?', '#'])
            .next()
            .unwrap_or_default()
            .to_owned();
        // The browser may close a connection early; that is its right.
        match self.read(&url) {
            Some((bytes, media_type)) => {
                let mut response = Response::from_data(bytes);
                if let Ok(header) = Header::from_bytes("Content-Type", media_type) {
                    response.add_header(header);
                }
                drop(request.respond(response));
            }
            None => drop(request.respond(Response::from_string("not found").with_status_code(404))),
        }
    }

    fn read(&self, url: &str) -> Option<(Vec<u8>, &'static str)> {
        let name = match url.strip_prefix(PREFIX)? {
            "" => "index.html",
            name => name,
        };
        let inside = Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside || self.withheld.is_some_and(|end| name.ends_with(end)) {
            return None;
        }
        let bytes = std::fs::read(self.root.join(name)).ok()?;
        let media_type = match Path::new(name).extension()?.to_str()? {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "wasm" => "application/wasm",
            "svg" => "image/svg+xml",
            "webmanifest" => "application/manifest+json",
            "png" => "image/png",
            _ => "application/octet-stream",
        };
        Some((bytes, media_type))
    }
}
