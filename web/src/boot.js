// Loads the Go browser app once the page is shown and the browser has nothing else to
// do. Links and forms work before it, without it and when it fails.
(() => {
  "use strict";
  const me = document.currentScript.dataset;
  const script = (src) => new Promise((ok, no) => {
    const s = document.createElement("script");
    s.src = src; s.onload = ok; s.onerror = no;
    document.head.append(s);
  });
  const idle = window.requestIdleCallback || ((f) => setTimeout(f, 300));
  // afterwards runs f when the page is complete and has had a moment for the first tap.
  const afterwards = (f) => {
    const soon = () => setTimeout(() => idle(f, { timeout: 3000 }), 200);
    if (document.readyState === "complete") soon(); else addEventListener("load", soon);
  };
  if (me.late) afterwards(() => { script(me.late).catch(() => {}); }); // updates, offline, notices
  addEventListener("beforeinstallprompt", (e) => { e.preventDefault(); window.shebaoInstall = e; }); // asked for when it suits
  // Where data is dear the page stays as it is until the person asks (我的).
  const net = navigator.connection;
  const sparing = () => {
    if (!net || !net.saveData && !/2g/.test(net.effectiveType || "")) return false;
    try { return !sessionStorage.getItem("shebao:full"); } catch { return true; /* no storage: not asked */ }
  };
  const offer = (on) => { for (const b of document.querySelectorAll("[data-full]")) b.hidden = !on; };
  if (!me.wasm) return;
  if (sparing()) {
    offer(true);
    document.addEventListener("click", (e) => {
      if (!e.target.closest || !e.target.closest("[data-load]")) return;
      try { sessionStorage.setItem("shebao:full", "1"); } catch { /* asked again on the next page */ }
      offer(false);
      const h1 = document.getElementById("title"); // its button is gone
      if (h1) h1.focus();
      take();
    });
    return;
  }
  take();
  function take() {
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming || !window.Worker || !window.requestAnimationFrame) return;

  let composing = false, leaving = false;
  addEventListener("compositionstart", () => { composing = true; }, true);
  addEventListener("compositionend", () => { composing = false; }, true);
  addEventListener("submit", (e) => { if (!e.defaultPrevented) leaving = true; });
  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });

  const dirty = (el) => el.type === "checkbox" || el.type === "radio" ? el.checked !== el.defaultChecked
    : el.tagName === "SELECT" ? [...el.options].some((o) => o.selected !== o.defaultSelected && !(o.index === 0 && el.selectedIndex === 0))
    : el.type !== "hidden" && el.value !== el.defaultValue;
  // adopt hands the page's own nodes to the app when it makes its first ones, if they are
  // the ones it expects (names, in document order). Then taking over changes nothing: no
  // focus, tick, typed text or open input method is lost.
  const adopt = (names) => {
    const root = document.getElementById("app");
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, // what was just said aloud is no part of the page
      (n) => n.parentNode.id === "live" || n.parentNode.id === "alert" ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const nodes = [root];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    if (leaving || root !== document.body.firstElementChild || nodes.map((n) => n.nodeName.toLowerCase()).join(" ") !== names) return false;
    const stay = (n) => n, keep = () => {};
    let i = 0;
    const next = () => {
      const n = nodes[i++];
      if (n.nodeType === Node.ELEMENT_NODE) { n.appendChild = stay; n.setAttribute = keep; }
      return n;
    };
    const done = () => {
      for (const n of nodes) { delete n.appendChild; delete n.setAttribute; }
      for (const m of ["createElement", "createElementNS", "createTextNode"]) delete document[m];
      delete document.body.replaceChild;
    };
    document.createElement = document.createElementNS = document.createTextNode = next;
    document.body.replaceChild = (fresh) => { done(); return fresh; };
    setTimeout(done); // the app makes its nodes before anything else runs
    return true;
  };
  // rest ends the task at hand, so that a tap does not wait for all of the start.
  const rest = () => window.scheduler && scheduler.yield ? scheduler.yield() : new Promise((r) => setTimeout(r));
  window.shebao = {
    version: me.version,
    rest,
    adopt,
    // quiet: nodes could be replaced without anything of the person's being lost.
    quiet: () => !composing && !leaving && !document.querySelector("details[open]") &&
      ![...document.querySelectorAll("#app input, #app select, #app textarea")].some(dirty) &&
      !(document.activeElement && document.activeElement !== document.body && document.activeElement.closest("#app") && document.activeElement.id !== "title"),
  };

  // compiled gets the program and has it compiled aside (compile.js), as far as its start
  // needs it if that can be told in time.
  const compiled = () => new Promise((ok, no) => {
    const w = new Worker(me.compile), full = (address) => new URL(address, location).href;
    let module;
    const end = (problem) => { w.terminate(); if (module) ok(module); else no(new Error(problem)); };
    w.onmessage = ({ data }) => {
      if (data.module) {
        module = data.module;
        setTimeout(end, 3000);
        return;
      }
      if (data.played) performance.mark("shebao:played");
      end(data.error);
    };
    w.onerror = (e) => end(e.message);
    w.postMessage({ wasm: full(me.wasm), exec: full(me.exec), href: location.href, state: document.getElementById("state").textContent });
  });

  afterwards(async () => {
    try {
      const [, module] = await Promise.all([script(me.exec), compiled()]);
      const go = new window.Go();
      go.env = { GOGC: "300" }; // the heap is a few MB: rather those than the time to collect them at the start
      const program = await WebAssembly.instantiate(module, go.importObject);
      await rest();
      await go.run(program);
    } catch (err) {
      console.warn("shebao: the page stays as it is:", err);
    }
  });
  }
})();
