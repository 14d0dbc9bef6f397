// The service worker: keeps one whole release of the page, so that it opens without a network.
//
// `cargo xtask build-web` fills in the two constants and puts this file beside the page; `trunk serve` never does. All
// names but that of the page itself and its icon carry a hash of their content, and every file is checked against its
// digest before it is kept. So a page gets the files that its own index.html names, or none: never two releases mixed.
"use strict";
const RELEASE = "";
const FILES = []; // [name relative to this file, its digest as in the attribute `integrity`]

const ROOT = new URL("./", self.location).href;
const PREFIX = `dl2pa ${new URL(ROOT).pathname} `; // Several playgrounds may live under one host.
const CACHE = PREFIX + RELEASE;
// A network that answers later than this counts as none.
const PATIENCE_MS = 2500;

const ours = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));

const keepFile = async (cache, [name, integrity]) => {
  const url = new URL(name, ROOT).href;
  // What the page has just fetched will do, if it is the right one: the digest says so.
  const response = await fetch(url, { integrity, cache: "force-cache" }).catch(() => fetch(url, { integrity, cache: "reload" }));
  if (!response.ok) throw new Error(`${url} is answered with ${response.status}`);
  // A page may not be opened from a response that says it was redirected.
  await cache.put(url, response.redirected ? new Response(response.body, { headers: response.headers }) : response);
};

const keepRelease = async () => {
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(FILES.map((file) => keepFile(cache, file)));
  } catch (problem) {
    await caches.delete(CACHE); // All or nothing; the browser tries again at the next visit.
    throw problem;
  }
  await self.skipWaiting();
};

const dropOldReleases = async () => {
  const older = (await ours()).filter((name) => name !== CACHE);
  older.pop(); // The latest before this one stays for a page that is just being opened from it.
  await Promise.all(older.map((name) => caches.delete(name)));
  // The browser asks the network for the page while it starts this worker.
  await self.registration.navigationPreload?.enable();
};

// The page itself: the newest there is, or the kept one where the network fails.
const answerPage = async (event) => {
  const fresh = (async () => {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    return response.ok ? response : undefined;
  })().catch(() => undefined);
  event.waitUntil(fresh);
  const kept = (await caches.open(CACHE)).match(ROOT);
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); });
  return (await Promise.race([fresh, late])) ?? (await kept) ?? (await fresh) ?? Response.error();
};

const answerFile = async (request) => {
  for (const name of (await ours()).reverse()) {
    const kept = await (await caches.open(name)).match(request.url);
    if (kept) return kept;
  }
  return fetch(request);
};

self.addEventListener("install", (event) => event.waitUntil(keepRelease()));
self.addEventListener("activate", (event) => event.waitUntil(dropOldReleases()));
self.addEventListener("fetch", (event) => {
  const { request } = event, { href, search } = new URL(request.url);
  // Other hosts, other folders and anything that is not a plain read are none of our business.
  if (request.method !== "GET" || !href.startsWith(ROOT)) return;
  const name = href.slice(ROOT.length).split(/[?#]/)[0];
  if (request.mode === "navigate") {
    if (name === "" || name === "index.html") event.respondWith(answerPage(event));
  } else if (search === "" && name !== "sw.js") {
    event.respondWith(answerFile(request));
  }
});
