// 离线保存: puts what is on the page, and the files that belong to it, into the vault.
(() => {
  "use strict";
  const TAGS = /^(section|div|p|h2|h3|dl|dt|dd|ul|ol|li|table|caption|thead|tbody|tr|th|td|span|strong)$/;
  const SKIP = "form, button, nav, details, img, svg, .actions, .bar, .errors, [data-keep], [data-native], [hidden]";
  const said = window.shebaoSaid;
  const say = (text) => { const el = document.getElementById("live"); if (el) el.textContent = text; };
  const warn = (text) => { const el = document.getElementById("alert"); if (el) el.textContent = text; };
  const write = (el, text) => { if (el.firstChild) el.firstChild.data = text; else el.textContent = text; };
  // plain is the page's content without anything that does something: [tag, class, …parts].
  const plain = (n) => {
    if (n.nodeType === Node.TEXT_NODE) return n.data.trim() || n.data === " " ? [n.data] : [];
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
  const element = (name, className, text) => { const e = document.createElement(name); e.className = className; if (text) e.textContent = text; return e; };
  // asked has the person think up the code, or give it, in a dialog; false when they don't.
  const asked = (who) => new Promise((done) => {
    const look = [...document.getElementById("app").classList].filter((c) => /^(care|t\d+)$/.test(c)).join(" ");
    const box = element("dialog", "still " + look), form = element("form", ""), title = element("h2", "h2"), text = element("p", ""), field = element("div", "field");
    const label = element("label", "weui-label", said("查看密码")), error = element("p", "error"), input = element("input", "weui-input input"), actions = element("div", "actions");
    const yes = element("button", "weui-btn weui-btn_primary btn"), no = element("button", "weui-btn weui-btn_default btn ghost", said("取消"));
    title.id = "code-title"; text.id = "code-text"; error.id = "code-error"; error.setAttribute("role", "alert");
    input.id = "code"; label.htmlFor = "code"; input.inputMode = "numeric"; input.autocomplete = "off"; input.maxLength = 6; input.setAttribute("aria-describedby", "code-text code-error");
    box.setAttribute("aria-labelledby", "code-title"); form.noValidate = true; no.type = "button";
    field.append(label, error, input); actions.append(yes, no); form.append(title, text, field, actions); box.append(form);
    const end = (ok) => { box.close(); box.remove(); done(ok); };
    const say = (text) => { error.textContent = text; field.classList.toggle("bad", !!text); if (text) { input.setAttribute("aria-invalid", "true"); input.focus(); } };
    let fresh;
    const show = (is) => { // there is no code yet, or no more
      fresh = is;
      title.textContent = said(fresh ? "设置查看密码" : "输入查看密码");
      text.textContent = said(fresh ? "以后没有网络、没有登录时，凭这 6 位数字查看保存的内容。请不要用生日或证件号码。" : "保存时设置的 6 位数字");
      yes.textContent = said(fresh ? "保存" : "确定");
      input.classList.toggle("masked", !fresh);
      input.value = "";
    };
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      e.stopImmediatePropagation();
      const code = input.value.trim();
      if (!/^\d{6}$/.test(code)) return say(said("请输入 6 位数字"));
      if (fresh && (/^(\d)\1+$/.test(code) || "01234567890 09876543210".includes(code))) return say(said("这样的数字容易被猜到，请换一个"));
      if (yes.getAttribute("aria-busy")) return;
      yes.setAttribute("aria-busy", "true");
      try {
        await (fresh ? shebaoVault.begin(who, code, left()) : shebaoVault.unlock(code, left()));
        end(true);
      } catch (err) {
        if (err.name === "Erased") { show(true); say(said("输错次数过多，原来保存的内容已删除。请重新设置。")); }
        else say(err.name === "Wrong" ? said("查看密码不正确，还可输入 {n} 次", err.left) : said("没有保存成功，请检查网络后再试。"));
      }
      yes.removeAttribute("aria-busy");
    }, true);
    no.addEventListener("click", () => end(false));
    box.addEventListener("cancel", (e) => { e.preventDefault(); end(false); });
    shebaoVault.state().then((is) => show(is === "none")).then(() => { document.body.append(box); box.showModal(); input.focus(); }, () => done(false));
  });
  const toggle = async (box, b) => {
    if (b.getAttribute("aria-busy")) return;
    b.setAttribute("aria-busy", "true");
    try {
      const who = await owner();
      if (!who || who === "-") throw new Error("nobody is logged in");
      await shebaoVault.belongs(who); // what somebody else kept here goes
      if (await shebaoVault.state() !== "open" && !await asked(who)) { b.removeAttribute("aria-busy"); return b.focus(); }
      const item = await find(box);
      if (item && b.firstChild.data === said("离线保存")) say(said("已离线保存")); // it was there, behind the code
      else if (item) {
        await shebaoVault.remove(item.id);
        say(said("已删除离线保存"));
      } else {
        const files = await Promise.all((box.dataset.files || "").split(" ").filter(Boolean).map(fetched));
        for (const f of files) f.name = f.type === "application/pdf" ? box.dataset.name : "";
        const head = { title: box.dataset.keep, path: here(box), at: new Date().toISOString() };
        await shebaoVault.put(head, [...document.getElementById("main").childNodes].flatMap(plain), files);
        say(said("已离线保存"));
      }
    } catch (err) {
      warn(said(err.name === "QuotaExceededError" ? "手机空间不足，没有保存。" : "没有保存成功，请检查网络后再试。"));
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
    const send = () => form.requestSubmit(e.submitter || undefined);
    const lost = () => {
      delete form.dataset.erased;
      warn(said("没有连上服务，还没有退出登录；离线保存的内容已经删除。请检查网络后再按一次。"));
    };
    // The service worker lets it pass (sw.js) and can't say that nothing came of it: that is looked at first.
    const go = () => fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5000) }).then(send, (err) => err.name === "TimeoutError" ? send() : lost());
    const tell = async () => { // which phone no longer wants notices
      const id = window.shebaoDevice && await window.shebaoDevice();
      if (!id) return;
      const field = document.createElement("input");
      field.type = "hidden"; field.name = "device"; field.value = id;
      form.append(field);
    };
    Promise.race([Promise.all([shebaoVault.erase(), tell()]), new Promise((ok) => setTimeout(ok, 2000))]).then(go, go);
  }, true);
  const left = () => Number(document.getElementById("app").dataset.left) || 0;
  // Who came in without a new document may be somebody else than who kept things here.
  let door = false;
  const arrive = () => {
    if (left()) shebaoVault.extend(left()).catch(() => {});
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
