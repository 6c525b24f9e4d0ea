// @ts-check
// One tab at a time: a lock that the browser gives to one of them.

/**
 * Ask to be the one tab. ``lost`` is called when another tab takes over.
 * @param {string} name @param {() => void} lost @param {boolean} [take] take it from another tab
 * @returns {Promise<boolean>} whether this tab has it
 */
export function holdTab(name, lost, take = false) {
  const { locks } = navigator;
  if (!locks) return Promise.resolve(true);
  return new Promise((done) => {
    const hold = (/** @type {Lock | null} */ lock) => {
      done(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    };
    locks.request(name, take ? { steal: true } : { ifAvailable: true }, hold).catch(lost);
  });
}
