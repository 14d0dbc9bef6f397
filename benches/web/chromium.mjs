// Headless Chromium by the DevTools protocol over a pipe, and a static server: what the scripts beside this need. No packages.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, extname, join, normalize } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const SWITCHES = [
  "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-renderer-backgrounding", "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
  "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--window-size=1280,800", "--remote-debugging-pipe",
];

const browserOnPath = () => {
  for (const name of ["chromium", "chromium-browser", "google-chrome"])
    for (const folder of process.env.PATH.split(delimiter))
      if (existsSync(join(folder, name))) return join(folder, name);
  throw new Error("There is no Chromium on the PATH: install it, or run `cargo xtask setup`.");
};

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A browser with a profile of its own. `open()` gives pages; `close()` ends it.
export const launch = async (switches = []) => {
  const profile = mkdtempSync(join(tmpdir(), "dl2pa-bench-"));
  const child = spawn(browserOnPath(), [...SWITCHES, ...switches, `--user-data-dir=${profile}`],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const waiting = new Map(), listeners = [];
  let count = 0, rest = "";
  child.stdio[4].setEncoding("utf8").on("data", (text) => {
    const parts = (rest + text).split("\0");
    rest = parts.pop();
    for (const part of parts) {
      const message = JSON.parse(part);
      if (message.id) {
        const { resolve, reject, method } = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error) reject(new Error(`${method}: ${message.error.message}`)); else resolve(message.result);
      } else {
        for (const listener of listeners) listener(message);
      }
    }
  });
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    const id = ++count;
    waiting.set(id, { resolve, reject, method });
    child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  });
  const open = async () => {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    await send("Target.activateTarget", { targetId });
    const page = {
      send: (method, params) => send(method, params, sessionId),
      on: (method, work) => listeners.push((message) => {
        if (message.sessionId === sessionId && message.method === method) work(message.params);
      }),
      // Runs the body of an async function in the page.
      run: async (body) => {
        const { result, exceptionDetails } = await page.send("Runtime.evaluate",
          { expression: `(async () => { ${body} })()`, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      },
      go: async (url) => {
        const loaded = new Promise((resolve) => page.on("Page.domContentEventFired", resolve));
        await page.send("Page.enable");
        await page.send("Page.navigate", { url });
        await loaded;
      },
      front: () => send("Target.activateTarget", { targetId }),
      picture: async () => Buffer.from((await page.send("Page.captureScreenshot")).data, "base64"),
      close: () => send("Target.closeTarget", { targetId }),
    };
    return page;
  };
  const close = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await send("Browser.close").catch(() => {});
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { open, close };
};

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json",
};

// Serves folders under paths ({"/page/": folder}), as a good host does: names with a hash may be kept for ever.
// `packed` maps names to what is sent for them, compressed; other files go as they are.
export const serve = async (folders, packed = new Map()) => {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(request.url.split("?")[0]));
    const root = Object.keys(folders).find((prefix) => path.startsWith(prefix));
    const file = root && join(folders[root], path.slice(root.length) || "index.html");
    if (!file || !existsSync(file) || path.includes("..")) {
      response.writeHead(404).end();
      return;
    }
    const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream" };
    headers["cache-control"] = /[0-9a-f]{16}/.test(path) ? "max-age=31536000, immutable" : "no-cache";
    const small = packed.get(basename(file));
    if (small) headers["content-encoding"] = "br";
    response.writeHead(200, headers).end(small ?? readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
};

// Quality 9: what a host can do while it serves; `cargo xtask build-web` says what the best quality makes.
export const packedSmall = (bytes) => brotliCompressSync(bytes, { params: {
  [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
