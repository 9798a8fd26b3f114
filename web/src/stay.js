// A login that is not used ends. Before it does, the person is asked, and one press keeps
// it (WCAG 2.2.1). The root says how long the login lasts: data-left and data-warn, in
// seconds. Tabs tell each other, so that work in one keeps the question away in all.
(() => {
  "use strict";
  const said = window.shebaoSaid;
  const root = () => document.getElementById("app");
  const admin = location.pathname === "/admin" || location.pathname.startsWith("/admin/");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("shebao-stay") : null;
  let ends = 0, warn = 0, timer = 0, box = null;

  const set = (left, before) => {
    clearTimeout(timer);
    ends = left > 0 ? Date.now() + 1000 * left : 0;
    warn = 1000 * before;
    if (box && (!ends || 1000 * left > warn)) close(); // a page that came by itself leaves the question where it is
    if (ends) timer = setTimeout(look, Math.max(0, ends - warn - Date.now()));
  };
  const look = () => { // also when a phone wakes up: its timers slept
    if (!ends) return;
    const left = ends - Date.now();
    if (left <= 0) return leave();
    if (left <= warn + 50 && !box) ask();
    clearTimeout(timer);
    timer = setTimeout(look, box ? left : left - warn);
  };
  const leave = () => { // nothing of the person's stays on an unwatched screen
    ends = 0;
    location.replace((admin ? "/admin/login" : "/login") + "?ended=1&next=" + encodeURIComponent(location.pathname + location.search));
  };
  const element = (name, className, text) => {
    const e = document.createElement(name);
    e.className = className;
    if (text) e.textContent = text;
    return e;
  };
  const close = () => { box.close(); box.remove(); box = null; };
  const ask = () => {
    if (!window.HTMLDialogElement) return;
    const look = [...root().classList].filter((c) => /^(care|t\d+)$/.test(c)).join(" ");
    box = element("dialog", "still " + look);
    const title = element("h2", "h2", said("还在办理吗？")), text = element("p", ""), actions = element("div", "actions");
    const minutes = Math.max(1, Math.round(warn / 60000));
    text.textContent = said("长时间没有操作，约 {n} 分钟后将退出登录，没有提交的内容需要重新填写。", minutes);
    title.id = "still-title"; text.id = "still-text";
    box.setAttribute("aria-labelledby", title.id);
    box.setAttribute("aria-describedby", text.id);
    const stay = element("button", "weui-btn weui-btn_primary btn", said("继续使用"));
    stay.type = "button";
    stay.addEventListener("click", keep);
    const go = element("a", "weui-btn weui-btn_default btn ghost", said("退出登录"));
    go.href = admin ? "/admin/logout" : "/logout";
    actions.append(stay, go);
    box.append(title, text, actions);
    box.addEventListener("cancel", (e) => { e.preventDefault(); keep(); }); // the Escape key means: I am here
    document.body.append(box);
    box.showModal();
    stay.focus();
  };
  const keep = async () => {
    try {
      const res = await fetch(admin ? "/admin/stay" : "/stay", { headers: { Accept: "application/json" } });
      const now = await res.json();
      if (!now.left) return leave();
      shebaoVault.extend(now.left).catch(() => {}); // what is kept on this phone stays open as long
      told(now.left, now.warn);
    } catch (err) { // no network: the question stays, the answer may be given again
      if (box) box.querySelector("p").textContent = said("网络不通，暂时不能延长。请恢复网络后再点「继续使用」。");
    }
  };
  const told = (left, before) => {
    set(left, before);
    if (tabs) tabs.postMessage({ left, warn: before, admin });
  };
  const read = () => {
    const r = root();
    if (r && r.dataset.left) told(Number(r.dataset.left), Number(r.dataset.warn));
    else set(0, 0);
  };
  if (tabs) tabs.addEventListener("message", (e) => { if (ends && e.data.admin === admin) set(e.data.left, e.data.warn); });
  document.addEventListener("shebao:shown", read);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  addEventListener("pageshow", read);
  read();
})();
