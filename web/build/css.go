package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	comment  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	spaces   = regexp.MustCompile(`\s+`)
	around   = regexp.MustCompile(`\s*([{};,>])\s*`)
	colon    = regexp.MustCompile(`:\s+`)
	class    = regexp.MustCompile(`\.(-?[A-Za-z_][\w-]*)`)
	weuiName = regexp.MustCompile(`weui-[A-Za-z0-9_-]+`)
	variable = regexp.MustCompile(`var\(\s*(--[\w-]+)`)
)

// styles is WeUI's style sheet without what we don't use, then ours.
func (b *builder) styles() ([]byte, error) {
	file := filepath.Join(b.root, "web", "node_modules", "weui", "dist", "style", "weui.min.css")
	theirs, err := os.ReadFile(file) //nolint:gosec // fetched by lock file
	if err != nil {
		return nil, wrap("read WeUI (run npm ci in web/ first)", err)
	}
	ours, err := b.ours()
	if err != nil {
		return nil, err
	}
	used, err := b.weuiClasses()
	if err != nil {
		return nil, err
	}
	mine := minify(string(ours))
	rules := keep(parse(comment.ReplaceAllString(string(theirs), "")), used)
	return []byte(notice(string(theirs)) + text(rules, mine) + mine), nil
}

// notice is the licence line that a copy of WeUI has to carry.
func notice(css string) string {
	i := strings.Index(css, "*/")
	if !strings.HasPrefix(css, "/*!") || i < 0 {
		return ""
	}
	return css[:i+2] + "\n"
}

// weuiClasses are WeUI's class names that our sources mention.
func (b *builder) weuiClasses() (map[string]bool, error) {
	used := map[string]bool{}
	for _, dir := range []string{"app", "web/src"} {
		err := filepath.WalkDir(filepath.Join(b.root, dir), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(p, "_test.go") {
				return err
			}
			body, err := os.ReadFile(p) //nolint:gosec // our own sources
			for _, name := range weuiName.FindAllString(string(body), -1) {
				used[name] = true
			}
			return err
		})
		if err != nil {
			return nil, wrap("look for class names", err)
		}
	}
	return used, nil
}

// rule is a style rule, or an at-rule with rules inside.
type rule struct {
	head  string
	body  string // declarations, or keyframes as they are
	rules []rule
}

func parse(css string) []rule {
	var rules []rule
	for css = strings.TrimSpace(css); css != ""; css = strings.TrimSpace(css) {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			break
		}
		if semi := strings.IndexByte(css, ';'); css[0] == '@' && semi >= 0 && semi < open { // @charset, @import
			css = css[semi+1:]
			continue
		}
		end, depth := open+1, 1
		for ; end < len(css) && depth > 0; end++ {
			switch css[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		r := rule{head: strings.TrimSpace(css[:open]), body: css[open+1 : end-1]}
		if strings.HasPrefix(r.head, "@media") || strings.HasPrefix(r.head, "@supports") {
			r.rules, r.body = parse(r.body), ""
		}
		rules = append(rules, r)
		css = css[end:]
	}
	return rules
}

// keep drops selectors that name a class nobody uses, and rules without selectors.
func keep(rules []rule, used map[string]bool) []rule {
	var kept []rule
	for _, r := range rules {
		switch {
		case r.rules != nil:
			r.rules = keep(r.rules, used)
			if len(r.rules) == 0 {
				continue
			}
		case strings.HasPrefix(r.head, "@"):
		default:
			var heads []string
			for s := range strings.SplitSeq(r.head, ",") {
				if wanted(s, used) {
					heads = append(heads, s)
				}
			}
			if len(heads) == 0 {
				continue
			}
			r.head = strings.Join(heads, ",")
		}
		kept = append(kept, r)
	}
	return kept
}

func wanted(selector string, used map[string]bool) bool {
	if selector == "page" || strings.Contains(selector, "data-weui-") && !strings.Contains(selector, ":not(") {
		return false // mini programs, switches that we don't set
	}
	for _, m := range class.FindAllStringSubmatch(selector, -1) {
		if !used[m[1]] {
			return false
		}
	}
	return true
}

// text writes the rules without variables and animations that neither they nor ours use.
func text(rules []rule, ours string) string {
	for {
		all := write(rules) + ours
		n := len(all)
		needed := map[string]bool{}
		for _, m := range variable.FindAllStringSubmatch(all, -1) {
			needed[m[1]] = true
		}
		rules = drop(rules, needed, all)
		if s := write(rules); len(s)+len(ours) == n {
			return s
		}
	}
}

func drop(rules []rule, needed map[string]bool, all string) []rule {
	var kept []rule
	for _, r := range rules {
		switch {
		case r.rules != nil:
			if r.rules = drop(r.rules, needed, all); len(r.rules) == 0 {
				continue
			}
		case strings.Contains(r.head, "keyframes"):
			name := r.head[strings.LastIndexByte(r.head, ' ')+1:]
			if strings.Count(all, name) <= strings.Count(all, "keyframes "+name) {
				continue
			}
		case !strings.HasPrefix(r.head, "@"):
			var decls []string
			for _, d := range declarations(r.body) {
				name, _, _ := strings.Cut(d, ":")
				if name = strings.TrimSpace(name); !strings.HasPrefix(name, "--") || needed[name] {
					decls = append(decls, d)
				}
			}
			if len(decls) == 0 {
				continue
			}
			r.body = strings.Join(decls, ";")
		}
		kept = append(kept, r)
	}
	return kept
}

// declarations splits at semicolons that are not inside quotes or brackets (data URLs).
func declarations(body string) []string {
	var out []string
	from, depth, quote := 0, 0, byte(0)
	for i := range len(body) {
		switch c := body[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ';' && depth == 0:
			out = append(out, body[from:i])
			from = i + 1
		}
	}
	if s := strings.TrimSpace(body[from:]); s != "" {
		out = append(out, s)
	}
	return out
}

func write(rules []rule) string {
	var b strings.Builder
	for _, r := range rules {
		inner := r.body
		if r.rules != nil {
			inner = write(r.rules)
		}
		b.WriteString(r.head + "{" + inner + "}")
	}
	return b.String()
}

// minify takes out comments and space that means nothing. It never touches what is
// inside calc(), where space around + and - counts.
func minify(css string) string {
	css = comment.ReplaceAllString(css, "")
	css = spaces.ReplaceAllString(css, " ")
	css = around.ReplaceAllString(css, "$1")
	css = colon.ReplaceAllString(css, ":")
	return strings.ReplaceAll(strings.TrimSpace(css), ";}", "}")
}
