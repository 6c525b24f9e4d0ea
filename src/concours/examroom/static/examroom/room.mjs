// @ts-check
// The examination room: puts its parts together on a section's page, and on the rehearsal's.
import { characters } from "concours/count";
import { Clock } from "concours/room/clock";
import { DemoDesk } from "concours/room/demo";
import { Desk } from "concours/room/desk";
import { canHandOver, handOver } from "concours/room/hand-over";
import { drawReceipt, Notices } from "concours/room/notices";
import { Outbox } from "concours/room/outbox";
import { forgetPage, keepPage, startWorker } from "concours/room/page-copy";
import { part, Questions } from "concours/room/questions";
import { draftKey, Store } from "concours/room/store";
import { holdTab } from "concours/room/tab";
import { startDisplay, startKeys, startTools } from "concours/room/tools";
import { say } from "concours/room/words";

const TEXT_EVERY = 5000;
const TEXT_SOON = 800;
const LONG = 60_000;

const config = JSON.parse(part("#room-config").textContent || "{}");
const room = part("[data-copy]");
const { code, section, demo } = config;

class Room {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.desk = demo
      ? new DemoDesk(config.minutes * 60_000)
      : new Desk({ ...config.urls, csrf: /** @type {HTMLInputElement} */ (part("input[name=csrfmiddlewaretoken]")).value });
    this.outbox = new Outbox(store, this.desk, () => this.draw());
    this.notices = new Notices(part("[data-notices]"));
    this.clock = new Clock({
      shown: part("[data-left]"),
      hide: /** @type {HTMLButtonElement} */ (part("[data-hide]")),
      warning: part("[data-warning]"),
      over: () => void this.end(),
    });
    this.elsewhere = false;
    this.typedAt = 0;
    this.textTimer = 0;
    this.given = "";
  }

  async start() {
    const marks = await this.store.marks(section);
    if (!marks.flags.length) marks.flags = config.flags;
    this.questions = new Questions(marks, {
      answer: (item, value) => void this.outbox.give({ section, item, ...value }),
      marked: () => void this.store.keepMarks(marks),
      typed: (item) => this.typed(item),
      moved: () => void this.giveText(),
    });
    // What was answered before this script was there is an answer too.
    const early = this.questions.early();
    this.given = this.questions.all[0].text?.defaultValue ?? "";
    document.body.toggleAttribute("data-live", true);
    startTools(() => this.questions?.draw());
    startDisplay();
    startKeys((key) => this.press(key));
    this.listen();
    if (!(await this.holdTab())) return;
    for (const one of early) await this.outbox.give({ section, ...one });
    await this.giveText();
    await this.restore();
    this.tellTime();
    this.showJoined(await this.outbox.join());
    this.restoreDraft();
    void this.outbox.flush();
    if (!demo && (await startWorker(config.urls.worker))) void keepPage(config.version, config.files);
  }

  /** @param {boolean} [take] */
  async holdTab(take = false) {
    const name = `concours-room-${code}-${demo ? "rehearsal" : "sitting"}`;
    const lost = () => this.stopHere();
    let held = await holdTab(name, lost, take);
    if (!held) {
      // A page that is just being reloaded may still hold it.
      await new Promise((done) => window.setTimeout(done, 400));
      held = await holdTab(name, lost);
    }
    if (!held) this.stopHere();
    return held;
  }

  /** Another tab has the room. */
  stopHere() {
    this.elsewhere = true;
    this.outbox.fenced = true;
    window.clearTimeout(this.outbox.timer);
    this.questions?.close(true);
    this.draw();
  }

  /** What this device knows, before the service is asked. */
  async restore() {
    const latest = await this.store.latest(section);
    if (this.text === this.given) {
      for (const { item, choice, text } of latest.values()) this.questions?.put(item, choice, text);
      this.given = this.text;
    }
    this.questions?.draw();
    await this.outbox.count();
  }

  /** The text of an essay as it stands in its field. */
  get text() {
    return this.questions?.all[0].text?.value ?? "";
  }

  /** Text that was typed while the page went away. */
  restoreDraft() {
    const key = draftKey(code, section, 1);
    try {
      const draft = localStorage.getItem(key);
      if (draft !== null && this.questions?.all[0].text) {
        this.questions.put(1, "", draft);
        void this.giveText();
      }
      localStorage.removeItem(key);
    } catch { /* this browser keeps nothing */ }
  }

  /**
   * The service's answers, where no later one was given here in the same epoch. A device that
   * comes back after another shows what the service holds, and nothing else.
   * @param {any} found
   */
  async showJoined(found) {
    if (!found || demo) return;
    const waiting = (await this.store.outbox()).filter((save) => save.status === "waiting" && save.section === section);
    if (!found.resumed && !waiting.length) await this.store.forgetLatest();
    const latest = await this.store.latest(section);
    const held = new Map(found.answers.filter((/** @type {any} */ one) => one.section === section).map((/** @type {any} */ one) => [one.item, one]));
    for (const { number } of this.questions?.all ?? []) {
      const here = latest.get(number);
      const there = held.get(number);
      const later = here && here.epoch === found.epoch && (!there || there.epoch < here.epoch || there.n < here.n);
      const shown = later ? here : there;
      if (this.text !== this.given) continue; // typed meanwhile, and about to be given
      if (shown || !waiting.some((save) => save.item === number)) {
        this.questions?.put(number, shown?.choice ?? "", shown?.text ?? "");
        this.given = this.text;
      }
    }
    this.questions?.draw();
  }

  /** The time before the service was heard: from the page, or from what the device last heard. */
  tellTime() {
    const { remembered } = this.store;
    if (demo) return;
    if (room.dataset.copy === "yes" && remembered?.closes) {
      const passed = Math.max(remembered.proven, Date.now() - remembered.wall);
      const left = Date.parse(remembered.closes) - Date.parse(remembered.now) - passed;
      this.clock.set(left, { about: true, paused: remembered.state === "paused" });
    } else {
      // Counted from when the page was asked for: what the network took is on the safe side.
      this.clock.set(Date.parse(config.ends) - Date.parse(config.now), { heard: 0 });
    }
  }

  listen() {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leavePage();
      else void this.outbox.flush();
    });
    window.addEventListener("pagehide", () => this.leavePage());
    window.addEventListener("online", () => { this.outbox.tries = 0; void this.outbox.flush(); });
    window.addEventListener("beforeunload", (event) => {
      if (!this.store.durable && this.outbox.waiting && !demo) event.preventDefault();
    });
    const leave = part("[data-leave]");
    leave.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.leave(/** @type {HTMLFormElement} */ (leave));
    });
    for (const button of document.querySelectorAll("[data-cut]")) {
      button.addEventListener("click", () => this.cut(/** @type {HTMLElement} */ (button)));
    }
  }

  /** @param {HTMLElement} button */
  cut(button) {
    if (!(this.desk instanceof DemoDesk)) return;
    this.desk.cut = !this.desk.cut;
    button.textContent = say(this.desk.cut ? "restore" : "cut_off");
    this.outbox.tries = 0;
    void this.outbox.beat();
  }

  /** @param {number} item below zero when the field was left */
  typed(item) {
    if (item < 0) void this.giveText();
    else if (!this.textTimer) {
      const wait = Math.max(TEXT_SOON, TEXT_EVERY - (performance.now() - this.typedAt));
      this.textTimer = window.setTimeout(() => void this.giveText(), wait);
    }
    this.questions?.draw();
    this.draw();
  }

  get tooLong() {
    return characters(this.text) > config.most;
  }

  /** Give the text as it stands, unless it was given already. */
  async giveText() {
    window.clearTimeout(this.textTimer);
    this.textTimer = 0;
    const text = this.text;
    if (text === this.given || this.tooLong || this.elsewhere || this.outbox.fenced) return;
    this.given = text;
    this.typedAt = performance.now();
    await this.outbox.give({ section, item: 1, text });
  }

  /** The page may never come back: what is typed is put where nothing can interrupt it. */
  leavePage() {
    if (this.text !== this.given && !this.elsewhere) {
      try {
        if (!demo) localStorage.setItem(draftKey(code, section, 1), this.text);
      } catch { /* this browser keeps nothing */ }
      void this.giveText();
    } else {
      void this.outbox.flush(true);
    }
  }

  /** The time is over: what was given goes out, nothing more is taken. */
  async end() {
    const given = this.giveText();
    this.questions?.close(true);
    this.draw();
    await given;
    void this.outbox.flush();
  }

  /** @param {HTMLFormElement} form */
  async leave(form) {
    await this.giveText();
    await this.outbox.flush();
    const wait = part("[data-not-yet]");
    const must = this.outbox.waiting > 0 && !this.clock.ended && !this.outbox.fenced;
    wait.hidden = !must;
    wait.textContent = must ? say("not_yet", { n: this.outbox.waiting }) : "";
    if (must) return;
    if (demo) {
      await this.store.wipe();
      location.assign(config.urls.home);
      return;
    }
    await forgetPage(config.version).catch(() => undefined);
    /** @type {HTMLInputElement} */ (part("input[name=csrfmiddlewaretoken]", form)).value = this.desk.csrf;
    form.submit();
  }

  /** @param {string} key */
  press(key) {
    if (key === "t") {
      const hide = part("[data-hide]");
      if (!hide.hidden) hide.click();
      return !hide.hidden;
    }
    return this.questions?.press(key) ?? false;
  }

  draw() {
    const { outbox, clock } = this;
    const { word } = outbox;
    if (word && !this.elsewhere) {
      const other = word.section !== undefined && word.section !== section;
      const left = word.closes_at ? Date.parse(word.closes_at) - Date.parse(word.now) : null;
      if (other || word.state === "closed") clock.set(0, { heard: word.heard });
      else if (left !== null) clock.set(left, { heard: word.heard, paused: word.state === "paused" });
      this.questions?.close(word.state === "paused" || clock.ended || outbox.fenced);
    }
    const typing = this.tooLong ? say("too_long") : this.text !== this.given ? say("typing") : "";
    drawReceipt(part("[data-receipt]"), outbox, typing);
    this.notice();
  }

  /** Of all there may be to say, the most urgent. */
  notice() {
    const { outbox, store, clock, notices } = this;
    const hand = canHandOver(store) && !demo ? [{ words: say("hand_over"), act: () => void handOver(store) }] : [];
    const back = { words: say("go_on"), href: config.urls.home };
    if (this.elsewhere) notices.show("second_tab", [{ words: say("use_this_tab"), act: () => void this.takeTab() }]);
    else if (outbox.fenced) notices.show("fenced", [{ words: say("take_back"), act: () => void this.takeBack() }, ...(outbox.refused ? hand : [])]);
    else if (outbox.line === "signed_out") notices.show("signed_out", [{ words: say("sign_in"), href: config.urls.sign_in }]);
    else if (outbox.word?.state === "paused" && outbox.line === "online") notices.show("paused");
    else if (clock.ended) notices.show("over_text", [back, ...(outbox.waiting || outbox.refused ? hand : [])]);
    else if (outbox.line === "refused") notices.show("not_open", [back], outbox.remedy);
    else if (outbox.refused) notices.show("refused_text", hand, undefined, outbox.remedy);
    else if (outbox.line === "offline") {
      const long = performance.now() - outbox.lostAt > LONG;
      notices.show("offline", long ? hand : [], say(long ? "offline_long" : "offline"));
    } else if (!store.durable) notices.show("no_storage");
    else notices.show("");
  }

  async takeTab() {
    await holdTab(`concours-room-${code}-${demo ? "rehearsal" : "sitting"}`, () => undefined, true);
    location.reload();
  }

  async takeBack() {
    await this.showJoined(await this.outbox.join(true));
    this.draw();
  }
}

void (async () => {
  const store = await Store.open(code, demo ? "concours-rehearsal" : "concours-room");
  await new Room(store).start();
})();
