// @ts-check
// What helps reading: colours, size, the line reader, covered answers, crossing out, keys.

const YEAR = 31_536_000;

/** @param {string} name @param {string} value */
function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; path=/exam/; max-age=${YEAR}; SameSite=Lax${secure}`;
}

/** Colours and size hold at once; without this script the same form does it by reloading. */
export function startDisplay() {
  const form = document.querySelector("[data-display]");
  if (!(form instanceof HTMLFormElement)) return;
  const root = document.documentElement;
  const standard = form.dataset.standard ?? "auto";
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.name === "colours") {
      root.dataset.room = input.value;
      root.dataset.theme = input.dataset.theme || standard;
      keep("room_colours", input.value);
    } else if (input instanceof HTMLSelectElement) {
      root.dataset.size = input.value;
      keep("room_size", input.value);
    }
  });
}

/** Tools that are switched on and off, and remembered for this visit. @param {() => void} changed */
export function startTools(changed) {
  for (const input of document.querySelectorAll("[data-tool]")) {
    if (!(input instanceof HTMLInputElement)) continue;
    const name = input.dataset.tool ?? "";
    const remembered = recall(name);
    if (remembered !== null) input.checked = remembered === "on";
    const apply = () => {
      document.body.toggleAttribute(`data-${name}`, input.checked);
      if (name === "cover") for (const option of document.querySelectorAll("[data-uncovered]")) option.removeAttribute("data-uncovered");
      remember(name, input.checked ? "on" : "off");
      changed();
    };
    input.addEventListener("change", apply);
    apply();
  }
  startReader();
}

/** @param {string} name */
function recall(name) {
  try {
    return sessionStorage.getItem(`concours-tool/${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
function remember(name, value) {
  try {
    sessionStorage.setItem(`concours-tool/${name}`, value);
  } catch { /* not remembered, still in force */ }
}

/** A window of one or two lines that follows the pointer, the focus, or the keys [ and ]. */
function startReader() {
  const reader = document.querySelector("[data-line-reader]");
  if (!(reader instanceof HTMLElement)) return;
  let top = 240;
  const move = (/** @type {number} */ to) => {
    top = Math.max(0, Math.min(window.innerHeight - reader.offsetHeight, to));
    reader.style.setProperty("--top", `${top}px`);
  };
  move(top);
  document.addEventListener("pointermove", (event) => move(event.clientY - reader.offsetHeight / 2));
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLElement && event.target.matches("input, button, a")) {
      move(event.target.getBoundingClientRect().top - 8);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!document.body.hasAttribute("data-reader") || typing(event.target)) return;
    if (event.key === "]") move(top + reader.offsetHeight * 0.6);
    else if (event.key === "[") move(top - reader.offsetHeight * 0.6);
  });
}

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement && target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

/** Single keys work while no text is typed, and can be switched off. @param {(key: string) => boolean} press */
export function startKeys(press) {
  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.metaKey || event.altKey || typing(event.target);
    if (busy || event.repeat || !document.body.hasAttribute("data-keys") || event.key.length !== 1) return;
    if (press(event.key.toLowerCase())) event.preventDefault();
  });
}
