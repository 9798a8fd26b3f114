package e2e

import (
	"strings"
	"testing"
	"time"

	"shebao/server/browsertest"
	"shebao/server/browsertest/tour"
	"shebao/shared/period"
)

// everything is the text of all that a browser holds for the service: databases, caches by
// address and what they hold, storages, cookies that scripts see.
const everything = `(async () => {
  const out = [];
  const text = (v) => v instanceof ArrayBuffer || ArrayBuffer.isView(v) ? new TextDecoder("latin1").decode(v) + new TextDecoder().decode(v)
    : v instanceof CryptoKey ? "key extractable=" + v.extractable : v && typeof v === "object" ? Object.values(v).map(text).join(" ") : String(v);
  const wait = (r) => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
  for (const { name } of await indexedDB.databases()) {
    const db = await wait(indexedDB.open(name));
    for (const store of db.objectStoreNames) out.push("idb " + name + " " + store + " " + text(await wait(db.transaction(store).objectStore(store).getAll())));
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const r of await cache.keys()) {
      const path = new URL(r.url).pathname, answer = await cache.match(r);
      out.push("cache " + path + (/\.(wasm|png)$/.test(path) ? "" : " " + await answer.text()));
    }
  }
  for (const s of [localStorage, sessionStorage]) for (let i = 0; i < s.length; i++) out.push("storage " + s.key(i) + " " + s.getItem(s.key(i)));
  return out.join("\n") + "\ncookie " + document.cookie;
})()`

// personal is what must not be found in clear: 李明's name, numbers, bank, tickets.
var personal = []string{"李明", "李*", liming, "110101****", "北京银行", "6217 ****", "（0012）", "11101010000", "东城", "%PDF", "电子税票号"}

func (w *person) holds() string {
	w.t.Helper()
	all, err := w.Await(everything)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *person) nothingIn(all string) {
	w.t.Helper()
	for _, s := range personal {
		if i := strings.Index(all, s); i >= 0 {
			w.t.Errorf("%s can be read on the phone: %.200q", s, all[max(0, i-80):])
		}
	}
}

// viewCode opens what is kept after the login has ended.
const viewCode = "246810"

// keepAll keeps the list of payments, one record and a certificate.
func (w *person) keepAll(o browsertest.Options) {
	w.t.Helper()
	w.do(w.Open("/pension/payments"), w.Title("缴费记录查询"))
	w.ready(o)
	w.do(w.Press("离线保存"), w.See("设置查看密码"), w.Fill("查看密码", viewCode), w.Press("保存"), w.Until(isKept))
	w.do(w.Press(year(-1)+" 年度 城乡居民养老"), w.Title("缴费记录明细"))
	w.ready(o)
	w.do(w.Press("离线保存"), w.Until(isKept))
	w.do(w.Open("/certificates/apply?from="+year(-6)+"-01&to="+year(0)+"-12&scheme=pension"), w.Press("证明申请"), w.Title("记录下载"), w.See("制作成功"),
		w.Press("查看"), w.Title("社会保险费缴费证明"), w.Until(`document.querySelector("a.sheet img").naturalWidth > 800`))
	w.ready(o)
	w.do(w.Press("离线保存"), w.Until(isKept))
}

