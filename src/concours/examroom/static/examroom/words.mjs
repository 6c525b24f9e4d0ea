// @ts-check
// The sentences the server gave with the page, filled in and in the right plural form.

/** @type {Record<string, string | Record<string, string>>} */
let sentences = {};
const language = document.documentElement.lang || "en";
const plural = new Intl.PluralRules(language);
const figures = new Intl.NumberFormat(`${language}-u-nu-latn`);
const time = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const given = document.getElementById("room-words");
if (given) sentences = JSON.parse(given.textContent || "{}");

/**
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(name, values = {}) {
  const found = sentences[name];
  if (found === undefined) throw new Error(`no sentence ${name}`);
  const words = typeof found === "string" ? found : found[plural.select(Number(values.n ?? 0))] ?? found.other;
  return words.replace(/\{(\w+)\}/g, (blank, key) => {
    const value = values[key];
    return value === undefined ? blank : typeof value === "number" ? figures.format(value) : value;
  });
}

/** @param {string | number | Date} instant */
export function hour(instant) {
  return time.format(new Date(instant));
}

/** Minutes and seconds, as on a clock. @param {number} milliseconds */
export function minutes(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = new Intl.NumberFormat(`${language}-u-nu-latn`, { minimumIntegerDigits: 2 });
  return `${figures.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}
