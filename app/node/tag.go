package node

import "strings"

// kind says how an element is written and what it may hold.
type kind uint8

const (
	normal   kind = iota + 1
	void          // no content, no end tag
	textOnly      // text but no elements
	svg
)

// tags are the elements a view may use. What is missing is missing on purpose:
// script, style, iframe, object, embed, template, noscript, link, meta, base.
var tags = func() map[string]kind {
	m := map[string]kind{}
	for k, list := range map[kind]string{
		normal: `a abbr address article aside b bdi bdo blockquote button caption cite code colgroup data datalist
			dd del details dfn div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup
			i ins kbd label legend li main mark menu meter nav ol optgroup output p pre progress q rp rt ruby s
			samp search section select small span strong sub summary sup table tbody td tfoot th thead time tr u
			ul var video audio`,
		void:     `br col hr img input source wbr`,
		textOnly: `option textarea`,
		svg:      `svg g path rect circle ellipse line polyline polygon text tspan title desc defs clipPath`,
	} {
		for _, t := range strings.Fields(list) {
			m[t] = k
		}
	}
	return m
}()

// Common elements.
func A(items ...Item) *Element          { return El("a", items...) }
func B(items ...Item) *Element          { return El("b", items...) }
func Br() *Element                      { return El("br") }
func Button(items ...Item) *Element     { return El("button", items...) }
func Caption(items ...Item) *Element    { return El("caption", items...) }
func Dd(items ...Item) *Element         { return El("dd", items...) }
func Details(items ...Item) *Element    { return El("details", items...) }
func Div(items ...Item) *Element        { return El("div", items...) }
func Dl(items ...Item) *Element         { return El("dl", items...) }
func Dt(items ...Item) *Element         { return El("dt", items...) }
func Fieldset(items ...Item) *Element   { return El("fieldset", items...) }
func Figcaption(items ...Item) *Element { return El("figcaption", items...) }
func Figure(items ...Item) *Element     { return El("figure", items...) }
func Footer(items ...Item) *Element     { return El("footer", items...) }
func Form(items ...Item) *Element       { return El("form", items...) }
func H1(items ...Item) *Element         { return El("h1", items...) }
func H2(items ...Item) *Element         { return El("h2", items...) }
func H3(items ...Item) *Element         { return El("h3", items...) }
func Header(items ...Item) *Element     { return El("header", items...) }
func Hr() *Element                      { return El("hr") }
func Img(items ...Item) *Element        { return El("img", items...) }
func Input(items ...Item) *Element      { return El("input", items...) }
func Label(items ...Item) *Element      { return El("label", items...) }
func Legend(items ...Item) *Element     { return El("legend", items...) }
func Li(items ...Item) *Element         { return El("li", items...) }
func Main(items ...Item) *Element       { return El("main", items...) }
func Nav(items ...Item) *Element        { return El("nav", items...) }
func Ol(items ...Item) *Element         { return El("ol", items...) }
func Option(items ...Item) *Element     { return El("option", items...) }
func Output(items ...Item) *Element     { return El("output", items...) }
func P(items ...Item) *Element          { return El("p", items...) }
func Progress(items ...Item) *Element   { return El("progress", items...) }
func Section(items ...Item) *Element    { return El("section", items...) }
func Select(items ...Item) *Element     { return El("select", items...) }
func Small(items ...Item) *Element      { return El("small", items...) }
func Span(items ...Item) *Element       { return El("span", items...) }
func Strong(items ...Item) *Element     { return El("strong", items...) }
func Summary(items ...Item) *Element    { return El("summary", items...) }
func Table(items ...Item) *Element      { return El("table", items...) }
func Tbody(items ...Item) *Element      { return El("tbody", items...) }
func Td(items ...Item) *Element         { return El("td", items...) }
func Textarea(items ...Item) *Element   { return El("textarea", items...) }
func Tfoot(items ...Item) *Element      { return El("tfoot", items...) }
func Th(items ...Item) *Element         { return El("th", items...) }
func Thead(items ...Item) *Element      { return El("thead", items...) }
func Time(items ...Item) *Element       { return El("time", items...) }
func Tr(items ...Item) *Element         { return El("tr", items...) }
func Ul(items ...Item) *Element         { return El("ul", items...) }
