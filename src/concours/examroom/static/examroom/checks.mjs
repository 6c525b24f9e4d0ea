// @ts-check
// Tries on this device what the room needs, and says so in words.
import { startWorker } from "concours/room/page-copy";
import { Store } from "concours/room/store";
import { say } from "concours/room/words";

const OFF_BY = 60_000;
const SLOW = 1500;
const config = JSON.parse(document.getElementById("room-config")?.textContent || "{}");

/** @param {string} name @param {boolean} good @param {number} [n] */
function found(name, good, n = 0) {
  const row = document.querySelector(`[data-check="${name}"]`);
  const words = row?.querySelector("[data-found]");
  const status = row?.querySelector(".concours-status");
  if (!words || !status) return;
  words.textContent = say(`${name}_${good ? "good" : "poor"}`, { n });
  status.classList.add(good ? "concours-status--done" : "concours-status--problem");
}

/** What is written must be read again, strictly kept. */
async function storage() {
  const store = await Store.open(config.code, "concours-check");
  const kept = await store.add({ section: "check", item: 1, choice: "A", after: "", elapsed: 0, given: Date.now() });
  const read = (await store.outbox()).length === 1 && store.durable;
  await store.wipe();
  found("storage", kept && read);
}

async function network() {
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const began = performance.now();
    try {
      const answered = await fetch("/healthz", { cache: "no-store" });
      if (answered.ok) times.push(performance.now() - began);
    } catch { /* no answer is the finding */ }
  }
  const middle = Math.round(times.sort((a, b) => a - b)[1] ?? SLOW * 2);
  found("network", middle <= SLOW, middle);
}

/** In a rehearsal of the service its clock is moved by hand, so only the device's own is looked at. */
function clock() {
  const list = document.querySelector("[data-checks]");
  if (!(list instanceof HTMLElement)) return;
  const steady = performance.now() > 0 && performance.timeOrigin > 0;
  const off = "real" in list.dataset ? Math.abs(Date.parse(list.dataset.now ?? "") - performance.timeOrigin) : 0;
  found("clock", steady && off <= OFF_BY, Math.round(off / 1000));
}

async function sealing() {
  try {
    await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
    found("sealing", true);
  } catch {
    found("sealing", false);
  }
}

clock();
found("tabs", "locks" in navigator);
await Promise.allSettled([storage(), network(), sealing(), startWorker(config.urls.worker).then((good) => found("worker", good))]);
