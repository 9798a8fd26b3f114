//go:build !js

package view_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/app/view"
	"shebao/app/view/admin"
	"shebao/app/widget"
	"shebao/shared/page"
)

type state struct {
	Name string `json:"name"`
}

func screens() view.Set {
	return view.NewSet([]view.Screen{view.Of("/a/{id}", func(s state) node.Node {
		return node.Group{
			node.P(node.Text(s.Name)),
			widget.Form("/a", widget.Primary("提交")),
			widget.Search("/a", widget.Primary("查询")),
		}
	})})
}

func TestSet(t *testing.T) {
	frame := page.Frame{Title: "题", Service: "社保费办理", Token: "t1", Tab: "/", Back: "/b", Demo: true, Live: "/a/events"}
	t.Run("what a newer server says and no screen can draw is an error", func(t *testing.T) {
		set := view.NewSet([]view.Screen{view.Of("/i", func(s state) node.Node { return widget.Icon(s.Name) })})
		if _, err := set.Render(page.Envelope{Pattern: "/i", State: page.JSON(`{"name":"home"}`)}); err != nil {
			t.Fatal(err)
		}
		if root, err := set.Render(page.Envelope{Pattern: "/i", State: page.JSON(`{"name":"not yet"}`)}); root != nil || !errors.Is(err, view.ErrState) {
			t.Errorf("drew %v, %v", root, err)
		}
	})
	t.Run("the browser draws what the server drew", func(t *testing.T) {
		server, err := screens().Page("/a/{id}", frame, state{Name: "欧阳𠮷 <b>"})
		if err != nil {
			t.Fatal(err)
		}
		browser, err := screens().Render(page.Envelope{Pattern: "/a/{id}", Frame: frame, State: page.JSON(`{"name":"欧阳𠮷 <b>"}`)})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := node.String(server), node.String(browser); a != b {
			t.Errorf("server %s\nbrowser %s", a, b)
		}
		nodetest.RoundTrip(t, server)
	})
	t.Run("a pointer to the state is as good", func(t *testing.T) {
		if _, err := screens().Page("/a/{id}", frame, &state{}); err != nil {
			t.Error(err)
		}
	})
	t.Run("another type is refused", func(t *testing.T) {
		if _, err := screens().Page("/a/{id}", frame, "x"); err == nil {
			t.Error("a string was drawn")
		}
	})
	t.Run("an unknown pattern is refused", func(t *testing.T) {
		if _, err := screens().Render(page.Envelope{Pattern: "/b"}); !errors.Is(err, view.ErrNoScreen) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a broken state is refused", func(t *testing.T) {
		if _, err := screens().Render(page.Envelope{Pattern: "/a/{id}", State: page.JSON(`[]`)}); err == nil {
			t.Error("it was drawn")
		}
	})
}

