// Steps a second of the playground and of TensorFlow.js in one Chromium, by turns:
//   node benches/web/training.mjs [FOLDER of the page, default dist] [FOLDER node_modules] [ROUNDS, default 5]
// Ours is the playground at full speed, by its public commands: it draws its window all the while, works in slices of 8 ms,
// and gathers class means. TensorFlow.js draws nothing. Both train 2-32-32-3 at batch 256 ("playground" in peer.html);
// "plain" is 2-32-32-1 with tanh, squared error and plain SGD, which the playground has no switch for.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadavg } from "node:os";
import { readFileSync } from "node:fs";
import { launch, median, serve, sleep } from "./chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.argv[2] ?? "dist"), npm = resolve(process.argv[3] ?? "node_modules"), rounds = Number(process.argv[4] ?? 5);
const SECONDS = 3;

const server = await serve({ "/page/": dist, "/npm/": npm, "/bench/": here });
const browser = await launch();
const page = async (path, width, height) => {
  const opened = await browser.open();
  await opened.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  await opened.go(`${server.address}${path}`);
  return opened;
};

const peer = await page("/bench/peer.html", 1280, 800);
const ours = await page("/page/?device=cpu", 1280, 800);
const run = JSON.parse(readFileSync(`${here}/run.json`, "utf8"));
const pace = { steps_per_sec: null, spread_secs: 0, relabel_dwell_secs: 0, first_relabel_dwell_secs: 0, snapshot_hz: 4, max_samples: 0 };
await ours.run(`
  await window.dl2pa.ready;
  window.dl2pa.command({ "set-pace": ${JSON.stringify(pace)} });
  window.dl2pa.command({ start: ${JSON.stringify(run)} });
  window.dl2pa.command("pause");`);
await sleep(1000);

// Only the page in front draws, and it is not slowed down.
const measureOurs = () => ours.front().then(() => ours.run(`
  window.dl2pa.command("resume");
  const until = (is) => new Promise((resolve) => { const id = setInterval(() => { const now = window.dl2pa.snapshot(); if (is(now)) { clearInterval(id); resolve(now); } }, 20); });
  const before = window.dl2pa.snapshot().step;
  const first = await until((now) => now.step > before + 20), from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ${SECONDS * 1000}));
  const seen = window.dl2pa.snapshot().step, last = await until((now) => now.step > seen), took = performance.now() - from;
  window.dl2pa.command("pause");
  return { per_sec: (last.step - first.step) / took * 1000, loss: last.loss, fps: last.fps, backend: last.backend };`));
const measurePeer = (backend, net) => peer.front().then(() => peer.run(`return window.peer.measure("${backend}", "${net}", ${SECONDS});`));

const lanes = { "ours, playground": measureOurs };
for (const backend of ["wasm", "cpu", "webgl"])
  for (const net of ["playground", "plain"]) lanes[`tfjs ${backend}, ${net}`] = () => measurePeer(backend, net);

const results = Object.fromEntries(Object.keys(lanes).map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, measure] of Object.entries(lanes)) {
    const result = await measure().catch((problem) => ({ problem: problem.message }));
    if (round > 0) results[name].push(result); // The first round warms up.
  }
}
for (const [name, found] of Object.entries(results)) {
  const speeds = found.map((result) => result.per_sec).filter(Number.isFinite), { problem, per_sec: _, ...rest } = found.at(-1);
  const figures = speeds.length ? `${median(speeds).toFixed(0)} steps/s (${speeds.map((speed) => speed.toFixed(0)).join(" ")})` : problem;
  console.log(`${name.padEnd(24)} ${figures} ${JSON.stringify(rest)}`);
}
console.log(`load of the machine: ${loadavg().map((value) => value.toFixed(1)).join(" ")}`);
await browser.close();
server.close();
