// @ts-check
// Sends what waits and keeps it until the service has acknowledged it, however often that takes.
import { Refused, SignedOut, Unreachable } from "concours/room/desk";

/** @typedef {import("./store.mjs").Save} Save */
/** @typedef {import("./store.mjs").Device} Device */

const MOST_SAVES = 50;
const MOST_BYTES = 60_000;
const LONGEST_WAIT = 30_000;
const BEAT = 20_000;
const KEPT = new Set(["saved", "superseded", "late"]);
const FINAL = new Set(["fenced", "closed", "not_permitted", "bad"]);

export class Outbox {
  /**
   * @param {import("./store.mjs").Store} store
   * @param {{open(resume: string): Promise<any>, send(token: string, body: object, keepalive: boolean): Promise<any>, look(token: string): Promise<any>}} desk
   * @param {() => void} changed called whenever what the page shows may differ
   */
  constructor(store, desk, changed) {
    this.store = store;
    this.desk = desk;
    this.changed = changed;
    /** @type {Promise<void> | null} the round of sending that is under way */
    this.round = null;
    /** @type {Promise<void> | null} the one that begins when it has ended, for whoever came meanwhile */
    this.nextRound = null;
    this.tries = 0;
    this.timer = 0;
    /** "joining" before the first answer of the service, then "online", "offline", "signed_out" or "refused" */
    this.line = "joining";
    this.lostAt = 0;
    this.waiting = 0;
    this.refused = 0;
    /** Why an answer, or this device, was refused last. */
    this.remedy = "";
    /** @type {{at: string, receipt: string} | null} */
    this.last = null;
    /** @type {any} the service's last word on the sitting */
    this.word = null;
    this.fenced = false;
    /** @type {Promise<any> | null} */
    this.opening = null;
    /** When the last mark arrived, on the steady clock. */
    this.markedAt = performance.now();
    /** What of the time since the mark is proven from before this page was loaded. */
    // The steady clock began anew with the page: what counts is what the device can show.
    const before = store.remembered;
    this.proven = before ? Math.max(before.proven, Math.max(0, Date.now() - before.wall)) : 0;
  }

  /**
   * Open this device, or go on in its epoch. Returns the service's answers, or null when it is
   * out of reach. Asked twice at once it asks the service once: each opening is an epoch.
   * @returns {Promise<any>}
   */
  join(takeOver = false) {
    this.opening ??= this.openDevice(takeOver).finally(() => { this.opening = null; });
    return this.opening;
  }

  /** @param {boolean} takeOver */
  async openDevice(takeOver) {
    const before = this.store.remembered;
    let found;
    try {
      found = await this.desk.open(takeOver || !before ? "" : before.token);
    } catch (error) {
      this.fail(error);
      return null;
    }
    const same = found.resumed && before && before.epoch === found.epoch;
    this.fenced = false;
    const next = Math.max(same ? before.next : 1, (found.last_n ?? 0) + 1);
    await this.store.keepDevice({
      code: this.store.code, token: found.token, epoch: found.epoch, next, mark: "", proven: 0,
      section: found.section, now: found.now, closes: found.closes_at, wall: Date.now(),
      state: found.state, hand: found.hand_over ?? null,
    });
    await this.store.number();
    const older = (await this.store.outbox()).filter((save) => save.epoch > 0 && save.epoch !== found.epoch && save.status === "waiting");
    await this.store.change(older, { status: "fenced" });
    await this.heard(found);
    return found;
  }

  /** Milliseconds since the last mark, on the steady clock. */
  get elapsed() {
    return Math.round(this.proven + performance.now() - this.markedAt);
  }

  /** Keep an answer, then send it. @param {{section: string, item: number, choice?: string, text?: string}} given */
  async give(given) {
    const after = this.store.remembered?.mark ?? "";
    const joined = this.line !== "joining";
    await this.store.add({ ...given, after, elapsed: after ? this.elapsed : 0, given: Date.now() }, joined);
    await this.count();
    return this.flush();
  }

  async count() {
    const saves = await this.store.outbox();
    this.waiting = saves.filter((save) => save.status === "waiting").length;
    this.refused = saves.length - this.waiting;
    this.changed();
  }

  /**
   * Send everything that waits: it has been tried once when this returns. A round that is under
   * way may have read the outbox before the newest answer was in it; another follows it then.
   * @param {boolean} [leaving] the page may go away meanwhile: nothing is waited for
   * @returns {Promise<void>}
   */
  flush(leaving = false) {
    if (leaving) return this.sendAll(true);
    if (!this.round) {
      this.round = this.sendAll(false).finally(() => { this.round = null; });
      return this.round;
    }
    this.nextRound ??= this.round.catch(() => undefined).then(() => {
      this.nextRound = null;
      // Out of reach it waits its time, however many answers are given meanwhile.
      return this.line === "online" ? this.flush() : undefined;
    });
    return this.nextRound;
  }

