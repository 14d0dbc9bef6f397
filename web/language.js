// Which language the page speaks: `?lang=` of the address, else the browser's, else English; the program's switch
// changes it later. Elements of index.html name their words by `data-words`, and those of their name by `data-name`.
(() => {
  const words = window.__dl2pa_words;
  const known = (code) => Object.hasOwn(words, code) ? code : null;
  const short = (code) => (code ?? "").toLowerCase().split(/[-_]/)[0];
  let present = known(short(new URLSearchParams(location.search).get("lang") ?? navigator.language)) ?? "en";

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
    put();
  };
  document.documentElement.lang = present;
  if (present !== "en") addEventListener("DOMContentLoaded", put, { once: true });
})();
