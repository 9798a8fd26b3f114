// The offline page: what the person kept on this phone, and the way back as soon as the
// network is there again.
(() => {
  "use strict";
  const said = window.shebaoSaid, $ = (id) => document.getElementById(id);
  const TAGS = /^(section|div|p|h2|h3|dl|dt|dd|ul|ol|li|table|caption|thead|tbody|tr|th|td|span|strong)$/;
  const own = location.pathname === "/offline";
  const make = (tag, cls, ...parts) => { const el = document.createElement(tag); if (cls) el.className = cls; el.append(...parts); return el; };
  const build = (p) => (typeof p === "string" ? p : TAGS.test(p[0]) ? spoken(make(p[0], p[1], ...p.slice(2).map(build))) : "");
  const spoken = (el) => { // names stay Chinese on a page in another language
    if (!document.documentElement.lang.startsWith("zh") && [...el.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && /\p{Script=Han}/u.test(n.data))) el.lang = "zh-CN";
    return el;
  };
  const when = (iso) => new Date(Date.parse(iso) + 8 * 3600e3).toISOString().slice(0, 16).replace("T", " "); // China's time, as all pages'; it knows no summer time
  const dataURL = (f) => new Promise((ok, no) => { const r = new FileReader(); r.onload = () => ok(r.result); r.onerror = () => no(r.error); r.readAsDataURL(new Blob([f.data], { type: f.type })); });
  const title = (text) => { $("title").textContent = text; document.title = text + service; };
  const name = document.title.indexOf(" - ") + 3, service = " - " + said(document.title.slice(name)), urls = [];

  // A sentence with a time in it, which stays whole.
  const timed = (el, text, iso) => { const [before, behind] = said(text, "{n}").split("{n}"); el.append(before, make("span", "part", when(iso)), behind); return el; };
  // The last part of a title is an amount, which stays whole.
  const titled = (el, text) => { const [, what, amount] = /^(.* )(¥ [\d,.]+)$/.exec(text) || [0, text]; el.append(what, ...amount ? [make("span", "part", amount)] : []); return el; };
  const row = (item) => {
    const a = make("a", "weui-cell weui-cell_access entry", make("span", "weui-cell__bd grow", titled(make("span", "entry-label"), item.title), timed(make("span", "small num"), "保存于 {n}", item.at)), make("span", "weui-cell__ft"));
    a.href = "/offline#" + item.id;
    return make("li", "", a);
  };
  const one = async (id) => {
    const item = await shebaoVault.read(id);
    if (!item) return false;
    title(said("离线查看"));
    const box = make("div", "", titled(make("h2", "h2 title"), item.head.title), timed(make("p", "card callout"), "这是 {n} 保存在这部手机上的内容，之后的变化不在其中。", item.head.at));
    for (const f of item.files.filter((f) => f.type === "image/png")) {
      const img = make("img");
      img.alt = item.head.title;
      img.src = await dataURL(f);
      box.append(make("div", "sheet", img));
    }
    box.append(...item.body.map(build));
    const actions = make("div", "actions");
    for (const f of item.files.filter((f) => f.type === "application/pdf")) {
      const a = make("a", "weui-btn weui-btn_primary btn", said("下载PDF"));
      a.download = f.name;
      a.href = URL.createObjectURL(new Blob([f.data], { type: f.type }));
      urls.push(a.href);
      actions.append(a);
    }
    const remove = make("button", "weui-btn weui-btn_default btn ghost", said("删除离线保存"));
    remove.type = "button";
    remove.addEventListener("click", async () => { await shebaoVault.remove(id); location.hash = ""; });
    const back = make("a", "weui-btn weui-btn_default btn ghost", said("返回列表"));
    back.href = "#";
    actions.append(remove, back);
    $("one").replaceChildren(box, actions);
    return true;
  };
  const show = async () => {
    for (const u of urls.splice(0)) URL.revokeObjectURL(u);
    const id = location.hash.slice(1), state = await shebaoVault.state().catch(() => "none"), open = state === "open" && id && await one(id).catch(() => false);
    for (const el of document.querySelectorAll("[data-list]")) el.hidden = !!open;
    $("one").hidden = !open;
    if (!open) {
      $("one").replaceChildren();
      title(said(own ? "离线保存" : "网络不可用"));
      const all = await shebaoVault.list().catch(() => []);
      $("gone").hidden = own && navigator.onLine;
      $("kept").hidden = !own && !all.length && state !== "locked";
      $("list").replaceChildren(...all.map(row));
      $("list").hidden = !all.length;
      $("locked").hidden = state !== "locked";
      $("none").hidden = !!all.length || state === "locked";
      $("home").hidden = !own || !navigator.onLine;
    }
    if (id) { $("title").focus(); scrollTo(0, 0); }
  };
  // The code opens what is kept after the login has ended.
  const wrong = (text) => { $("code-error").textContent = text; $("code-field").classList.toggle("bad", !!text); };
  $("open").addEventListener("submit", async (e) => {
    e.preventDefault();
    const code = $("code").value.trim(), button = e.target.querySelector("button");
    if (button.getAttribute("aria-busy")) return;
    if (!/^\d{6}$/.test(code)) { wrong(said("请输入 6 位数字")); return $("code").focus(); }
    button.setAttribute("aria-busy", "true");
    try {
      await shebaoVault.unlock(code, 0);
      wrong("");
      await show();
      $("title").focus();
    } catch (err) {
      if (err.name === "Wrong") { wrong(said("查看密码不正确，还可输入 {n} 次", err.left)); $("code").focus(); } else { await show(); $("none").textContent = said("输错次数过多，保存的内容已删除。联网登录后可以重新保存。"); $("title").focus(); }
    }
    $("code").value = "";
    button.removeAttribute("aria-busy");
  });
  $("forgot").addEventListener("click", async () => {
    if (!confirm(said("忘记查看密码就只能删除。内容会从这部手机上删除，联网登录后可以重新保存。"))) return;
    await shebaoVault.erase();
    await show();
    $("title").focus();
  });
  let left = 0; // a phone that was put away is locked again
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) left = Date.now(); else if (Date.now() - left > 120000) location.reload();
  });
  for (const name of (localStorage.getItem("look") || "").split(" ").filter(Boolean)) $("app").classList.add(name); // 关怀模式, as the pages had it
  addEventListener("hashchange", show);
  addEventListener("online", () => { if (own) show(); else location.reload(); });
  addEventListener("offline", show);
  const gone = !own || !navigator.onLine;
  $("gone").hidden = !gone;
  if (gone) title(said("网络不可用"));
  if ("serviceWorker" in navigator && window.indexedDB && window.crypto && crypto.subtle) show();
})();
