package account

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"shebao/server/push"
	"shebao/shared/api"
	"shebao/shared/page"
)

func (f *fake) SwitchOn(_ context.Context, d push.Device) error {
	if !strings.HasPrefix(d.Endpoint, "https://push.example.cn/") {
		return api.Refuse(api.CodeInvalid, "推送服务不可用")
	}
	f.devices = append(f.devices, d)
	return f.err
}

func (f *fake) SwitchOff(_ context.Context, person, id string) error {
	f.off = append(f.off, person+" "+id)
	return f.err
}

func (f *fake) Leave(_ context.Context, person, session, device string) error {
	f.off = append(f.off, person+" "+session+" "+device)
	return f.err
}

func (f *fake) Devices(context.Context, string) ([]push.Device, error) { return f.devices, f.err }

func TestPush(t *testing.T) {
	t.Run("the page says since when and gives the key, never an address", func(t *testing.T) {
		f := &fake{devices: []push.Device{{ID: "d1", Endpoint: "https://push.example.cn/secret", Since: time.Date(2026, 11, 23, 1, 30, 0, 0, time.UTC)}}}
		got, err := f.deps().pushes(t.Context(), request(""))
		want := page.Push{Key: "BPub", Devices: []page.PushDevice{{ID: "d1", Since: "2026-11-23 09:30"}}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("a phone is switched on for the person and the session that ask", func(t *testing.T) {
		f := &fake{}
		r := request("", "endpoint", "https://push.example.cn/x", "p256dh", "K", "auth", "A", "person", "other")
		r.Person, r.Session = "p1", "s1"
		a, err := f.deps().switchPush(t.Context(), r)
		want := []push.Device{{Person: "p1", Session: "s1", Endpoint: "https://push.example.cn/x", Key: "K", Auth: "A"}}
		if err != nil || a.To() != page.PathPush || a.Notice() != "已开启通知" || !reflect.DeepEqual(f.devices, want) {
			t.Errorf("%+v, %v, %+v", a, err, f.devices)
		}
	})
	t.Run("what can't be switched on says why on the page", func(t *testing.T) {
		for _, endpoint := range []string{"", "http://10.0.0.1/"} {
			a, err := (&fake{}).deps().switchPush(t.Context(), request("", "endpoint", endpoint))
			if s := stateOf(t, a); err != nil || len(s.Problems) != 1 || s.Key != "BPub" {
				t.Errorf("%q: %+v, %v", endpoint, s, err)
			}
		}
	})
	t.Run("switching off is the person's own", func(t *testing.T) {
		f := &fake{}
		r := request("", "off", "d1")
		r.Person = "p1"
		a, err := f.deps().switchPush(t.Context(), r)
		if err != nil || a.To() != page.PathPush || !reflect.DeepEqual(f.off, []string{"p1 d1"}) {
			t.Errorf("%+v, %v, %q", a, err, f.off)
		}
	})
	t.Run("an error of ours is not the person's", func(t *testing.T) {
		f := &fake{err: errors.New("store")}
		if _, err := f.deps().switchPush(t.Context(), request("", "endpoint", "https://push.example.cn/x")); err == nil {
			t.Error("it went through")
		}
	})
}

func TestLeaving(t *testing.T) {
	t.Run("logging out empties the browser's storage and forgets its phone", func(t *testing.T) {
		f := &fake{}
		b := open(t, f)
		b.cookies["sid"] = "token"
		res := b.do(http.MethodPost, "/logout", url.Values{"csrf": {"s1"}, "device": {"d1"}})
		if res.status != http.StatusSeeOther || res.header.Get("Clear-Site-Data") != `"storage"` {
			t.Errorf("%d, Clear-Site-Data %q", res.status, res.header.Get("Clear-Site-Data"))
		}
		if !reflect.DeepEqual(f.off, []string{"p1 s1 d1"}) {
			t.Errorf("%q", f.off)
		}
	})
	t.Run("nothing else empties it", func(t *testing.T) {
		b := open(t, &fake{})
		b.cookies["sid"] = "token"
		for _, path := range []string{"/me", "/me/care", "/login", "/nothing"} {
			if got := b.do(http.MethodGet, path, nil).header.Get("Clear-Site-Data"); got != "" {
				t.Errorf("%s: %s", path, got)
			}
		}
	})
	t.Run("every answer says whose the session is, without saying who", func(t *testing.T) {
		b := open(t, &fake{})
		if got := b.do(http.MethodGet, "/login", nil).header.Get("X-Shebao-Owner"); got != "-" {
			t.Errorf("nobody is %q", got)
		}
		b.cookies["sid"] = "token"
		if got := b.do(http.MethodGet, "/me/care", nil).header.Get("X-Shebao-Owner"); got != "mark of p1" {
			t.Errorf("p1 is %q", got)
		}
		if got := b.do(http.MethodGet, "/admin/login", nil).header.Get("X-Shebao-Owner"); got != "" {
			t.Errorf("on an officer's path it is %q", got)
		}
	})
}
