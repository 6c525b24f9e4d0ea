// @ts-check
// Counts down on the device's steady clock from what the server said, so that a changed
// device clock has no effect. Without this script the page still says when the section ends.

const timer = document.querySelector("[data-ends]");
const left = timer?.querySelector("[data-left]");
const warning = document.querySelector("[data-warning]");

if (timer instanceof HTMLElement && left && warning instanceof HTMLElement) {
  const total = Date.parse(timer.dataset.ends ?? "") - Date.parse(timer.dataset.now ?? "");
  const began = performance.now();
  /** @type {Set<number>} */
  const said = new Set();

  const tick = () => {
    const seconds = Math.max(0, Math.round((total - (performance.now() - began)) / 1000));
    left.textContent = `(${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")})`;
    for (const [minutes, words] of [[5, warning.dataset.five], [1, warning.dataset.one]]) {
      if (seconds <= Number(minutes) * 60 && seconds > 0 && !said.has(Number(minutes))) {
        said.add(Number(minutes));
        warning.textContent = String(words);
      }
    }
  };
  tick();
  setInterval(tick, 1000);
}
