package translate

import (
	"strings"
	"unicode/utf8"
)

// These bound the work: messages within messages, values tried for one text. Whoever types a
// text to be shown must not decide how long it takes.
const (
	deepest = 8
	most    = 400
	longest = 1200 // bytes of a text that templates are tried on
)

// search is the work on one text.
type search struct {
	*Catalogue
	tried int
}

// stop ends a Chinese sentence. The catalogue says what ends one in its language.
const stop = "。"

// parts translates a text without spaces around it.
func (c *search) parts(s string, depth int) ([]Part, bool) {
	if by, ok := c.exact[s]; ok {
		return []Part{{Text: by}}, true
	}
	if depth > deepest || s == "" {
		return nil, false
	}
	if t, values := c.find(s, depth); t != nil {
		return t.render(values), true
	}
	return c.sentences(s, depth)
}

// find is the surest template that matches, with the values translated.
func (c *search) find(s string, depth int) (best *template, values [][]Part) {
	if len(s) > longest {
		return nil, nil
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	for _, list := range [][]*template{c.byFirst[first], c.byLast[last], c.open} {
		for _, t := range list {
			if best != nil && t.weight <= best.weight {
				break
			}
			if v, ok := c.match(t, s, depth); ok {
				best, values = t, v
				break
			}
		}
	}
	return best, values
}

func (c *search) match(t *template, s string, depth int) ([][]Part, bool) {
	end := t.literals[len(t.literals)-1]
	if len(s) < t.weight+len(t.slots) || !strings.HasPrefix(s, t.literals[0]) || !strings.HasSuffix(s, end) {
		return nil, false
	}
	values := make([][]Part, len(t.slots))
	if !c.fill(t, 0, s[len(t.literals[0]):len(s)-len(end)], values, depth) {
		return nil, false
	}
	return values, true
}

// fill finds the values of slots i and after in s, shortest first.
func (c *search) fill(t *template, i int, s string, values [][]Part, depth int) bool {
	if i == len(t.slots)-1 {
		return c.value(t.slots[i].kind, s, &values[i], depth)
	}
	next := t.literals[i+1]
	for from := 1; from <= len(s)-len(next); {
		at := strings.Index(s[from:], next)
		if at < 0 {
			return false
		}
		at += from
		if c.fill(t, i+1, s[at+len(next):], values, depth) && c.value(t.slots[i].kind, s[:at], &values[i], depth) {
			return true
		}
		from = at + len(next)
	}
	return false
}

// value takes s as a value of the kind, if it can be one.
func (c *search) value(k kind, s string, into *[]Part, depth int) bool {
	c.tried++
	switch {
	case s == "", c.tried > most:
		return false
	case k == data:
		*into = []Part{{Text: s, Foreign: Chinese(s)}}
		return true
	case !Chinese(s):
		*into = []Part{{Text: s}}
		return k != message
	case k == figure:
		return false
	}
	parts, ok := c.parts(strings.Trim(s, " "), depth+1)
	if !ok && k == text {
		parts, ok = []Part{{Text: s, Foreign: true}}, true
	}
	*into = parts
	return ok
}

// sentences translates a text sentence by sentence, each as the catalogue has it, with or
// without its full stop.
func (c *search) sentences(s string, depth int) ([]Part, bool) {
	at := strings.Index(s, stop)
	if at < 0 {
		return nil, false
	}
	by, known := c.exact[stop]
	if whole, ended := strings.CutSuffix(s, stop); ended && known {
		if parts, ok := c.parts(whole, depth+1); ok {
			return join(parts, []Part{{Text: by}}), true
		}
	}
	tail := s[at+len(stop):]
	if tail == "" {
		return nil, false
	}
	parts, ok := c.parts(s[:at+len(stop)], depth+1)
	if !ok {
		return nil, false
	}
	rest, ok := c.parts(tail, depth+1)
	if !ok {
		return nil, false
	}
	gap := ""
	if known && by[0] < utf8.RuneSelf { // languages with that stop put a space after it
		gap = " "
	}
	return join(join(parts, []Part{{Text: gap}}), rest), true
}

// render puts the values into the translation.
func (t *template) render(values [][]Part) []Part {
	var parts []Part
	for _, p := range t.to {
		switch {
		case p.slot < 0:
			parts = join(parts, []Part{{Text: p.literal}})
		case p.form == plural && flat(values[p.slot]) == "1":
			parts = join(parts, []Part{{Text: p.one}})
		case p.form == plural:
			parts = join(parts, []Part{{Text: p.many}})
		case p.form == month:
			parts = join(parts, []Part{{Text: monthName(flat(values[p.slot]))}})
		default:
			parts = join(parts, values[p.slot])
		}
	}
	return parts
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// monthName is the short English name of "01" … "12"; anything else stays.
func monthName(digits string) string {
	n := 0
	for _, r := range digits {
		if r < '0' || r > '9' || n > 12 {
			return digits
		}
		n = 10*n + int(r-'0')
	}
	if n < 1 || n > 12 {
		return digits
	}
	return months[3*n-3 : 3*n]
}

// join puts parts after parts; neighbours of a kind become one. It may change a.
func join(a, b []Part) []Part {
	for _, p := range b {
		if p.Text == "" {
			continue
		}
		if last := len(a) - 1; last >= 0 && a[last].Foreign == p.Foreign {
			a[last].Text += p.Text
			continue
		}
		a = append(a, p)
	}
	return a
}
