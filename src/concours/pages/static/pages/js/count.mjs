// @ts-check
// The count under a text: the same rule as the server's (code points after NFC,
// line ends as one, trimmed). It warns and never cuts.

/** @param {string} text */
export function characters(text) {
  const lines = text.replace(/\r\n?/g, "\n");
  return Array.from(lines.normalize("NFC").trim()).length;
}

/** @param {HTMLElement} root */
function start(root) {
  const area = root.querySelector("textarea");
  const left = root.querySelector(".concours-count__left");
  const say = root.querySelector("[data-concours-count-say]");
  if (!area || !left || !say) return;
  const limit = Number(root.dataset.limit);
  const messages = JSON.parse(root.dataset.messages || "{}");
  const language = document.documentElement.lang || "en";
  const plural = new Intl.PluralRules(language);
  const figures = new Intl.NumberFormat(`${language}-u-nu-latn`);
  let pause = 0;
  const show = () => {
    const room = limit - characters(area.value);
    const words = room < 0 ? messages.over : messages.left;
    const category = plural.select(Math.abs(room));
    left.textContent = (words[category] || words.other).replace("{n}", figures.format(Math.abs(room)));
    root.classList.toggle("concours-count--over", room < 0);
    // A reader of the screen hears the count when typing pauses, not at each key.
    window.clearTimeout(pause);
    pause = window.setTimeout(() => { say.textContent = left.textContent; }, 1000);
  };
  area.addEventListener("input", show);
  show();
  say.textContent = "";
  window.clearTimeout(pause);
}

export function startCounts() {
  for (const root of document.querySelectorAll("[data-concours-count]")) {
    start(/** @type {HTMLElement} */ (root));
  }
}
