// Opens the room's pages without a connection. It keeps pages only when the room asks for
// it, never answers for the desk, and a new version erases what an older one kept.
// It looks into the copies by name and never opens them: what was erased stays erased.
const COPIES = `concours-room-${new URL(self.location.href).searchParams.get("v")}`;
const PATIENCE = 6000;
const NAMED_BY_CONTENT = /\.[0-9a-f]{8,}\.|\/[0-9a-f]{64}\//;
const PICTURE = /^\/exam\/[^/]+\/pictures\//;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("concours-room-") && name !== COPIES);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const at = new URL(request.url);
  if (request.method !== "GET" || at.origin !== self.location.origin) return;
  if (at.pathname.startsWith("/static/") || PICTURE.test(at.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate" && at.pathname.startsWith("/exam/")) event.respondWith(page(request));
});

async function file(request) {
  const kept = await caches.match(request, { cacheName: COPIES, ignoreVary: true });
  if (kept && NAMED_BY_CONTENT.test(request.url)) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function page(request) {
  const kept = await caches.match(request, { cacheName: COPIES, ignoreSearch: true, ignoreVary: true });
  if (!kept) return fetch(request);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: stop.signal });
  } catch {
    // The page is told that it is a copy: what it says about time and answers is old.
    const text = await kept.text();
    const headers = new Headers(kept.headers);
    for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
    return new Response(text.replace("data-copy=\"no\"", "data-copy=\"yes\""), { headers });
  } finally {
    clearTimeout(timer);
  }
}
