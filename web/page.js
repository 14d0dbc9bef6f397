// The page's half of the contract with the program, set up before the program arrives.
//
// For scripts and embedding pages:
//   window.dl2pa.ready       promise: resolves when the playground moves, rejects with an Error if it cannot
//   window.dl2pa.error       the last failure in one sentence, or null
//   window.dl2pa.snapshot()  the present state as a plain object, or null before the program has arrived
//   window.dl2pa.command(c)  takes a command: the serde form of dl2pa_core::protocol::Command, for example
//                            "pause", "resume", {"step": "epoch"}; throws an Error that says what is wrong with it.
//                            Commands given before the program has arrived wait for it.
//   window.dl2pa.seek(epoch) shows the run as it was at an epoch; throws where the program cannot
//   window.dl2pa.options     what the address asks for: {embed, present, paused}
//   window.dl2pa.attached    promise: the program has arrived and takes commands
//   Pages that embed this one use the same by messages: web/embed.js, docs/EMBED.md.
//
// For the program (wasm), which calls these hooks:
//   __dl2pa_attach(handle)          once, early: handle.snapshot() returns the plain object above,
//                                   handle.command(json) takes a command as JSON text and throws what is wrong with it;
//                                   handle.seek(epoch), if there is one, does what window.dl2pa.seek says
//   __dl2pa_ready()                 the first moving picture is on the canvas (dispatching the event "dl2pa-ready"
//                                   on window does the same): the poster leaves
//   __dl2pa_fail(headline, details) the program cannot go on; details may be empty, the headline a key of web/words.js
//   __dl2pa_speak(code)             the program speaks this language now (web/language.js)
//   __dl2pa_say(text)               one sentence for screen readers
(() => {
  const { say, number } = window.__dl2pa_language;
  let handle = null, settled = false, over = false;
  const isTrap = (reason) => typeof WebAssembly === "object" && reason instanceof WebAssembly.RuntimeError;
  const waiting = [];
  const byId = (id) => document.getElementById(id);
  const whenParsed = (work) => document.readyState === "loading" ? addEventListener("DOMContentLoaded", work, { once: true }) : work();

  let accept, refuse;
  const ready = new Promise((resolve, reject) => { accept = resolve; refuse = reject; });
  ready.catch(() => {}); // The card says it; an unheard promise need not say it again.

  let arrive, miss;
  const attached = new Promise((resolve, reject) => { arrive = resolve; miss = reject; });
  attached.catch(() => {});
  const asked = new URLSearchParams(location.search);
  const isOn = (name) => asked.has(name) && !["0", "false"].includes(asked.get(name));

  window.dl2pa = {
    ready,
    attached,
    options: Object.freeze({
      embed: isOn("embed"), present: isOn("present"),
      // In another page it waits for somebody, unless that page wants it to play.
      paused: asked.has("paused") ? isOn("paused") : isOn("embed"),
    }),
    error: null,
    seek: (epoch) => {
      if (!Number.isFinite(epoch)) throw new Error("Say which epoch to seek: a number from 0.");
      if (typeof handle?.seek !== "function") throw new Error("This playground cannot go back in its run.");
      handle.seek(epoch);
    },
    snapshot: () => handle === null ? null : handle.snapshot(),
    command: (command) => {
      if (command === undefined) throw new Error("A command is missing.");
      const json = JSON.stringify(command);
      if (handle === null) waiting.push(json); else handle.command(json);
    },
  };

  window.__dl2pa_attach = (program) => {
    handle = program;
    for (const json of waiting.splice(0)) {
      try { handle.command(json); } catch (problem) { console.warn(String(problem)); }
    }
    arrive();
  };

  window.__dl2pa_ready = () => {
    if (settled) return;
    settled = true;
    accept();
    const poster = byId("dl2pa-poster");
    poster.classList.add("leaving");
    setTimeout(() => { poster.hidden = true; }, 500);
  };
  addEventListener("dl2pa-ready", () => window.__dl2pa_ready());

  window.__dl2pa_say = (text) => { byId("dl2pa-narration").textContent = text; };

  const fail = (headline, cause, remedy, details) => {
    const sentence = cause ? `${headline} ${cause}` : headline;
    window.dl2pa.error = sentence;
    if (!settled) { settled = true; refuse(new Error(sentence)); }
    miss(new Error(sentence)); // Nobody hears it if the program had arrived.
    if (over) return; // The first failure is the cause; what follows from it would only hide it.
    over = true;
    whenParsed(() => {
      byId("dl2pa-error-headline").textContent = headline;
      byId("dl2pa-error-cause").textContent = cause;
      byId("dl2pa-error-remedy").textContent = remedy;
      byId("dl2pa-error-details").textContent = details;
      byId("dl2pa-error").querySelector("details").hidden = !details;
      byId("dl2pa-loading").hidden = true;
      byId("dl2pa-error").hidden = false;
      byId("dl2pa-playground").inert = true;
      byId("dl2pa-reload").focus();
    });
  };

  window.__dl2pa_fail = (headline, details) => {
    fail(say(headline), "", say("reload-or-other"), details || "");
  };

  // What the loader (initializer.js) reports.
  window.__dl2pa_loading = {
    started: () => {},
    progress: (current, total) => {
      const share = Math.min(1, current / Math.max(1, total)), bar = byId("dl2pa-bar");
      bar.firstElementChild.style.transform = `scaleX(${share})`;
      bar.setAttribute("aria-valuenow", Math.round(share * 100));
      byId("dl2pa-status").textContent = say("loading-so-far", { size: number(current / 1e6, 1) });
      if (share >= 1) window.__dl2pa_loading.arrived();
    },
    arrived: () => {
      if (settled) return;
      byId("dl2pa-bar").classList.add("starting");
      byId("dl2pa-bar").removeAttribute("aria-valuenow");
      byId("dl2pa-status").textContent = say("starting");
      setTimeout(() => { byId("dl2pa-patience").hidden = settled; }, 15000);
    },
    failed: (reason) => {
      const words = String(reason);
      if (isTrap(reason)) {
        stopped(words, reason.stack);
      } else if (reason instanceof WebAssembly.CompileError || reason instanceof WebAssembly.LinkError) {
        fail(say("not-started"), say("not-accepted"),
          say("current-browser"), words);
      } else {
        fail(say("not-loaded"), say("not-whole"),
          say("check-connection"), words);
      }
    },
  };

  const stopped = (words, stack) => fail(say("stopped"), say("unexpected"),
    say("reload-or-cpu"), stack || words);

  // A panic ends in a RuntimeError that nobody catches; a script that does not load reports only to its element.
  addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement && location.protocol === "file:") {
      fail(say("folder"), say("no-files"),
        say("open-file"), event.target.src);
    } else if (event.target instanceof HTMLScriptElement) {
      fail(say("not-loaded"), say("script-missing"), say("check-connection"), event.target.src);
    } else if (isTrap(event.error)) {
      stopped(event.message, event.error.stack);
    } else if (!settled && event.error instanceof Error) {
      fail(say("not-started"), event.error.message, say("reload-or-browser"), event.error.stack);
    }
  }, true);
  addEventListener("unhandledrejection", ({ reason }) => {
    if (isTrap(reason)) stopped(String(reason), reason.stack);
    else if (!settled) fail(say("not-started"), reason instanceof Error ? reason.message : String(reason),
      say("reload-or-browser"), (reason && reason.stack) || "");
  });

  whenParsed(() => {
    byId("dl2pa-reload").addEventListener("click", async () => {
      // What was kept for offline use may be what fails; without a network it is all there is.
      if (navigator.onLine && window.__dl2pa_forget) await window.__dl2pa_forget().catch(() => {});
      location.reload();
    });
    const onCpu = new URL(location.href);
    const already = onCpu.searchParams.get("device") === "cpu";
    onCpu.searchParams.set("device", "cpu");
    for (const link of document.querySelectorAll("a.on-cpu")) {
      link.href = onCpu.href;
      link.hidden = already;
    }
  });

  // Asked before anything is loaded, so that the true reason is the one that is shown. The smallest module that uses SIMD:
  const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  const REMEDY = say("newer-browser");
  if (typeof WebAssembly !== "object") {
    fail(say("cannot-run"), say("no-wasm"), REMEDY, navigator.userAgent);
  } else if (!WebAssembly.validate(new Uint8Array(SIMD))) {
    fail(say("cannot-run"), say("no-simd"), REMEDY, navigator.userAgent);
  } else if (!navigator.gpu && !document.createElement("canvas").getContext("webgl2")) {
    fail(say("cannot-draw-here"), say("no-gl"),
      say("allow-graphics"), navigator.userAgent);
  }
})();
