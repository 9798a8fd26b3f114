package notice_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/clock"
	"shebao/server/contribution"
	"shebao/server/notice"
	"shebao/server/store/storetest"
	"shebao/shared/lang"
	model "shebao/shared/notice"
	"shebao/shared/period"
	"shebao/shared/person"
)

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

// phones is a register of one phone for everybody, and the texts sent to it.
type phones struct {
	mu    sync.Mutex
	fail  int
	texts []string
}

func (p *phones) Person(_ context.Context, id string) (person.Person, bool, error) {
	return person.Person{ID: id, Phone: "13800000001"}, true, nil
}

func (p *phones) Send(_ context.Context, phone, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail > 0 {
		p.fail--
		return errors.New("no network")
	}
	p.texts = append(p.texts, phone+" "+text)
	return nil
}

func rig(t *testing.T) (*notice.Service, *phones, *clock.Fake) {
	t.Helper()
	p, c := &phones{}, clock.NewFake(start)
	return notice.New(notice.Config{Store: storetest.Open(t), SMS: p, People: p, Service: "社保费办理（演示）", Now: c.Now}), p, c
}

// reader is somebody who chose the language.
type reader lang.Tag

func (r reader) Language(context.Context, string) (lang.Tag, bool, error) {
	return lang.Tag(r), true, nil
}

func ended(n int) model.Notice {
	return model.Notice{
		ID: fmt.Sprintf("n:%03d", n), Person: "li", Kind: model.Ended, Title: "缴费协议已失效", Text: "请重新签订。", Link: "/agreements/a1",
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTell(t *testing.T) {
	t.Run("the same event is told once, in the list and by SMS", func(t *testing.T) {
		s, p, _ := rig(t)
		for range 3 {
			must(t, s.Tell(t.Context(), ended(1)))
			must(t, s.SendTexts(t.Context()))
		}
		list, err := s.List(t.Context(), "li", "")
		must(t, err)
		if len(list.Notices) != 1 || list.Unread != 1 || !list.Notices[0].Unread || !list.Notices[0].At.Equal(start) {
			t.Errorf("%+v", list)
		}
		if len(p.texts) != 1 || p.texts[0] != "13800000001 【社保费办理（演示）】缴费协议已失效：请重新签订。" {
			t.Errorf("%q", p.texts)
		}
	})
	t.Run("an SMS is in the language that its person chose, under the name that the gateway knows", func(t *testing.T) {
		for tag, want := range map[lang.Tag]string{
			lang.English:  "【社保费办理（演示）】Agreement ended: Please sign a new one.",
			lang.HongKong: "【社保费办理（演示）】繳費協議已失效：請重新簽訂。",
			lang.Chinese:  "【社保费办理（演示）】缴费协议已失效：请重新签订。",
		} {
			s, p, _ := rig(t)
			s.Languages, s.Say = reader(tag), func(t lang.Tag, zh string) string {
				return map[lang.Tag]map[string]string{
					lang.English:  {"缴费协议已失效": "Agreement ended", "请重新签订。": "Please sign a new one."},
					lang.HongKong: {"缴费协议已失效": "繳費協議已失效", "请重新签订。": "請重新簽訂。"},
					lang.Chinese:  {"缴费协议已失效": "缴费协议已失效", "请重新签订。": "请重新签订。"},
				}[t][zh]
			}
			must(t, s.Tell(t.Context(), ended(1)))
			must(t, s.SendTexts(t.Context()))
			if len(p.texts) != 1 || p.texts[0] != "13800000001 "+want {
				t.Errorf("%s: %q", tag, p.texts)
			}
		}
	})
	t.Run("what is not important goes out by no SMS", func(t *testing.T) {
		s, p, _ := rig(t)
		must(t, notice.Payments{Service: s}.Tell(t.Context(), contribution.Notice{
			ID: "n:p1:paid", Person: "li", Kind: "paid", Title: "缴费成功", Text: "已扣款。", Link: "/payments/p1",
		}))
		must(t, s.SendTexts(t.Context()))
		list, err := s.List(t.Context(), "li", "")
		must(t, err)
		if len(p.texts) != 0 || len(list.Notices) != 1 || list.Notices[0].Kind != model.Paid || list.Notices[0].Link != "/payments/p1" {
			t.Errorf("%q %+v", p.texts, list)
		}
	})
	t.Run("an SMS that fails is tried again later and not for ever", func(t *testing.T) {
		s, p, c := rig(t)
		p.fail = 1
		must(t, s.Tell(t.Context(), ended(1)))
		must(t, s.SendTexts(t.Context()))
		must(t, s.SendTexts(t.Context()))
		if len(p.texts) != 0 {
			t.Fatal("tried again at once")
		}
		c.Advance(2 * time.Minute)
		must(t, s.SendTexts(t.Context()))
		if len(p.texts) != 1 {
			t.Fatal("not tried again")
		}
		p.fail = 100
		must(t, s.Tell(t.Context(), ended(2)))
		for range 10 {
			must(t, s.SendTexts(t.Context()))
			c.Advance(2 * time.Minute)
		}
		if tried := 100 - p.fail; tried != notice.MaxTexts {
			t.Errorf("tried %d times", tried)
		}
	})
}

func TestList(t *testing.T) {
	t.Run("pages go from the newest to the oldest, each notice once", func(t *testing.T) {
		s, _, c := rig(t)
		for i := range 45 {
			must(t, s.Tell(t.Context(), ended(i)))
			if i%3 == 0 { // some in the same instant
				c.Advance(time.Second)
			}
		}
		must(t, s.Tell(t.Context(), model.Notice{ID: "other", Person: "wang", Kind: model.Signed}))
		var got []string
		before := ""
		for {
			p, err := s.List(t.Context(), "li", before)
			must(t, err)
			for _, n := range p.Notices {
				got = append(got, n.ID)
			}
			if p.Unread != 45 {
				t.Fatalf("unread %d", p.Unread)
			}
			if before = p.Next; before == "" {
				break
			}
		}
		if len(got) != 45 || got[0] != "n:044" || got[44] != "n:000" {
			t.Errorf("%d: %s", len(got), strings.Join(got, " "))
		}
	})
	t.Run("reading all leaves what came later unread", func(t *testing.T) {
		s, _, c := rig(t)
		must(t, s.Tell(t.Context(), ended(1)))
		shown, err := s.List(t.Context(), "li", "")
		must(t, err)
		c.Advance(time.Second)
		must(t, s.Tell(t.Context(), ended(2)))
		must(t, s.ReadAll(t.Context(), "li", shown.Notices[0].Key))
		list, err := s.List(t.Context(), "li", "")
		must(t, err)
		if list.Unread != 1 || !list.Notices[0].Unread || list.Notices[1].Unread {
			t.Errorf("%+v", list)
		}
	})
	t.Run("nobody reads somebody else's notice", func(t *testing.T) {
		s, _, _ := rig(t)
		must(t, s.Tell(t.Context(), ended(1)))
		if _, ok, err := s.Read(t.Context(), "wang", "n:001"); ok || err != nil {
			t.Fatal(ok, err)
		}
		must(t, s.ReadAll(t.Context(), "wang", "9"))
		if n, err := s.Unread(t.Context(), "li"); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		n, ok, err := s.Read(t.Context(), "li", "n:001")
		if !ok || err != nil || n.Link != "/agreements/a1" {
			t.Fatal(n, ok, err)
		}
		if n, err := s.Unread(t.Context(), "li"); n != 0 || err != nil {
			t.Fatal(n, err)
		}
	})
}
