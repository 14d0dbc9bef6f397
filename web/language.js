// Which language the page speaks: `?lang=` of the address, else the one chosen here before, else the browser's, else
// English. The program asks what was decided (`lang` of the document); its switch changes it later, and that is kept. Elements of index.html name their words by `data-words`, and those of their name by `data-name`.
(() => {
  const words = window.__dl2pa_words;
  const known = (code) => Object.hasOwn(words, code) ? code : null;
  const short = (code) => (code ?? "").toLowerCase().split(/[-_]/)[0];
  const KEPT = "dl2pa-language";
  // Where a browser keeps nothing for this page, asking throws, and nothing is lost but the choice.
  const kept = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };
  const keep = (code) => { try { localStorage.setItem(KEPT, code); } catch { /* Chosen for this visit only. */ } };
  const asked = known(short(new URLSearchParams(location.search).get("lang")));
  let present = asked ?? known(short(kept())) ?? known(short(navigator.language)) ?? "en";

  // A sentence by its key, with values for its braces; what is no key is said as it is.
  const say = (key, values = {}) => {
    const text = words[present][key] ?? words.en[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };
  // Numbers are given as people write them.
  const number = (value, places) => value.toLocaleString(present, { minimumFractionDigits: places, maximumFractionDigits: places });

  const put = () => {
    document.documentElement.lang = present;
    document.title = say("title");
    for (const element of document.querySelectorAll("[data-words]")) element.textContent = say(element.dataset.words);
    for (const element of document.querySelectorAll("[data-name]")) element.setAttribute("aria-label", say(element.dataset.name));
  };
  window.__dl2pa_language = { say, number };
  window.__dl2pa_speak = (code) => {
    const next = known(short(code));
    if (next === null || next === present) return;
    present = next;
    keep(next);
    put();
  };
  document.documentElement.lang = present;
  if (present !== "en") addEventListener("DOMContentLoaded", put, { once: true });
})();
