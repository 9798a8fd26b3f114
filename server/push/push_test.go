package push_test

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/clock"
	"shebao/server/push"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/server/translate"
	"shebao/server/webpush"
	"shebao/server/webpush/hosts"
	"shebao/server/webpush/pushtest"
	"shebao/shared/lang"
	"shebao/shared/notice"
	"shebao/shared/period"
)

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

// rig is two servers with one store, and a push service.
type rig struct {
	t     *testing.T
	one   *push.Service
	two   *push.Service
	store *store.Store
	out   *pushtest.Service
	clock *clock.Fake
}

func newRig(t *testing.T) *rig {
	t.Helper()
	key, err := webpush.LoadKey(filepath.Join(t.TempDir(), "push.key"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, store: storetest.Open(t), out: pushtest.New(t, key.Public()), clock: clock.NewFake(start)}
	server := func() *push.Service {
		return push.New(push.Config{
			Languages: r.store, Say: speak(t).Text,
			Store: r.store, Service: "社保费办理（演示）", Now: r.clock.Now,
			Sender: webpush.New(webpush.Options{Key: key, Contact: "https://shebao.example.cn", Hosts: hosts.List{r.out.URL}}),
		})
	}
	r.one, r.two = server(), server()
	return r
}

func speak(t *testing.T) translate.Languages {
	t.Helper()
	english, err := translate.Load(lang.English, nil)
	if err != nil {
		t.Fatal(err)
	}
	return translate.Languages{lang.English: english}
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) on(person, session string) pushtest.Subscription {
	r.t.Helper()
	sub := r.out.Subscribe()
	r.must(r.one.SwitchOn(r.t.Context(), device(person, session, sub)))
	return sub
}

func device(person, session string, sub pushtest.Subscription) push.Device {
	return push.Device{Person: person, Session: session, Endpoint: sub.Endpoint, Key: sub.Key, Auth: sub.Auth}
}

func result(id, person string) notice.Notice {
	return notice.Notice{
		ID: id, Person: person, Kind: notice.Paid, Title: "缴费成功", Text: "您的社会保险费 ¥ 3,000.00 已从北京银行扣款成功。", Link: "/payments/p1",
	}
}

func (r *rig) tell(ns ...notice.Notice) {
	r.t.Helper()
	r.must(r.one.Queue(r.t.Context(), ns))
	r.must(r.one.SendAll(r.t.Context()))
}

func TestTelling(t *testing.T) {
	t.Run("every phone of the person is told, and nobody else's", func(t *testing.T) {
		r := newRig(t)
		first, second := r.on("li", "s1"), r.on("li", "s2")
		r.on("wang", "s3")
		r.tell(result("n1", "li"))
		got := r.out.Arrived()
		if len(got) != 2 || got[0].Endpoint == got[1].Endpoint {
			t.Fatalf("%+v", got)
		}
		for _, m := range got {
			if m.Endpoint != first.Endpoint && m.Endpoint != second.Endpoint || m.Tag != "n1" || m.Path != "/payments/p1" {
				t.Errorf("%+v", m)
			}
		}
	})
	t.Run("it is said in the language that the person chose, and says which", func(t *testing.T) {
		r := newRig(t)
		r.must(r.store.SetLanguage(t.Context(), "wang", lang.English))
		r.on("li", "s1")
		r.on("wang", "s2")
		r.tell(result("n1", "li"), result("n2", "wang"))
		got := r.out.Arrived()
		if len(got) != 2 || got[0].Size != got[1].Size {
			t.Fatalf("%+v", got)
		}
		said := map[string]string{}
		for _, m := range got {
			said[m.Tag] = m.Lang + "|" + m.Title + "|" + m.Body
		}
		if said["n1"] != "zh-CN|社保费办理（演示）|缴费结果已出，点击查看" || said["n2"] != "en|Social insurance payments (demo)|There is a payment result, tap to see it" {
			t.Errorf("%q", said)
		}
	})
	t.Run("a locked screen shows neither name nor amount nor bank, and success looks like failure", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		failed := result("n2", "li")
		failed.Kind, failed.Title, failed.Text = notice.Unpaid, "缴费失败", "余额不足"
		planned := result("n3", "li")
		planned.Kind = notice.Planned
		r.tell(result("n1", "li"), failed, planned)
		got := r.out.Arrived()
		if len(got) != 3 {
			t.Fatalf("%+v", got)
		}
		texts := map[string]string{}
		for _, m := range got {
			texts[m.Tag] = m.Title + " " + m.Body
			for _, secret := range []string{"3,000", "北京银行", "余额", "成功", "失败", "li"} {
				if strings.Contains(m.Title+m.Body, secret) {
					t.Errorf("%s is in %+v", secret, m)
				}
			}
			if m.Size != got[0].Size {
				t.Errorf("messages are told apart by their length: %d and %d", m.Size, got[0].Size)
			}
		}
		if texts["n1"] != "社保费办理（演示） 缴费结果已出，点击查看" || texts["n1"] != texts["n2"] || texts["n3"] == texts["n1"] {
			t.Errorf("%q", texts)
		}
	})
	t.Run("notices of other kinds stay in the list", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		n := result("n1", "li")
		n.Kind = notice.Signed
		r.tell(n)
		if got := r.out.Arrived(); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("the same event is told once, however often and by however many servers", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		var ns []notice.Notice
		for i := range 30 {
			ns = append(ns, result(fmt.Sprintf("n%02d", i), "li"))
		}
		var all sync.WaitGroup
		for _, s := range []*push.Service{r.one, r.two, r.one, r.two} {
			all.Go(func() {
				if err := s.Queue(t.Context(), ns); err != nil {
					t.Error(err)
				}
				if err := s.SendAll(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		r.tell(ns...)
		seen := map[string]int{}
		for _, m := range r.out.Arrived() {
			seen[m.Tag]++
		}
		if len(seen) != 30 || len(r.out.Arrived()) != 30 {
			t.Errorf("%d events, %d messages", len(seen), len(r.out.Arrived()))
		}
	})
	t.Run("a server that ends while sending leaves nothing that is sent again", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		r.must(r.one.Queue(t.Context(), []notice.Notice{result("n1", "li")}))
		if _, ok, err := r.store.ClaimMessage(t.Context(), start); !ok || err != nil { // and then the power goes
			t.Fatal(ok, err)
		}
		r.clock.Advance(time.Hour)
		r.must(r.two.SendAll(t.Context()))
		if got := r.out.Asked(); got != 0 {
			t.Errorf("sent %d times", got)
		}
	})
}

func TestAnswers(t *testing.T) {
	t.Run("a busy push service is left alone as long as it asks for", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		r.out.Answer("300", 429, 503)
		r.tell(result("n1", "li"))
		r.clock.Advance(4 * time.Minute)
		r.must(r.two.SendAll(t.Context()))
		if r.out.Asked() != 1 {
			t.Fatalf("asked %d times within the pause", r.out.Asked())
		}
		r.clock.Advance(2 * time.Minute)
		r.must(r.two.SendAll(t.Context()))
		r.clock.Advance(6 * time.Minute)
		r.must(r.two.SendAll(t.Context()))
		if got := r.out.Arrived(); len(got) != 1 || r.out.Asked() != 3 {
			t.Errorf("%d arrived, asked %d times", len(got), r.out.Asked())
		}
	})
	t.Run("it is not asked for ever", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		r.out.Answer("", 429, 429, 429, 429, 429, 429, 429, 429)
		r.tell(result("n1", "li"))
		for range 10 {
			r.clock.Advance(time.Hour)
			r.must(r.one.SendAll(t.Context()))
		}
		if r.out.Asked() != push.MaxTries {
			t.Errorf("asked %d times", r.out.Asked())
		}
	})
	t.Run("an answer that is lost is not asked for again: it may have arrived", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		r.out.Answer("", 0)
		r.tell(result("n1", "li"))
		r.clock.Advance(time.Hour)
		r.must(r.one.SendAll(t.Context()))
		if got := r.out.Arrived(); len(got) != 1 || r.out.Asked() != 1 {
			t.Errorf("%d arrived, asked %d times", len(got), r.out.Asked())
		}
	})
	t.Run("a push service that can't be reached gets it later", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		r.out.Close()
		r.tell(result("n1", "li"))
		m, ok, err := r.store.ClaimMessage(t.Context(), start.Add(time.Hour))
		if !ok || err != nil || m.Tried != 2 {
			t.Errorf("%+v %t %v", m, ok, err)
		}
	})
	t.Run("a subscription that is gone is forgotten", func(t *testing.T) {
		r := newRig(t)
		sub := r.on("li", "s1")
		r.out.End(sub)
		r.tell(result("n1", "li"))
		if left, err := r.one.Devices(t.Context(), "li"); err != nil || len(left) != 0 {
			t.Errorf("%+v %v", left, err)
		}
	})
	t.Run("what is a day old is not told any more", func(t *testing.T) {
		r := newRig(t)
		r.on("li", "s1")
		r.must(r.one.Queue(t.Context(), []notice.Notice{result("n1", "li")}))
		r.clock.Advance(push.Fresh + time.Minute)
		r.must(r.one.SendAll(t.Context()))
		if r.out.Asked() != 0 {
			t.Error("it was sent")
		}
	})
}

