// 离线保存: puts what is on the page, and the files that belong to it, into the vault.
(() => {
  "use strict";
  const TAGS = /^(section|div|p|h2|h3|dl|dt|dd|ul|ol|li|table|caption|thead|tbody|tr|th|td|span|strong)$/;
  const SKIP = "form, button, nav, details, img, svg, .actions, .bar, .errors, [data-keep], [data-native], [hidden]";
  const said = window.shebaoSaid;
  const say = (text) => { const el = document.getElementById("live"); if (el) el.textContent = text; };
  const write = (el, text) => { if (el.firstChild) el.firstChild.data = text; else el.textContent = text; };
  // plain is the page's content without anything that does something: [tag, class, …parts].
  const plain = (n) => {
    if (n.nodeType === Node.TEXT_NODE) return n.data.trim() ? [n.data] : [];
    if (n.nodeType !== Node.ELEMENT_NODE || n.matches(SKIP)) return [];
    const parts = [...n.childNodes].flatMap(plain), tag = n.localName;
    if (tag === "a") return [["span", n.className.replace(/weui-cell_access/g, ""), ...parts]];
    return TAGS.test(tag) ? [[tag, n.className, ...parts]] : parts;
  };
  const fetched = async (url) => {
    const r = await fetch(url, { cache: "no-store" });
    if (!r.ok) throw new Error(url + ": " + r.status);
    return { name: url.endsWith("/pdf") ? "" : url, type: r.headers.get("Content-Type").split(";")[0], data: await r.arrayBuffer() };
  };
  const owner = async () => (await fetch("/offline", { method: "HEAD", cache: "no-store" })).headers.get("X-Shebao-Owner");
  const here = (box) => box.dataset.path || location.pathname + location.search;
  const find = async (box) => (await shebaoVault.list()).find((i) => i.path === here(box));
  const show = async () => {
    for (const box of document.querySelectorAll("[data-keep]")) {
      const item = await find(box).catch(() => undefined), b = box.querySelector("button");
      if (b) write(b, said(item ? "删除离线保存" : "离线保存"));
    }
  };
  const toggle = async (box, b) => {
    if (b.getAttribute("aria-busy")) return;
    b.setAttribute("aria-busy", "true");
    try {
      const item = await find(box);
      if (item) {
        await shebaoVault.remove(item.id);
        say(said("已删除离线保存"));
      } else {
        const who = await owner();
        if (!who || who === "-") throw new Error("nobody is logged in");
        const files = await Promise.all((box.dataset.files || "").split(" ").filter(Boolean).map(fetched));
        for (const f of files) f.name = f.type === "application/pdf" ? box.dataset.name : "";
        const head = { title: box.dataset.keep, path: here(box), at: new Date().toISOString() };
        await shebaoVault.put(who, head, [...document.getElementById("main").childNodes].flatMap(plain), files);
        say(said("已离线保存"));
      }
    } catch (err) {
      const alert = document.getElementById("alert");
      if (alert) alert.textContent = said(err.name === "QuotaExceededError" ? "手机空间不足，没有保存。" : "没有保存成功，请检查网络后再试。");
    }
    b.removeAttribute("aria-busy");
    await show();
  };
  document.addEventListener("click", (e) => {
    const b = e.target.closest && e.target.closest("[data-keep] button");
    if (b) toggle(b.closest("[data-keep]"), b);
  });
  // Logging out erases before anything is sent; the server's answer tells the browser to do the same.
  addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || new URL(form.action, location.href).pathname !== "/logout" || form.dataset.erased) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    form.dataset.erased = "1";
    const go = () => form.requestSubmit(e.submitter || undefined);
    const tell = async () => { // which phone no longer wants notices
      const id = window.shebaoDevice && await window.shebaoDevice();
      if (!id) return;
      const field = document.createElement("input");
      field.type = "hidden"; field.name = "device"; field.value = id;
      form.append(field);
    };
    Promise.race([Promise.all([shebaoVault.erase(), tell()]), new Promise((ok) => setTimeout(ok, 2000))]).then(go, go);
  }, true);
  // Who came in without a new document may be somebody else than who kept things here.
  let door = false;
  const arrive = () => {
    if (/^\/(login|register|reset)$/.test(location.pathname)) door = true;
    else if (door) {
      door = false;
      owner().then((who) => who && shebaoVault.belongs(who)).catch(() => {});
    }
    show();
  };
  document.addEventListener("shebao:shown", arrive);
  arrive();
})();
