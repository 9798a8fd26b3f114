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

// A makes <a>.
func A(items ...Item) *Element { return El("a", items...) }

// B makes <b>.
func B(items ...Item) *Element { return El("b", items...) }

// Br makes <br>.
func Br() *Element { return El("br") }

// Button makes <button>.
func Button(items ...Item) *Element { return El("button", items...) }

// Caption makes <caption>.
func Caption(items ...Item) *Element { return El("caption", items...) }

// Dd makes <dd>.
func Dd(items ...Item) *Element { return El("dd", items...) }

// Details makes <details>.
func Details(items ...Item) *Element { return El("details", items...) }

// Div makes <div>.
func Div(items ...Item) *Element { return El("div", items...) }

// Dl makes <dl>.
func Dl(items ...Item) *Element { return El("dl", items...) }

// Dt makes <dt>.
func Dt(items ...Item) *Element { return El("dt", items...) }

// Fieldset makes <fieldset>.
func Fieldset(items ...Item) *Element { return El("fieldset", items...) }

// Figcaption makes <figcaption>.
func Figcaption(items ...Item) *Element { return El("figcaption", items...) }

// Figure makes <figure>.
func Figure(items ...Item) *Element { return El("figure", items...) }

// Footer makes <footer>.
func Footer(items ...Item) *Element { return El("footer", items...) }

// Form makes <form>.
func Form(items ...Item) *Element { return El("form", items...) }

// H1 makes <h1>.
func H1(items ...Item) *Element { return El("h1", items...) }

// H2 makes <h2>.
func H2(items ...Item) *Element { return El("h2", items...) }

// H3 makes <h3>.
func H3(items ...Item) *Element { return El("h3", items...) }

// Header makes <header>.
func Header(items ...Item) *Element { return El("header", items...) }

// Hr makes <hr>.
func Hr() *Element { return El("hr") }

// Img makes <img>.
func Img(items ...Item) *Element { return El("img", items...) }

// Input makes <input>.
func Input(items ...Item) *Element { return El("input", items...) }

// Label makes <label>.
func Label(items ...Item) *Element { return El("label", items...) }

// Legend makes <legend>.
func Legend(items ...Item) *Element { return El("legend", items...) }

// Li makes <li>.
func Li(items ...Item) *Element { return El("li", items...) }

// Main makes <main>.
func Main(items ...Item) *Element { return El("main", items...) }

// Nav makes <nav>.
func Nav(items ...Item) *Element { return El("nav", items...) }

// Ol makes <ol>.
func Ol(items ...Item) *Element { return El("ol", items...) }

// Option makes <option>.
func Option(items ...Item) *Element { return El("option", items...) }

// Output makes <output>.
func Output(items ...Item) *Element { return El("output", items...) }

// P makes <p>.
func P(items ...Item) *Element { return El("p", items...) }

// Progress makes <progress>.
func Progress(items ...Item) *Element { return El("progress", items...) }

// Section makes <section>.
func Section(items ...Item) *Element { return El("section", items...) }

// Select makes <select>.
func Select(items ...Item) *Element { return El("select", items...) }

// Small makes <small>.
func Small(items ...Item) *Element { return El("small", items...) }

// Span makes <span>.
func Span(items ...Item) *Element { return El("span", items...) }

// Strong makes <strong>.
func Strong(items ...Item) *Element { return El("strong", items...) }

// Summary makes <summary>.
func Summary(items ...Item) *Element { return El("summary", items...) }

// Table makes <table>.
func Table(items ...Item) *Element { return El("table", items...) }

// Tbody makes <tbody>.
func Tbody(items ...Item) *Element { return El("tbody", items...) }

// Td makes <td>.
func Td(items ...Item) *Element { return El("td", items...) }

// Textarea makes <textarea>.
func Textarea(items ...Item) *Element { return El("textarea", items...) }

// Tfoot makes <tfoot>.
func Tfoot(items ...Item) *Element { return El("tfoot", items...) }

// Th makes <th>.
func Th(items ...Item) *Element { return El("th", items...) }

// Thead makes <thead>.
func Thead(items ...Item) *Element { return El("thead", items...) }

// Time makes <time>.
func Time(items ...Item) *Element { return El("time", items...) }

// Tr makes <tr>.
func Tr(items ...Item) *Element { return El("tr", items...) }

// Ul makes <ul>.
func Ul(items ...Item) *Element { return El("ul", items...) }
