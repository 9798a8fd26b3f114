package tour

import (
	"fmt"
	"regexp"
	"strings"

	"shebao/server/browsertest"
	"shebao/server/city"
	"shebao/server/translate"
	"shebao/shared/lang"
)

// Words is for browsertest.Options: the tour's labels, which are Chinese, as the screens in
// another language have them. A label that is the beginning of a message stands for it.
func Words(tag lang.Tag) (func(label string) string, error) {
	beijing, err := city.Load("")
	if err != nil {
		return nil, fmt.Errorf("words of %s: %w", tag.Code(), err)
	}
	c, err := translate.Load(tag, beijing.Translations[tag.Code()])
	if err != nil {
		return nil, fmt.Errorf("words of %s: %w", tag.Code(), err)
	}
	return func(label string) string {
		if parts, ok := c.Parts(label); ok {
			return text(parts)
		}
		whole := ""
		for _, key := range c.Keys() {
			if strings.Contains(key, label) && (whole == "" || len(key) < len(whole)) {
				whole = key
			}
		}
		if whole == "" {
			return label
		}
		longest := ""
		for _, piece := range gap.Split(c.Template(whole), -1) {
			if len(piece) > len(longest) {
				longest = piece
			}
		}
		return longest
	}, nil
}

func text(parts []translate.Part) string {
	s := ""
	for _, p := range parts {
		s += p.Text
	}
	return s
}

var gap = regexp.MustCompile(`\{[^}]*\}`)

// Speak chooses the language, by its own name, before login.
func Speak(t *browsertest.Tab, tag lang.Tag) error {
	return Stop{Name: "language", way: []Step{
		open("/login"), press(tag.Name()), until(`document.documentElement.lang === "` + tag.Code() + `" && document.readyState === "complete"`),
	}}.Go(t)
}
