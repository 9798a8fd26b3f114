package app

// HTMLElem is an element of any name. go-app has a type for each HTML element with a
// setter for each of its attributes, 52,000 lines; our views are written with app/node,
// and its bridge needs an element's name, space, attributes and children.
type HTMLElem interface {
	HTML

	Body(elems ...UI) HTMLElem
	Text(v any) HTMLElem
	Class(v ...string) HTMLElem
	DataSet(k string, v any) HTMLElem
	Style(k, format string, v ...any) HTMLElem
	Alt(format string, v ...any) HTMLElem
	Src(format string, v ...any) HTMLElem
	XMLNS(v string) HTMLElem

	privateBody(v ...UI) HTMLElem
}

// The elements that go-app itself names.
type (
	HTMLHtml            = HTMLElem
	HTMLBody            = HTMLElem
	HTMLDiv             = HTMLElem
	HTMLElemSelfClosing = HTMLElem
)

type htmlElem struct{ htmlElement }

// htmlElemSelfClosing is never made; node.go asks for it beside htmlElem, to compare names.
type htmlElemSelfClosing struct{ htmlElem }

// Elem is an element with children.
func Elem(tag string) HTMLElem { return &htmlElem{htmlElement{tag: tag}} }

// ElemSelfClosing is an element without children.
func ElemSelfClosing(tag string) HTMLElemSelfClosing {
	return &htmlElem{htmlElement{tag: tag, isSelfClosing: true}}
}

func Body() HTMLBody { return Elem("body") }
func Div() HTMLDiv   { return Elem("div") }
func H1() HTMLElem   { return Elem("h1") }
func P() HTMLElem    { return Elem("p") }
func Code() HTMLElem { return Elem("code") }
func Img() HTMLElem  { return ElemSelfClosing("img") }

// Body sets the children. Which elements have none is looked after where trees are made (app/node).
func (e *htmlElem) Body(v ...UI) HTMLElem { return e.privateBody(v...) }

func (e *htmlElem) privateBody(v ...UI) HTMLElem {
	e.setBody(FilterUIElems(v...))
	return e
}

func (e *htmlElem) Text(v any) HTMLElem { return e.Body(Text(v)) }

func (e *htmlElem) with(name string, value any) HTMLElem {
	e.setAttr(name, value)
	return e
}

func (e *htmlElem) Class(v ...string) HTMLElem       { return e.with("class", AppendClass("", v...)) }
func (e *htmlElem) DataSet(k string, v any) HTMLElem { return e.with("data-"+k, toString(v)) }
func (e *htmlElem) Style(k, format string, v ...any) HTMLElem {
	return e.with("style", k+":"+FormatString(format, v...))
}

func (e *htmlElem) Alt(format string, v ...any) HTMLElem {
	return e.with("alt", FormatString(format, v...))
}

func (e *htmlElem) Src(format string, v ...any) HTMLElem {
	return e.with("src", FormatString(format, v...))
}

func (e *htmlElem) XMLNS(v string) HTMLElem {
	e.xmlns = v
	return e
}

func (e *htmlElem) setDepth(v uint) UI {
	e.treeDepth = v
	return e
}

func (e *htmlElem) setJSElement(v Value) HTML {
	e.jsElement = v
	return e
}

func (e *htmlElem) setAttrs(v attributes) HTML {
	e.attributes = v
	return e
}

func (e *htmlElem) setEvents(v eventHandlers) HTML {
	e.eventHandlers = v
	return e
}

func (e *htmlElem) setParent(v UI) UI {
	e.parentElement = v
	return e
}

func (e *htmlElem) setBody(v []UI) HTML {
	e.children = v
	return e
}
