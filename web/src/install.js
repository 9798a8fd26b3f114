// How pages look (关怀模式), for the page that has to be there without the server.
(() => {
  "use strict";
  let noted; // asking the storage holds the page up
  const note = () => {
    const look = [...document.getElementById("app").classList].filter((c) => /^(care|t\d+)$/.test(c)).join(" ");
    if (look === noted) return;
    noted = look;
    try { if (look) localStorage.setItem("look", look); else localStorage.removeItem("look"); } catch (err) { /* it looks as usual then */ }
  };
  document.addEventListener("shebao:shown", note);
  note();
})();

// 添加到手机桌面: offered in 我的 and after a payment, only where the browser can, never in
// the way, and not again once it was declined.
(() => {
  "use strict";
  const DECLINED = "noinstall=1"; // a cookie: it outlives the log-out, which empties the storage
  const installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  const apple = /iphone|ipad|ipod/i.test(navigator.userAgent) || /macintosh/i.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
  const show = () => {
    const cards = document.querySelectorAll("[data-install]"), declined = cards.length > 0 && document.cookie.includes(DECLINED);
    for (const card of cards) {
      const can = !installed() && (window.shebaoInstall || apple);
      card.hidden = !can || card.dataset.install === "offer" && declined;
      for (const el of card.querySelectorAll("[data-ask]")) el.hidden = !window.shebaoInstall;
      for (const el of card.querySelectorAll("[data-apple]")) el.hidden = !!window.shebaoInstall;
    }
  };
  document.addEventListener("click", async (e) => {
    const b = e.target.closest && e.target.closest("button[data-ask], button[data-decline]");
    if (!b) return;
    if (b.dataset.decline !== undefined) {
      document.cookie = DECLINED + "; path=/; max-age=31536000; samesite=lax";
      return show();
    }
    const ask = window.shebaoInstall;
    window.shebaoInstall = undefined; // it can be asked once
    if (ask) await ask.prompt();
    show();
  });
  addEventListener("beforeinstallprompt", () => show());
  addEventListener("appinstalled", () => { window.shebaoInstall = undefined; show(); });
  document.addEventListener("shebao:shown", show);
  show();
})();
