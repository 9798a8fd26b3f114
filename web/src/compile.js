// Compiles the browser app beside the page and plays it once before an empty house, its
// start and one page after that: browsers compile a function when it is first called, and
// doing that where the page is would hold up a tap. Given the addresses of the program and
// of Go's glue, the page's and its state, it answers with the module, and again when the
// play is over.
"use strict";

// prop is all that the play has for a document and its elements: it has every property
// and does nothing.
const prop = (own = {}) => new Proxy(function () {}, {
  get: (_, name) => name in own ? own[name] : name === Symbol.toPrimitive ? () => "" : name === "then" ? undefined : name === "length" ? 0 : prop(),
  set: () => true, apply: () => prop(), construct: () => prop(),
});
const stage = (href, state, over) => {
  const answer = (accept) => ({ status: 200, url: href, redirected: false, headers: { get: (name) => name === "Content-Type" ? accept : null }, text: async () => state });
  const props = {
    window: self, location: new URL(href), history: { state: 0, pushState() {}, replaceState() {} }, scrollY: 0, scrollTo() {},
    localStorage: prop(), sessionStorage: prop(), BroadcastChannel: prop(), EventSource: prop(), requestIdleCallback() {},
    shebao: { version: "", rest: async () => {}, adopt: () => true, quiet: () => true },
    fetch: async (_, asked) => answer(asked.headers.Accept), // nothing is really asked for
    document: prop({
      getElementById: (id) => prop({ textContent: id === "state" ? state : "", dataset: {} }),
      dispatchEvent: (e) => {
        if (e.type === "shebao:taken") setTimeout(() => self.dispatchEvent(new Event("popstate")));
        if (e.type === "shebao:shown") over();
      },
    }),
  };
  for (const [name, value] of Object.entries(props)) Object.defineProperty(self, name, { value, configurable: true });
};

addEventListener("message", async ({ data: { wasm, exec, href, state } }) => {
  try {
    const module = await WebAssembly.compileStreaming(fetch(wasm, { credentials: "same-origin", priority: "low" }));
    postMessage({ module });
    importScripts(exec);
    stage(href, state, () => postMessage({ played: true }));
    const go = new self.Go();
    await go.run(await WebAssembly.instantiate(module, go.importObject));
    postMessage({ error: "the program has ended" });
  } catch (err) {
    postMessage({ error: String(err) });
  }
});
