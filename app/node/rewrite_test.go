//go:build !js

package node_test

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
)

// shout writes texts and titles in capitals; what begins with a digit is marked.
func shout() node.Rewriter {
	return node.Rewriter{
		Text: func(_ *node.Element, t node.Text) (node.Node, node.Attribute) {
			if t[0] >= '0' && t[0] <= '9' {
				return t, node.Lang("x")
			}
			head, tail, found := strings.Cut(string(t), "/")
			if !found {
				return node.Text(strings.ToUpper(string(t))), node.Attribute{}
			}
			return node.Group{node.Text(strings.ToUpper(head)), node.Span(node.Text(tail))}, node.Attribute{}
		},
		Value: func(_ *node.Element, a node.Attribute) string {
			if a.Name() == "title" {
				return strings.ToUpper(a.Value())
			}
			return a.Value()
		},
		Own: func(*node.Element) node.Attribute { return node.Lang("y") },
	}
}

func TestRewrite(t *testing.T) {
	tree := node.Div(node.Class("a"), node.P(node.Title("t"), node.ID("t"), node.Text("one")), node.P(node.Own, node.Text("mine")),
		node.P(node.Text("7")), node.P(node.Text("x/y")), node.Hr())
	before := nodetest.Outline(tree)
	got := tree.Rewrite(shout())
	want := `<div class="a"><p title="T" id="t">ONE</p><p lang="y">mine</p><p lang="x">7</p><p>X<span>y</span></p><hr></div>`
	if node.String(got) != want {
		t.Errorf("got %s\nwant %s", node.String(got), want)
	}
	if nodetest.Outline(tree) != before {
		t.Error("the given tree was changed")
	}
	quiet := shout()
	quiet.Text = func(_ *node.Element, t node.Text) (node.Node, node.Attribute) { return t, node.Attribute{} }
	plain := node.P(node.Text("same"))
	if plain.Rewrite(quiet) != plain {
		t.Error("an element without a change was copied")
	}
	if s := node.String(tree); strings.Contains(s, "own") {
		t.Errorf("the mark is in the document: %s", s)
	}
	if kept := tree.With(node.ID("i")).Rewrite(shout()); !strings.Contains(node.String(kept), ">mine<") {
		t.Error("a copy lost the mark")
	}
}

func TestJSON(t *testing.T) {
	tree := node.Div(node.ID("app"), node.Data("x", `"<>&`), node.Input(node.Type("checkbox"), node.Checked, node.Value("")),
		node.Text("a</script>\u2028𠮷"), node.Textarea(node.Text("\nfirst")), node.El("svg", node.Attr("viewBox", "0 0 1 1"), node.El("path")))
	b := node.AppendJSON(nil, tree)
	if strings.Contains(string(b), "</") || strings.Contains(string(b), "\u2028") {
		t.Errorf("it could end a script element: %s", b)
	}
	got, err := node.ReadJSON(b)
	if err != nil {
		t.Fatal(err)
	}
	if node.String(got) != node.String(tree) || nodetest.Outline(got) != nodetest.Outline(tree) {
		t.Errorf("got %s\nwant %s", node.String(got), node.String(tree))
	}
}

func TestReadJSON(t *testing.T) {
	for name, in := range map[string]string{
		"a script":            `["script",[],"x"]`,
		"an event handler":    `["p",["onclick","x"]]`,
		"a style":             `["p",["style","x"]]`,
		"an odd attribute":    `["p",["id"]]`,
		"a number":            `["p",[],1]`,
		"a text":              `"x"`,
		"content of an input": `["input",[],"x"]`,
		"an element in text":  `["option",[],["b",[]]]`,
		"no attributes":       `["p"]`,
		"a broken list":       `["p",[]`,
		"a checked value":     `["input",["checked","x"]]`,
		"a bad name":          `["p",["a b","x"]]`,
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			if e, err := node.ReadJSON([]byte(in)); err == nil {
				t.Errorf("it was read: %s", node.String(e))
			}
		})
	}
	e, err := node.ReadJSON([]byte(`["a",["href","javascript:alert(1)"],"x"]`))
	if err != nil {
		t.Fatal(err)
	}
	if href, _ := e.Attr("href"); href != node.RefusedURL {
		t.Errorf("an address that runs was kept: %s", href)
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(`["p",["id","x"],"text",["b",[],"y"]]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := node.ReadJSON(b)
		if err != nil {
			return
		}
		again, err := node.ReadJSON(node.AppendJSON(nil, e))
		if err != nil || node.String(again) != node.String(e) {
			t.Errorf("%s is read as %s (%v)", b, node.String(e), err)
		}
	})
}
