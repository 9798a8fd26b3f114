// What is said and done when the network goes: nothing is sent that can't arrive, nothing
// typed is lost, and a payment is never put aside to be made later.
(() => {
  "use strict";
  const GONE = "网络已断开。已填写的内容还在，恢复后可以继续。";
  const say = (text) => {
    const el = document.getElementById("alert");
    if (!el) return;
    el.textContent = text;
    if (text) el.scrollIntoView({ block: "nearest" });
  };
  const why = (form, what) => window.shebaoSaid.all(what, /\/pay$|\/declarations|^\/payments\//.test(location.pathname)
    ? "缴费要当场向银行发起扣款，不能先存下来以后再办，所以没有网络时不会扣款。" : "",
  form.method === "post" ? "填写的内容都还在，恢复网络后再按一次。" : "恢复网络后再试。");
  addEventListener("offline", () => say(window.shebaoSaid(GONE)));
  addEventListener("online", () => say(""));
  addEventListener("submit", (e) => {
    if (navigator.onLine !== false) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    say(why(e.target, "现在没有网络，没有提交。"));
  }, true);

  // The service worker tells that a form it sent got no answer: the page stays as it is.
  if ("serviceWorker" in navigator) navigator.serviceWorker.addEventListener("message", (e) => {
    const form = e.data && e.data.lost && document.querySelector("form[data-sent]");
    if (!form) return;
    document.dispatchEvent(new Event("shebao:free"));
    say(window.shebaoSaid("没有收到结果，填写的内容还在。请检查网络后再按一次；涉及缴费的，同一笔不会重复扣款。"));
  });
  if ("serviceWorker" in navigator && navigator.serviceWorker.startMessages) navigator.serviceWorker.startMessages();

  // A page that comes back as it was left may show what has ended meanwhile.
  addEventListener("pageshow", (e) => { if (e.persisted) { document.documentElement.hidden = true; location.reload(); } });
})();
