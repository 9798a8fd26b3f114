// Package wire reads the JSON in which pages arrive into their state types, as
// encoding/json would. It knows what states are made of (structs, slices, pointers, texts,
// whole numbers, truth values) and, into an any, lists and texts (a drawn tree), and
// nothing else: encoding/json and the fmt it needs would be a fifth of the browser app.
package wire

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrForm means that a text is not the JSON of the type it is read into.
var ErrForm = errors.New("not the JSON of this state")

// Raw is implemented by types that keep their JSON unread; page.JSON does.
type Raw interface{ SetJSON([]byte) }

// Decode reads data into what v points to. Fields are found by their names as
// encoding/json writes them; members without a field are passed over. What data lacks stays as it is.
// The error is ErrForm with the place.
func Decode(data []byte, v any) (err error) {
	d := decoder{data: data}
	defer func() {
		if r := recover(); r != nil {
			bad, ok := r.(fault)
			if !ok {
				panic(r)
			}
			err = errors.Join(ErrForm, bad)
		}
	}()
	d.value(reflect.ValueOf(v).Elem())
	if d.skip(); d.at < len(data) {
		d.fail("something after the end")
	}
	return nil
}

// fault is where and why reading stopped.
type fault struct {
	at  int
	why string
}

func (f fault) Error() string { return f.why + " at byte " + strconv.Itoa(f.at) }

type decoder struct {
	data  []byte
	at    int
	depth int
}

// deepest is how far values may be nested, so that a text can't use up the stack.
const deepest = 200

func (d *decoder) fail(why string) { panic(fault{d.at, why}) }

