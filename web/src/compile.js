// Compiles the browser app beside the page: given its address it answers with the module.
"use strict";
addEventListener("message", async (e) => {
  try {
    postMessage({ module: await WebAssembly.compileStreaming(fetch(e.data, { credentials: "same-origin", priority: "low" })) });
  } catch (err) {
    postMessage({ error: String(err) });
  }
});
