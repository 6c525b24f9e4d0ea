// @ts-check
// The time left, from what the service said, on the device's steady clock: a changed device
// clock has no effect. Warnings are said once each, never every second.
import { minutes, say } from "concours/room/words";

const MINUTE = 60_000;
const WARNINGS = [30, 10, 5, 1];
const RETURNS_AT = 5 * MINUTE;

export class Clock {
  /**
   * @param {{shown: HTMLElement, hide: HTMLButtonElement, warning: HTMLElement, over: () => void, words?: {warning: string, over: string}}} parts
   */
  constructor(parts) {
    this.parts = parts;
    this.named = parts.words ?? { warning: "warning", over: "over" };
    this.total = /** @type {number | null} */ (null);
    this.since = performance.now();
    this.about = false;
    this.paused = false;
    this.hidden = false;
    this.ended = false;
    /** @type {Set<number>} */
    this.said = new Set();
    parts.hide.addEventListener("click", () => {
      this.hidden = !this.hidden;
      this.tick();
    });
    window.setInterval(() => this.tick(), 1000);
  }

  /**
   * The section ends ``left`` milliseconds after ``heard`` on the steady clock; null for no limit.
   * @param {number | null} left @param {{heard?: number, about?: boolean, paused?: boolean}} [how]
   */
  set(left, { heard = performance.now(), about = false, paused = false } = {}) {
    const first = this.total === null;
    this.total = left;
    this.since = heard;
    this.about = about;
    this.paused = paused;
    if (left !== null && left > 0) this.ended = false;
    // Warnings whose time had passed before the page was loaded are not said again.
    for (const warning of WARNINGS) {
      if (this.left() > warning * MINUTE) this.said.delete(warning);
      else if (first) this.said.add(warning);
    }
    this.tick();
  }

  /** Milliseconds left; a great many where there is no limit. */
  left() {
    if (this.total === null) return Number.MAX_SAFE_INTEGER;
    return Math.max(0, this.total - (this.paused ? 0 : performance.now() - this.since));
  }

  tick() {
    const { shown, hide, warning } = this.parts;
    const left = this.left();
    const close = this.total !== null && left <= RETURNS_AT;
    hide.hidden = this.total === null || close;
    hide.textContent = say(this.hidden ? "show" : "hide");
    shown.textContent = this.hidden && !close ? say("hidden") : this.words(left, close);
    shown.toggleAttribute("data-close", close);
    if (this.total === null || this.paused) return;
    const due = WARNINGS.filter((n) => left <= n * MINUTE && left > 0 && !this.said.has(n));
    if (due.length) {
      for (const n of due) this.said.add(n);
      warning.textContent = say(this.named.warning, { n: Math.min(...due) });
      warning.hidden = false;
      window.setTimeout(() => { warning.textContent = ""; warning.hidden = true; }, MINUTE / 2);
    }
    if (left <= 0 && !this.ended) {
      this.ended = true;
      this.parts.over();
    }
  }

  /** @param {number} left @param {boolean} close */
  words(left, close) {
    if (this.total === null) return say("untimed");
    if (this.paused) return say("paused_clock");
    if (left <= 0) return say(this.named.over);
    const words = close
      ? say("last_minutes", { time: minutes(left) })
      : say("left", { n: Math.ceil(left / MINUTE) });
    return this.about ? say("about", { time: words }) : words;
  }
}
