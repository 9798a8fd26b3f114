package contribution

import (
	_ "embed" // countries.txt
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"shebao/shared/idcard"
	"shebao/shared/lang"
	"shebao/shared/page"
)

// countries has the countries' alpha-3 codes as people look for their Chinese names: China and its
// regions, then by pinyin (CLDR's order; 秘鲁 stands under bi, as it is read).
//
//go:embed countries.txt
var countries string

var (
	byPinyin  = sync.OnceValue(inOrder)
	byEnglish = sync.OnceValue(func() []page.PayOption {
		list := inOrder()
		slices.SortFunc(list[regions:], func(a, b page.PayOption) int { return strings.Compare(english(a), english(b)) })
		return list
	})
)

// nationalities are all countries and regions with the documents that their people can have, in
// an order that a reader of the language finds them in. The caller must not change them.
func nationalities(reader lang.Tag) []page.PayOption {
	if reader == lang.English {
		return byEnglish()
	}
	return byPinyin()
}

func inOrder() []page.PayOption {
	var list []page.PayOption
	for code := range strings.FieldsSeq(countries) {
		c, known := idcard.CountryOf(code)
		if !known {
			continue
		}
		o := page.PayOption{Value: c.Alpha3, Label: c.Name}
		for _, t := range idcard.Types() {
			if idcard.CheckNationality(t, c.Alpha3) == nil {
				o.With = append(o.With, string(t))
			}
		}
		list = append(list, o)
	}
	return list
}

// english is a country's English name as it is looked for: Åland under A.
func english(o page.PayOption) string {
	c, _ := idcard.CountryOf(o.Value)
	return withoutMarks(c.NameEN)
}

// regions is how many stand before all others in every language: 中国, 中国香港, 中国澳门, 中国台湾.
const regions = 4

// withoutMarks writes Åland as Aland.
func withoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// nationalityOf is what is chosen: the one typed if the document allows it, the only one it allows,
// or none.
func nationalityOf(t idcard.Type, typed string) string {
	if idcard.CheckNationality(t, typed) == nil {
		return typed
	}
	if can := idcard.Nationalities(t); len(can) == 1 {
		return can[0].Alpha3
	}
	return ""
}
