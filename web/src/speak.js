// 朗读: a button with data-speak reads its sentence aloud; with an empty one, the texts of
// the card it stands in, in the language they are in. The buttons show themselves only
// where the browser can speak.
(() => {
  "use strict";
  if (!("speechSynthesis" in window)) return;
  const UNSPOKEN = "button, input, textarea, select, label, .btn, svg, .hide";
  const PHRASE = "p, h2, dt, dd, li, .amount";
  const show = () => { for (const b of document.querySelectorAll("[data-speak][hidden]")) b.hidden = false; };
  const phrase = (e) => [...e.childNodes].map((n) => n.nodeType === Node.TEXT_NODE ? n.data : n.nodeType === Node.ELEMENT_NODE && !n.matches(UNSPOKEN) ? phrase(n) : "").join("");
  const amount = (text, lang) => !lang.startsWith("zh") ? text : text.replace(/¥\s*([\d,]+)(?:\.(\d\d))?/g, (_, yuan, fen) => yuan.replace(/,/g, "") + (fen && fen !== "00" ? "." + fen : "") + "元");
  const sentence = (b, lang) => {
    const card = b.closest(".result, .dialog, .empty, .errors, .callout, .total") || b.parentElement;
    const phrases = [...card.querySelectorAll(PHRASE)].filter((e) => !e.matches(UNSPOKEN) && !e.closest(UNSPOKEN) && !e.parentElement.closest("p, li, dd"));
    return amount((phrases.length ? phrases : [card]).map((e) => phrase(e).trim()).filter(Boolean).map((s) => /[。？！，：.?!,:]$/.test(s) ? s : s + "，").join(" "), lang);
  };
  let speaking = false; // where nothing was said the speech engine is not woken to be told to stop
  const hush = () => { if (speaking) speechSynthesis.cancel(); speaking = false; };
  document.addEventListener("click", (e) => {
    const b = e.target.closest && e.target.closest("[data-speak]");
    if (!b) return;
    hush();
    speaking = true;
    const lang = document.documentElement.lang || "zh-CN", said = new SpeechSynthesisUtterance(b.dataset.speak || sentence(b, lang));
    said.lang = lang;
    said.rate = 0.9; // a little slower than speech is
    speechSynthesis.speak(said);
  });
  document.addEventListener("shebao:shown", () => { hush(); show(); });
  addEventListener("pagehide", hush);
  show();
})();
