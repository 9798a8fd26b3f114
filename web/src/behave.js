// Small behaviours of pages, before and after the browser app has loaded and without it.
// Everything is delegated and reads data-… attributes; a page works without this file.
(() => {
  "use strict";
  const $$ = (sel, in_ = document) => [...in_.querySelectorAll(sel)];
  const write = (el, text) => { // keeps the text node, which the browser app may own
    if (el.firstChild) { if (el.firstChild.data !== text) el.firstChild.data = text; } else el.textContent = text;
  };
  const said = window.shebaoSaid;
  const say = (text) => { const el = document.getElementById("live"); if (el) { el.textContent = ""; setTimeout(() => { el.textContent = text; }, 80); } };
  const yuan = (fen) => { // the same digits as the server's
    const s = String(fen).padStart(3, "0");
    return "¥ " + s.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",") + "." + s.slice(-2);
  };

  // What late.js will do here, so that its buttons are there from the first paint.
  const can = { keep: "serviceWorker" in navigator && window.crypto && crypto.subtle && window.indexedDB, push: "serviceWorker" in navigator && "PushManager" in window && "Notification" in window };

  // Sums, forms that need a tick, buttons that wait.
  const waiting = new WeakMap();
  const refresh = () => {
    for (const out of $$("[data-sum]")) {
      const form = out.closest("form"), on = form ? $$("input[data-fen]:checked:enabled", form) : [];
      write(out, yuan(on.reduce((sum, el) => sum + Number(el.dataset.fen), 0)));
      for (const n of $$("[data-count]", form)) write(n, String(on.length));
    }
    for (const form of $$("form[data-need]")) {
      const none = !form.querySelector("input[type=checkbox]:checked:enabled, input[type=radio]:checked:enabled");
      for (const b of $$("button[type=submit]:not([formaction]):not([data-free])", form)) b.disabled = none;
    }
    for (const el of $$("input[data-of]")) { // belongs to one answer of a list: with another it is not sent
      const of = document.getElementById(el.dataset.of).value;
      el.disabled = !!of && of !== el.dataset.answer;
    }
    for (const b of $$("button[data-wait]")) if (!waiting.has(b)) countdown(b);
    for (const b of $$("[data-copy][hidden]")) b.hidden = false;
    if (navigator.canShare) for (const b of $$("[data-share][hidden]")) b.hidden = false;
    if ("BarcodeDetector" in window && navigator.mediaDevices) for (const b of $$("[data-scan][hidden]")) b.hidden = false;
    for (const el of $$("input[data-filter][hidden]")) el.hidden = false;
    if (can.keep) for (const el of $$("[data-keep][hidden]")) el.hidden = false;
    if (can.push) for (const el of $$("[data-push][hidden]")) el.hidden = false;
    for (const el of $$("input[data-group]")) if (document.activeElement !== el) group(el);
    for (const s of $$("select[data-by]")) narrow(s);
    mask();
  };
  // A number that is shown whole is masked when its time is up, however the phone slept meanwhile and
  // however often the page was drawn: what counts is when it was shown first.
  const ends = {};
  let masking;
  const mask = () => {
    clearTimeout(masking);
    for (const el of $$("[data-masked]")) {
      const key = location.search, now = Date.now(), whole = el.textContent !== el.dataset.masked;
      ends[key] = ends[key] || now + 1000 * Number(el.dataset.show);
      if (now < ends[key]) { masking = setTimeout(mask, ends[key] - now); continue; }
      write(el, el.dataset.masked);
      for (const on of $$("[data-after=mask]")) { on.hidden = false; if (whole && on.localName === "p") say(on.textContent); }
      for (const off of $$("[data-until=mask]")) off.hidden = true;
    }
  };
  document.addEventListener("visibilitychange", mask);
  addEventListener("pageshow", mask);
  const countdown = (b) => {
    const label = b.firstChild && b.firstChild.data, end = Date.now() + 1000 * Number(b.dataset.wait);
    waiting.set(b, true);
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      b.disabled = left > 0;
      write(b, left > 0 ? said("{n} 秒后可重新获取", left) : label);
      if (left > 0 && b.isConnected) setTimeout(tick, 500);
    };
    if (label && end > Date.now()) tick();
  };
  const group = (el) => { // 6217 0000 …; the caret stays at its digit
    const n = Number(el.dataset.group) || 4, raw = el.value.replace(/\s/g, "");
    if (!/^\d*$/.test(raw)) return;
    const neat = raw.replace(new RegExp("(\\d{" + n + "})(?=\\d)", "g"), "$1 ");
    if (neat === el.value) return;
    const before = el.value.slice(0, el.selectionStart).replace(/\s/g, "").length, focused = document.activeElement === el;
    el.value = neat;
    if (!focused) return;
    let at = 0;
    for (let seen = 0; at < neat.length && seen < before; at++) if (neat[at] !== " ") seen++;
    el.setSelectionRange(at, at);
  };
  document.addEventListener("input", (e) => { if (!e.isComposing && e.target.matches("input[data-group]")) group(e.target); });
  const filter = (el) => { // a list of the system's own, shortened by what is typed
    const list = document.getElementById(el.dataset.filter), text = el.value.trim();
    if (!list) return;
    const found = [...list.options].filter((o) => o.value && o.text.includes(text));
    for (const o of list.options) o.hidden = o.disabled = !!o.value && !found.includes(o);
    if (text && found.length === 1) found[0].selected = true;
    say(said(found.length ? "找到 {n} 项" : "没有找到", found.length));
  };
  document.addEventListener("input", (e) => { if (!e.isComposing && e.target.matches("input[data-filter]")) filter(e.target); });
  document.addEventListener("compositionend", (e) => { if (e.target.matches("input[data-filter]")) filter(e.target); });
  const narrow = (s) => { // the answers that go with what is chosen in another list
    const by = document.getElementById(s.dataset.by), tied = [...s.options].filter((o) => o.dataset.with);
    for (const o of tied) o.hidden = o.disabled = !o.dataset.with.split(" ").includes(by.value);
    const can = tied.filter((o) => !o.disabled);
    if (!can.some((o) => o.selected)) s.value = can.length === 1 ? can[0].value : "";
  };
  document.addEventListener("change", refresh);
  document.addEventListener("reset", () => setTimeout(refresh));
  document.addEventListener("shebao:shown", () => { refresh(); greet(); });

  document.addEventListener("click", (e) => {
    const b = e.target.closest && e.target.closest("[data-copy], [data-share], [data-scan], [data-play], a[href^='#']");
    if (!b) return;
    if (b.dataset.play !== undefined && "Audio" in window) { // without it the link opens the recording
      e.preventDefault();
      new Audio(b.href).play().catch(() => { location.assign(b.href); });
    }
    if (b.dataset.share !== undefined) share(b);
    if (b.dataset.scan !== undefined) scan(b);
    if (b.dataset.copy !== undefined && navigator.clipboard) navigator.clipboard.writeText(b.dataset.copy).then(() => say(said("已复制")));
    const to = b.getAttribute("href") && document.getElementById(decodeURIComponent(b.getAttribute("href").slice(1)));
    if (to) { e.preventDefault(); to.focus(); to.scrollIntoView({ block: "center" }); } // an error's field
  });
  // Enter presses such a link itself: the field would get the rest of the key and send its form.
  document.addEventListener("keydown", (e) => {
    const a = e.key === "Enter" && e.target.closest && e.target.closest("a[href^='#']");
    if (a) { e.preventDefault(); if (!e.repeat) a.click(); }
  });

  const share = async (b) => { // the file itself: an address of ours would open for nobody else
    try {
      const file = new File([await (await fetch(b.dataset.share)).blob()], b.dataset.name, { type: "application/pdf" });
      if (navigator.canShare({ files: [file] })) await navigator.share({ files: [file], title: b.dataset.name });
      else say(said("此浏览器不能分享文件，请先下载"));
    } catch (err) { if (err.name !== "AbortError") say(said("分享没有完成，请先下载再分享")); }
  };

  const scan = async (b) => { // looks for a QR code whose address has ?code= and puts that into the field
    const field = document.getElementById(b.dataset.scan);
    if (!field || b.dataset.busy) return;
    b.dataset.busy = "1";
    const box = document.createElement("dialog"), video = document.createElement("video"), close = document.createElement("button");
    let stream, over = false;
    const end = () => { over = true; if (stream) for (const t of stream.getTracks()) t.stop(); box.close(); box.remove(); delete b.dataset.busy; };
    box.className = "scanner"; box.setAttribute("aria-label", said("扫描证明上的二维码")); close.type = "button"; close.className = "weui-btn weui-btn_default btn"; close.textContent = said("取消");
    close.addEventListener("click", () => { end(); b.focus(); });
    box.addEventListener("cancel", () => { end(); b.focus(); });
    video.playsInline = video.muted = true;
    box.append(video, close);
    try {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      document.body.append(box);
      box.showModal();
      video.srcObject = stream;
      close.focus();
      await video.play();
      while (!over && field.isConnected) {
        for (const found of await detector.detect(video)) {
          const code = /[?&]code=([0-9A-Za-z]{16})(?:&|$)/.exec(found.rawValue);
          if (over || !code) continue;
          field.value = code[1];
          field.dispatchEvent(new Event("input", { bubbles: true }));
          end(); field.focus(); say(said("已填入证明校验码"));
        }
        await new Promise((r) => setTimeout(r, 200));
      }
    } catch (err) { if (!over) say(said("无法使用相机，请手动输入证明校验码")); }
    if (!over) end();
  };

  // A form is sent once: the second press waits for the first one's answer.
  addEventListener("submit", (e) => {
    const text = (e.submitter && e.submitter.dataset.confirm) || e.target.dataset.confirm;
    if (text && !confirm(text)) { e.preventDefault(); e.stopImmediatePropagation(); }
  }, true);
  const free = (form) => { delete form.dataset.sent; for (const b of $$("button[data-sent]", form)) { b.removeAttribute("aria-disabled"); delete b.dataset.sent; } };
  addEventListener("submit", (e) => {
    if (e.defaultPrevented) return; // the browser app took it
    const form = e.target;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = "1";
    if (e.submitter) { e.submitter.dataset.sent = "1"; e.submitter.setAttribute("aria-disabled", "true"); }
    if (form.target || form.dataset.native !== undefined) setTimeout(free, 3000, form); // the page stays
    else setTimeout(free, 30000, form);
  });
  document.addEventListener("shebao:free", () => { for (const f of $$("form[data-sent]")) free(f); });
  addEventListener("pageshow", (e) => { for (const f of $$("form[data-sent]")) free(f); if (!e.persisted) refresh(); });

  // A page that changes by itself, until the browser app looks after that.
  const live = document.getElementById("app") && document.getElementById("app").dataset.live;
  if (live && "EventSource" in window) {
    const es = new EventSource(live);
    let left = -1e9; // a link was pressed: loading the page anew would take the person back
    addEventListener("click", (e) => { if (e.target.closest && e.target.closest("a[href]")) left = performance.now(); }, true);
    es.addEventListener("page", () => {
      if (document.querySelector("form[data-sent]") || performance.now() - left <= 10000) return;
      document.cookie = "unasked=1; path=/; max-age=10; samesite=strict"; // nobody asked for this page: it keeps no login
      location.reload();
    });
    document.addEventListener("shebao:taken", () => es.close(), { once: true });
    addEventListener("pagehide", () => es.close());
  }

  // What was just done is said aloud, the first problem gets the focus.
  const greet = () => { const t = document.getElementById("toast") || document.querySelector(".result > .result-title"); if (t) say(t.textContent); };
  refresh();
  greet();
  const problems = document.getElementById("errors");
  if (problems) problems.focus();
})();
