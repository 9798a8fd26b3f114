// Package nodetest holds what tests of views need: that a tree survives a real
// HTML parser, and golden files of its HTML.
package nodetest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"shebao/app/node"
)

var update = flag.Bool("update", false, "write the golden files anew")

// RoundTrip fails the test unless a browser's parser, given n's HTML, builds n: it
// finds both broken escaping and nesting that HTML does not allow.
func RoundTrip(tb testing.TB, n node.Node) {
	tb.Helper()
	want := Outline(n)
	got, err := Parsed(node.String(n))
	if err != nil {
		tb.Fatal(err)
	}
	if got != want {
		tb.Errorf("the parser reads something else than was said: %s", difference(want, got))
	}
}

// Golden compares n's HTML, one element a line, with testdata/name.html; the flag
// -update writes the file. It also does RoundTrip.
func Golden(tb testing.TB, name string, n node.Node) {
	tb.Helper()
	RoundTrip(tb, n)
	path := filepath.Join("testdata", name+".html")
	got := []byte(strings.ReplaceAll(node.String(n), "><", ">\n<") + "\n")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path) //nolint:gosec // a golden file named by the test
	if err != nil {
		tb.Fatalf("%v; make it with -update", err)
	}
	if !bytes.Equal(want, got) {
		tb.Errorf("%s: %s; if that is meant, run with -update", path, difference(string(want), string(got)))
	}
}

// Outline writes a tree one item a line, attributes sorted.
func Outline(n node.Node) string {
	var b strings.Builder
	outline(&b, 0, n)
	return b.String()
}

func outline(b *strings.Builder, depth int, n node.Node) {
	switch n := n.(type) {
	case node.Text:
		line(b, depth, fmt.Sprintf("%q", string(n)))
	case node.Group:
		for _, k := range n {
			outline(b, depth, k)
		}
	case *node.Element:
		space := ""
		if n.SVG() {
			space = "svg "
		}
		var attrs []string
		for _, a := range n.Attrs() {
			attrs = append(attrs, fmt.Sprintf("%s=%q", a.Name(), a.Value()))
		}
		element(b, depth, space+n.Tag(), attrs)
		for _, k := range n.Kids() {
			outline(b, depth+1, k)
		}
	}
}

// Parsed is the Outline of what a browser's parser makes of a body's content.
func Parsed(body string) (string, error) {
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(body),
		&html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}, html.ParseOptionEnableScripting(true))
	if err != nil {
		return "", fmt.Errorf("parse: %w", err)
	}
	var b strings.Builder
	for _, n := range nodes {
		parsed(&b, 0, n)
	}
	return b.String(), nil
}

func parsed(b *strings.Builder, depth int, n *html.Node) {
	switch n.Type {
	case html.TextNode:
		line(b, depth, fmt.Sprintf("%q", n.Data))
	case html.ElementNode:
		space := ""
		if n.Namespace != "" {
			space = n.Namespace + " "
		}
		var attrs []string
		for _, a := range n.Attr {
			attrs = append(attrs, fmt.Sprintf("%s=%q", a.Key, a.Val))
		}
		element(b, depth, space+n.Data, attrs)
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			parsed(b, depth+1, k)
		}
	case html.ErrorNode, html.DocumentNode, html.CommentNode, html.DoctypeNode, html.RawNode:
		line(b, depth, fmt.Sprintf("node type %d: %q", n.Type, n.Data))
	}
}

func element(b *strings.Builder, depth int, name string, attrs []string) {
	slices.Sort(attrs)
	line(b, depth, "<"+strings.Join(append([]string{name}, attrs...), " ")+">")
}

func line(b *strings.Builder, depth int, s string) {
	for range depth {
		b.WriteByte(' ')
	}
	b.WriteString(s)
	b.WriteByte('\n')
}

// difference is the first line that differs.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "(end)", "(end)"
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\n want %s\n  got %s", i+1, a, b)
		}
	}
	return "no line differs"
}
