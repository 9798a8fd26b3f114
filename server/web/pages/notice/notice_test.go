package notice

import (
	"context"
	"net/url"
	"reflect"
	"strconv"
	"testing"
	"time"

	rules "shebao/server/notice"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/notice"
	"shebao/shared/page"
)

// fake is rules with one page of notices of 李明.
type fake struct {
	page   rules.Page
	before string
	upTo   string
}

func (f *fake) List(_ context.Context, _, before string) (rules.Page, error) {
	f.before = before
	return f.page, nil
}

func (f *fake) Read(_ context.Context, person, id string) (model.Notice, bool, error) {
	for _, n := range f.page.Notices {
		if n.ID == id && n.Person == person {
			return n, true, nil
		}
	}
	return model.Notice{}, false, nil
}

func (f *fake) ReadAll(_ context.Context, _, upTo string) error {
	f.upTo = upTo
	return nil
}

func some(unread int) *fake {
	return &fake{page: rules.Page{Unread: unread, Next: "0001:b", Notices: []model.Notice{
		{
			ID: "n:a1:ended", Person: "li", Title: "缴费协议已失效", Text: "请重新签订。", Link: "/agreements/a1", Key: "0002:a", Unread: true,
			At: time.Date(2026, 11, 23, 2, 32, 0, 0, time.UTC),
		},
		{ID: "n:x", Person: "li", Key: "0001:b"},
	}}}
}

func TestLoad(t *testing.T) {
	t.Run("notices are shown in Shanghai's time with the way to older ones", func(t *testing.T) {
		f := some(2)
		s, err := Deps{f}.load(t.Context(), &web.Request{Person: "li", Query: url.Values{"before": {"0003:c"}}})
		if err != nil || s.Items[0].At != "2026-11-23 10:32" || !s.Items[0].Unread || s.UpTo != "0002:a" || f.before != "0003:c" {
			t.Errorf("%+v %v", s, err)
		}
		if s.Older != "/me/notices?before=0001%3Ab" || s.Newest != page.PathNotices {
			t.Errorf("%s %s", s.Older, s.Newest)
		}
	})
	for unread, want := range map[int]string{0: "", 7: "7", 99: "99+"} {
		t.Run(strconv.Itoa(unread)+" unread ones are shown as "+strconv.Quote(want), func(t *testing.T) {
			s, err := Deps{some(unread)}.load(t.Context(), &web.Request{Person: "li"})
			if err != nil || s.Unread != want {
				t.Errorf("%q %v", s.Unread, err)
			}
		})
	}
}

func TestAct(t *testing.T) {
	t.Run("reading all marks those that were shown", func(t *testing.T) {
		f := some(2)
		if _, err := (Deps{f}).act(t.Context(), &web.Request{Person: "li", Form: url.Values{"upto": {"0002:a"}}}); err != nil || f.upTo != "0002:a" {
			t.Error(f.upTo, err)
		}
	})
	t.Run("somebody else's notice is not found", func(t *testing.T) {
		_, err := Deps{some(2)}.act(t.Context(), &web.Request{Person: "wang", Form: url.Values{"open": {"n:a1:ended"}}})
		if api.CodeOf(err) != api.CodeNotFound {
			t.Error(err)
		}
	})
	t.Run("opening one leads to its page, or stays when it has none", func(t *testing.T) {
		for id, to := range map[string]string{"n:a1:ended": "/agreements/a1", "n:x": "/me/notices?before=1"} {
			got, err := Deps{some(2)}.act(t.Context(), &web.Request{Person: "li", URL: "/me/notices?before=1", Form: url.Values{"open": {id}}})
			if err != nil || !reflect.DeepEqual(got, web.Go[page.Notices](to)) {
				t.Errorf("%s: %+v %v", id, got, err)
			}
		}
	})
}
