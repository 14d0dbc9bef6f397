//! A WebDriver client: chromedriver as a child process, and the few calls of the protocol that the tests use.
//!
//! The protocol is JSON over HTTP (W3C WebDriver, level 2); `goog/` and `se/` are Chromium's additions.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use serde_json::{Value, json};

/// Longest time of one call, in seconds: a page that trains on a software adapter answers slowly.
const CALL_LIMIT_SECS: u64 = 150;

/// Switches for a machine without a graphics card or a network.
const COMMON_SWITCHES: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,800",
];

/// What the page gets to draw and to compute with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Graphics {
    /// WebGPU on the software adapter.
    WebGpu,
    /// No WebGPU; WebGL2 on the software adapter.
    WebGl2,
}

impl Graphics {
    fn switches(self) -> &'static [&'static str] {
        match self {
            Self::WebGpu => &[
                "--enable-unsafe-webgpu",
                "--enable-features=Vulkan",
                "--use-vulkan=swiftshader",
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
            ],
            Self::WebGl2 => &[
                "--disable-features=WebGPU,WebGPUService",
                "--disable-blink-features=WebGPU",
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
            ],
        }
    }
}

/// The visible area of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Device pixels in a CSS pixel.
    pub pixel_ratio: f64,
    /// Whether the page is told that it runs on a phone with touch.
    pub phone: bool,
}

impl Viewport {
    /// A laptop's window.
    pub const DESKTOP: Self = Self {
        width: 1280,
        height: 800,
        pixel_ratio: 1.0,
        phone: false,
    };
    /// A common phone, upright.
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
        pixel_ratio: 2.0,
        phone: true,
    };
}

/// A key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Tab.
    Tab,
    /// Enter.
    Enter,
    /// A letter, without Shift.
    Letter(char),
}

impl Key {
    /// As WebDriver names it (its specification, section 17.4.2).
    const fn code(self) -> char {
        match self {
            Self::Tab => '\u{e004}',
            Self::Enter => '\u{e007}',
            Self::Letter(letter) => letter,
        }
    }
}

/// One browser with one page, closed when dropped.
#[derive(Debug)]
pub struct Session {
    driver: Child,
    /// Kept open: a driver that cannot write ends.
    _output: BufReader<ChildStdout>,
    base: String,
}

