// Compiles the browser app beside the page and plays its start once before an empty house:
// browsers compile a function when it is first called, and doing that where the page is
// would hold up a tap. Given the addresses of the program and of Go's glue, the page's and
// its state, it answers with the module, and again when the play is over.
"use strict";

// anything is all that the play has for a document: it has every property and does nothing.
const anything = new Proxy(function () {}, {
  get: (_, name) => name === Symbol.toPrimitive ? () => "" : name === "then" ? undefined : name === "length" ? 0 : anything,
  set: () => true, apply: () => anything, construct: () => anything,
});
const stage = (href, state, over) => {
  const own = {
    getElementById: (id) => id === "state" ? { textContent: state } : anything,
    dispatchEvent: (e) => { if (e.type === "shebao:taken") over(); },
  };
  const props = {
    window: self, document: new Proxy(own, { get: (_, name) => own[name] || anything, set: () => true }), location: new URL(href),
    history: { state: 0, pushState() {}, replaceState() {} }, localStorage: anything, sessionStorage: anything, BroadcastChannel: anything,
    fetch: () => new Promise(() => {}), requestIdleCallback() {}, // nothing is asked for: the play ends here
    shebao: { version: "", rest: async () => {}, adopt: () => true, quiet: () => true },
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
