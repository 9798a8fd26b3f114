package node

import (
	"strconv"
	"strings"
)

// Attribute is one attribute of an element. The zero Attribute is nothing.
type Attribute struct{ name, value string }

// Attributes are several attributes given as one item.
type Attributes []Attribute

func (Attributes) item() {}

// Name is the attribute's name, lower case except in SVG.
func (a Attribute) Name() string { return a.name }

// Value is the attribute's value before escaping, "" for a boolean one.
func (a Attribute) Value() string { return a.value }

// Boolean attributes are there or not; they have no value. Say If(cond, Checked).
var (
	AutoFocus = Attribute{name: "autofocus"}
	Checked   = Attribute{name: "checked"}
	Controls  = Attribute{name: "controls"}
	Disabled  = Attribute{name: "disabled"}
	Download  = Attribute{name: "download"}
	Hidden    = Attribute{name: "hidden"}
	Multiple  = Attribute{name: "multiple"}
	NoValid   = Attribute{name: "novalidate"}
	Open      = Attribute{name: "open"}
	ReadOnly  = Attribute{name: "readonly"}
	Required  = Attribute{name: "required"}
	Reversed  = Attribute{name: "reversed"}
	Selected  = Attribute{name: "selected"}
)

var booleans = set(`autofocus autoplay checked controls default disabled download formnovalidate hidden inert ismap
	itemscope loop multiple muted nomodule novalidate open playsinline readonly required reversed selected`)

// urls are attributes whose value a browser may follow or load.
var urls = set(`action cite data formaction href poster src`)

// camel are the SVG attributes whose name is not lower case.
var camel = set(`viewBox preserveAspectRatio textLength lengthAdjust clipPathUnits patternUnits gradientUnits`)

// never are attributes that would bring in code, style or another document.
var never = set(`style srcdoc srcset imagesrcset ping background manifest is nonce http-equiv slot`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(list) {
		m[s] = true
	}
	return m
}

// Attr makes any attribute that has a value. It panics on names that are not
// allowed: event handlers, style, boolean ones (use their variables), bad names. Views
// write names as constants, so that is a mistake in a view that any test of it meets;
// names from outside are read by ReadJSON, which returns an error.
// A URL with a scheme that could run code becomes RefusedURL.
func Attr(name, value string) Attribute {
	if booleans[name] || !allowed(name) {
		panic("node: attribute " + strconv.Quote(name) + " is not allowed") // a mistake in a view, met by any test of it
	}
	if urls[name] {
		value = safeURL(value)
	}
	return Attribute{name, clean(value)}
}

func allowed(name string) bool {
	return validName(name) && !strings.HasPrefix(name, "on") && !never[name]
}

func validName(s string) bool {
	if camel[s] {
		return true
	}
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

// RefusedURL stands where a view was given an address that may not be linked.
const RefusedURL = "about:invalid"

// safeURL passes paths of this site, fragments, queries and http, https, mailto
// and tel addresses; everything else (javascript:, data:, //host) is refused.
func safeURL(u string) string {
	for i := range len(u) {
		if u[i] <= ' ' || u[i] == 0x7f || u[i] == '\\' {
			return RefusedURL // browsers drop or rewrite these, so what we read is not what they follow
		}
	}
	if strings.HasPrefix(u, "//") {
		return RefusedURL
	}
	end := strings.IndexAny(u, ":/?#")
	if end < 0 || u[end] != ':' {
		return u
	}
	switch strings.ToLower(u[:end]) {
	case "http", "https", "mailto", "tel":
		return u
	}
	return RefusedURL
}

// Class names the element's style classes; empty names are left out. Several
// Class items add up.
func Class(names ...string) Attribute {
	s := strings.Join(strings.Fields(strings.Join(names, " ")), " ")
	if s == "" {
		return Attribute{}
	}
	return Attr("class", s)
}

// Aria makes an aria-… attribute.
func Aria(name, value string) Attribute { return Attr("aria-"+name, value) }

// Data makes a data-… attribute.
func Data(name, value string) Attribute { return Attr("data-"+name, value) }

// Action is the attribute action.
func Action(u string) Attribute { return Attr("action", u) }

// Alt is the attribute alt.
func Alt(s string) Attribute { return Attr("alt", s) }

// AutoComplete is the attribute autocomplete.
func AutoComplete(s string) Attribute { return Attr("autocomplete", s) }

// Colspan is the attribute colspan.
func Colspan(n int) Attribute { return Attr("colspan", strconv.Itoa(n)) }

// DateTime is the attribute datetime.
func DateTime(s string) Attribute { return Attr("datetime", s) }

// For is the attribute for.
func For(id string) Attribute { return Attr("for", id) }

// Height is the attribute height.
func Height(n int) Attribute { return Attr("height", strconv.Itoa(n)) }

// Href is the attribute href.
func Href(u string) Attribute { return Attr("href", u) }

// ID is the attribute id.
func ID(s string) Attribute { return Attr("id", s) }

// InputMode is the attribute inputmode.
func InputMode(s string) Attribute { return Attr("inputmode", s) }

// Lang is the attribute lang.
func Lang(s string) Attribute { return Attr("lang", s) }

// Max is the attribute max.
func Max(s string) Attribute { return Attr("max", s) }

// MaxLength is the attribute maxlength.
func MaxLength(n int) Attribute { return Attr("maxlength", strconv.Itoa(n)) }

// Method is the attribute method.
func Method(s string) Attribute { return Attr("method", s) }

// Min is the attribute min.
func Min(s string) Attribute { return Attr("min", s) }

// Name is the attribute name.
func Name(s string) Attribute { return Attr("name", s) }

// Placeholder is the attribute placeholder.
func Placeholder(s string) Attribute { return Attr("placeholder", s) }

// Role is the attribute role.
func Role(s string) Attribute { return Attr("role", s) }

// Rowspan is the attribute rowspan.
func Rowspan(n int) Attribute { return Attr("rowspan", strconv.Itoa(n)) }

// Scope is the attribute scope.
func Scope(s string) Attribute { return Attr("scope", s) }

// Src is the attribute src.
func Src(u string) Attribute { return Attr("src", u) }

// Step is the attribute step.
func Step(s string) Attribute { return Attr("step", s) }

// TabIndex is the attribute tabindex.
func TabIndex(n int) Attribute { return Attr("tabindex", strconv.Itoa(n)) }

// Title is the attribute title.
func Title(s string) Attribute { return Attr("title", s) }

// Type is the attribute type.
func Type(s string) Attribute { return Attr("type", s) }

// Value is the attribute value.
func Value(s string) Attribute { return Attr("value", s) }

// Width is the attribute width.
func Width(n int) Attribute { return Attr("width", strconv.Itoa(n)) }
