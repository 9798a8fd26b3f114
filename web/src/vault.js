// What a person chose to keep on this phone: encrypted with a key that no script can read
// out, and erased with the session. Pages, the offline page and the service worker use it.
const shebaoVault = (() => {
  "use strict";
  const NAME = "shebao-kept";
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
  const unlock = (key, about, sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: coder.encode(about) }, key, sealed.data);
  const text = async (key, about, sealed) => JSON.parse(new TextDecoder().decode(await unlock(key, about, sealed)));

  const holder = () => work("readonly", (owner) => wait(owner.get("owner")));
  // put keeps {title, path, at, …} with its body and files for the owner; what somebody
  // else kept here is erased first. What was kept of the same path is replaced.
  const put = async (who, head, body, files) => {
    await belongs(who);
    const mine = await holder(), id = crypto.randomUUID();
    const key = (mine && mine.key) || await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const old = (await list()).filter((i) => i.path === head.path);
    const item = { id, head: await lock(key, id + ":head", coder.encode(JSON.stringify(head))), body: await lock(key, id + ":body", coder.encode(JSON.stringify(body))), files: [] };
    for (const f of files) item.files.push({ name: f.name, type: f.type, sealed: await lock(key, id + ":" + item.files.length, f.data) });
    await work("readwrite", (owner, items) => {
      owner.put({ who, key }, "owner");
      items.put(item);
      for (const o of old) items.delete(o.id);
    }, make);
    return id;
  };
  // list gives the heads of everything that is kept, the newest first.
  const list = async () => {
    const [mine, all] = await work("readonly", async (owner, items) => [await wait(owner.get("owner")), await wait(items.getAll())]) || [];
    const heads = mine && mine.key ? await Promise.all(all.map(async (i) => ({ id: i.id, ...await text(mine.key, i.id + ":head", i.head) }))) : [];
    return heads.sort((a, b) => (a.at < b.at ? 1 : -1));
  };
  // read gives one item whole, undefined when it is gone.
  const read = async (id) => {
    const [mine, item] = await work("readonly", async (owner, items) => [await wait(owner.get("owner")), await wait(items.get(id))]) || [];
    if (!mine || !mine.key || !item) return undefined;
    return {
      head: await text(mine.key, id + ":head", item.head), body: await text(mine.key, id + ":body", item.body),
      files: await Promise.all(item.files.map(async (f, i) => ({ name: f.name, type: f.type, data: await unlock(mine.key, id + ":" + i, f.sealed) }))),
    };
  };
  const remove = (id) => work("readwrite", (_, items) => { items.delete(id); });
  // erase takes everything away, the key first: what a disk may still hold can't be read.
  const erase = async () => {
    await work("readwrite", (owner, items) => { owner.clear(); items.clear(); });
    await new Promise((ok) => { const r = indexedDB.deleteDatabase(NAME); r.onsuccess = r.onerror = r.onblocked = ok; });
  };
  // belongs erases what is kept unless it is who's; "-" is nobody. True when it erased.
  const belongs = async (who) => {
    const mine = await holder();
    if (!mine || mine.who === who) return false;
    await erase();
    return true;
  };
  return { put, list, read, remove, erase, belongs };
})();
