// @ts-check
// The rehearsal's desk: it answers like the service, inside this page, and keeps nothing.
// Its connection can be cut, to see what the room does then.
import { Unreachable } from "concours/room/desk";

export class DemoDesk {
  /** @param {number} milliseconds how long the section lasts */
  constructor(milliseconds) {
    this.cut = false;
    this.epoch = Math.floor(Date.now() / 1000);
    this.closes = Date.now() + milliseconds;
    this.csrf = "";
  }

  word() {
    const now = Date.now();
    return {
      token: "rehearsal", epoch: this.epoch, state: now < this.closes ? "open" : "closed", section: "rehearsal",
      closes_at: new Date(this.closes).toISOString(), now: new Date(now).toISOString(), mark: "rehearsal",
    };
  }

  async open() {
    if (this.cut) throw new Unreachable();
    return { ...this.word(), resumed: false, last_n: 0, answers: [], hand_over: null };
  }

  async look() {
    if (this.cut) throw new Unreachable();
    return this.word();
  }

  /** @param {string} _token @param {any} body */
  async send(_token, body) {
    if (this.cut) throw new Unreachable();
    const at = new Date().toISOString();
    const saves = [];
    for (const save of body.saves) {
      const receipt = Array.from(crypto.getRandomValues(new Uint8Array(6)), (b) => b.toString(16).padStart(2, "0")).join("");
      saves.push({ n: save.n, status: "saved", receipt, at });
    }
    return { ...this.word(), saves };
  }
}
