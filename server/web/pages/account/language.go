package account

import (
	"context"
	"fmt"

	"shebao/server/web"
	"shebao/shared/lang"
	"shebao/shared/page"
)

func (d Deps) languagePage() web.Route {
	return web.Page[page.Languages]{
		Pattern: page.PathLang, Access: web.Public,
		Frame: page.Frame{Title: "语言 / Language", Back: page.PathMe, Layout: page.LayoutPlain},
		Load:  func(_ context.Context, r *web.Request) (page.Languages, error) { return languages(r), nil },
		Act:   d.choose,
	}.Route()
}

func languages(r *web.Request) page.Languages {
	return page.Languages{Current: r.Lang, Here: page.PathLang}
}

// choose keeps the language in the browser, so that it holds before login, and with the
// person, so that it follows them to another phone. The page that they were on says it.
func (d Deps) choose(ctx context.Context, r *web.Request) (web.Answer[page.Languages], error) {
	t, ok := lang.Parse(r.Form.Get(page.FieldLang))
	if !ok {
		return web.Stay(languages(r)), nil
	}
	if r.Person != "" {
		if err := d.Displays.SetLanguage(ctx, r.Person, t); err != nil {
			return web.Answer[page.Languages]{}, fmt.Errorf("keep language of %s: %w", r.Person, err)
		}
	}
	r.Prefer(web.Language, t.Code())
	return web.GoSaying[page.Languages](web.Local(r.Form.Get(page.FieldHere)), "已更改语言"), nil
}

// speak keeps the language that somebody chose on the way in. Who chose none there gets
// what they chose earlier, on any phone.
func (d Deps) speak(ctx context.Context, r *web.Request, who string) error {
	if r.ChoseLang {
		return nil
	}
	t, chosen, err := d.Displays.Language(ctx, who)
	if err != nil {
		return fmt.Errorf("load language of %s: %w", who, err)
	}
	if chosen {
		r.Prefer(web.Language, t.Code())
	}
	return nil
}
