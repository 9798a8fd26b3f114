package translate

import "shebao/shared/lang"

// Languages are the catalogues of the languages besides zh-CN.
type Languages map[lang.Tag]*Catalogue

// Text is the text in the language. In zh-CN, and where there is no translation, it is as
// it was written.
func (l Languages) Text(t lang.Tag, zh string) string {
	if c := l[t]; c != nil {
		return c.Text(zh)
	}
	return zh
}
