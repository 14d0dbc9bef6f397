// Says in words what the stage shows, for those who cannot see the canvas: read when it is asked for, never announced.
// News (labels that move, a run that ends) go to the live region beside it, which the program fills.
(() => {
  const EVERY_MS = 1000;
  const place = document.getElementById("dl2pa-state-text");
  const { say, number } = window.__dl2pa_language;
  const percent = (share) => say("percent", { share: number(100 * share, 0) });

  const phases = ["training", "finished", "failed"];
  const describe = (now) => {
    const phase = typeof now.phase !== "string" ? say("phase-spreading") : phases.includes(now.phase) ? say(`phase-${now.phase}`) : now.phase;
    const moved = now.labels_moved.reduce((sum, count) => sum + count, 0);
    const matchings = now.labels_moved.length;
    const classes = now.assignment.length;
    return [
      say(classes === 0 ? "tell-no-classes" : "tell-classes", { classes, state: now.paused ? say("phase-paused") : phase }),
      say("tell-epoch", { epoch: number(now.epoch, 1) }),
      now.loss === null ? "" : say("tell-loss", { loss: now.loss.toLocaleString(document.documentElement.lang, { maximumSignificantDigits: 2, minimumSignificantDigits: 2 }) }),
      now.train_accuracy === null ? "" : say("tell-train", { share: percent(now.train_accuracy) }),
      now.test_accuracy === null ? "" : say("tell-test", { share: percent(now.test_accuracy) }),
      say("tell-closest", { angle: number(now.min_angle_deg, 1) }),
      matchings === 0 ? "" : say(matchings === 1 ? "tell-moved-once" : "tell-moved", { moved, matchings }),
    ].filter(Boolean).join(" ");
  };

  const update = () => {
    if (document.hidden || window.dl2pa.error !== null) return;
    const now = window.dl2pa.snapshot();
    const text = now === null ? "" : describe(now);
    if (text === "" || place.textContent === text) return;
    delete place.dataset.words; // No longer the page's own.
    place.textContent = text;
  };
  window.dl2pa.ready.then(() => { update(); setInterval(update, EVERY_MS); }, () => {});

  // eframe takes typed text through a field of its own, which has no name when it comes.
  const watch = new MutationObserver(() => {
    const field = document.querySelector("input:not([aria-label])");
    if (field === null) return;
    field.dataset.name = "text-field";
    field.setAttribute("aria-label", say("text-field"));
    watch.disconnect();
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
})();
