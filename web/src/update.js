// Keeps the service worker, and offers a new version: one press starts it, at once where
// nothing is filled in, otherwise as soon as the person leaves the page.
(() => {
  "use strict";
  const said = window.shebaoSaid, me = document.querySelector("script[data-sw]"), workers = navigator.serviceWorker;
  if (!me || !workers) return;
  let bar, pressed = false, put = false;
  const line = (text, label, act, later) => {
    if (!bar) {
      bar = document.createElement("section");
      bar.className = "offer" + (document.querySelector(".app.care") ? " care" : "");
      bar.setAttribute("aria-label", said("版本更新"));
      bar.append(document.createElement("p"), document.createElement("button"), document.createElement("button"));
      bar.firstChild.setAttribute("role", "status");
      for (const b of bar.querySelectorAll("button")) b.type = "button";
      bar.children[1].className = "link";
      bar.children[1].textContent = said("稍后");
      bar.lastChild.className = "weui-btn weui-btn_mini weui-btn_primary btn mini";
      document.body.append(bar);
    }
    bar.firstChild.textContent = said(text);
    bar.children[1].hidden = !later;
    bar.children[1].onclick = later;
    bar.lastChild.textContent = said(label);
    bar.lastChild.onclick = act;
  };
  workers.addEventListener("message", (e) => { // the worker looks for the page that a notification is about
    if (e.data && e.data.where && e.ports[0]) e.ports[0].postMessage(location.pathname + location.search);
  });
  const close = () => { if (bar) bar.remove(); bar = undefined; };

  // filled: loading the page again would lose something that the person did on it.
  const filled = () => {
    const here = document.activeElement;
    return !!document.querySelector("#app details[open], #app .errors, form[data-sent]") ||
      (here && here.matches("#app input, #app select, #app textarea")) ||
      [...document.querySelectorAll("#app input, #app select, #app textarea")].some((el) => {
        if (el.type === "hidden") return false;
        if (el.type === "checkbox" || el.type === "radio") return el.checked !== el.defaultChecked;
        if (el.tagName === "SELECT") return [...el.options].some((o) => o.selected !== o.defaultSelected && !(o.index === 0 && el.selectedIndex === 0));
        return el.value !== el.defaultValue || el.form && el.form.method === "post" && el.value !== "";
      });
  };
  const again = () => location.replace(location.href.split("#")[0]); // a page that answered a form is not sent again
  workers.addEventListener("controllerchange", () => {
    if (!pressed) return; // the first version, or another tab asked for the new one
    pressed = false;
    document.dispatchEvent(new Event("shebao:updated")); // the next step loads a new document
    if (!filled()) return again();
    line("新版本已备好。您填写的内容还在，离开本页后启用。", "知道了", close);
  });

  const offer = (reg) => {
    if (!reg.waiting || !workers.controller || bar || put) return;
    line("有新版本", "更新", () => {
      pressed = true;
      if (reg.waiting) reg.waiting.postMessage("activate"); else again();
    }, () => { put = true; close(); }); // it comes when the last page is closed, or on the next visit
  };
  workers.register(me.dataset.sw, { updateViaCache: "none" }).then((reg) => {
    if (!workers.controller && reg.active) reg.active.postMessage("claim"); // one that outlived a log-out
    offer(reg);
    reg.addEventListener("updatefound", () => {
      const fresh = reg.installing;
      if (fresh) fresh.addEventListener("statechange", () => offer(reg));
    });
    let looked = Date.now();
    const look = () => { looked = Date.now(); reg.update().catch(() => {}); };
    document.addEventListener("shebao:newer", look); // an answer came from a newer server
    addEventListener("online", look);
    document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - looked > 600000) look(); });
  }).catch(() => {});
})();
