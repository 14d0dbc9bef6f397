// How soon the page shows something and moves, and what it weighs, in Chromium with empty caches:
//   node benches/web/first_paint.mjs [FOLDER, default dist] [ROUNDS, default 5]
// The folder is served from this machine, compressed by brotli; each round is a browser with a fresh profile, and opens the
// page twice: with nothing kept, and again with the browser's own cache. Medians.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadavg } from "node:os";
import { launch, median, packedSmall, serve } from "./chromium.mjs";

const folder = process.argv[2] ?? "dist", rounds = Number(process.argv[3] ?? 5);

const html = readFileSync(join(folder, "index.html"), "utf8");
const line = (bytes, small) => `${String(bytes.length).padStart(10)} bytes, ${String(small.length).padStart(9)} by brotli`;
const inner = (tag) => Buffer.from([...html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gs"))].map((match) => match[1]).join("\n"));
const packed = new Map();
let total = 0;
for (const name of readdirSync(folder).sort()) {
  const bytes = readFileSync(join(folder, name)), small = packedSmall(bytes);
  packed.set(name, small);
  if (name !== "icon.svg" && name !== "sw.js") total += small.length;
  console.log(`${line(bytes, small)}   ${name}`);
}
for (const tag of ["style", "script"]) console.log(`${line(inner(tag), packedSmall(inner(tag)))}   of index.html: ${tag}s`);
console.log(`${total} bytes by brotli are loaded before the page moves`);

const server = await serve({ "/some/path/": folder }, packed);

const visit = async (page) => {
  await page.go(`${server.address}/some/path/`);
  return page.run(`
    await window.dl2pa.ready;
    const ready = performance.now();
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN;
    const wasm = performance.getEntriesByType("resource").find((entry) => entry.name.endsWith(".wasm"));
    return { paint, ready, downloaded: wasm.responseEnd };`);
};
const results = { first: [], again: [] };
for (let round = 0; round < rounds; round++) {
  const browser = await launch();
  const page = await browser.open();
  // A browser that has painted before: its own start is not ours.
  await page.go("data:text/html,<p>Before");
  await page.run("await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
  results.first.push(await visit(page));
  results.again.push(await visit(page));
  await browser.close();
}
server.close();
for (const [name, visits] of Object.entries(results)) {
  const figures = ["paint", "downloaded", "ready"].map((key) => {
    const values = visits.map((visit) => visit[key]);
    return `${key} ${median(values).toFixed(0)} ms (${values.map((value) => value.toFixed(0)).join(" ")})`;
  });
  console.log(`${name.padEnd(6)} ${figures.join("; ")}`);
}
console.log(`load of the machine: ${loadavg().map((value) => value.toFixed(1)).join(" ")}`);
