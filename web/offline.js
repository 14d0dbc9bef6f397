// Asks the browser to keep this release for when there is no network; web/sw.js does the keeping.
//
// Only a page that `cargo xtask build-web` has sealed names its release. On this machine's own addresses (localhost)
// nothing is kept unless `?offline=1` asks for it: other programs use the same ports. `?offline=0` drops what was kept.
(() => {
  const workers = navigator.serviceWorker;
  if (!workers || location.protocol === "file:") return; // Over plain http there are no workers.
  const release = document.querySelector('meta[name="dl2pa-release"]').content;
  const asked = new URLSearchParams(location.search).get("offline");
  const isLoopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
  const script = new URL("sw.js", document.baseURI).href;

  // Drops the worker and what it kept; resolves when both are gone.
  window.__dl2pa_forget = async () => {
    const registration = await workers.getRegistration();
    const worker = registration && (registration.active || registration.waiting || registration.installing);
    if (!worker || worker.scriptURL !== script) return;
    await registration.unregister();
    const prefix = `dl2pa ${new URL("./", script).pathname} `;
    const kept = (await caches.keys()).filter((name) => name.startsWith(prefix));
    await Promise.all(kept.map((name) => caches.delete(name)));
  };

  // A browser that keeps nothing (a private window, a full disk) still runs the page.
  const unlessRefused = (work) => work.catch((reason) => console.info(`Not kept for later: ${reason}`));
  if (release === "" || asked === "0") {
    unlessRefused(window.__dl2pa_forget());
  } else if (asked === "1" || !isLoopback) {
    // Not before the page moves: its own download comes first.
    window.dl2pa.ready.then(() => unlessRefused(workers.register(script, { updateViaCache: "none" })), () => {});
  }
})();
