// Keeps the application's own files and one page without anybody's data; that page shows what the phone has taken along.
const VERSION = "app-{{ version }}";
const SHELL = "{{ shell|escapejs }}";
const ASSETS = {{ assets|safe }};
const KNOWN = /^\/($|entities\/(\d+\/(inspect\/)?)?$|inspections\/new\/$|inspections\/\d+\/edit\/$)/;
const PATIENCE = 8000; // milliseconds until a bad connection counts as none

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(VERSION);
    await cache.addAll([...ASSETS, new Request(SHELL, { cache: "reload" })]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("app-") && name !== VERSION).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// Another language, or other words: the page that is kept follows.
self.addEventListener("message", (event) => {
  if (event.data === "renew") event.waitUntil(renew().catch(() => {}));
});

// Read to its end before it replaces the one that is kept: a connection may break in the middle.
async function renew() {
  const answer = await fetch(SHELL, { cache: "reload" });
  const page = await answer.text();
  if (answer.ok && page.includes("</html>")) await (await caches.open(VERSION)).put(SHELL, new Response(page, { headers: answer.headers }));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (ASSETS.includes(url.pathname)) event.respondWith(caches.match(url.pathname).then((kept) => kept || fetch(request)));
  else if (request.mode === "navigate") event.respondWith(visit(request, KNOWN.test(url.pathname)));
});

async function visit(request, isKnown) {
  if (!isKnown) return fetch(request).catch(() => caches.match(SHELL));
  const hurry = new AbortController();
  const timer = setTimeout(() => hurry.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: hurry.signal });
    return [502, 503, 504].includes(answer.status) ? await caches.match(SHELL) : answer;
  } catch {
    return caches.match(SHELL);
  } finally {
    clearTimeout(timer);
  }
}
