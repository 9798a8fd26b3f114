// Package bridge turns a node tree into go-app elements. It is the only place
// that knows how go-app stores attributes.
package bridge

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"shebao/app/node"
)

const svgSpace = "http://www.w3.org/2000/svg"

// UI returns the go-app element for e. What go-app then mounts is the document
// that a browser makes of e's HTML: the same elements, texts and attributes.
func UI(e *node.Element) app.UI {
	if e.Void() {
		v := app.ElemSelfClosing(e.Tag())
		give(v, e)
		return v
	}
	v := app.Elem(e.Tag())
	if e.SVG() {
		v = v.XMLNS(svgSpace)
	}
	give(v, e)
	kids := e.Kids()
	if len(kids) == 0 {
		return v
	}
	body := make([]app.UI, 0, len(kids))
	for _, k := range kids {
		switch k := k.(type) {
		case node.Text:
			body = append(body, app.Text(string(k)))
		case *node.Element:
			body = append(body, UI(k))
		}
	}
	return v.Body(body...)
}

// give puts e's attributes into go-app's own map. Its setters are no use here:
// they drop empty values (alt, an option's value), trim others, and set some names as
// properties, so that a value typed by the person or a tick would be written over.
func give(v app.UI, e *node.Element) {
	attrs := e.Attrs()
	if len(attrs) == 0 {
		return
	}
	m := make(map[string]string, len(attrs))
	for _, a := range attrs {
		m[attributeName(e, a)] = a.Value()
	}
	*attributes(v) = m
}

// attributeName is the name under which go-app calls setAttribute. For the names it
// treats in its own way (value, checked, href …) that is the name in capitals, which
// HTML elements accept as the same attribute and go-app passes on untouched.
func attributeName(e *node.Element, a node.Attribute) string {
	if e.SVG() {
		return a.Name()
	}
	return strings.ToUpper(a.Name())
}

// attributes is the map in which go-app keeps an element's attributes. The field has no
// setter that keeps values as they are; a test pins its name and type. It panics under
// another go-app than the tested one: to go on would lose every attribute.
func attributes(v app.UI) *map[string]string {
	f := reflect.ValueOf(v).Elem().FieldByName("attributes")
	if !f.IsValid() || f.Kind() != reflect.Map || f.Type().Elem().Kind() != reflect.String {
		panic("bridge: " + reflect.TypeOf(v).String() + " keeps its attributes elsewhere") // another go-app than the pinned one: TestUI meets it
	}
	return (*map[string]string)(unsafe.Pointer(f.UnsafeAddr())) //nolint:gosec // see above
}
