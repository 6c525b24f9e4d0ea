// @ts-check
// The map of seats renews itself while the page is looked at. Focus and scrolling stay where they are.
const map = document.getElementById("map");
const hold = document.getElementById("hold-map");
let held = false;

/** @param {HTMLElement} map */
async function renew(map) {
  if (held || document.hidden || map.contains(document.activeElement)) return;
  try {
    const answer = await fetch(map.dataset.renew ?? "", { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
    if (answer.ok) map.innerHTML = await answer.text();
  } catch {
    // No network: the map keeps saying as of when it stands.
  }
}

if (map && hold) {
  hold.hidden = false;
  hold.addEventListener("click", () => {
    held = !held;
    hold.setAttribute("aria-pressed", String(held));
  });
  const again = () => void renew(map);
  setInterval(again, Number(map.dataset.every) * 1000);
  document.addEventListener("visibilitychange", again);
}
