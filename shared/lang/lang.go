// Package lang names the languages that residents' screens come in and reads what
// a browser says it prefers.
package lang

import (
	"slices"
	"strconv"
	"strings"
)

// Tag is a language of the screens. The zero Tag is zh-CN, in which they are written.
type Tag string

// The languages.
const (
	Chinese  Tag = ""      // zh-CN
	HongKong Tag = "zh-HK" // Traditional Chinese with Hong Kong's wording
	English  Tag = "en"
)

// All are the languages in the order in which they are offered.
func All() []Tag { return []Tag{Chinese, HongKong, English} }

// Code is the BCP 47 tag, for lang attributes and headers.
func (t Tag) Code() string {
	if t == Chinese {
		return "zh-CN"
	}
	return string(t)
}

// Name is what those who read the language call it.
func (t Tag) Name() string {
	switch t {
	case HongKong:
		return "繁體中文"
	case English:
		return "English"
	case Chinese:
		return "简体中文"
	default:
		return string(t)
	}
}

// Offer says in the language that the service speaks it.
func (t Tag) Offer() string {
	switch t {
	case HongKong:
		return "本服務提供繁體中文版。"
	case English:
		return "This service is available in English."
	case Chinese:
	}
	return "本服务提供简体中文版。"
}

// Parse reads a Code; false when it is none of ours.
func Parse(code string) (Tag, bool) {
	for _, t := range All() {
		if t.Code() == code {
			return t, true
		}
	}
	return Chinese, false
}

// Preferred is the language of ours that comes first in an Accept-Language header (RFC 9110
// 12.5.4); false when none does. Traditional Chinese of any place is HongKong.
func Preferred(accept string) (Tag, bool) {
	type wish struct {
		tag    Tag
		weight int // thousandths
	}
	var wishes []wish
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		tag, ours := of(strings.ToLower(strings.TrimSpace(name)))
		weight := quality(params)
		if ours && weight > 0 {
			wishes = append(wishes, wish{tag, weight})
		}
	}
	if len(wishes) == 0 {
		return Chinese, false
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return b.weight - a.weight })
	return wishes[0].tag, true
}

// of is the language of ours that a language range in lower case asks for.
func of(name string) (Tag, bool) {
	base, rest, _ := strings.Cut(name, "-")
	switch base {
	case "en":
		return English, true
	case "yue":
		return HongKong, true
	case "zh":
		for sub := range strings.SplitSeq(rest, "-") {
			switch sub {
			case "hans", "cn", "sg":
				return Chinese, true
			case "hant", "hk", "tw", "mo":
				return HongKong, true
			}
		}
		return Chinese, true
	}
	return Chinese, false
}

// quality reads "q=0.8" as thousandths; nothing said is 1000, what can't be read 0.
func quality(params string) int {
	q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
	if !found {
		return 1000
	}
	whole, digits, _ := strings.Cut(q, ".")
	n, err := strconv.Atoi(whole + (digits + "000")[:3])
	if err != nil || n > 1000 {
		return 0
	}
	return n
}
