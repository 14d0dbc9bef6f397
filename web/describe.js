// Says in words what the stage shows, for those who cannot see the canvas: read when it is asked for, never announced.
// News (labels that move, a run that ends) go to the live region beside it, which the program fills.
(() => {
  const EVERY_MS = 1000;
  const place = document.getElementById("dl2pa-state-text");
  const percent = (share) => `${Math.round(share * 100)} percent`;

  const phases = { training: "training", finished: "finished", failed: "stopped by an error" };
  const describe = (now) => {
    const phase = typeof now.phase === "string" ? phases[now.phase] ?? now.phase : "the prototypes are moving apart";
    const moved = now.labels_moved.reduce((sum, count) => sum + count, 0);
    const matchings = now.labels_moved.length;
    return [
      `${now.assignment.length || "No"} classes, each with a prototype on a sphere. State: ${now.paused ? "paused" : phase}.`,
      `Epoch ${now.epoch.toFixed(1)}.`,
      now.loss === null ? "" : `Loss ${now.loss.toPrecision(2)}.`,
      now.train_accuracy === null ? "" : `Training accuracy ${percent(now.train_accuracy)}.`,
      now.test_accuracy === null ? "" : `Test accuracy ${percent(now.test_accuracy)}.`,
      `Closest pair of prototypes: ${now.min_angle_deg.toFixed(1)} degrees apart.`,
      matchings === 0 ? "" : `Labels moved: ${moved} in ${matchings} ${matchings === 1 ? "matching" : "matchings"}.`,
    ].filter(Boolean).join(" ");
  };

  const update = () => {
    if (document.hidden || window.dl2pa.error !== null) return;
    const now = window.dl2pa.snapshot();
    const text = now === null ? "" : describe(now);
    if (text !== "" && place.textContent !== text) place.textContent = text;
  };
  window.dl2pa.ready.then(() => { update(); setInterval(update, EVERY_MS); }, () => {});

  // eframe takes typed text through a field of its own, which has no name when it comes.
  const watch = new MutationObserver(() => {
    const field = document.querySelector("input:not([aria-label])");
    if (field === null) return;
    field.setAttribute("aria-label", "Text for the playground");
    watch.disconnect();
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
})();
