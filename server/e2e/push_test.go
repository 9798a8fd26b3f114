package e2e

import (
	"strings"
	"testing"

	"shebao/server/browsertest"
	"shebao/server/browsertest/tour"
	"shebao/server/webpush/pushtest"
)

// agreeing makes a browser that has a push service, the test's: headless Chromium has none.
// Everything else is the browser's own.
func agreeing(sub pushtest.Subscription) string {
	return `{
  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  const make = (key) => ({endpoint: ` + quoted(sub.Endpoint) + `, options: {applicationServerKey: key},
    getKey: (name) => bytes(name === "auth" ? ` + quoted(sub.Auth) + ` : ` + quoted(sub.Key) + `),
    unsubscribe: async () => { localStorage.removeItem("pushed"); return true; }});
  PushManager.prototype.getSubscription = async () => localStorage.getItem("pushed") ? make(bytes(localStorage.getItem("pushed"))) : null;
  PushManager.prototype.subscribe = async (o) => { localStorage.setItem("pushed", btoa(String.fromCharCode(...new Uint8Array(o.applicationServerKey)))); return make(o.applicationServerKey); };
  window.asked = 0;
  Notification.requestPermission = async () => { window.asked++; return "granted"; };
}`
}

// TestPush has a phone told of payments.
func TestPush(t *testing.T) {
	t.Parallel()
	service := pushtest.New(t, "")
	p := start(t, t.TempDir(), "SHEBAO_PUSH_HOSTS="+service.URL)
	sub := service.Subscribe()
	phone := browsertest.Options{Before: agreeing(sub)}
	w := p.visit(t, phone)
	w.login(liming)
	w.do(w.Open("/me"), w.Press("手机通知"), w.Title("手机通知"), w.See("锁屏上只显示"))
	w.do(w.Open("/me/push"), w.Title("手机通知"))
	w.ready(phone)
	if asked, err := w.Eval("window.asked"); err != nil || asked != "0" {
		t.Errorf("asked %s times on arriving, %v", asked, err)
	}
	key, err := w.Eval(`document.querySelector("form[data-push]").dataset.push`)
	if err != nil {
		t.Fatal(err)
	}
	service.For(key)
	w.do(w.Press("在这部手机上开启"), w.See("已开启通知"), w.See("本机"), w.Until(`document.querySelector("form[data-push]").hidden`))

	w.toDues()
	w.do(w.Tick(thisYear), w.Press("提交"))
	w.payWith("工商银行（0018）")
	w.do(w.See("余额不足"), w.Press("继续缴费"), w.See("用哪份协议扣款"), w.Tick("北京银行"), w.Press("确认缴费"), w.See("缴费成功"))
	got := service.Wait(2)
	for _, m := range got {
		if m.Title != "社保费办理（演示）" || m.Body != "缴费结果已出，点击查看" || !strings.HasPrefix(m.Path, "/payments/") || strings.Contains(m.Text, "李") {
			t.Errorf("%+v", m)
		}
	}
	if got[0].Tag == got[1].Tag || got[0].Size != got[1].Size {
		t.Errorf("%+v", got)
	}

	// The very message, shown by the service worker of a browser.
	w.do(w.Open("/me"), w.Until(controlled), w.Pushed(got[1].Text))
	want := quoted(`["社保费办理（演示）|缴费结果已出，点击查看|` + got[1].Path + `"]`)
	shown := `Promise.all([navigator.serviceWorker.getRegistration(), Notification.permission]).then(async ([r, allowed]) => {
		const l = JSON.stringify((await r.getNotifications()).map((n) => n.title + "|" + n.body + "|" + n.data.path));
		return l === ` + want + ` || l + " shown; " + allowed + "; " + r.active.state;
	})`
	w.do(w.UntilAwait(shown))
	w.do(w.Pushed(got[1].Text), w.UntilAwait(shown)) // the same event stays one notification
	w.do(w.Open(got[1].Path), w.See("缴费成功"))

	// Logging out ends it on the server at once.
	w.do(w.Open("/me"), w.Title("我的"))
	w.ready(phone)
	w.do(w.Press("退出登录"), w.See("已退出登录"))
	again := p.visit(t, browsertest.Options{NoScript: true})
	again.login(liming)
	again.do(again.Open("/me/push"), again.Title("手机通知"), again.See("在支持通知的浏览器里打开本页"))
	if on, err := again.Shows("已开启通知"); err != nil || on {
		t.Errorf("the phone is still on: %t, %v", on, err)
	}
}

