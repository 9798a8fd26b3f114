// Notices on this phone: asked for by a press only, never on arriving.
(() => {
  "use strict";
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const web64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const current = async () => {
    const reg = await navigator.serviceWorker.getRegistration();
    return reg && reg.pushManager.getSubscription();
  };
  // id is what the server calls this phone.
  const id = async (endpoint) => hex((await crypto.subtle.digest("SHA-256", new TextEncoder().encode("push\0" + endpoint))).slice(0, 16));
  const alert = (text) => { const el = document.getElementById("alert"); if (el) { el.textContent = text; el.scrollIntoView({ block: "nearest" }); } };

  const show = async () => {
    const form = document.querySelector("form[data-push]");
    if (!form) return;
    for (const el of document.querySelectorAll("[data-push-missing]")) el.hidden = true;
    const sub = await current(), mine = sub && await id(sub.endpoint);
    for (const el of document.querySelectorAll("form[data-device]")) {
      const tag = el.querySelector("[data-this]");
      if (tag) tag.hidden = el.dataset.device !== mine;
    }
    form.hidden = !!mine && !!document.querySelector(`form[data-device="${mine}"]`);
  };
  const subscribe = async (form) => {
    const reg = await navigator.serviceWorker.ready, key = bytes(form.dataset.push);
    let sub = await reg.pushManager.getSubscription();
    if (sub && sub.options.applicationServerKey && web64(sub.options.applicationServerKey) !== form.dataset.push) {
      await sub.unsubscribe(); // of a key that the service no longer has
      sub = null;
    }
    return sub || reg.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  };
  addEventListener("submit", async (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.dataset.push === undefined || form.elements.endpoint.value) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (form.dataset.asking) return;
    form.dataset.asking = "1";
    try {
      if (await Notification.requestPermission() !== "granted") {
        alert(window.shebaoSaid("浏览器没有允许通知，没有开启。需要时请在浏览器的网站设置里允许通知后再试；结果仍会出现在「消息」里。"));
        return;
      }
      const sub = await subscribe(form);
      form.elements.endpoint.value = sub.endpoint;
      form.elements.p256dh.value = web64(sub.getKey("p256dh"));
      form.elements.auth.value = web64(sub.getKey("auth"));
      form.requestSubmit(e.submitter || undefined);
    } catch (err) {
      alert(window.shebaoSaid("这个浏览器现在不能接收通知，没有开启。结果仍会出现在「消息」里。"));
    } finally { delete form.dataset.asking; }
  }, true);
  // Switching this phone off ends the browser's subscription too.
  addEventListener("submit", async (e) => {
    const device = e.target.dataset.device, sub = device && await current().catch(() => undefined);
    if (sub && await id(sub.endpoint) === device) sub.unsubscribe().catch(() => {});
  }, true);
  // Logging out tells the server which phone it is, so that nothing comes here any more.
  window.shebaoDevice = async () => { const sub = await current(); return sub ? id(sub.endpoint) : ""; };
  document.addEventListener("shebao:shown", () => { show().catch(() => {}); });
  show().catch(() => {});
})();
