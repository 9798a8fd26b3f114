package host

import (
	"net/url"
	"testing"
)

const origin = "https://shebao.example"

func TestPlaceOf(t *testing.T) {
	cases := []struct {
		href     string
		place    place
		fragment string
		ok       bool
	}{
		{origin + "/a?b=1#c", "/a?b=1", "c", true},
		{origin, "/", "", true},
		{origin + "?x=1", "/?x=1", "", true},
		{"https://shebao.example.evil/a", "", "", false},
		{"https://other.example/a", "", "", false},
		{"tel:12366", "", "", false},
	}
	for _, c := range cases {
		p, f, ok := placeOf(c.href, origin)
		if p != c.place || f != c.fragment || ok != c.ok {
			t.Errorf("%s: got %q %q %v", c.href, p, f, ok)
		}
	}
}

func TestWithQuery(t *testing.T) {
	if got := place("/a?old=1").withQuery(url.Values{"q": {"李 明"}}.Encode()); got != "/a?q=%E6%9D%8E+%E6%98%8E" {
		t.Errorf("got %s", got)
	}
	if got := place("/a?old=1").withQuery(""); got != "/a" {
		t.Errorf("got %s", got)
	}
}

func TestTap(t *testing.T) {
	plain := tap{href: origin + "/b?c=1", origin: origin, here: origin + "/a"}
	cases := map[string]struct {
		change func(*tap)
		ours   bool
	}{
		"a plain link is ours":                       {func(*tap) {}, true},
		"a place on another page is ours":            {func(t *tap) { t.href += "#x" }, true},
		"the page itself is ours: it is asked again": {func(t *tap) { t.here = t.href }, true},
		"a place on this page is the browser's":      {func(t *tap) { t.here = t.href; t.href += "#x" }, false},
		"another site is the browser's":              {func(t *tap) { t.href = "https://x.example/" }, false},
		"the middle button is the browser's":         {func(t *tap) { t.button = 1 }, false},
		"a new window is the browser's":              {func(t *tap) { t.target = "_blank" }, false},
		"control is the browser's":                   {func(t *tap) { t.ctrl = true }, false},
		"a download is the browser's":                {func(t *tap) { t.download = true }, false},
		"what is marked native is the browser's":     {func(t *tap) { t.native = true }, false},
		"what a script has handled stays handled":    {func(t *tap) { t.handled = true }, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			tapped := plain
			c.change(&tapped)
			if _, _, ok := tapped.ours(); ok != c.ours {
				t.Errorf("ours = %v", ok)
			}
		})
	}
}

func TestAnswer(t *testing.T) {
	const json = "application/vnd.shebao.page+json; charset=utf-8"
	cases := map[string]struct {
		method string
		answer answer
		want   outcome
	}{
		"a page is shown":                            {"GET", answer{status: 200, contentType: json, body: `{"pattern":"/"}`}, show},
		"a page that says what is wrong is shown":    {"POST", answer{status: 422, contentType: json, body: `{}`}, show},
		"a broken page has failed":                   {"GET", answer{status: 200, contentType: json, body: `{`}, failed},
		"a document is left to the browser":          {"GET", answer{status: 200, contentType: "application/pdf"}, leave},
		"an error page is left to the browser":       {"GET", answer{status: 500, contentType: "text/html"}, leave},
		"a form that broke keeps what was typed":     {"POST", answer{status: 502, contentType: "text/html"}, failed},
		"a form that led to a document goes there":   {"POST", answer{status: 200, redirected: true, contentType: "application/pdf"}, leave},
		"without a session one logs in":              {"GET", answer{status: 401, contentType: "text/html"}, toLogin},
		"a page type that only begins alike is none": {"GET", answer{status: 200, contentType: "application/vnd.shebao.page+jsonx"}, leave},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got, _, _ := c.answer.read(c.method); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestNewer(t *testing.T) {
	if (answer{}).newer("a") || (answer{version: "a"}).newer("a") || !(answer{version: "b"}).newer("a") {
		t.Error("only another version is newer")
	}
}
