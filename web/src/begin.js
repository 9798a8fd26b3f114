// Begins a page before its answer is there. All pages begin alike, up to their title: the
// worker says at once how the last one began, and the browser sets up the new page while the
// answer is on its way. The answer goes on with it only if it begins the same to the letter,
// headers too. Any other (a redirect, a mistake, another language or version, no network) is
// put aside; the page that was begun loads its address again and gets that very answer.
const shebaoBegin = (() => {
  "use strict";
  const KEPT = "/assets/begun"; // in the cache: how a page begins, which tells nothing of anybody
  const TITLE = "<title>";
  const LONGEST = 4096; // nothing is learned of a first document, which has the style sheet in it
  const SOON = 50; // ms in which an answer is waited for: in a fast network nothing is gained by beginning
  const PATIENCE = 1000; // ms for the script that loads again, then the page does it itself, as where scripts are off
  // The headers that a browser makes a document by. All others are one answer's own, or those of
  // what stands before the server.
  const MADE_BY = ["cache-control", "content-disposition", "content-language", "content-security-policy", "content-security-policy-report-only", "content-type",
    "cross-origin-embedder-policy", "cross-origin-opener-policy", "document-policy", "link", "origin-agent-cluster", "permissions-policy", "referrer-policy", "refresh",
    "x-content-type-options", "x-frame-options"];
  const ENOUGH = 3; // so many pages began otherwise: something on the way changes them, and none is begun any more

  let how; // how a page begins: { bytes, headers, seal }; null when not known, undefined before the cache was asked
  const aside = new Map(); // answers put aside, by address
  const odd = new Set(); // paths whose last answer did not begin so: they are not begun
  let strange = 0; // answers with a page that did not begin so
  const utf8 = new TextEncoder(), wait = (ms) => new Promise((ok) => setTimeout(ok, ms));

  // whole: a page, from the server, that belongs to the address. The offline page has another one.
  const whole = (url, answer) => answer.status === 200 && answer.type === "basic" && answer.url.split("#")[0] === url.href.split("#")[0] && !!answer.body;
  const starts = (bytes, as) => bytes.length >= as.length && as.every((b, i) => b === bytes[i]);
  const beginning = (bytes, all) => {
    const headers = MADE_BY.filter((name) => all.has(name)).map((name) => [name, all.get(name)]);
    return { bytes, headers, seal: JSON.stringify(headers) };
  };

  const able = () => typeof ReadableStream === "function" && strange <= ENOUGH;
  const known = async (cache) => {
    if (!able()) return null;
    if (how === undefined) {
      const r = await caches.open(cache).then((c) => c.match(KEPT)).catch(() => null), bytes = r && new Uint8Array(await r.arrayBuffer());
      if (how === undefined) how = r ? beginning(bytes, r.headers) : null;
    }
    return how;
  };

  // late tells whether what is promised is not there soon.
  const late = (promised) => Promise.race([promised.then(() => false), wait(SOON).then(() => true)]);

  // learn notes how pages begin from a page's answer, which it reads to the end.
  const learn = async (url, answer, cache) => {
    if (!able() || !whole(url, answer)) return;
    odd.delete(url.pathname);
    const text = await answer.text(), at = text.indexOf(TITLE);
    if (at < 0 || at > LONGEST) return;
    const now = beginning(utf8.encode(text.slice(0, at)), answer.headers), was = await known(cache);
    if (was && was.seal === now.seal && was.bytes.length === now.bytes.length && starts(was.bytes, now.bytes)) return;
    how = now;
    await (await caches.open(cache)).put(KEPT, new Response(now.bytes, { headers: now.headers }));
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
  const page = (e, url, how, promised, again) => {
    let gone = false, leave;
    const left = new Promise((ok) => { leave = () => { gone = true; ok(); }; });
    const write = async (out) => {
      out.enqueue(how.bytes);
      const answer = await promised, copy = answer.clone();
      let rest, broken;
      try { rest = await fits(url, answer, how); } catch { broken = true; } // the network went in the middle of it
      if (gone) return; // elsewhere meanwhile: nobody comes for the answer
      if (rest) {
        if (copy.body) copy.body.cancel().catch(() => {});
        out.enqueue(rest.got);
        for (let r; !(r = await rest.reader.read()).done;) out.enqueue(r.value);
        out.close();
        return;
      }
      odd.add(url.pathname);
      if (whole(url, answer)) strange++;
      if (!broken) aside.set(url.href, copy);
      out.enqueue(utf8.encode(`<script src="${again}"></script>`));
      await Promise.race([left, wait(PATIENCE)]);
      if (!gone) {
        out.enqueue(utf8.encode('<meta http-equiv="refresh" content="0">'));
        out.close();
      }
      await wait(PATIENCE); // the page comes for it at once or, left for another, never
      if (aside.get(url.href) === copy) aside.delete(url.href);
    };
    const stream = new ReadableStream({
      start: (out) => { e.waitUntil(write(out).catch((err) => { if (!gone) out.error(err); })); },
      cancel: () => leave(),
    });
    return new Response(stream, { headers: how.headers });
  };

  // putAside is the answer that the page at an address was begun for in vain, once.
  const putAside = (url) => {
    const answer = aside.get(url.href);
    aside.delete(url.href);
    return answer;
  };
  return { known, late, learn, page, putAside, odd: (url) => odd.has(url.pathname) };
})();
