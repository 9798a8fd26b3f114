// Begins a page before its answer is there. Pages in one language begin alike, up to their
// title: a worker that is awake says how the last one began, and the browser sets up the new
// page while the answer is on its way. The answer goes on with it only if it begins the same to
// the letter, with the same headers (MADE_BY). Any other (a redirect, a mistake, another language or
// version, no network) is put aside, in memory and for two seconds at most; the page that was begun
// loads its address again and gets that very answer.
const shebaoBegin = (() => {
  "use strict";
  const KEPT = "/assets/begun"; // in the cache: how a page begins, which tells nothing of anybody; empty for given up
  const TITLE = "<title>";
  const LONGEST = 4096; // nothing is learned of a first document, which has the style sheet in it
  const SOON = 50; // ms in which an answer is waited for: in a fast network nothing is gained by beginning
  const TIRING = 1000; // ms: after an answer that took longer none is begun, for a page that was begun can't be used
  const PATIENCE = 1000; // ms for the script that loads again, then the page does it itself, as where scripts are off
  const ENOUGH = 3; // one more page than that which began otherwise, and none is begun any more: something on the way changes them
  // The headers that a browser makes a document by. All others are one answer's own, or those of
  // what stands before the server.
  const MADE_BY = ["cache-control", "content-disposition", "content-language", "content-security-policy", "content-security-policy-report-only", "content-type",
    "cross-origin-embedder-policy", "cross-origin-opener-policy", "document-policy", "link", "origin-agent-cluster", "permissions-policy", "referrer-policy", "refresh",
    "x-content-type-options", "x-frame-options"];

  let how; // how a page begins: { bytes, headers, seal }; null when not known, undefined before the cache was asked
  let asking; // the promise of the cache's answer
  let strange = 0; // pages in a row that began otherwise
  let took = 0; // ms, the last page
  const aside = new Map(); // answers put aside, by address: { answer, at }
  const odd = new Set(); // paths whose last answer was no page: they are not begun
  const utf8 = new TextEncoder(), wait = (ms) => new Promise((ok) => setTimeout(ok, ms));

  // whole: a page, from the server, that belongs to the address. The offline page has another one.
  const whole = (url, answer) => answer.status === 200 && answer.type === "basic" && answer.url.split("#")[0] === url.href.split("#")[0] && !!answer.body;
  const starts = (bytes, as) => bytes.length >= as.length && as.every((b, i) => b === bytes[i]);
  const drop = (body) => { if (body) body.cancel().catch(() => {}); };
  const beginning = (bytes, all) => {
    const headers = MADE_BY.filter((name) => all.has(name)).map((name) => [name, all.get(name)]);
    return { bytes, headers, seal: JSON.stringify(headers) };
  };
  const keep = async (cache, now) => (await caches.open(cache)).put(KEPT, new Response(now.bytes, { headers: now.headers }));

  const able = () => typeof ReadableStream === "function" && strange <= ENOUGH;
  const asked = (cache) => asking || (asking = (async () => {
    const r = await (await caches.open(cache)).match(KEPT), bytes = r && new Uint8Array(await r.arrayBuffer());
    if (r && !bytes.length) strange = Infinity;
    if (how === undefined) how = r ? beginning(bytes, r.headers) : null;
  })().catch(() => { how = how || null; }));

  // ready is how to begin the page at an address; nothing where it is not to be begun. No page
  // waits for the cache: the first one after the worker was woken is not begun.
  const ready = (url, cache) => {
    if (able() && how === undefined) asked(cache);
    return able() && took <= TIRING && !odd.has(url.pathname) && how;
  };

  // late tells whether what is promised is not there soon.
  const late = (promised) => {
    const from = performance.now();
    const there = promised.then(() => { took = performance.now() - from; return false; });
    return Promise.race([there, wait(SOON).then(() => true)]);
  };

  // learn notes from a page's answer how pages begin.
  const learn = async (url, answer, cache) => {
    if (!able() || !whole(url, answer)) return;
    odd.delete(url.pathname);
    const text = await answer.clone().text(), at = text.indexOf(TITLE);
    await asked(cache);
    if (at < 0 || at > LONGEST || !able()) return;
    const now = beginning(utf8.encode(text.slice(0, at)), answer.headers);
    if (how && how.seal === now.seal && how.bytes.length === now.bytes.length && starts(how.bytes, now.bytes)) return;
    how = now;
    await keep(cache, how);
  };

  // fits reads as much of an answer as a page begins with. The bytes behind that and a reader
  // of the rest, or nothing when it begins otherwise.
  const fits = async (url, answer, how) => {
    if (!whole(url, answer) || beginning([], answer.headers).seal !== how.seal) return null;
    const reader = answer.body.getReader();
    let got = new Uint8Array();
    while (got.length < how.bytes.length) {
      const { done, value } = await reader.read();
      if (done) return null;
      const more = new Uint8Array(got.length + value.length);
      more.set(got);
      more.set(value, got.length);
      got = more;
    }
    return starts(got, how.bytes) ? { reader, got: got.subarray(how.bytes.length) } : null;
  };

  // page answers the event for an address: as how says, then with what is promised. again is
  // the address of the script that loads a page again.
  const page = (e, url, how, promised, again, cache) => {
    let gone = false, leave;
    const left = new Promise((ok) => { leave = () => { gone = true; ok(); }; });
    const goOn = async (out, { reader, got }) => {
      left.then(() => reader.cancel()).catch(() => {});
      out.enqueue(got);
      for (let r; !(r = await reader.read()).done;) out.enqueue(r.value);
      out.close();
    };
    const putAside = async (out, answer) => {
      const mine = { answer, at: Date.now() }, there = () => aside.get(url.href) === mine;
      odd.add(url.pathname);
      if (answer) aside.set(url.href, mine);
      out.enqueue(utf8.encode(`<script src="${again}"></script>`));
      await Promise.race([left, wait(PATIENCE)]);
      if (!gone && (!answer || there())) out.enqueue(utf8.encode(`<meta http-equiv="refresh" content="0;url=${(url.pathname + url.search).replaceAll("&", "&amp;")}">`));
      if (!gone) out.close();
      await wait(PATIENCE); // the page comes for it at once or, left for another, never
      if (!answer || !there()) return;
      aside.delete(url.href);
      drop(answer.body);
    };
    const write = async (out) => {
      out.enqueue(how.bytes);
      const answer = await promised, copy = answer.clone();
      let rest, broken;
      try { rest = await fits(url, answer, how); } catch { broken = true; } // the network went in the middle of it
      if (rest) strange = 0;
      else if (!broken && whole(url, answer) && ++strange > ENOUGH) await keep(cache, beginning(new Uint8Array(), new Headers()));
      if (gone || rest || broken) drop(copy.body);
      if (!gone) await (rest ? goOn(out, rest) : putAside(out, broken ? null : copy));
      else if (rest) rest.reader.cancel().catch(() => {}); // elsewhere meanwhile: nobody comes for the answer
    };
    const stream = new ReadableStream({
      start: (out) => { e.waitUntil(write(out).catch((err) => { if (!gone) out.error(err); })); },
      cancel: () => leave(),
    });
    return new Response(stream, { headers: how.headers });
  };

  // again is the answer that the page at an address was begun for in vain, once, if that is
  // what asks now: a page that is loaded again.
  const again = (url, request) => {
    const found = aside.get(url.href);
    if (!found || request.isReloadNavigation === false) return undefined;
    aside.delete(url.href);
    return Date.now() - found.at <= 2 * PATIENCE ? found.answer : undefined;
  };
  // forget drops what lies aside: something was sent, and it may not be so any more.
  const forget = () => { for (const { answer } of aside.values()) drop(answer.body); aside.clear(); };
  return { ready, late, learn, page, again, forget };
})();
