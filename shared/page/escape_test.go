package page_test

import (
	"net/url"
	"testing"
	"testing/quick"

	"shebao/shared/page"
)

func TestEscape(t *testing.T) {
	t.Run("any text comes back from a query and from a path", func(t *testing.T) {
		back := func(s string) bool {
			q, err := url.QueryUnescape(page.Escape(s))
			p, err2 := url.PathUnescape(page.Escape(s))
			return err == nil && err2 == nil && q == s && p == s
		}
		if err := quick.Check(back, nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("a path's separators are no longer any", func(t *testing.T) {
		if got, want := page.Escape("/a?b=1&c#d e+年"), "%2Fa%3Fb%3D1%26c%23d%20e%2B%E5%B9%B4"; got != want {
			t.Errorf("got %s, not %s", got, want)
		}
	})
}
