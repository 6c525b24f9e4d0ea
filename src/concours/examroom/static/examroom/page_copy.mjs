// @ts-check
// The service worker and the copy of this page that it opens without a connection.

/** @param {string} worker address of the service worker's script */
export async function startWorker(worker) {
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register(worker, { scope: "/exam/" });
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}

/** Addresses of the pictures on this page. */
function pictures() {
  return [...document.querySelectorAll("img")].map((image) => new URL(image.src).pathname).filter((path) => path.startsWith("/exam/"));
}

/** Keep this page and what it is made of. @param {string} version @param {string[]} more other files it may need */
export async function keepPage(version, more) {
  if (!globalThis.caches) return false;
  try {
    const copies = await caches.open(`concours-room-${version}`);
    const page = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!page.ok || page.redirected) return false;
    await copies.put(location.pathname, page);
    const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name))
      .filter((at) => at.origin === location.origin && at.pathname.startsWith("/static/")).map((at) => at.pathname);
    await Promise.allSettled([...new Set([...files, ...more, ...pictures()])].map((file) => copies.add(file)));
    return true;
  } catch {
    return false;
  }
}

/** Erase the copy of this page and of the pictures it shows. @param {string} version */
export async function forgetPage(version) {
  if (!globalThis.caches) return;
  const copies = await caches.open(`concours-room-${version}`);
  await Promise.all([location.pathname, ...pictures()].map((kept) => copies.delete(kept)));
}

/** Erase the copies of all pages: between sections none is needed. @param {string} version */
export async function forgetPages(version) {
  if (!globalThis.caches || !(await caches.has(`concours-room-${version}`))) return;
  const copies = await caches.open(`concours-room-${version}`);
  const kept = await copies.keys();
  await Promise.all(kept.filter(({ url }) => new URL(url).pathname.startsWith("/exam/")).map((request) => copies.delete(request)));
}
