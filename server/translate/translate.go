// Package translate holds the message catalogues: what residents' screens say in
// languages other than zh-CN. A message is looked up by its Chinese text; sentences with
// values in them by a template. Nothing here knows pages or HTML.
package translate

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"shebao/shared/idcard"
	"shebao/shared/lang"
)

//go:embed data
var files embed.FS

// Catalogue translates into one language. It is safe for concurrent use once made.
type Catalogue struct {
	tag     lang.Tag
	exact   map[string]string
	byFirst map[rune][]*template // those that begin with a literal
	byLast  map[rune][]*template // others that end with one
	open    []*template          // those that begin and end with a value
	keys    []string             // as written, in the file's order
	written map[string]string    // translations of templates by key
}

// Load reads the catalogue of a language that comes with the program, and more entries of
// the deployer's: the Chinese text and its translation.
func Load(tag lang.Tag, more map[string]string) (*Catalogue, error) {
	c := &Catalogue{tag: tag, exact: map[string]string{}, written: map[string]string{}, byFirst: map[rune][]*template{}, byLast: map[rune][]*template{}}
	names, err := files.ReadDir("data/" + tag.Code())
	if err != nil {
		return nil, fmt.Errorf("no catalogue of %s: %w", tag.Code(), err)
	}
	for _, f := range names {
		name := "data/" + tag.Code() + "/" + f.Name()
		b, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if err := c.read(b); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	c.countries()
	for zh, by := range more {
		delete(c.exact, zh) // the deployer has the last word
		if err := c.add(zh, by); err != nil {
			return nil, fmt.Errorf("translations of %s: %w", tag.Code(), err)
		}
	}
	for _, list := range c.byFirst {
		sort(list)
	}
	for _, list := range c.byLast {
		sort(list)
	}
	sort(c.open)
	return c, nil
}

// countries adds the names of countries and regions.
func (c *Catalogue) countries() {
	for _, r := range idcard.Countries() {
		by := r.NameEN
		if c.tag == lang.HongKong {
			by = r.NameHK
		}
		if _, taken := c.exact[r.Name]; !taken && by != "" {
			c.exact[r.Name] = by
		}
	}
}

// sort puts the surest templates first.
func sort(list []*template) {
	slices.SortStableFunc(list, func(a, b *template) int { return b.weight - a.weight })
}

// read adds a file's entries: Chinese, tab, translation; # begins a remark.
func (c *Catalogue) read(file []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(file))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		zh, by, found := strings.Cut(line, "\t")
		if !found {
			return fmt.Errorf("line %d has no tab", n)
		}
		if err := c.add(zh, by); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return lines.Err()
}

func (c *Catalogue) add(zh, by string) error {
	t, err := parse(zh, by)
	if err != nil {
		return err
	}
	_, twice := c.exact[zh]
	_, again := c.written[zh]
	if twice || again {
		return fmt.Errorf("%q is translated twice", zh)
	}
	c.keys = append(c.keys, zh)
	if len(t.slots) > 0 {
		c.written[zh] = by
	}
	first, last := t.literals[0], t.literals[len(t.literals)-1]
	switch {
	case len(t.slots) == 0:
		c.exact[zh] = by
	case first != "":
		r, _ := utf8.DecodeRuneInString(first)
		c.byFirst[r] = append(c.byFirst[r], t)
	case last != "":
		r, _ := utf8.DecodeLastRuneInString(last)
		c.byLast[r] = append(c.byLast[r], t)
	default:
		c.open = append(c.open, t)
	}
	return nil
}

// Tag is the catalogue's language.
func (c *Catalogue) Tag() lang.Tag { return c.tag }

// Keys are the Chinese texts and templates that the catalogue translates.
func (c *Catalogue) Keys() []string { return slices.Clone(c.keys) }

// Part is a piece of a translated text. Foreign ones are somebody's own words that stay
// as they are: a name, a bank's reason.
type Part struct {
	Text    string
	Foreign bool
}

// Parts translates a text; false when the catalogue does not have it, and then the text is
// all there is. Spaces around it stay. A text without Chinese needs no translation.
func (c *Catalogue) Parts(s string) ([]Part, bool) {
	if !Chinese(s) {
		return []Part{{Text: s}}, true
	}
	inner := strings.Trim(s, " ")
	parts, ok := (&search{Catalogue: c}).parts(inner, 0)
	if !ok {
		return []Part{{Text: s, Foreign: true}}, false
	}
	if len(inner) != len(s) {
		at := strings.Index(s, inner)
		parts = join(join([]Part{{Text: s[:at]}}, parts), []Part{{Text: s[at+len(inner):]}})
	}
	return parts, true
}

// Text translates a text; what the catalogue does not have stays Chinese.
func (c *Catalogue) Text(s string) string {
	parts, _ := c.Parts(s)
	return flat(parts)
}

func flat(parts []Part) string {
	if len(parts) == 1 {
		return parts[0].Text
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Chinese reports whether a text has Chinese characters or punctuation that another
// language would write differently.
func Chinese(s string) bool {
	for _, r := range s {
		if r >= 0x2e80 && (unicode.Is(unicode.Han, r) || strings.ContainsRune(marks, r)) {
			return true
		}
	}
	return false
}

// marks are Chinese punctuation.
const marks = "，。；：、？！（）「」『』《》【】"

// Template is the translation of an entry as it is written, gaps and all; what the
// catalogue does not have stays Chinese.
func (c *Catalogue) Template(zh string) string {
	if by, ok := c.exact[zh]; ok {
		return by
	}
	if by, ok := c.written[zh]; ok {
		return by
	}
	return zh
}
