// @ts-check
// Between and after the sections: sends what still waits, and erases the device's copy at the end.
import { Desk } from "concours/room/desk";
import { canHandOver, handOver } from "concours/room/hand-over";
import { drawReceipt, Notices } from "concours/room/notices";
import { Outbox } from "concours/room/outbox";
import { forgetPages } from "concours/room/page-copy";
import { part } from "concours/room/questions";
import { Store } from "concours/room/store";
import { startDisplay } from "concours/room/tools";
import { say } from "concours/room/words";

const config = JSON.parse(part("#room-config").textContent || "{}");
const line = part("[data-receipt]");
const notices = new Notices(part("[data-notices]"));
const store = await Store.open(config.code);
const csrf = document.querySelector("main input[name=csrfmiddlewaretoken]");
const desk = new Desk({ ...config.urls, csrf: csrf instanceof HTMLInputElement ? csrf.value : "" });
const outbox = new Outbox(store, desk, draw);

function draw() {
  line.hidden = !outbox.waiting && !outbox.refused && !outbox.last;
  drawReceipt(line, outbox);
  const hand = canHandOver(store) ? [{ words: say("hand_over"), act: () => void handOver(store) }] : [];
  const erase = { words: say("erase"), act: () => void erased() };
  if (outbox.line === "signed_out") notices.show("signed_out", [{ words: say("sign_in"), href: config.urls.sign_in }]);
  else if (outbox.refused) notices.show("refused_text", [...hand, ...(config.submitted ? [erase] : [])]);
  else if (outbox.line === "offline" && outbox.waiting) notices.show("offline", hand);
  else notices.show("");
}

async function erased() {
  await store.wipe();
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(workers.map((worker) => worker.unregister()));
  await outbox.count();
  part("[data-erased]").textContent = say("erased");
}

/** Nothing is submitted, and nobody signs out unasked, while answers wait. */
function guard() {
  const submit = document.querySelector("[data-submit]");
  submit?.addEventListener("submit", async (event) => {
    event.preventDefault();
    await outbox.flush();
    const wait = part("[data-not-yet]");
    wait.hidden = !outbox.waiting;
    wait.textContent = outbox.waiting ? say("not_yet", { n: outbox.waiting }) : "";
    if (!outbox.waiting) /** @type {HTMLFormElement} */ (submit).submit();
  });
  for (const link of document.querySelectorAll("a[href*='/accounts/logout/']")) {
    link.addEventListener("click", (event) => {
      if (outbox.waiting && !window.confirm(say("sign_out_now", { n: outbox.waiting }))) event.preventDefault();
    });
  }
}

/** What was flagged with scripts stands on this device alone. */
async function countFlags() {
  const shown = document.querySelector("[data-flagged-count]");
  const { flags } = shown ? await store.marks(config.section) : { flags: [] };
  if (shown && flags.length) shown.textContent = String(flags.length);
}

startDisplay();
guard();
await countFlags();
await outbox.count();
if (outbox.waiting) {
  window.addEventListener("online", () => { outbox.tries = 0; void outbox.flush(); });
  await outbox.flush();
}
if (!config.open && !outbox.waiting) await forgetPages(config.version).catch(() => undefined);
if (config.submitted && !outbox.waiting && !outbox.refused) await erased();
