package web

import (
	"github.com/gofiber/fiber/v2"

	"shebao/app/node"
	"shebao/server/translate"
	"shebao/shared/lang"
	"shebao/shared/page"
)

// Greeting is what somebody meets whose browser prefers a language, before they chose one.
type Greeting string

// The greetings.
const (
	Offered Greeting = "offer" // zh-CN, and one tap away the language
	Spoken  Greeting = "auto"  // the language
)

// language is what the request's page is written in: what was chosen in this browser,
// otherwise what it prefers. The console is zh-CN.
func (s *Server) language(c *fiber.Ctx) lang.Tag {
	if console(c.Path()) {
		return lang.Chinese
	}
	if t, chosen := lang.Parse(c.Cookies(cookieLang)); chosen {
		return s.spoken(t)
	}
	t, _ := lang.Preferred(c.Get(fiber.HeaderAcceptLanguage))
	if t == lang.English && s.English != Spoken {
		return lang.Chinese
	}
	return s.spoken(t)
}

// spoken is the language if there is a catalogue of it.
func (s *Server) spoken(t lang.Tag) lang.Tag {
	if s.Speaks[t] == nil {
		return lang.Chinese
	}
	return t
}

// speak gives the frame its language and the choice of others, and finds the catalogue
// to translate the page with, nil for zh-CN.
func (s *Server) speak(c *fiber.Ctx, route Route, r *Request, f page.Frame) (page.Frame, *translate.Catalogue) {
	if f.Layout == page.LayoutConsole || len(s.Speaks) == 0 {
		return f, nil
	}
	f.Lang = r.Lang
	if c.Method() == fiber.MethodGet && (f.Layout == page.LayoutPlain || f.Tab != "") && route.pattern != page.PathLang {
		f.Here = r.URL // nothing is under way there that a change of language could lose
		wish, _ := lang.Preferred(c.Get(fiber.HeaderAcceptLanguage))
		if _, chosen := lang.Parse(c.Cookies(cookieLang)); !chosen && r.Lang == lang.Chinese {
			f.Offers = s.spoken(wish)
		}
	}
	catalogue := s.Speaks[f.Lang]
	if catalogue == nil {
		return f, nil
	}
	f.Title, f.Service, f.Notice = catalogue.Text(f.Title), catalogue.Text(f.Service), catalogue.Text(f.Notice)
	f.Said = said(catalogue)
	return f, catalogue
}

// read are the attributes that people hear or see.
var read = map[string]bool{
	"alt": true, "aria-description": true, "aria-label": true, "aria-valuetext": true, "data-confirm": true, "data-head": true, "data-keep": true, "data-speak": true,
	"label": true, "placeholder": true, "title": true,
}

// localize is the drawn page in the catalogue's language. What stays Chinese, somebody's
// own words, is marked as zh-CN for those who listen.
func localize(root *node.Element, c *translate.Catalogue) *node.Element {
	return root.Rewrite(node.Rewriter{
		Text: func(e *node.Element, t node.Text) (node.Node, node.Attribute) {
			if e.Tag() == "textarea" {
				return t, node.Attribute{} // what somebody typed
			}
			parts, _ := c.Parts(string(t))
			return put(e, parts)
		},
		Value: func(_ *node.Element, a node.Attribute) string {
			if !read[a.Name()] {
				return a.Value()
			}
			return c.Text(a.Value())
		},
		Own: func(e *node.Element) node.Attribute {
			if _, said := e.Attr("lang"); said || !translate.Chinese(node.Content(e)) {
				return node.Attribute{}
			}
			return chinese
		},
	})
}

var chinese = node.Lang(lang.Chinese.Code())

// put makes nodes of a translated text of e. Foreign words say their language: on e itself
// when nothing else is in the text, in elements of their own where those change nothing of
// the layout.
func put(e *node.Element, parts []translate.Part) (node.Node, node.Attribute) {
	if len(parts) == 1 && (len(e.Kids()) == 1 || !parts[0].Foreign) {
		if parts[0].Foreign && !e.SVG() {
			return node.Text(parts[0].Text), chinese
		}
		return node.Text(parts[0].Text), node.Attribute{}
	}
	mixed := make(node.Group, len(parts))
	for i, p := range parts {
		mixed[i] = node.Text(p.Text)
		if p.Foreign && flowing[e.Tag()] {
			mixed[i] = node.Span(chinese, node.Text(p.Text))
		}
	}
	return mixed, node.Attribute{}
}

// flowing are the elements whose content is a run of text.
var flowing = map[string]bool{
	"p": true, "dd": true, "dt": true, "li": true, "td": true, "th": true, "h1": true, "h2": true, "h3": true,
	"label": true, "legend": true, "span": true, "strong": true, "caption": true, "div": true,
}
