package translate

import (
	"fmt"
	"slices"
	"strings"
)

// kind says what a slot of a Chinese template takes.
type kind uint8

const (
	figure  kind = iota // {n}: number, amount, date, reference: no Chinese in it; copied
	message             // {scheme:msg}: itself a message of the catalogue; translated
	text                // {reason:text}: translated if the catalogue has it, otherwise copied
	data                // {name:data}: a person's or an institution's own words; copied
)

var kinds = map[string]kind{"": figure, "msg": message, "text": text, "data": data}

// slot is a gap of a Chinese template.
type slot struct {
	name string
	kind kind
}

// template is a Chinese sentence with gaps: literals[0] slots[0] literals[1] …
type template struct {
	literals []string
	slots    []slot
	to       []piece
	weight   int // bytes of literals: the more the surer
}

// piece is a part of a translation: a literal or a value.
type piece struct {
	literal   string
	slot      int // index of the value, -1 for a literal
	one, many string
	form      form
}

// form is how a value is written in a translation.
type form uint8

const (
	asIs   form = iota
	plural      // {n|payment|payments}: one word or the other
	month       // {m:month}: 01 as Jan
)

// parse reads one entry.
func parse(key, value string) (*template, error) {
	literals, gaps, err := cut(key)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", key, err)
	}
	t := &template{literals: literals}
	for i, g := range gaps {
		name, k, _ := strings.Cut(g, ":")
		known, ok := kinds[k]
		switch {
		case !ok || name == "":
			return nil, fmt.Errorf("%q: {%s} is no value", key, g)
		case t.index(name) >= 0:
			return nil, fmt.Errorf("%q: {%s} stands twice", key, name)
		case i > 0 && literals[i] == "":
			return nil, fmt.Errorf("%q: nothing stands between {%s} and the value before", key, name)
		}
		t.slots = append(t.slots, slot{name, known})
	}
	for _, l := range literals {
		t.weight += len(l)
	}
	if len(gaps) > 0 && t.weight == 0 {
		return nil, fmt.Errorf("%q: it would match anything", key)
	}
	return t, t.translation(key, value)
}

func (t *template) index(name string) int {
	return slices.IndexFunc(t.slots, func(s slot) bool { return s.name == name })
}

// translation reads the other language's sentence, which has the same values in any order.
func (t *template) translation(key, value string) error {
	literals, gaps, err := cut(value)
	if err != nil {
		return fmt.Errorf("%q: %w", value, err)
	}
	used := make([]bool, len(t.slots))
	for i, l := range literals {
		if l != "" {
			t.to = append(t.to, piece{literal: l, slot: -1})
		}
		if i == len(gaps) {
			break
		}
		p, name := read(gaps[i])
		if p.slot = t.index(name); p.slot < 0 {
			return fmt.Errorf("%q: {%s} of %q is not in it", key, gaps[i], value)
		}
		used[p.slot] = used[p.slot] || p.form != plural
		t.to = append(t.to, p)
	}
	if i := slices.Index(used, false); i >= 0 {
		return fmt.Errorf("%q: {%s} is missing in %q", key, t.slots[i].name, value)
	}
	if value == "" {
		return fmt.Errorf("%q has no translation", key)
	}
	return nil
}

// read reads a gap of a translation.
func read(gap string) (p piece, name string) {
	if name, words, found := strings.Cut(gap, "|"); found {
		one, many, _ := strings.Cut(words, "|")
		return piece{form: plural, one: one, many: many}, name
	}
	if name, found := strings.CutSuffix(gap, ":month"); found {
		return piece{form: month}, name
	}
	return piece{}, gap
}

// cut splits "a{x}b" into literals a, b and gaps x: one more literal than gaps.
func cut(s string) (literals, gaps []string, err error) {
	for {
		at := strings.IndexAny(s, "{}")
		if at < 0 {
			return append(literals, s), gaps, nil
		}
		end := strings.IndexByte(s, '}')
		if s[at] == '}' || end < 0 || strings.Contains(s[at+1:end], "{") {
			return nil, nil, fmt.Errorf("the braces do not match")
		}
		literals, gaps = append(literals, s[:at]), append(gaps, s[at+1:end])
		s = s[end+1:]
	}
}
