package lang_test

import (
	"testing"

	"shebao/shared/lang"
)

func TestPreferred(t *testing.T) {
	for header, want := range map[string]string{
		"":                                  "",
		"*":                                 "",
		"fr-FR,de;q=0.8":                    "",
		"zh-CN,zh;q=0.9,en;q=0.8":           "zh-CN",
		"zh":                                "zh-CN",
		"zh-Hans-HK":                        "zh-CN",
		"zh-HK,zh;q=0.9,en-US;q=0.8":        "zh-HK",
		"zh-TW":                             "zh-HK",
		"zh-Hant":                           "zh-HK",
		"zh-Hant-CN":                        "zh-HK",
		"yue-HK":                            "zh-HK",
		"en-US,en;q=0.9":                    "en",
		"fr, en-GB;q=0.7, zh-CN;q=0.3":      "en",
		"en;q=0.5, zh-CN;q=0.8":             "zh-CN",
		"en;q=0, zh-TW;q=0.1":               "zh-HK",
		"en ; q = 0.9 , zh-CN ; q = 0.95":   "zh-CN",
		"en;q=oops":                         "",
		"en;q=2":                            "",
		";;;,,,=q,zh-hk;q=0.001,\x00\xff;q": "zh-HK",
	} {
		got, found := lang.Preferred(header)
		if found != (want != "") || found && got.Code() != want {
			t.Errorf("%q: got %s (%v), want %q", header, got.Code(), found, want)
		}
	}
}

func TestParse(t *testing.T) {
	for _, tag := range lang.All() {
		if got, ok := lang.Parse(tag.Code()); !ok || got != tag || tag.Name() == "" {
			t.Errorf("%s is read as %q", tag.Code(), got)
		}
	}
	for _, code := range []string{"", "zh", "EN", "fr", "zh-TW"} {
		if _, ok := lang.Parse(code); ok {
			t.Errorf("%q is a language", code)
		}
	}
}

func FuzzPreferred(f *testing.F) {
	f.Add("zh-HK,zh;q=0.9,en;q=0.8")
	f.Add("q=,;q=.;q=1.0000")
	f.Fuzz(func(t *testing.T, header string) {
		if tag, found := lang.Preferred(header); found {
			if _, ok := lang.Parse(tag.Code()); !ok {
				t.Errorf("%q prefers %q, which is no language of ours", header, tag)
			}
		}
	})
}
