// Prints the Lighthouse scores of one address as JSON: node lighthouse.mjs URL [COOKIE]
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [url, cookie] = process.argv.slice(2);
const look = async () => {
  const chrome = await launch({ chromePath: process.env.CHROMIUM || "/usr/bin/chromium", chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--lang=zh-CN"] });
  try {
    return (await lighthouse(url, {
      port: chrome.port, output: "json", logLevel: "error",
      onlyCategories: ["performance", "accessibility", "best-practices"],
      extraHeaders: cookie ? { Cookie: cookie } : undefined,
    })).lhr;
  } finally { await chrome.kill(); }
};
// Now and then its own recording fails (NO_NAVSTART): that is no score.
let lhr = await look();
for (let again = 0; lhr.runtimeError && again < 2; again++) lhr = await look();
if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
const short = (c) => Math.round(100 * c.score);
const missed = Object.values(lhr.categories).flatMap((c) => c.auditRefs)
  .filter((r) => r.weight > 0 && lhr.audits[r.id].score !== null && lhr.audits[r.id].score < 0.9).map((r) => r.id);
console.log(JSON.stringify({
  performance: short(lhr.categories.performance), accessibility: short(lhr.categories.accessibility),
  practices: short(lhr.categories["best-practices"]), missed,
}));
