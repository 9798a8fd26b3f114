// What a person chose to keep on this phone, encrypted. It outlives the login, not the
// log-out: afterwards the person's code of six digits (查看密码) opens it. Pages, the offline
// page and the service worker use it.
//
// A random key encrypts everything. It is stored twice: locked with the code together with a
// key that no script can read out, so that the code can be tried on this phone only, and five
// times; and, while a login lasts, ready for use.
const shebaoVault = (() => {
  "use strict";
  const NAME = "shebao-kept", TRIES = 5, DAYS = 30, ROUNDS = 300000;
  const coder = new TextEncoder();
  const wait = (r) => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
  // open gives the database, or undefined where nothing is kept; only put makes one.
  const open = async (missing) => {
    const r = indexedDB.open(NAME, 1);
    let none = false;
    r.onupgradeneeded = () => missing(r, () => { none = true; r.transaction.abort(); });
    try {
      const db = await wait(r);
      db.onversionchange = () => db.close();
      return db;
    } catch (err) {
      if (none) return undefined;
      throw err;
    }
  };
  const leave = (r, none) => none();
  const make = (r) => { r.result.createObjectStore("owner"); r.result.createObjectStore("items", { keyPath: "id" }); };
  // work runs f in one transaction; f must only await requests of it.
  const work = async (mode, f, missing = leave) => {
    const db = await open(missing);
    if (!db) return undefined;
    try {
      const t = db.transaction(["owner", "items"], mode), done = new Promise((ok, no) => { t.oncomplete = ok; t.onabort = t.onerror = () => no(t.error); });
      const result = await f(t.objectStore("owner"), t.objectStore("items"));
      await done;
      return result;
    } finally { db.close(); }
  };
  const lock = async (key, about, data) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: coder.encode(about) }, key, data) };
  };
  const unseal = (key, about, sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: coder.encode(about) }, key, sealed.data);
  const text = async (key, about, sealed) => JSON.parse(new TextDecoder().decode(await unseal(key, about, sealed)));

  const fault = (name, left) => Object.assign(new Error(name), { name, left });
  let mine; // what the code opened, for as long as this page is there: {id, key}

  const change = (f) => work("readwrite", async (owner) => {
    const o = await wait(owner.get("owner"));
    if (!o) return undefined;
    f(o);
    owner.put(o, "owner");
    return o;
  });
  // holder is whose things are kept; things that nobody opened for long are erased.
  const holder = async () => {
    const o = await work("readonly", (owner) => wait(owner.get("owner")));
    if (!o) return undefined;
    if (!o.lock || Date.now() - o.seen > DAYS * 86400000) { await erase(); return undefined; }
    if (o.open && (Date.now() >= o.open.until || Date.now() < o.open.since)) return change((c) => { delete c.open; });
    return o;
  };
  const ready = async () => { const o = await holder(); return o && (mine && mine.id === o.id ? mine.key : o.open && o.open.key); };
  const ask = async () => { const key = await ready(); if (!key) throw fault("Locked"); return key; };
  // state is "none" when nothing is kept here, "locked" when the code is needed, or "open".
  const state = async () => !await holder() ? "none" : await ready() ? "open" : "locked";
  const opened = (key, left) => left > 0 ? { key, since: Date.now(), until: Date.now() + 1000 * left } : undefined;
  const locksmith = async (code, salt, pepper) => {
    const slow = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, await crypto.subtle.importKey("raw", coder.encode(code), "PBKDF2", false, ["deriveBits"]), 256);
    return crypto.subtle.importKey("raw", await crypto.subtle.sign("HMAC", pepper, slow), "AES-GCM", false, ["encrypt", "decrypt"]);
  };
  const keyOf = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  // begin has the code open what who keeps from now on; the login lasts left seconds.
  const begin = async (who, code, left) => {
    await erase();
    const salt = crypto.getRandomValues(new Uint8Array(16)), raw = crypto.getRandomValues(new Uint8Array(32));
    const pepper = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]), key = await keyOf(raw);
    const sealed = await lock(await locksmith(code, salt, pepper), "key", raw);
    raw.fill(0);
    const id = crypto.randomUUID();
    await work("readwrite", (owner) => { owner.put({ who, id, salt, pepper, lock: sealed, tries: 0, seen: Date.now(), open: opened(key, left) }, "owner"); }, make);
    mine = { id, key };
  };
  // unlock opens with the code. The try counts before it is made, so that going away does
  // not help. Errors: Wrong with how many are left, Erased after the last.
  const unlock = async (code, left) => {
    if (!await holder()) throw fault("Erased");
    const o = await change((c) => { c.tries++; });
    let raw;
    try {
      raw = new Uint8Array(await unseal(await locksmith(code, o.salt, o.pepper), "key", o.lock));
    } catch (err) {
      if (o.tries < TRIES) throw fault("Wrong", TRIES - o.tries);
      await erase();
      throw fault("Erased");
    }
    const key = await keyOf(raw);
    raw.fill(0);
    await change((c) => { c.tries = 0; c.seen = Date.now(); if (left > 0) c.open = opened(key, left); });
    mine = { id: o.id, key };
  };
  // extend follows a login that lasts longer, close one that has ended.
  const extend = async (left) => { const o = await holder(); if (o && o.open) await change((c) => { if (c.open) { c.open.until = Date.now() + 1000 * left; c.seen = Date.now(); } }); };
  const close = async () => { mine = undefined; const o = await holder(); if (o && o.open) await change((c) => { delete c.open; }); };
  // put keeps {title, path, at, …} with its body and files. What was kept of the same path
  // is replaced.
  const put = async (head, body, files) => {
    const key = await ask(), id = crypto.randomUUID();
    const old = (await list()).filter((i) => i.path === head.path);
    const item = { id, head: await lock(key, id + ":head", coder.encode(JSON.stringify(head))), body: await lock(key, id + ":body", coder.encode(JSON.stringify(body))), files: [] };
    for (const f of files) item.files.push({ name: f.name, type: f.type, sealed: await lock(key, id + ":" + item.files.length, f.data) });
    await work("readwrite", (_, items) => {
      items.put(item);
      for (const o of old) items.delete(o.id);
    });
    return id;
  };
  // list gives the heads of everything that is kept, the newest first; none while it is locked.
  const list = async () => {
    const key = await ready(), all = key && await work("readonly", (_, items) => wait(items.getAll())) || [];
    const heads = await Promise.all(all.map(async (i) => ({ id: i.id, ...await text(key, i.id + ":head", i.head) })));
    return heads.sort((a, b) => (a.at < b.at ? 1 : -1));
  };
  // read gives one item whole, undefined when it is gone.
  const read = async (id) => {
    const key = await ask(), item = await work("readonly", (_, items) => wait(items.get(id)));
    if (!item) return undefined;
    return {
      head: await text(key, id + ":head", item.head), body: await text(key, id + ":body", item.body),
      files: await Promise.all(item.files.map(async (f, i) => ({ name: f.name, type: f.type, data: await unseal(key, id + ":" + i, f.sealed) }))),
    };
  };
  const remove = (id) => work("readwrite", (_, items) => { items.delete(id); });
  // erase takes everything away, the key first: what a disk may still hold can't be read.
  const erase = async () => {
    mine = undefined;
    await work("readwrite", (owner, items) => { owner.clear(); items.clear(); });
    await new Promise((ok) => { const r = indexedDB.deleteDatabase(NAME); r.onsuccess = r.onerror = r.onblocked = ok; });
  };
  // belongs says whose the login is: somebody else's erases what is kept, nobody's ("-")
  // locks it. True when it erased.
  const belongs = async (who) => {
    const o = await holder();
    if (!o || o.who === who) return false;
    if (who === "-") { await close(); return false; }
    await erase();
    return true;
  };
  return { state, begin, unlock, extend, put, list, read, remove, erase, belongs };
})();
