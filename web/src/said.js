// What scripts say, in the page's language. The server puts their texts on the page when it
// is not zh-CN; the offline page, which is one for all languages, carries them all.
(() => {
  "use strict";
  const by = () => { const app = document.getElementById("app"); return app && app.dataset.said ? JSON.parse(app.dataset.said) : {}; };
  window.shebaoSaid = (text, n) => (by()[text] || text).replace("{n}", n);
  // all is several sentences in a row.
  window.shebaoSaid.all = (...texts) => texts.filter(Boolean).map((t) => window.shebaoSaid(t)).join(document.documentElement.lang.startsWith("zh") ? "" : " ");

  const languages = document.getElementById("languages");
  if (!languages) { // the offline page can't read the cookie of the choice: the last page tells it
    const later = () => setTimeout(tell, 300); // the page waits for the browser while a cookie is read
    let told = "";
    const tell = () => {
      const lang = document.documentElement.lang;
      if (lang === told || document.querySelector(".app.admin")) return;
      told = lang;
      if (!document.cookie.includes("shown=" + lang)) document.cookie = "shown=" + lang + "; path=/; max-age=31536000; samesite=lax";
    };
    addEventListener("load", later);
    document.addEventListener("shebao:shown", later);
    return;
  }
  const lang = (/(?:^|; )shown=([\w-]+)/.exec(document.cookie) || [])[1], texts = JSON.parse(languages.textContent)[lang];
  if (!texts) return;
  document.documentElement.lang = lang;
  document.getElementById("app").dataset.said = JSON.stringify(texts);
  const walker = document.createTreeWalker(document.getElementById("app"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = texts[walker.currentNode.data.trim()] || walker.currentNode.data;
  for (const e of document.querySelectorAll("[aria-label]")) e.setAttribute("aria-label", texts[e.getAttribute("aria-label")] || e.getAttribute("aria-label"));
  const at = document.title.indexOf(" - ");
  document.title = window.shebaoSaid(document.title.slice(0, at)) + document.title.slice(at);
})();