// skip passes white space and returns the next byte, 0 at the end.
func (d *decoder) skip() byte {
	for ; d.at < len(d.data); d.at++ {
		switch c := d.data[d.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take passes c if it comes next.
func (d *decoder) take(c byte) bool {
	if d.skip() != c || d.at == len(d.data) {
		return false
	}
	d.at++
	return true
}

func (d *decoder) want(c byte) {
	if !d.take(c) {
		d.fail("no " + string(rune(c)))
	}
}

func (d *decoder) word(w string) bool {
	if !strings.HasPrefix(string(d.data[d.at:min(len(d.data), d.at+len(w))]), w) {
		return false
	}
	d.at += len(w)
	return true
}

// value reads the next value into v.
func (d *decoder) value(v reflect.Value) {
	if d.depth++; d.depth > deepest {
		d.fail("nested too deeply")
	}
	defer func() { d.depth-- }()
	if raw, ok := v.Addr().Interface().(Raw); ok {
		d.skip()
		from := d.at
		d.pass()
		raw.SetJSON(d.data[from:d.at])
		return
	}
	d.skip()
	if d.word("null") {
		switch v.Kind() { //nolint:exhaustive // the others stay as they are
		case reflect.Pointer, reflect.Slice:
			v.SetZero()
		}
		return
	}
	switch v.Kind() { //nolint:exhaustive // states have no other kinds; a test sees to that
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(v.Elem())
	case reflect.Interface: // a tree: texts and lists
		if d.skip() == '[' {
			var list []any
			d.array(reflect.ValueOf(&list).Elem())
			v.Set(reflect.ValueOf(list))
			return
		}
		v.Set(reflect.ValueOf(d.text()))
	case reflect.Struct:
		d.object(v)
	case reflect.Slice:
		d.array(v)
	case reflect.String:
		v.SetString(d.text())
	case reflect.Bool:
		switch {
		case d.word("true"):
			v.SetBool(true)
		case d.word("false"):
			v.SetBool(false)
		default:
			d.fail("no truth value")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(d.number(), 10, v.Type().Bits())
		if err != nil {
			d.fail("no whole number of this size")
		}
		v.SetInt(n)
	default:
		d.fail("no reading of " + v.Type().String())
	}
}

func (d *decoder) object(v reflect.Value) {
	d.want('{')
	if d.take('}') {
		return
	}
	for {
		d.skip()
		name := d.text()
		d.want(':')
		if f, ok := field(v, name); ok {
			d.value(f)
		} else {
			d.pass()
		}
		if !d.take(',') {
			break
		}
	}
	d.want('}')
}

// field finds the field with this name: its tag's or, without one, its own.
func field(v reflect.Value, name string) (reflect.Value, bool) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name && name != "" || tag == "" && f.Name == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func (d *decoder) array(v reflect.Value) {
	d.want('[')
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	if d.take(']') {
		return
	}
	for {
		if v.Len() == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(v.Len() + 1)
		last := v.Index(v.Len() - 1)
		last.SetZero()
		d.value(last)
		if !d.take(',') {
			break
		}
	}
	d.want(']')
}

// number passes a number and returns it as it is written.
func (d *decoder) number() string {
	from := d.at
	for d.at < len(d.data) && strings.IndexByte("+-.eE0123456789", d.data[d.at]) >= 0 {
		d.at++
	}
	s := string(d.data[from:d.at])
	digits := strings.TrimPrefix(s, "-")
	if s == "" || s[0] == '+' || len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		d.fail("no number")
	}
	return s
}

// text reads a string. Bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD.
func (d *decoder) text() string {
	if d.at == len(d.data) || d.data[d.at] != '"' {
		d.fail("no text")
	}
	d.at++
	from := d.at
	for d.at < len(d.data) { // mostly there is nothing to undo
		switch c := d.data[d.at]; {
		case c == '"':
			d.at++
			return strings.ToValidUTF8(string(d.data[from:d.at-1]), "\ufffd")
		case c == '\\':
			return d.escaped(from)
		case c < ' ':
			d.fail("a control character in a text")
		}
		d.at++
	}
	d.fail("a text without an end")
	return ""
}

// escaped reads on where the first backslash stands; the text began at from.
func (d *decoder) escaped(from int) string {
	b := append([]byte(nil), d.data[from:d.at]...)
	for d.at < len(d.data) {
		c := d.data[d.at]
		d.at++
		switch {
		case c == '"':
			return strings.ToValidUTF8(string(b), "\ufffd")
		case c == '\\':
			b = utf8.AppendRune(b, d.escape())
		case c < ' ':
			d.fail("a control character in a text")
		default:
			b = append(b, c)
		}
	}
	d.fail("a text without an end")
	return ""
}

const escapes = `"\/bfnrt`

func (d *decoder) escape() rune {
	if d.at == len(d.data) {
		d.fail("a text without an end")
	}
	c := d.data[d.at]
	d.at++
	if i := strings.IndexByte(escapes, c); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i])
	}
	if c != 'u' {
		d.fail("an unknown escape")
	}
	r := d.hex()
	if high := r >= 0xd800 && r < 0xdc00; high && d.word(`\u`) {
		low := d.hex()
		if low >= 0xdc00 && low < 0xe000 {
			return (r-0xd800)<<10 | (low - 0xdc00) + 0x10000
		}
		d.at -= 6 // a character of its own
	}
	return r // half a pair is written as U+FFFD
}

func (d *decoder) hex() rune {
	if d.at+4 > len(d.data) {
		d.fail("a text without an end")
	}
	n, err := strconv.ParseUint(string(d.data[d.at:d.at+4]), 16, 16)
	if err != nil {
		d.fail("no hexadecimal number")
	}
	d.at += 4
	return rune(n)
}

// pass passes the next value, whatever it is.
func (d *decoder) pass() {
	if d.depth++; d.depth > deepest {
		d.fail("nested too deeply")
	}
	defer func() { d.depth-- }()
	switch c := d.skip(); c {
	case '{', '[':
		d.at++
		end := c + 2 // ASCII has } and ] two after their openings
		if d.take(end) {
			return
		}
		for {
			if c == '{' {
				d.skip()
				d.text()
				d.want(':')
			}
			d.pass()
			if !d.take(',') {
				break
			}
		}
		d.want(end)
	case '"':
		d.text()
	default:
		if !d.word("true") && !d.word("false") && !d.word("null") {
			d.number()
		}
	}
}