// tap presses the one notification that the phone shows, as far as a worker without a
// person's hand can: what it would open, or which page it brings to the front, is told.
const tap = `(async () => {
  const done = [];
  self.clients.openWindow = async (url) => { done.push("opens " + url); return null; };
  WindowClient.prototype.focus = async function () { done.push("shows it"); return this; };
  const [n] = await self.registration.getNotifications(), waits = [];
  const e = new NotificationEvent("notificationclick", {notification: n});
  e.waitUntil = (p) => { waits.push(p); };
  self.dispatchEvent(e);
  await Promise.all(waits);
  return done.join(", ") + "; left " + (await self.registration.getNotifications()).length;
})()`

// TestNotificationClick follows a notification to its page.
func TestNotificationClick(t *testing.T) {
	p := start(t, t.TempDir())
	w := p.visit(t, browsertest.Options{})
	w.login(liming)
	w.toDues()
	w.do(w.Tick(thisYear), w.Press("提交"))
	w.payWith("北京银行")
	w.do(w.See("缴费成功"))
	w.ready(browsertest.Options{})
	result, err := w.URL()
	if err != nil {
		t.Fatal(err)
	}
	message := `{"title": "t", "body": "b", "tag": "n1", "path": ` + quoted(result) + `, "lang": "en"}`
	shown := func(w *person) {
		t.Helper()
		w.do(w.Pushed(message), w.UntilAwait(`navigator.serviceWorker.getRegistration().then((r) => r.getNotifications()).then((l) => l.length === 1 && l[0].lang === "en")`))
	}
	tapped := func(t *testing.T, w *person, want string) {
		t.Helper()
		if got, err := w.InWorker(tap); err != nil || got != want {
			t.Errorf("the tap: %q, %v; want %q", got, err, want)
		}
	}
	t.Run("an open page of it comes to the front and the notification goes", func(t *testing.T) {
		shown(w)
		tapped(t, w, "shows it; left 0")
	})
	t.Run("a page with something else on it is left alone", func(t *testing.T) {
		w.do(w.Open("/agreements/new"), w.Title("新增协议"), w.Fill("持卡人姓名", "李明"))
		shown(w)
		tapped(t, w, "opens "+result+"; left 0")
		w.do(w.Until(`document.getElementById("holder").value === "李明"`))
	})
	t.Run("an address elsewhere is not opened", func(t *testing.T) {
		if err := w.Pushed(`{"title": "t", "body": "b", "tag": "n1", "path": "https://example.com/x"}`); err != nil {
			t.Fatal(err)
		}
		w.do(w.UntilAwait(`navigator.serviceWorker.getRegistration().then((r) => r.getNotifications()).then((l) => l.length === 1)`))
		tapped(t, w, "; left 0")
	})
	t.Run("after the login has ended it leads to the page by way of a login", func(*testing.T) {
		w.do(w.Forget(), w.Open(result), w.Title("登录"), w.Fill("证件号码", liming), w.Fill("密码", "Shebao-demo-1"), w.Press("登录"),
			w.Until(`location.pathname + location.search === `+quoted(result)), w.See("缴费成功"))
	})
	t.Run("somebody else who logs in there sees nothing of it", func(t *testing.T) {
		w.do(w.Forget(), w.Open(result), w.Title("登录"), w.Fill("证件号码", tour.WangXiuying), w.Fill("密码", "Shebao-demo-1"), w.Press("登录"), w.Title("页面不存在"))
		for _, s := range personal {
			if seen, err := w.Shows(s); err != nil || seen {
				t.Errorf("%s is shown, %v", s, err)
			}
		}
	})
}
