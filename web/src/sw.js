// The service worker: keeps the program's own files (never a person's pages) and shows
// an offline page when the network is gone. The build fills in the two constants.
"use strict";
const VERSION = "{{version}}";
const PRECACHE = {{precache}};
const CACHE = "shebao-" + VERSION;
const OFFLINE = "/offline";

self.addEventListener("install", (e) => e.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await Promise.all(PRECACHE.map(async (url) => {
    const r = await fetch(url, { cache: url.startsWith("/assets/") ? "default" : "reload", credentials: "omit" });
    if (!r.ok || r.redirected) throw new Error("precache " + url + ": " + r.status); // all or nothing
    await cache.put(url, r);
  }));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (e) => {
  const r = e.request, url = new URL(r.url);
  if (r.method !== "GET" || url.origin !== self.location.origin) return;
  if (r.mode === "navigate") {
    e.respondWith(fetch(r).catch(async () => (await caches.match(OFFLINE)) || Response.error()));
    return;
  }
  if (!url.pathname.startsWith("/assets/")) return; // answers are personal: never kept
  e.respondWith((async () => {
    const hit = await caches.match(r);
    if (hit) return hit;
    const answer = await fetch(r);
    if (answer.ok && answer.type === "basic") {
      const copy = answer.clone();
      e.waitUntil(caches.open(CACHE).then((c) => c.put(r, copy)));
    }
    return answer;
  })());
});
