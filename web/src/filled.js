// What was ticked and typed is there again when a person goes back, or forward, in the app: the
// browser app draws such a page anew. It is kept in memory only, by history entry, never for a
// password or a code, and nothing of it outlives logging out.
(() => {
  "use strict";
  const CONTROLS = "#main input[name], #main select[name], #main textarea[name]";
  const NEVER = "[type=password], [type=hidden], [type=file], [type=submit], [autocomplete=one-time-code], [name=captcha]";
  const kept = new Map(); // by the mark of the entry
  let at = history.state;
  const ticks = (el) => el.type === "checkbox" || el.type === "radio";
  // A control is known by its name, a tick also by what it stands for, and by which of several such it is.
  const controls = () => {
    const seen = {};
    return [...document.querySelectorAll(CONTROLS)].filter((el) => !el.matches(NEVER)).map((el) => {
      const name = ticks(el) ? el.name + "=" + el.value : el.name;
      seen[name] = (seen[name] || 0) + 1;
      return [name + "#" + seen[name], el];
    });
  };
  const note = (e) => {
    if (at === null || !e.target.closest || !e.target.closest("#main")) return;
    kept.set(at, new Map(controls().map(([name, el]) => [name, ticks(el) ? el.checked : el.value])));
  };
  const put = (values) => {
    const forms = new Set();
    for (const [name, el] of controls()) {
      const was = values.get(name);
      if (was === undefined || el.disabled || was === (ticks(el) ? el.checked : el.value)) continue;
      if (ticks(el)) el.checked = was;
      else if (el.localName !== "select" || [...el.options].some((o) => o.value === was)) el.value = was;
      if (el.form) forms.add(el.form);
    }
    for (const f of forms) f.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("shebao:taken", () => { at = history.state; });
  document.addEventListener("shebao:shown", () => {
    if (/^\/(admin\/)?(login|register|reset)$/.test(location.pathname)) kept.clear();
    if (history.state === at) return; // the same entry, drawn again by the server's answer
    at = history.state;
    const values = kept.get(at);
    if (values) put(values);
  });
})();