impl Session {
    /// Starts chromedriver and, through it, a browser with a fresh profile.
    ///
    /// # Errors
    /// When either is missing or does not start.
    pub fn open(graphics: Graphics, viewport: Viewport, dark: bool) -> Result<Self> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver could not be started: `cargo xtask test` installs it on Debian, elsewhere install it with Chromium")?;
        let (port, output) = match port_of(&mut driver) {
            Ok(found) => found,
            Err(error) => {
                drop(driver.kill());
                drop(driver.wait());
                return Err(error);
            }
        };
        let mut session = Self {
            driver,
            _output: output,
            base: format!("http://127.0.0.1:{port}"),
        };
        let pixel_ratio = format!("--force-device-scale-factor={}", viewport.pixel_ratio);
        let switches = [
            COMMON_SWITCHES.as_slice(),
            graphics.switches(),
            &[pixel_ratio.as_str()],
        ]
        .concat();
        let mut options = json!({ "args": switches });
        if let Some(browser) = browser_on_path() {
            options["binary"] = json!(browser);
        }
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            // The page's own promise says when it is ready.
            "pageLoadStrategy": "none",
            "timeouts": { "script": 120_000, "pageLoad": 120_000 },
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": options,
        }}});
        let opened = session.post("/session", &capabilities)?;
        let id = opened["sessionId"]
            .as_str()
            .context("chromedriver named no session")?;
        session.base = format!("{}/session/{id}", session.base);
        session.dress(viewport, dark)?;
        Ok(session)
    }

    fn dress(&self, viewport: Viewport, dark: bool) -> Result<()> {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({
                "width": viewport.width, "height": viewport.height, "mobile": viewport.phone,
                // 0 leaves it to the switch below: an emulated ratio does not reach the canvas' own pixels.
                "deviceScaleFactor": 0,
            }),
        )?;
        self.devtools(
            "Emulation.setTouchEmulationEnabled",
            &json!({ "enabled": viewport.phone }),
        )?;
        let scheme = if dark { "dark" } else { "light" };
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        )
    }

    /// Gives a command of the DevTools protocol.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Result<()> {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", &body).map(drop)
    }

    /// Opens an address; returns at once.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn go(&self, address: &str) -> Result<()> {
        self.post("/url", &json!({ "url": address })).map(drop)
    }

    /// Runs the body of a function in the page and returns what it returns.
    ///
    /// # Errors
    /// What the script throws, in the driver's words.
    pub fn execute(&self, script: &str) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The same with one argument, `arguments[0]`.
    ///
    /// # Errors
    /// What the script throws, in the driver's words.
    pub fn execute_with(&self, script: &str, argument: &Value) -> Result<Value> {
        self.post(
            "/execute/sync",
            &json!({ "script": script, "args": [argument] }),
        )
    }

    /// Runs an async function's body in the page and returns what its promise resolves to.
    ///
    /// # Errors
    /// What it throws or rejects with.
    pub fn execute_async(&self, script: &str) -> Result<Value> {
        let wrapped = format!(
            "const done = arguments[0];
             (async () => {{ {script} }})().then((value) => done({{ value }}), (reason) => done({{ error: String(reason) }}));"
        );
        let answer = self.post("/execute/async", &json!({ "script": wrapped, "args": [] }))?;
        if let Some(error) = answer["error"].as_str() {
            bail!("{error}");
        }
        Ok(answer["value"].clone())
    }

    /// Presses a key and lets it go.
    ///
    /// # Errors
    /// When the driver refuses.
    pub fn press(&self, key: Key) -> Result<()> {
        let key = key.code();
        // Held for as long as a finger does, and one after another as slowly as a picture takes that is drawn in
        // software: the focus moves once a picture.
        let actions = json!([{ "type": "key", "id": "keyboard", "actions": [
            { "type": "keyDown", "value": key },
            { "type": "pause", "duration": 80 },
            { "type": "keyUp", "value": key },
            { "type": "pause", "duration": 400 },
        ]}]);
        self.post("/actions", &json!({ "actions": actions }))
            .map(drop)
    }

    /// What the page shows, as a PNG file.
    ///
    /// # Errors
    /// When the driver cannot take it.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        let answer = self.get("/screenshot")?;
        let text = answer.as_str().context("the driver sent no picture")?;
        Ok(base64::engine::general_purpose::STANDARD.decode(text)?)
    }

    /// The errors that the console has collected since the last call.
    ///
    /// # Errors
    /// When the driver keeps no log.
    pub fn console_errors(&self) -> Result<Vec<String>> {
        let answer = self.post("/se/log", &json!({ "type": "browser" }))?;
        let entries = answer
            .as_array()
            .context("the driver sent no console log")?;
        Ok(entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect())
    }

    fn get(&self, path: &str) -> Result<Value> {
        answer(minreq::get(format!("{}{path}", self.base)), path)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = minreq::post(format!("{}{path}", self.base))
            .with_header("Content-Type", "application/json; charset=utf-8")
            .with_body(body.to_string());
        answer(request, path)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Ends the browser; killing the driver alone would leave it running.
        drop(minreq::delete(self.base.as_str()).with_timeout(20).send());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

fn answer(request: minreq::Request, path: &str) -> Result<Value> {
    let response = request
        .with_timeout(CALL_LIMIT_SECS)
        .send()
        .with_context(|| format!("chromedriver does not answer {path}"))?;
    let mut body: Value = serde_json::from_slice(response.as_bytes())
        .with_context(|| format!("chromedriver answers {path} with something else than JSON"))?;
    let value = body["value"].take();
    if response.status_code == 200 {
        return Ok(value);
    }
    let message = value["message"].as_str().unwrap_or_default();
    // The rest is the driver's own stack.
    let first = message
        .split("\n  (Session info")
        .next()
        .unwrap_or_default();
    Err(anyhow!("{path}: {}", first.trim()))
}

/// Reads chromedriver's greeting up to the port that it has chosen.
fn port_of(driver: &mut Child) -> Result<(u16, BufReader<ChildStdout>)> {
    let output = driver.stdout.take().context("chromedriver has no output")?;
    let mut output = BufReader::new(output);
    let mut line = String::new();
    while output.read_line(&mut line)? > 0 {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim().trim_end_matches('.');
            return Ok((port.parse().context("chromedriver named no port")?, output));
        }
        line.clear();
    }
    bail!("chromedriver ended without listening")
}

fn browser_on_path() -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut candidates = names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |dir| dir.join(name)));
    let found = candidates.find(|candidate| candidate.is_file())?;
    Some(found.to_string_lossy().into_owned())
}