func TestChrome(t *testing.T) {
	view.Console = admin.Desk
	draw := func(f page.Frame) string {
		t.Helper()
		root, err := screens().Page("/a/{id}", f, state{})
		if err != nil {
			t.Fatal(err)
		}
		nodetest.RoundTrip(t, root)
		return node.String(root)
	}
	cases := map[string]struct {
		frame page.Frame
		want  []string
		never []string
	}{
		"only posting forms get the token": {page.Frame{Token: `x"y`}, []string{`<input type="hidden" name="csrf" value="x&#34;y"></form><form method="get"`}, nil},
		"the h1 takes the focus":           {page.Frame{Title: "缴费"}, []string{`<h1 id="title" tabindex="-1">缴费</h1>`}, nil},
		"a way back is called 返回":          {page.Frame{Back: "/b"}, []string{`href="/b" aria-label="返回"`}, nil},
		"a bare page keeps a hidden h1":    {page.Frame{Bare: true, Title: "首页"}, []string{`<div class="hide"><h1`}, []string{`<header`}},
		"demo is said on every page":       {page.Frame{Demo: true}, []string{"演示环境 · 数据均为虚构"}, nil},
		"tabs are hidden without a tab":    {page.Frame{}, nil, []string{"<nav"}},
		"plain pages have no tabs":         {page.Frame{Layout: page.LayoutPlain, Tab: "/"}, nil, []string{"<nav"}},
		"the active tab is marked":         {page.Frame{Tab: "/me", Unread: 3}, []string{`weui-bar__item_on" href="/me" aria-current="page"`, "3<span"}, nil},
		"care mode is a class":             {page.Frame{Care: true}, []string{`class="app care"`}, nil},
		"live pages say where":             {page.Frame{Live: "/e"}, []string{`data-live="/e"`}, nil},
		"a notice is a toast":              {page.Frame{Notice: "已保存"}, []string{`<div id="toast" class="toast" role="status">已保存</div>`}, nil},
		"the console has its entries and a way out": {
			page.Frame{Layout: page.LayoutConsole, Tab: "/admin", Token: "t", Logout: "/admin/logout", Nav: []page.Nav{{Path: "/admin", Label: "工作台", Count: 2}}},
			[]string{`<a href="/admin" class="on" aria-current="page">工作台`, `<a href="/admin/credentials" class="link">登录凭据</a>`, `action="/admin/logout"><button type="submit" class="link">退出登录</button><input type="hidden" name="csrf" value="t">`},
			nil,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := draw(c.frame)
			for _, s := range c.want {
				if !strings.Contains(got, s) {
					t.Errorf("%s is not in %s", s, got)
				}
			}
			for _, s := range c.never {
				if strings.Contains(got, s) {
					t.Errorf("%s is in %s", s, got)
				}
			}
		})
	}
}

func TestHome(t *testing.T) {
	for layout, want := range map[page.Layout]string{page.LayoutConsole: page.PathAdmin, page.LayoutPlain: page.PathHome} {
		t.Run(string(layout)+": an error leads home to "+want, func(t *testing.T) {
			body := node.Group{node.A(node.Href(page.PathHome), node.Text("返回首页")), node.A(node.Href("/pension"), node.Text("养老"))}
			got := node.String(view.Chrome(page.Frame{Layout: layout}, body))
			if !strings.Contains(got, `href="`+want+`">返回首页`) || !strings.Contains(got, `href="/pension">养老`) {
				t.Error(got)
			}
		})
	}
}

type files struct{}

func (files) URL(name string) string { return "/assets/" + name }
func (files) Version() string        { return "v1" }

func (files) Installed(code string) (manifest, label string) {
	return "/manifest." + code + ".webmanifest", "社保费<演示>"
}

func TestDocument(t *testing.T) {
	env := page.Envelope{
		Pattern: "/a/{id}", URL: "/a/1",
		Frame: page.Frame{Title: "<题>", Service: "社保费办理", Refresh: 5}, State: page.JSON(`{"name":"</script><script>alert(1)</script>\u2028"}`),
	}
	root, err := screens().Render(env)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := view.Document(nil, env, root, files{}, view.Style{})
	if err != nil {
		t.Fatal(err)
	}
	s := string(doc)
	if n := strings.Count(s, "<script"); n != 2 {
		t.Errorf("%d scripts: %s", n, s)
	}
	if !strings.Contains(s, "<title>&lt;题&gt; - 社保费办理</title>") || !strings.Contains(s, `<meta http-equiv="refresh" content="5">`) {
		t.Errorf("head: %s", s)
	}
	if !strings.Contains(s, `<meta name="apple-mobile-web-app-title" content="社保费&lt;演示&gt;">`) {
		t.Errorf("a home screen has no name for it: %.2000s", s)
	}
	_, body, _ := strings.Cut(s, "<body>")
	if !strings.HasPrefix(body, `<div id="app"`) {
		t.Errorf("the root is not the body's first element: %.80s", body)
	}
	_, state, _ := strings.Cut(s, `id="state">`)
	state, _, _ = strings.Cut(state, "</script>")
	var back page.Envelope
	if err := json.Unmarshal([]byte(state), &back); err != nil {
		t.Fatalf("the state is cut short: %v", err)
	}
	if back.URL != env.URL || !strings.Contains(string(back.State), `\u003c/script\u003e`) {
		t.Errorf("got %s", state)
	}
}