// TestKept reads what a person kept when there is no network, and proves that nobody can
// after the session.
func TestKept(t *testing.T) {
	t.Parallel()
	for name, device := range phones {
		t.Run("kept_records_and_certificates_can_be_read_offline_and_are_gone_after_logging_out_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.keepAll(device)

			all := w.holds()
			if !strings.Contains(all, "idb shebao-kept items") || !strings.Contains(all, "key extractable=false") {
				t.Fatalf("nothing is kept: %.500s", all)
			}
			w.nothingIn(all)

			p.stop()
			w.do(w.Open("/pension/payments"), w.Title("网络不可用"), w.See("缴费记录 "), w.See("社会保险费缴费证明"), w.See("保存于 "+time.Now().In(period.Zone).Format("2006-01-02")))
			w.do(w.Press(year(-1)+" 年度"), w.See("电子税票号"), w.See("6217 **** **** 0012"), w.See("¥ 3,000.00"), w.See("之后的变化不在其中"),
				w.Until(`location.pathname === "/offline"`))
			w.do(w.Back(), w.Title("网络不可用"), w.Press("缴费记录 "), w.See("合计 5 笔"), w.See("¥ 11,000.00"), w.Press("返回列表"), w.Title("离线保存"))
			w.do(w.Press("社会保险费缴费证明"), w.Until(`document.querySelector(".sheet img").naturalWidth > 800`))
			pdf, err := w.Await(`fetch([...document.querySelectorAll("a[download]")][0].href).then((r) => r.text()).then((s) => s.slice(0, 5))`)
			if err == nil && pdf != "%PDF-" {
				t.Errorf("the kept file begins with %q", pdf)
			}
			download, err := w.Eval(`document.querySelector("a[download]").download`)
			if err != nil || !strings.HasSuffix(download, ".pdf") {
				t.Error(download, err)
			}
			w.do(w.Press("删除离线保存"), w.Title("离线保存"), w.Until(`document.querySelectorAll("#list li").length === 2`))

			p = p.again(t, binary)
			w.do(w.Open("/me"), w.Title("我的"))
			w.ready(device)
			p.stop()
			w.do(w.Press("退出登录"), w.See("还没有退出登录"), w.Title("我的"))
			w.nothingIn(w.holds())
			p = p.again(t, binary)
			w.do(w.Press("退出登录"), w.Until(`location.pathname === "/login"`), w.See("已退出登录"))
			all = w.holds()
			w.nothingIn(all)
			for line := range strings.SplitSeq(all, "\n") {
				if strings.HasPrefix(line, "idb ") || strings.HasPrefix(line, "storage ") {
					t.Errorf("left behind: %.200s", line)
				}
				if path, ok := strings.CutPrefix(line, "cache /"); ok && !strings.HasPrefix(path, "assets/") && !strings.HasPrefix(path, "offline") {
					t.Errorf("a cache holds %.200s", line)
				}
			}
			w.do(w.Back(), w.Until(`location.pathname === "/login"`), w.Title("登录"))
			for _, s := range []string{"李*", "110101****"} {
				if shown, err := w.Shows(s); err != nil || shown {
					t.Errorf("the back button shows %s, %v", s, err)
				}
			}
			w.do(w.Open("/login"))
			w.ready(device)
			p.stop()
			w.do(w.Open("/offline"), w.See("还没有离线保存的内容"))
			w.nothingIn(w.holds())
		})
	}
	t.Run("the_end_of_an_idle_login_locks_what_is_kept_and_the_code_opens_it_without_a_network", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.login(liming)
		w.keepOne()
		w.do(w.Forget(), w.Open("/me"), w.Title("登录")) // as the server's end of the session looks to a browser
		w.do(w.UntilAwait(`shebaoVault.state().then((s) => s === "locked")`))
		if all := w.holds(); !strings.Contains(all, "idb shebao-kept items") || strings.Contains(all, "extractable=true") {
			t.Errorf("not kept, or not as it should be: %.300q", all)
		}
		p.stop()
		w.do(w.Open("/offline"), w.Title("离线保存"), w.Until(locked))
		if shown, err := w.Eval("document.querySelectorAll('#list li').length"); err != nil || shown != "0" {
			t.Errorf("%s lines of the list are shown without the code, %v", shown, err)
		}
		inspect(t).check(w.Tab, "what is kept, locked", axeRules)
		w.do(w.Press("查看"), w.See("请输入 6 位数字"), w.Fill("查看密码", "135790"), w.Press("查看"), w.See("还可输入 4 次"))
		w.do(w.Fill("查看密码", viewCode), w.Press("查看"), w.See("保存于"), w.Press("缴费记录 "), w.See("合计 5 笔"))
		w.do(w.Open("/offline"), w.Until(locked)) // for as long as the page is there
	})
	t.Run("five_wrong_codes_erase_what_is_kept", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.login(liming)
		w.keepOne()
		w.do(w.Forget(), w.Open("/offline"), w.Until(locked))
		for _, left := range []string{"还可输入 4 次", "还可输入 3 次", "还可输入 2 次", "还可输入 1 次"} {
			w.do(w.Fill("查看密码", "135790"), w.Press("查看"), w.See(left), w.Open("/offline"), w.Until(locked))
		}
		w.do(w.Fill("查看密码", "135790"), w.Press("查看"), w.See("保存的内容已删除"))
		w.gone()
	})
	t.Run("who_logs_in_again_opens_what_is_kept_with_the_code_and_keeps_more", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.login(liming)
		w.keepOne()
		w.do(w.Forget(), w.Open("/me"), w.Title("登录"))
		w.login(liming)
		w.do(w.Open("/medical/payments"), w.Title("缴费记录查询"))
		w.ready(browsertest.Options{})
		w.do(w.Press("离线保存"), w.See("输入查看密码"), w.Fill("查看密码", viewCode), w.Press("确定"), w.Until(isKept))
		w.do(w.Open("/offline"), w.Until(`document.querySelectorAll("#list li").length === 2`))
	})
	t.Run("nothing_is_left_after_thirty_days_in_which_nobody_opened_it", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.login(liming)
		w.keepOne()
		w.do(w.Until(`(window.late ||= (Date.now = ((now) => () => now() + 31 * 86400000)(Date.now)), true)`), w.UntilAwait(`shebaoVault.state().then((s) => s === "none")`))
		w.gone()
	})
	t.Run("what_is_kept_is_erased_when_somebody_else_logs_in", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.login(liming)
		w.keepOne()
		w.do(w.Open("/login"), w.Fill("证件号码", tour.WangXiuying), w.Fill("密码", tour.Password), w.Press("登录"), w.Title("首页"))
		w.gone()
	})
	t.Run("an_answer_that_does_not_know_the_session_erases_nothing", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.login(liming)
		w.keepOne()
		w.do(w.Open("/admin/login"), w.See("动态口令"), w.Open("/healthz"), w.Open("/offline"), w.See("缴费记录 "), w.See("保存于"))
	})
}

// locked says that the offline page asks for the code.
const locked = `!document.getElementById("locked").hidden && !document.getElementById("kept").hidden`

// isKept says that what the page shows is kept.
const isKept = `[...document.querySelectorAll("[data-keep] button")].some((b) => b.innerText === "删除离线保存")`

// keepOne keeps the list of payments.
func (w *person) keepOne() {
	w.t.Helper()
	w.do(w.Open("/pension/payments"), w.Title("缴费记录查询"))
	w.ready(browsertest.Options{})
	w.do(w.Press("离线保存"), w.See("设置查看密码"), w.Fill("查看密码", "123456"), w.Press("保存"), w.See("容易被猜到"),
		w.Fill("查看密码", viewCode), w.Press("保存"), w.Until(isKept))
}

// gone waits until nothing that was kept is left.
func (w *person) gone() {
	w.t.Helper()
	w.do(w.UntilAwait(`indexedDB.databases().then((l) => l.length === 0)`))
}
