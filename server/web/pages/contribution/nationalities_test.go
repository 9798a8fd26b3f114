package contribution

import (
	"slices"
	"strings"
	"testing"

	"shebao/shared/idcard"
	"shebao/shared/lang"
)

func TestNationalities(t *testing.T) {
	labels := func(tag lang.Tag) string {
		var all []string
		for _, o := range nationalities(tag) {
			c, _ := idcard.CountryOf(o.Value)
			if tag == lang.English {
				all = append(all, c.NameEN)
			} else {
				all = append(all, c.Name)
			}
		}
		return strings.Join(all, "|")
	}
	t.Run("every country is there once", func(t *testing.T) {
		var got, want []string
		for _, o := range nationalities(lang.Chinese) {
			got = append(got, o.Value)
		}
		for _, c := range idcard.Countries() {
			want = append(want, c.Alpha3)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d countries, not %d", len(got), len(want))
		}
	})
	t.Run("China and its regions come first, then the others by pinyin", func(t *testing.T) {
		if s := labels(lang.Chinese); !strings.HasPrefix(s, "中国|中国香港|中国澳门|中国台湾|阿尔巴尼亚|") || !strings.HasSuffix(s, "|智利|中非共和国") ||
			!strings.Contains(s, "|比利时|秘鲁|冰岛|") {
			t.Error(s)
		}
	})
	t.Run("who reads English finds them by their English names", func(t *testing.T) {
		if s := labels(lang.English); !strings.HasPrefix(s, "China|") || !strings.Contains(s, "|Afghanistan|Aland Islands|Albania|") &&
			!strings.Contains(s, "|Afghanistan|Åland Islands|Albania|") || !strings.HasSuffix(s, "|Zimbabwe") {
			t.Error(s)
		}
	})
}
