// @ts-check
// The break: its clock on the device's steady clock, asked for again while the page is looked at,
// so that a pause, or an end on another device, is seen here too.
import { Clock } from "concours/room/clock";
import { Notices } from "concours/room/notices";
import { part } from "concours/room/questions";
import { startDisplay } from "concours/room/tools";
import { say } from "concours/room/words";

const AGAIN = 5000;
const config = JSON.parse(part("#room-config").textContent || "{}");
const notices = new Notices(part("[data-notices]"));
const clock = new Clock({
  shown: part("[data-left]"),
  hide: /** @type {HTMLButtonElement} */ (part("[data-hide]")),
  warning: part("[data-warning]"),
  over: () => notices.show("break_over"),
  words: { warning: "break_warning", over: "break_over_title" },
});

/** @param {{state: string, ends: string, now: string}} found @param {number} [heard] */
function tell(found, heard = 0) {
  const paused = found.state === "paused";
  if (!paused && found.state !== "running" && found.state !== "over") {
    location.assign(config.urls.home);
    return;
  }
  clock.set(Date.parse(found.ends) - Date.parse(found.now), { heard, paused });
  if (paused) notices.show("paused");
  else if (!clock.ended) notices.show("");
}

async function ask() {
  if (document.hidden) return;
  const heard = performance.now();
  try {
    const answer = await fetch(`${config.urls.page}?part=clock`, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
    if (answer.ok) tell(await answer.json(), heard);
  } catch {
    // No network: the clock runs on, the next round asks again.
  }
}

document.body.toggleAttribute("data-live", true);
startDisplay();
// Counted from when the page was asked for: what the network took is on the safe side.
tell(config.clock, 0);
window.setInterval(() => void ask(), AGAIN);
document.addEventListener("visibilitychange", () => void ask());
