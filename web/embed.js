// The page inside another page: `?embed=1`, and steering by messages. docs/EMBED.md is the contract.
(() => {
  const { embed, paused } = window.dl2pa.options;
  const inside = parent !== window;

  // What a message may ask for, as commands of the program. Each returns what the answer carries.
  const ACTIONS = {
    play: () => window.dl2pa.command("resume"),
    pause: () => window.dl2pa.command("pause"),
    step: ({ size = "batch" }) => window.dl2pa.command({ step: size }),
    seek: ({ epoch }) => window.dl2pa.seek(epoch),
    command: ({ command }) => window.dl2pa.command(command),
    snapshot: () => window.dl2pa.snapshot(),
  };

  addEventListener("message", async ({ data, source, origin }) => {
    // Only whoever embeds this page (or the page itself) may steer it; anything else on the wire is not for us.
    if (source !== parent || data === null || typeof data !== "object") return;
    const answer = (message) => source.postMessage(message, origin === "null" ? "*" : origin);
    if (data.type === "dl2pa" && "do" in data) {
      const { id = null } = data;
      try {
        if (!Object.hasOwn(ACTIONS, data.do)) {
          throw new Error(`${JSON.stringify(data.do)} is none of ${Object.keys(ACTIONS).join(", ")}.`);
        }
        await window.dl2pa.attached;
        answer({ type: "dl2pa-reply", id, ok: true, result: ACTIONS[data.do](data) ?? null });
      } catch (problem) {
        answer({ type: "dl2pa-reply", id, ok: false, error: problem instanceof Error ? problem.message : String(problem) });
      }
      return;
    }
    // The short forms without a reply.
    try {
      if (data.type === "dl2pa" && "command" in data) window.dl2pa.command(data.command);
      else if (data.type === "dl2pa-snapshot" && !("snapshot" in data)) answer({ type: "dl2pa-snapshot", snapshot: window.dl2pa.snapshot() });
    } catch (problem) {
      answer({ type: "dl2pa-error", message: problem instanceof Error ? problem.message : String(problem) });
    }
  });

  if (inside) {
    // Says nothing but that it is there, so any page may hear it.
    window.dl2pa.ready.then(
      () => parent.postMessage({ type: "dl2pa-ready" }, "*"),
      (reason) => parent.postMessage({ type: "dl2pa-failed", message: reason.message }, "*"),
    );
  }
  if (paused) window.dl2pa.command("pause"); // Waits for the program and is its first command.
  if (!embed) return;

  document.documentElement.classList.add("embed");

  // Until somebody clicks into the frame, scrolling over it scrolls the page around it. The program listens on the
  // canvas, so what is stopped on its way there is left to the browser.
  let awake = false;
  const set = (value) => { awake = value; document.documentElement.classList.toggle("awake", value); };
  const leaveToBrowser = (event) => { if (!awake) event.stopImmediatePropagation(); };
  for (const name of ["wheel", "touchstart", "touchmove", "touchend", "touchcancel"]) {
    addEventListener(name, leaveToBrowser, { capture: true, passive: true });
  }
  addEventListener("pointerdown", ({ pointerType }) => { if (pointerType !== "touch") set(true); }, true);
  // A finger that scrolls makes no click; one that taps does, and the program takes it for a click of the mouse.
  addEventListener("click", () => set(true), true);
  addEventListener("blur", () => set(false));
})();
