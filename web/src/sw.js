// The service worker: keeps the program's own files (a person's pages never), shows the
// offline page when the network is gone, and what the server pushes. The build and the
// server fill in the constants.
"use strict";
const VERSION = "{{version}}";
const PRECACHE = {{precache}};
const CACHE = "shebao-" + VERSION;
const OFFLINE = "/offline";
// The answer to it empties the storage. Through this worker the browser would wait for the worker
// to end, and the worker for the answer: Chromium stayed on the page for good.
const LOGOUT = "/logout";
// The pages of residents and of everybody, which begin alike; /admin and files are not among them.
const PAGES = new RegExp("^(" + {{pages}}.map((p) => p.replace(/\{\w+\}/g, "[^/.]+")).join("|") + ")$");
const EXAMPLE = "/help"; // asked for when this worker takes up its work, to see how pages begin

const kept = async (url) => (await caches.open(CACHE)).match(url, { ignoreSearch: true });
const stock = async () => {
  const cache = await caches.open(CACHE);
  await Promise.all(PRECACHE.map(async (url) => {
    const r = await fetch(url, { cache: url.startsWith("/assets/") ? "default" : "reload", credentials: "omit" });
    if (!r.ok || r.redirected) throw new Error("precache " + url + ": " + r.status); // all or nothing
    await cache.put(url, r);
  }));
};
// Logging out empties the storage, and a worker can outlive that.
const restock = async () => { if (!await kept(OFFLINE)) await stock(); };

// Where a browser can (static routes), nothing waits for the worker while there is a network: a
// page is not held up by a worker that has to be woken (one awake begins it: begin.js), the
// program's files come from the browser's own cache, where they never change, and what the program
// asks for by itself is not looked at here. What is asked for with ?kept comes here.
const shortcuts = async (e) => {
  const at = (pathname, search) => ({ urlPattern: new URLPattern({ pathname, search, baseURL: self.location.origin }) });
  try {
    await e.addRoutes([
      { condition: at("/assets/*", "kept"), source: "fetch-event" },
      { condition: at(OFFLINE), source: "fetch-event" }, // what is kept is looked through before it is shown
      { condition: { requestMode: "navigate", requestMethod: "GET", runningStatus: "not-running" }, source: "race-network-and-fetch-handler" },
      { condition: { requestMode: "navigate" }, source: "fetch-event" },
      { condition: at("/*"), source: "network" },
    ]);
  } catch (err) { /* then the worker answers, as in browsers without routes */ }
};

self.addEventListener("install", (e) => { // a new version waits: the page offers it, or it comes when the last page is closed
  e.waitUntil(stock());
  if (e.addRoutes) e.waitUntil(shortcuts(e));
});

self.addEventListener("message", (e) => {
  if (e.data === "activate") e.waitUntil(self.skipWaiting());
  if (e.data === "claim") e.waitUntil(self.clients.claim());
});

const acquaint = async () => shebaoBegin.learn(new URL(EXAMPLE, self.location.origin), await fetch(EXAMPLE, { headers: { Accept: "text/html" }, credentials: "omit" }), CACHE);
self.addEventListener("activate", (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  // Nothing is asked for ahead of the worker, as earlier versions did: in Firefox the browser's own
  // error page is shown when that fails, and a page that is loaded again would be asked for twice.
  if (self.registration.navigationPreload) await self.registration.navigationPreload.disable();
  await self.clients.claim();
  acquaint().catch(() => {}); // nothing waits for that
})()));

// A page comes from the network or not at all. Without it the address stays the one that
// was asked for, and the offline page says so.
const answered = async (e) => {
  let answer;
  try {
    answer = await fetch(e.request);
  } catch (err) {
    return (await kept(OFFLINE).catch(() => null)) || Response.error();
  }
  const who = answer.headers.get("X-Shebao-Owner"); // missing: the answer does not know
  const mine = async () => { if (who) await shebaoVault.belongs(who).catch(() => {}); };
  const offline = new URL(e.request.url).pathname === OFFLINE; // it shows what is kept: that is looked through first
  const looked = offline ? mine() : new Promise((ok) => setTimeout(ok, 500)).then(mine); // any other page is being drawn
  e.waitUntil(looked.then(restock).catch(() => {}));
  if (offline) await looked;
  return answer;
};

// A page is begun before its answer is there, where it is known how and the answer is not there
// at once. One that was begun in vain comes here again for what was answered.
const page = async (e) => {
  const url = new URL(e.request.url), like = PAGES.test(url.pathname), put = shebaoBegin.again(url, e.request);
  const answer = put ? Promise.resolve(put) : answered(e);
  e.waitUntil(answer);
  const how = !put && like && shebaoBegin.ready(url, CACHE);
  if (await shebaoBegin.late(answer) && how) return shebaoBegin.page(e, url, how, answer, "{{again.js}}?kept", CACHE);
  const got = await answer;
  if (like) e.waitUntil(shebaoBegin.learn(url, got, CACHE).catch(() => {}));
  return got;
};

// A form that gets no answer leaves the page with everything typed where it is (204); the
// page is told. It is never sent again from here: it may have arrived.
const sent = async (r) => {
  shebaoBegin.forget();
  try {
    return await fetch(r);
  } catch (err) {
    for (const c of await self.clients.matchAll({ type: "window" })) c.postMessage({ lost: r.url });
    return new Response(null, { status: 204 });
  }
};

const asset = async (e) => {
  const hit = await kept(e.request);
  if (hit) return hit;
  const answer = await fetch(e.request);
  if (answer.ok && answer.type === "basic") {
    const copy = answer.clone();
    e.waitUntil(caches.open(CACHE).then((c) => c.put(e.request, copy)));
  }
  return answer;
};

self.addEventListener("fetch", (e) => {
  const r = e.request, url = new URL(r.url);
  if (url.origin !== self.location.origin) return;
  if (r.method !== "GET" && url.pathname === LOGOUT) return;
  if (r.mode === "navigate") e.respondWith(r.method === "GET" ? page(e) : sent(r));
  else if (r.method === "GET" && url.pathname.startsWith("/assets/")) e.respondWith(asset(e));
}); // all other answers are personal: never kept

// Notices say that something happened, never what: anybody may see a locked screen.
self.addEventListener("push", (e) => {
  let n = {};
  try { n = e.data.json(); } catch (err) { /* shown without its words: a push that shows nothing is held against us */ }
  e.waitUntil(self.registration.showNotification(n.title || "{{service}}", {
    body: n.body || "有新的消息，点击查看", tag: n.tag || "notice", lang: n.lang || "zh-CN",
    icon: "{{icon-192.png}}", badge: "{{badge.png}}", data: { path: n.path || "/me/notices" },
  }));
});

// where asks a page what it shows: its address as the browser tells it here is the one it
// was opened with, and the app goes on without a new document. Nothing when it sleeps.
const where = (client) => new Promise((ok) => {
  const line = new MessageChannel();
  line.port1.onmessage = (e) => ok(e.data);
  setTimeout(ok, 500);
  client.postMessage({ where: true }, [line.port2]);
});

self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  const to = new URL(e.notification.data && e.notification.data.path || "/", self.location.origin);
  if (to.origin !== self.location.origin) return;
  e.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true }), shown = await Promise.all(pages.map(where));
    const at = shown.indexOf(to.pathname + to.search); // another page may have a form half filled in: it is left alone
    if (at >= 0) return pages[at].focus();
    return self.clients.openWindow(to.pathname + to.search);
  })());
});