func TestSwitching(t *testing.T) {
	endings := map[string]func(r *rig, sub pushtest.Subscription) error{
		"switching off": func(r *rig, sub pushtest.Subscription) error {
			return r.one.SwitchOff(r.t.Context(), "li", push.DeviceID(sub.Endpoint))
		},
		"logging out in the same session": func(r *rig, _ pushtest.Subscription) error { return r.one.Leave(r.t.Context(), "li", "s1", "") },
		"logging out in a later session of the phone": func(r *rig, sub pushtest.Subscription) error {
			return r.one.Leave(r.t.Context(), "li", "s9", push.DeviceID(sub.Endpoint))
		},
		"the end of all sessions": func(r *rig, _ pushtest.Subscription) error { return r.one.LeaveAll(r.t.Context(), "li") },
		"somebody else on the same phone": func(r *rig, sub pushtest.Subscription) error {
			return r.one.SwitchOn(r.t.Context(), device("wang", "s2", sub))
		},
	}
	for name, end := range endings {
		t.Run(name+" ends it, also for what waits", func(t *testing.T) {
			r := newRig(t)
			sub := r.on("li", "s1")
			r.must(r.one.Queue(t.Context(), []notice.Notice{result("n1", "li")}))
			r.must(end(r, sub))
			r.tell(result("n2", "li"))
			if r.out.Asked() != 0 {
				t.Errorf("asked %d times: %+v", r.out.Asked(), r.out.Arrived())
			}
		})
	}
	t.Run("nobody switches off somebody else's phone", func(t *testing.T) {
		r := newRig(t)
		sub := r.on("li", "s1")
		r.must(r.one.SwitchOff(t.Context(), "wang", push.DeviceID(sub.Endpoint)))
		r.must(r.one.Leave(t.Context(), "wang", "s7", push.DeviceID(sub.Endpoint)))
		r.tell(result("n1", "li"))
		if len(r.out.Arrived()) != 1 {
			t.Error("li is not told")
		}
	})
	t.Run("addresses that are no push service's and keys that are none are refused", func(t *testing.T) {
		r := newRig(t)
		good := r.out.Subscribe()
		for name, change := range map[string]func(*push.Device){
			"inside":       func(d *push.Device) { d.Endpoint = "http://169.254.169.254/latest" },
			"another port": func(d *push.Device) { d.Endpoint = "http://127.0.0.1:1/push" },
			"too long":     func(d *push.Device) { d.Endpoint += strings.Repeat("x", 2000) },
			"no key":       func(d *push.Device) { d.Key = "" },
			"no point":     func(d *push.Device) { d.Key = strings.Repeat("A", 87) },
			"short secret": func(d *push.Device) { d.Auth = "AAAA" },
		} {
			d := device("li", "s1", good)
			change(&d)
			if err := r.one.SwitchOn(t.Context(), d); err == nil {
				t.Errorf("%s is taken", name)
			}
		}
		if list, err := r.one.Devices(t.Context(), "li"); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
	t.Run("an eleventh phone takes the place of the oldest", func(t *testing.T) {
		r := newRig(t)
		var subs []pushtest.Subscription
		for range push.MaxDevices + 1 {
			r.clock.Advance(time.Minute)
			subs = append(subs, r.on("li", "s1"))
		}
		r.tell(result("n1", "li"))
		got := r.out.Arrived()
		if len(got) != push.MaxDevices {
			t.Fatalf("%d are told", len(got))
		}
		for _, m := range got {
			if m.Endpoint == subs[0].Endpoint {
				t.Error("the oldest is still told")
			}
		}
	})
}
