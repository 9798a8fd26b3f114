package e2e

import (
	"net/http"
	"testing"

	"shebao/server/browsertest/firefox"
)

// TestFirefox walks through what differs between browsers: the service worker, pages that it
// begins, the offline page, the browser app and history, logging out.
func TestFirefox(t *testing.T) {
	t.Parallel()
	whole := t
	p := start(t, t.TempDir())
	b, err := firefox.Start(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	do := func(t *testing.T, steps ...error) {
		t.Helper()
		for i, err := range steps {
			if err != nil {
				t.Fatalf("step %d: %v", i+1, err)
			}
		}
	}
	const (
		taken = `history.state !== null`
		knows = `(` + begun + `).then((s) => s !== "")`
	)
	t.Run("a page is begun before its answer is there", func(t *testing.T) {
		held := make(chan struct{})
		front := p.behind(t, func(r *http.Response, n int64) error {
			if r.Request.URL.Path == "/agreements" {
				<-held
			}
			return slowly(r, n)
		})
		do(t, b.Visit(front), b.Open("/help"), b.Title("咨询与办理部门"), b.Until(controlled), b.Until(knows),
			b.Open("/verify"), b.Title("记录查验"), // the worker knows it now without asking its cache
			b.Leave("/agreements"), b.Until(`location.pathname === "/agreements" && document.styleSheets.length === 1 && !document.body`))
		close(held)
		do(t, b.Title("登录"), b.Until(`location.pathname === "/login"`), // begun in vain: what was answered is a redirect
			b.Open("/nowhere"), b.Title("页面不存在"))
	})
	t.Run("a resident logs in and the app goes on without a new document", func(t *testing.T) {
		do(t, b.Visit(p.url), b.Open("/login"), b.Title("登录"), b.Until(controlled), b.Until(taken),
			b.Fill("number", liming), b.Fill("password", "Shebao-demo-1"), b.Press("登录"), b.Title("首页"),
			b.Open("/pension"), b.Title("城乡居民养老"), b.Until(taken), b.Until(`(window.here = true)`),
			b.Press("缴费记录查询"), b.Title("缴费记录查询"), b.Until(`window.here && (history.back(), true)`), b.Title("城乡居民养老"), b.Until(`window.here`))
	})
	t.Run("without the service its pages say so at their own address, and go on", func(t *testing.T) {
		p.stop()
		do(t, b.Open("/medical"), b.Title("网络不可用"), b.Until(`location.pathname === "/medical"`))
		p = p.again(whole, binary)
		do(t, b.Press("重试"), b.Title("城乡居民医疗"))
	})
	t.Run("logging out ends on the login page and leaves nothing", func(t *testing.T) {
		do(t, b.Open("/logout"), b.Title("退出登录"), b.Until(taken), b.Press("退出登录"), b.Until(`location.pathname === "/login"`),
			b.Until(`document.body.innerText.includes("已退出登录")`), b.Open("/me"), b.Title("登录"))
	})
}
