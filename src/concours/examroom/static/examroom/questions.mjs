// @ts-check
// One question at a time: the palette, flags, filters, crossing out, moving about.
import { say } from "concours/room/words";

/** @typedef {{number: number, part: HTMLElement, link: HTMLAnchorElement, inputs: HTMLInputElement[], text: HTMLTextAreaElement | null}} Question */

const REVIEW = "#review";

/** @param {string} selector @param {ParentNode} [within] @returns {HTMLElement} */
export function part(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${selector} on this page`);
  return found;
}

/** The letter an option is shown with, which is not always the one it is kept under. @param {Element | null} option */
function letterOf(option) {
  return option?.querySelector("[data-uncover] bdi")?.textContent?.trim() ?? "";
}

/** What is chosen: a letter, or the letters of a set in the order of the alphabet. @param {HTMLInputElement[]} inputs */
function chosen(inputs) {
  return inputs.filter((input) => input.checked).map((input) => input.value).sort().join("");
}

export class Questions {
  /**
   * @param {import("./store.mjs").Marks} marks
   * @param {{answer: (item: number, value: {choice?: string, text?: string}) => void, marked: () => void, typed: (item: number) => void, moved: () => void}} tell
   */
  constructor(marks, tell) {
    this.marks = marks;
    this.tell = tell;
    this.filter = "all";
    /** @type {Question[]} */
    this.all = Array.from(document.querySelectorAll("[data-question]"), (element) => {
      const number = Number(/** @type {HTMLElement} */ (element).dataset.question);
      return {
        number,
        part: /** @type {HTMLElement} */ (element),
        link: /** @type {HTMLAnchorElement} */ (part(`[data-number="${number}"]`)),
        inputs: Array.from(element.querySelectorAll("input[name=choice]")),
        text: element.querySelector("textarea"),
      };
    });
    this.review = part(REVIEW);
    for (const question of this.all) this.prepare(question);
    for (const button of document.querySelectorAll("[data-filter]")) {
      button.addEventListener("click", () => this.show(/** @type {HTMLElement} */ (button).dataset.filter ?? "all"));
    }
    window.addEventListener("hashchange", () => this.goto(location.hash, true));
    this.draw();
    this.goto(location.hash || `#q-${this.all[0].number}`, false);
  }

  /** @param {Question} question */
  prepare({ number, part: element, inputs, text }) {
    element.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
    for (const input of inputs) {
      input.addEventListener("change", () => {
        this.tell.answer(number, { choice: chosen(inputs) });
        this.draw();
      });
    }
    text?.addEventListener("input", () => this.tell.typed(number));
    text?.addEventListener("blur", () => this.tell.typed(-number));
    const clear = element.querySelector("[data-clear]");
    clear?.addEventListener("click", () => {
      for (const input of inputs) input.checked = false;
      this.tell.answer(number, { choice: "" });
      this.draw();
    });
    part("[data-flag]", element).addEventListener("click", () => this.flag(number));
    for (const button of element.querySelectorAll("[data-go]")) {
      button.addEventListener("click", () => this.step(Number(/** @type {HTMLElement} */ (button).dataset.go)));
    }
    for (const option of element.querySelectorAll("[data-option]")) this.prepareOption(number, /** @type {HTMLElement} */ (option));
  }

  /** @param {number} number @param {HTMLElement} option */
  prepareOption(number, option) {
    const letter = option.dataset.option ?? "";
    part("[data-strike]", option).addEventListener("click", () => {
      const struck = new Set(this.marks.struck[number] ?? []);
      if (!struck.delete(letter)) struck.add(letter);
      this.marks.struck[number] = [...struck];
      this.tell.marked();
      this.draw();
    });
    const cover = part("[data-uncover]", option);
    cover.addEventListener("click", () => {
      option.toggleAttribute("data-uncovered", true);
      this.draw();
      option.querySelector("input")?.focus();
    });
  }

  /** Choices made before the script was there. @returns {{item: number, choice: string}[]} */
  early() {
    const changed = this.all.filter(({ inputs }) => inputs.some((input) => input.checked !== input.defaultChecked));
    return changed.map(({ number, inputs }) => ({ item: number, choice: chosen(inputs) }));
  }

  /** The question that is shown; 0 in the review. */
  get current() {
    return Number(location.hash.startsWith("#q-") ? location.hash.slice(3) : this.review.hidden ? this.all[0].number : 0);
  }

  /** @param {number} number */
  flag(number) {
    const flags = new Set(this.marks.flags);
    if (!flags.delete(number)) flags.add(number);
    this.marks.flags = [...flags];
    this.tell.marked();
    this.draw();
  }

  /** The next question that the filter shows, or the review after the last. @param {number} by */
  step(by) {
    const shown = this.all.filter((q) => !q.link.parentElement?.hidden || q.number === this.current);
    const at = shown.findIndex((q) => q.number === this.current);
    if (this.current === 0) this.goto(by < 0 ? `#q-${this.all[this.all.length - 1].number}` : REVIEW, true);
    else if (shown[at + by]) this.goto(`#q-${shown[at + by].number}`, true);
    else if (by > 0) this.goto(REVIEW, true);
  }

  /** Show a question or the review, and put the focus on its heading. @param {string} hash @param {boolean} focus */
  goto(hash, focus) {
    const wanted = hash === REVIEW ? this.review : this.all.find((q) => `#q-${q.number}` === hash)?.part ?? this.all[0].part;
    this.tell.moved();
    const place = `#${wanted.id}`;
    if (location.hash !== place) history.pushState(null, "", place);
    this.review.hidden = wanted !== this.review;
    for (const question of this.all) question.part.hidden = question.part !== wanted;
    this.draw();
    if (focus) {
      wanted.focus({ preventScroll: true });
      window.scrollTo({ top: 0 });
    }
  }

  /** @param {string} filter */
  show(filter) {
    this.filter = filter;
    this.draw();
  }

  /** @param {Question} question */
  isAnswered({ inputs, text }) {
    return text ? text.value.trim() !== "" : inputs.some((input) => input.checked);
  }

  /** Bring palette, review and buttons up to date with what is answered and marked. */
  draw() {
    const flags = new Set(this.marks.flags);
    let answered = 0;
    let shown = 0;
    for (const question of this.all) {
      const done = this.isAnswered(question);
      const flagged = flags.has(question.number);
      answered += Number(done);
      const states = [say(done ? "answered" : "not_answered"), ...(flagged ? [say("flagged")] : [])];
      const visible = this.filter === "all" || (this.filter === "open" ? !done : flagged);
      shown += Number(visible);
      for (const link of document.querySelectorAll(`[data-number="${question.number}"], [data-review="${question.number}"]`)) {
        const here = link === question.link;
        link.toggleAttribute("data-answered", done);
        link.toggleAttribute("data-flagged", flagged);
        part("[data-states]", link).textContent = states.join(", ");
        if (here && question.number === this.current) link.setAttribute("aria-current", "step");
        else link.removeAttribute("aria-current");
        if (here && link.parentElement) link.parentElement.hidden = !visible;
      }
      this.drawQuestion(question, flagged);
    }
    for (const count of document.querySelectorAll("[data-count]")) {
      count.textContent = say("count", { n: answered, of: this.all.length });
    }
    for (const button of document.querySelectorAll("[data-filter]")) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.filter === this.filter));
    }
    const none = part("[data-filtered]");
    none.textContent = this.filter === "all" ? "" : shown ? say("shown", { n: shown }) : say("nothing_here");
  }

  /** @param {Question} question @param {boolean} flagged */
  drawQuestion(question, flagged) {
    const flag = part("[data-flag]", question.part);
    flag.setAttribute("aria-pressed", String(flagged));
    part("[data-flag-words]", flag).textContent = say(flagged ? "unflag" : "flag");
    const clear = question.part.querySelector("[data-clear]");
    if (clear instanceof HTMLElement) clear.hidden = !question.inputs.some((input) => input.checked);
    const struck = new Set(this.marks.struck[question.number] ?? []);
    for (const option of question.part.querySelectorAll("[data-option]")) {
      const letter = /** @type {HTMLElement} */ (option).dataset.option ?? "";
      const out = struck.has(letter);
      option.toggleAttribute("data-struck", out);
      const button = part("[data-strike]", option);
      button.setAttribute("aria-pressed", String(out));
      const name = letterOf(option);
      button.setAttribute("aria-label", say(out ? "unstrike" : "strike", { name }));
      part("[data-uncover]", option).setAttribute("aria-label", say("uncover", { name }));
      const covered = document.body.hasAttribute("data-cover") && !option.hasAttribute("data-uncovered");
      const input = part("input", option);
      if (covered) input.setAttribute("aria-label", say("covered", { name }));
      else input.removeAttribute("aria-label");
    }
  }

  /** Show an answer that was given before. @param {number} item @param {string} choice @param {string} text */
  put(item, choice, text) {
    const question = this.all.find((q) => q.number === item);
    if (!question) return;
    for (const input of question.inputs) input.checked = input.type === "checkbox" ? choice.includes(input.value) : input.value === choice;
    if (question.text && question.text.value !== text) {
      question.text.value = text;
      question.text.dispatchEvent(new Event("change"));
    }
  }

  /** @param {boolean} closed whether answers are taken no more */
  close(closed) {
    for (const { inputs, text, part: element } of this.all) {
      for (const control of [...inputs, text, element.querySelector("[data-clear]")]) {
        if (control instanceof HTMLInputElement || control instanceof HTMLButtonElement) control.disabled = closed;
        if (control instanceof HTMLTextAreaElement) control.readOnly = closed;
      }
    }
  }

  /** What the keys do, in the question that is shown. @param {string} key @returns {boolean} */
  press(key) {
    const question = this.all.find((q) => q.number === this.current);
    const input = question?.inputs.find((one) => letterOf(one.closest("[data-option]")).toLowerCase() === key);
    if (input && !input.disabled) {
      input.focus();
      input.click();
      return true;
    }
    if (key === "n") this.step(1);
    else if (key === "p") this.step(-1);
    else if (key === "f" && question) this.flag(question.number);
    else if (key === "r") this.goto(this.review.hidden ? REVIEW : `#q-${this.all[0].number}`, true);
    else return false;
    return true;
  }
}
