// @ts-check
// One notice at a time above the question, and the line that says what is saved.
import { hour, say } from "concours/room/words";

/** @typedef {{words: string, act?: () => void, href?: string}} Action */

export class Notices {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.shown = "";
  }

  /**
   * Show the notice of this name, unless it stands there already; "" shows none.
   * @param {string} name @param {Action[]} [actions] @param {string} [words] @param {string} [detail]
   */
  show(name, actions = [], words = name && say(name), detail = "") {
    const key = `${name}/${words}/${detail}/${actions.map((a) => a.words).join()}`;
    if (key === this.shown) return;
    this.shown = key;
    this.place.replaceChildren();
    if (!name) return;
    const panel = document.createElement("div");
    panel.className = "concours-panel room-notice";
    panel.dataset.notice = name;
    const title = document.createElement("p");
    title.className = "room-notice__title";
    title.textContent = say(`${name.replace(/_text$/, "")}_title`);
    const text = document.createElement("p");
    text.textContent = detail ? `${words} ${detail}` : words;
    panel.append(title, text);
    if (actions.length) panel.append(buttons(actions));
    this.place.append(panel);
  }
}

/** @param {Action[]} actions */
function buttons(actions) {
  const group = document.createElement("div");
  group.className = "govuk-button-group";
  for (const { words, act, href } of actions) {
    const control = document.createElement(href ? "a" : "button");
    control.className = "govuk-button govuk-button--secondary";
    control.textContent = words;
    if (control instanceof HTMLAnchorElement && href) {
      control.href = href;
      control.setAttribute("role", "button");
    } else if (control instanceof HTMLButtonElement) {
      control.type = "button";
    }
    if (act) control.addEventListener("click", act);
    group.append(control);
  }
  return group;
}

/**
 * The line that never lies: what waits, else what was not taken, else what was saved last.
 * @param {HTMLElement} line @param {import("./outbox.mjs").Outbox} outbox @param {string} [typing] what is typed and not given yet
 */
export function drawReceipt(line, outbox, typing = "") {
  const words = line.querySelector("[data-receipt-words]");
  if (!(words instanceof HTMLElement)) return;
  const { waiting, refused, last } = outbox;
  line.classList.toggle("concours-status--done", !waiting && !refused && !typing && last !== null);
  line.classList.toggle("concours-status--problem", !waiting && !typing && refused > 0);
  line.dataset.line = outbox.line;
  if (typing) words.textContent = typing;
  else if (waiting) words.textContent = say("waiting", { n: waiting });
  else if (refused) words.textContent = say("refused", { n: refused });
  else if (last) words.textContent = say("saved", { time: hour(last.at), code: last.receipt.slice(0, 4).toUpperCase() });
  else if (outbox.line !== "joining") words.textContent = line.dataset.before ?? "";
}
