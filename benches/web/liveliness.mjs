// How lively the page is in Chromium with software WebGL: frames while it trains, from a press to its picture, and epochs a second
// of a small net:
//   node benches/web/liveliness.mjs [FOLDER of the page, default dist] [ROUNDS, default 3]
// Each round opens the page anew. Frames: 24 classes with 500 samples shown, at normal speed, dynamic. Presses: the event timing
// of Chromium (8 ms steps) for clicks on the class key and keys, while it trains. Epochs: 25 classes, 300 training samples,
// 2-32-32-3, batches of 128, all speed. Long: tasks of the main thread over 50 ms in the first two.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadavg } from "node:os";
import { readFileSync } from "node:fs";
import { launch, median, serve, sleep } from "./chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.argv[2] ?? "dist"), rounds = Number(process.argv[3] ?? 3), query = process.argv[4] ?? "";
const run = JSON.parse(readFileSync(`${here}/run.json`, "utf8"));
const SECONDS = 8;

const server = await serve({ "/page/": dist });
const start = (page, pace, changes) => page.run(`
  window.dl2pa.command({ "set-pace": ${JSON.stringify(pace)} });
  window.dl2pa.command({ start: ${JSON.stringify({ ...run, ...changes })} });
  const isTraining = () => window.dl2pa.snapshot().step > 20;
  await new Promise((resolve) => { const id = setInterval(() => { if (isTraining()) { clearInterval(id); resolve(); } }, 50); });`);

const measure = async (page) => {
  const watched = { steps_per_sec: 40, spread_secs: 0, relabel_dwell_secs: 0, first_relabel_dwell_secs: 0, snapshot_hz: 15, max_samples: 500 };
  await start(page, watched, { classes: 24, samples_per_class: 40, head: "dynamic", batch_size: 128, epochs: 400 });
  const seen = await page.run(`
    const long = [];
    new PerformanceObserver((list) => { for (const task of list.getEntries()) long.push(task.duration); }).observe({ type: "longtask" });
    window.seen = { long, presses: [] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (/^(keydown|pointerdown)$/.test(entry.name)) window.seen.presses.push(entry.duration);
    }).observe({ type: "event", durationThreshold: 16 });
    await new Promise((resolve) => setTimeout(resolve, ${SECONDS * 1000}));
    const now = window.dl2pa.snapshot();
    return { fps: now.fps, p95: now.frame_ms_p95 };`);
  for (let press = 0; press < 20; press++) {
    // Names on and off; nothing of the run changes.
    for (const type of ["keyDown", "keyUp"])
      await page.send("Input.dispatchKeyEvent", { type, key: "l", code: "KeyL", text: type === "keyDown" ? "l" : undefined, windowsVirtualKeyCode: 76 });
    await sleep(150);
    const at = { x: 330 + 37 * (press % 12), y: 585, button: "left", clickCount: 1 };
    await page.send("Input.dispatchMouseEvent", { ...at, type: "mousePressed" });
    await page.send("Input.dispatchMouseEvent", { ...at, type: "mouseReleased" });
    await sleep(150);
  }
  const { long, presses } = await page.run("return window.seen;");
  const fast = { ...watched, steps_per_sec: null, snapshot_hz: 4, max_samples: 0 };
  await start(page, fast, { classes: 25, samples_per_class: 12, batch_size: 128, epochs: 100000 });
  const epochs = await page.run(`
    const first = window.dl2pa.snapshot().epoch, from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, ${SECONDS * 1000}));
    return (window.dl2pa.snapshot().epoch - first) / (performance.now() - from) * 1000;`);
  return { ...seen, long: long.length, epochs, presses };
};

const found = [];
for (let round = 0; round < rounds; round++) {
  const browser = await launch();
  const page = await browser.open();
  await page.send("Emulation.setDeviceMetricsOverride", { width: 1280, height: 800, deviceScaleFactor: 1, mobile: false });
  await page.go(`${server.address}/page/?device=cpu${query}`);
  await page.run("await window.dl2pa.ready;");
  found.push(await measure(page));
  await browser.close();
}
server.close();
const all = (key, digits = 0) => `${median(found.map((one) => one[key])).toFixed(digits)} (${found.map((one) => one[key].toFixed(digits)).join(" ")})`;
const presses = found.flatMap((one) => one.presses).sort((a, b) => a - b);
console.log(`frames a second ${all("fps", 1)}; p95 of a frame ${all("p95", 1)} ms; tasks over 50 ms ${all("long")}`);
console.log(`from a press to its picture: median ${median(presses)} ms, p95 ${presses[Math.floor(0.95 * presses.length)]} ms of ${presses.length} that took 16 ms or more`);
console.log(`epochs a second ${all("epochs")}`);
console.log(`load of the machine: ${loadavg().map((value) => value.toFixed(1)).join(" ")}`);
