package translate_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shebao/server/city"
	"shebao/server/translate"
	"shebao/server/web"
	"shebao/shared/idcard"
	"shebao/shared/lang"
)

// root is the module's folder as seen from here.
const root = "../.."

// hint tells whoever added a text what to do.
const hint = `
Residents' screens are also in English and zh-HK. Add the Chinese text and its translation, separated by
a tab, to server/translate/data/en/*.tsv and server/translate/data/zh-HK/*.tsv. A sentence with values
is one entry: "{n} 笔" for a figure, "{scheme:msg}" for a word that is itself an entry, "{reason:text}" for
one that may be, "{name:data}" for somebody's own words. What is no message for residents goes to
testdata/data.txt (values of tests) or testdata/inside.txt (literals of officers, files, logs).`

func load(tb testing.TB, tag lang.Tag) *translate.Catalogue {
	tb.Helper()
	beijing, err := city.Load("")
	if err != nil {
		tb.Fatal(err)
	}
	c, err := translate.Load(tag, beijing.Translations[tag.Code()])
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func lines(tb testing.TB, name string) []string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && line[0] != '#' {
			all = append(all, line)
		}
	}
	return all
}

// TestEveryGoldenScreenIsTranslated translates each text of each golden picture of a
// resident's screen.
func TestEveryGoldenScreenIsTranslated(t *testing.T) {
	own := lines(t, "data.txt")
	for _, tag := range []lang.Tag{lang.English, lang.HongKong} {
		c := load(t, tag)
		missing := map[string][]string{}
		for _, file := range goldens(t) {
			for _, text := range texts(t, file) {
				parts, ok := c.Parts(text)
				if slices.Contains(own, strings.TrimSpace(text)) {
					continue
				}
				for _, p := range parts {
					if p.Foreign && !slices.Contains(own, strings.TrimSpace(p.Text)) {
						ok = false
					}
					if tag == lang.English && !p.Foreign && translate.Chinese(p.Text) && !strings.ContainsAny(p.Text, "“”") {
						ok = false
					}
				}
				if !ok {
					missing[text] = append(missing[text], strings.TrimPrefix(file, root+"/"))
				}
			}
		}
		report(t, tag, missing)
	}
}

func report(t *testing.T, tag lang.Tag, missing map[string][]string) {
	t.Helper()
	if len(missing) == 0 {
		return
	}
	var all []string
	for text, where := range missing {
		slices.Sort(where)
		all = append(all, fmt.Sprintf("%q of %s", text, strings.Join(slices.Compact(where), ", ")))
	}
	slices.Sort(all)
	t.Errorf("%d texts without %s:\n%s\n%s", len(all), tag.Code(), strings.Join(all, "\n"), hint)
}

// goldens are the golden pictures of residents' screens.
func goldens(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(root + "/app/view/*/testdata/*.html")
	if err != nil || len(all) < 50 {
		t.Fatalf("%d goldens (%v)", len(all), err)
	}
	return slices.DeleteFunc(all, func(f string) bool { return strings.Contains(filepath.ToSlash(f), "/view/admin/") })
}

var heard = []string{"alt", "aria-description", "aria-label", "aria-valuetext", "data-confirm", "data-head", "data-keep", "data-speak", "label", "placeholder", "title"}

// texts are what people see and hear of a golden picture.
func texts(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(strings.ReplaceAll(string(b), ">\n<", "><")))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.TextNode && n.Parent.Data != "textarea" && !chosen(n):
			all = append(all, strings.TrimSuffix(n.Data, "\n"))
		case n.Type == html.ElementNode:
			for _, a := range n.Attr {
				if slices.Contains(heard, a.Key) {
					all = append(all, a.Val)
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return !translate.Chinese(s) })
}

// chosen reports whether the text stands in an element that is always in its own language.
func chosen(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		for _, a := range p.Attr {
			if a.Key == "lang" {
				return true
			}
		}
	}
	return false
}

// residents are the folders and files whose Chinese literals may reach a resident, seen from root.
var residents = []string{
	"app/host", "app/view", "app/view/*", "app/widget", "server/account", "server/agreement", "server/certificate", "server/contribution",
	"server/debit/file.go", "server/debit/send.go", "server/pages.go", "server/pdf/verify", "server/refund", "server/web", "server/web/pages/*",
	"shared/agreement", "shared/api", "shared/bankapi", "shared/bankcard", "shared/certificate", "shared/contribution", "shared/idcard",
	"shared/money/money.go", "shared/notice", "shared/page", "shared/period", "shared/person", "shared/refund", "shared/words",
}

// literals are the Chinese string literals of those folders, and where they are.
func literals(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, pattern := range residents {
		folders, err := filepath.Glob(root + "/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range folders {
			if strings.Contains(folder, "/admin") {
				continue
			}
			scan(t, folder, found)
		}
	}
	return found
}

func scan(t *testing.T, folder string, found map[string][]string) {
	t.Helper()
	files := []string{folder}
	if !strings.HasSuffix(folder, ".go") {
		var err error
		if files, err = filepath.Glob(folder + "/*.go"); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range files {
		base := filepath.Base(name)
		if strings.HasSuffix(base, "_test.go") || strings.HasPrefix(base, "admin") || strings.HasPrefix(base, "officer") {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if _, tag := n.(*ast.Field); tag {
				return false // struct tags are for programs
			}
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				s, err := strconv.Unquote(l.Value)
				if err == nil && translate.Chinese(s) {
					where := strings.TrimPrefix(name, root+"/") + ":" + strconv.Itoa(set.Position(l.Pos()).Line)
					found[s] = append(found[s], where)
				}
			}
			return true
		})
	}
}

