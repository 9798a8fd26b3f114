package node_test

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
)

func TestHTML(t *testing.T) {
	cases := map[string]struct {
		tree node.Node
		want string
	}{
		"text is escaped": {node.P(node.Text(`<b>&amp;"'`)), `<p>&lt;b&gt;&amp;amp;"'</p>`},
		"a value can't end its attribute": {
			node.Input(node.Value(`"><img src=x onerror=alert(1)>`)),
			`<input value="&#34;&gt;&lt;img src=x onerror=alert(1)&gt;">`,
		},
		"a boolean attribute has no value": {node.Input(node.Checked), `<input checked>`},
		"an empty value stays":             {node.Option(node.Value(""), node.Text("请选择")), `<option value="">请选择</option>`},
		"neighbouring texts are one":       {node.P(node.Text("a"), node.Text(""), node.Text("b")), `<p>ab</p>`},
		"groups are flattened":             {node.Ul(node.Group{node.Li(), node.Group{node.Li()}, nil}), `<ul><li></li><li></li></ul>`},
		"classes add up":                   {node.Div(node.Class("a", "", "b"), node.Class(""), node.Class("c")), `<div class="a b c"></div>`},
		"a later attribute wins":           {node.A(node.Href("/a"), node.Href("/b")), `<a href="/b"></a>`},
		"nothing is left out":              {node.P(nil, node.If(false, node.Hidden), node.When(false, nil)), `<p></p>`},
		"a line break at the start stays":  {node.Textarea(node.Text("\nx")), "<textarea>\n\nx</textarea>"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := node.String(c.tree); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			nodetest.RoundTrip(t, c.tree)
		})
	}
}

func TestWhatCantBeSaid(t *testing.T) {
	cases := map[string]func(){
		"a script":                  func() { node.El("script") },
		"a style element":           func() { node.El("style") },
		"a frame":                   func() { node.El("iframe") },
		"an unknown element":        func() { node.El("x-y") },
		"an event handler":          func() { node.Attr("onclick", "x()") },
		"an inline style":           func() { node.Attr("style", "color:red") },
		"a document in a value":     func() { node.Attr("srcdoc", "<p>") },
		"a boolean with a value":    func() { node.Attr("checked", "false") },
		"a name with a break-out":   func() { node.Attr(`a"b`, "") },
		"a name with a capital":     func() { node.Attr("onClick", "") },
		"content in a void element": func() { node.Input(node.Text("x")) },
		"an element in an option":   func() { node.Option(node.B()) },
	}
	for name, f := range cases {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was accepted")
				}
			}()
			f()
		})
	}
}

func TestURLs(t *testing.T) {
	for _, ok := range []string{"", "/", "/a?b=c:d", "#main", "?p=2", "a/b:c", "https://example.cn/x", "tel:12366", "mailto:a@b.cn"} {
		if v := node.Href(ok).Value(); v != ok {
			t.Errorf("%q became %q", ok, v)
		}
	}
	for _, bad := range []string{
		"javascript:alert(1)", "JavaScript:alert(1)", " javascript:x", "java\nscript:x", "\x01javascript:x", "data:text/html,x",
		"vbscript:x", "blob:x", "//evil.example", `\\evil.example`, `/\evil.example`, "/a\tb", "x-y:z",
	} {
		for _, make := range []func(string) node.Attribute{node.Href, node.Src, node.Action} {
			if v := make(bad).Value(); v != node.RefusedURL {
				t.Errorf("%q was let through as %q", bad, v)
			}
		}
	}
}

func TestTransform(t *testing.T) {
	inner := node.Form(node.Method("post"))
	kept := node.P(node.Text("x"))
	tree := node.Group{node.Div(inner, kept)}
	got := node.Transform(tree, func(e *node.Element) *node.Element {
		if e.Tag() == "form" {
			return e.With(node.Input(node.Name("csrf")))
		}
		return e
	})
	if want := `<div><form method="post"><input name="csrf"></form><p>x</p></div>`; node.String(got) != want {
		t.Errorf("got %s, want %s", node.String(got), want)
	}
	if want := `<div><form method="post"></form><p>x</p></div>`; node.String(tree) != want {
		t.Errorf("the tree given was changed: %s", node.String(tree))
	}
}

func TestContent(t *testing.T) {
	if got := node.Content(node.Div(node.B(node.Text("缴费")), node.Br(), node.Text("成功"))); got != "缴费成功" {
		t.Errorf("got %q", got)
	}
}

// FuzzHTML builds a tree whose every value comes from the input and checks that a
// parser reads back what was said, and nothing that could run.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		`"><img src=x onerror=alert(1)>`, "</textarea><script>", "\n\nx", "\r\n", "a\x00b", "\xff\xfe", "&lt;&#60;&notit;", "--><!--", "]]>", "javascript:x", "𠮷", "\u2028", "\f",
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		tree := node.Div(
			node.Title(a), node.Text(a),
			node.P(node.Text(a), node.B(node.Text(b)), node.Text(a)),
			node.A(node.Href(a), node.Text(b)),
			node.Form(node.Action(b), node.Method("post"),
				node.Input(node.Name(a), node.Value(b)), node.Textarea(node.Name(b), node.Text(a)),
				node.Select(node.Option(node.Value(a), node.Text(b)))),
			node.El("pre", node.Text(b)),
			node.El("svg", node.Attr("viewBox", a), node.El("title", node.Text(b)), node.El("path", node.Attr("d", a))),
			node.El("table", node.Caption(node.Text(a)), node.Tbody(node.Tr(node.Td(node.Text(b))))))
		nodetest.RoundTrip(t, tree)
		out := strings.ToLower(node.String(tree))
		for _, s := range []string{`href="javascript:`, `action="javascript:`, `href="data:`, "<script", "<img"} {
			if strings.Contains(out, s) {
				t.Errorf("%q is in the output", s)
			}
		}
	})
}

func BenchmarkAppendHTML(b *testing.B) {
	row := node.Div(node.Class("row"), node.El("dt", node.Text("缴费项目")), node.El("dd", node.Text("2026 年度 <城乡居民养老>")))
	g := node.Group{}
	for range 200 {
		g = append(g, row)
	}
	tree := node.Div(g)
	var buf []byte
	for b.Loop() {
		buf = node.AppendHTML(buf[:0], tree)
	}
	b.SetBytes(int64(len(buf)))
}