  /** One round: everything that waits, in as many requests as it needs. @param {boolean} leaving */
  async sendAll(leaving) {
    if (this.fenced) return;
    window.clearTimeout(this.timer);
    try {
      if (!this.store.remembered || this.line !== "online" && this.line !== "offline") {
        if (!(await this.join())) return;
      }
      await this.store.number();
      for (;;) {
        const batch = this.batch((await this.store.outbox()).filter((save) => save.status === "waiting" && save.epoch > 0));
        if (!batch.length) break;
        if (!(await this.send(batch, leaving))) break;
      }
      // Nothing to send: only a question tells whether the service is back in reach.
      if (this.line === "offline") await this.heard(await this.desk.look(this.store.remembered?.token ?? ""));
      this.later(this.waiting ? this.delay() : BEAT);
    } catch (error) {
      // A token that is over is renewed by the sign-in, while that lasts.
      if (!(error instanceof SignedOut && this.line === "online" && (await this.join()))) this.fail(error);
    } finally {
      await this.count();
    }
  }

  /** Saves that fit into one request; all of them were given after the same mark. @param {Save[]} saves */
  batch(saves) {
    const batch = [];
    let bytes = 0;
    for (const save of saves) {
      bytes += 150 + new TextEncoder().encode(JSON.stringify(save.text ?? save.choice ?? "")).length;
      if (batch.length && (bytes > MOST_BYTES || batch.length >= MOST_SAVES || save.after !== batch[0].after)) break;
      batch.push(save);
    }
    return batch;
  }

  /** @param {Save[]} batch @param {boolean} leaving @returns {Promise<boolean>} whether to go on at once */
  async send(batch, leaving) {
    const device = /** @type {Device} */ (this.store.remembered);
    const after = batch[0].after;
    await this.store.change(batch, /** @type {any} */ ({ tried: true }));
    const body = { saves: batch.map((save) => wire(save)), ...(after ? { after } : {}) };
    const found = await this.desk.send(device.token, body, leaving);
    /** @type {Save[]} */
    const kept = [];
    let paused = false;
    for (const reply of found.saves) {
      const save = batch.find((one) => one.n === reply.n);
      if (!save) continue;
      if (KEPT.has(reply.status)) {
        kept.push(save);
        this.last = { at: reply.at, receipt: reply.receipt };
      } else if (FINAL.has(reply.status)) {
        await this.store.change([save], { status: reply.status, remedy: reply.remedy ?? "" });
        this.remedy = reply.remedy ?? this.remedy;
        this.fenced ||= reply.status === "fenced";
      } else {
        paused = true;
      }
    }
    await this.store.forget(kept);
    await this.heard(found);
    return !paused && !this.fenced && found.saves.length > 0;
  }

  /** Ask how the sitting stands; the answer brings a pause, more minutes, a new mark. */
  async beat() {
    if (this.round || this.fenced) return;
    if (this.waiting || !this.store.remembered || this.line !== "online") {
      await this.flush();
      return;
    }
    try {
      await this.heard(await this.desk.look(this.store.remembered.token));
      this.later(BEAT);
    } catch (error) {
      this.fail(error);
    }
    this.changed();
  }

  /** What the service said becomes what the page shows. @param {any} found */
  async heard(found) {
    const device = this.store.remembered;
    this.tries = 0;
    this.line = "online";
    this.lostAt = 0;
    this.word = { ...found, heard: performance.now() };
    if (device && found.epoch > device.epoch) this.fenced = true;
    if (device && !this.fenced) {
      this.markedAt = performance.now();
      this.proven = 0;
      await this.store.keepDevice({
        ...device, mark: found.mark || device.mark, proven: 0, section: found.section ?? device.section,
        now: found.now, closes: found.closes_at, wall: Date.now(), state: found.state,
      });
    }
    await this.count();
  }

  /** @param {unknown} error */
  fail(error) {
    if (error instanceof SignedOut) this.line = "signed_out";
    else if (error instanceof Refused) {
      this.line = "refused";
      this.remedy = error.message;
    }
    else if (error instanceof Unreachable) {
      this.line = "offline";
      this.lostAt ||= performance.now();
    } else throw error;
    this.tries += 1;
    this.later(Math.max(this.delay(), error instanceof Unreachable ? error.after * 1000 : 0));
    this.changed();
  }

  /** Longer after each failure, and never the same for everybody in the room. */
  delay() {
    return Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(this.tries, 6)) * (0.5 + Math.random() / 2);
  }

  /** @param {number} milliseconds */
  later(milliseconds) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.beat(), milliseconds);
  }
}

/** One save as the desk reads it. @param {Save} save */
export function wire(save) {
  const { n, section, item, choice, text, after, elapsed } = save;
  return { n, section, item, ...(text === undefined ? { choice: choice ?? "" } : { text }), ...(after ? { elapsed } : {}) };
}