var (
	gap   = regexp.MustCompile(`\{[^}]*\}`)
	verbs = regexp.MustCompile(`%[+\-# 0-9.]*[a-zA-Z]`)
)

// holds reports whether the key has the literal's words, in order: a literal may be a part
// of a sentence that is put together from several.
func holds(key, literal string) bool {
	for _, part := range verbs.Split(literal, -1) {
		at := strings.Index(key, part)
		if at < 0 {
			return false
		}
		key = key[at+len(part):]
	}
	return true
}

// TestEveryLiteralIsTranslated finds messages that no golden picture shows: refusals,
// notices, titles.
func TestEveryLiteralIsTranslated(t *testing.T) {
	inside := lines(t, "inside.txt")
	found := literals(t)
	used := map[string]bool{}
	for _, tag := range []lang.Tag{lang.English, lang.HongKong} {
		c := load(t, tag)
		keys := c.Keys()
		for i, k := range keys {
			keys[i] = gap.ReplaceAllString(k, "\x00")
		}
		missing := map[string][]string{}
		for literal, where := range found {
			if literal := strings.TrimSpace(literal); slices.Contains(inside, literal) {
				used[literal] = true
				continue
			}
			if _, whole := c.Parts(literal); whole {
				continue
			}
			if !slices.ContainsFunc(keys, func(k string) bool { return holds(k, strings.TrimSpace(literal)) }) {
				missing[literal] = where
			}
		}
		report(t, tag, missing)
	}
	for _, l := range inside {
		if !used[l] {
			t.Errorf("testdata/inside.txt: no literal is %q", l)
		}
	}
}

// TestNoEntryIsUnused finds entries whose Chinese is written nowhere any more.
func TestNoEntryIsUnused(t *testing.T) {
	var all []string
	for literal := range literals(t) {
		all = append(all, verbs.Split(literal, -1)...)
	}
	for _, file := range goldens(t) {
		all = append(all, texts(t, file)...)
	}
	beijing, err := city.Load("")
	if err != nil {
		t.Fatal(err)
	}
	own := beijing.Translations[lang.English.Code()]
	for key := range own {
		all = append(all, key)
	}
	for _, country := range idcard.Countries() {
		all = append(all, country.Name)
	}
	all = append(append(all, web.ByScripts...), web.ByOfflinePage...)
	all = append(all, script(t, "manifest.webmanifest")...)
	all = append(all, lines(t, "outside.txt")...)
	for _, tag := range []lang.Tag{lang.English, lang.HongKong} {
		var unused []string
		for _, key := range load(t, tag).Keys() {
			if _, city := own[key]; !city && !written(gap.Split(key, -1), all) {
				unused = append(unused, key)
			}
		}
		if len(unused) > 0 {
			t.Errorf("%s: %d entries whose text is written nowhere:\n%s", tag.Code(), len(unused), strings.Join(unused, "\n"))
		}
	}
}

// written reports whether each literal of a key is made of texts in all.
func written(literals, all []string) bool {
	for _, l := range literals {
		if !translate.Chinese(l) {
			continue
		}
		if !pieced(l, all, 6) {
			return false
		}
	}
	return true
}

// pieced reports whether s is a text of all, a part of one, or up to n of them in a row.
func pieced(s string, all []string, n int) bool {
	if s = strings.TrimSpace(s); !translate.Chinese(s) {
		return true
	}
	if slices.ContainsFunc(all, func(a string) bool { return strings.Contains(a, s) }) {
		return true
	}
	if n == 0 {
		return false
	}
	return slices.ContainsFunc(all, func(a string) bool {
		a = strings.TrimSpace(a)
		return a != "" && strings.HasPrefix(s, a) && pieced(s[len(a):], all, n-1)
	})
}

var (
	quoted = regexp.MustCompile(`"[^"\n]*"`)
	remark = regexp.MustCompile(`(?m)(^|\s)//.*$`)
)

// TestTheLanguagesHaveTheSameEntries keeps the files of the languages side by side.
func TestTheLanguagesHaveTheSameEntries(t *testing.T) {
	en, hk := load(t, lang.English).Keys(), load(t, lang.HongKong).Keys()
	for _, k := range en {
		if !slices.Contains(hk, k) {
			t.Errorf("%q is not in zh-HK", k)
		}
	}
	for _, k := range hk {
		if !slices.Contains(en, k) {
			t.Errorf("%q is not in en", k)
		}
	}
}

// TestHongKongReadsTraditional finds simplified characters in zh-HK.
func TestHongKongReadsTraditional(t *testing.T) {
	only := strings.Join(lines(t, "simplified.txt"), "")
	c := load(t, lang.HongKong)
	for _, key := range c.Keys() {
		for _, r := range gap.ReplaceAllString(c.Template(key), "") {
			if strings.ContainsRune(only, r) {
				t.Errorf("%q has the simplified %c", c.Template(key), r)
			}
		}
	}
}
