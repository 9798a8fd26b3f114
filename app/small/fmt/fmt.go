// Package fmt stands in for the standard one in the browser app's copy of go-app, which
// formats only what it logs and reports. It writes texts, errors, numbers, truth
// values and types; of anything else it writes the type. It asks nothing for its String
// method: the program would have to keep those of all its types.
package fmt

import (
	"reflect"
	"strconv"
	"strings"
)

// Sprint writes its operands without anything between.
func Sprint(v ...any) string {
	var b strings.Builder
	for _, v := range v {
		b.WriteString(text(v))
	}
	return b.String()
}

// Sprintf puts its operands in place of %v, %s, %d and %T, and % for %%. Other verbs,
// widths and flags stay as they are, followed by the operand in brackets.
func Sprintf(format string, v ...any) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(format, "%")
		b.WriteString(before)
		if !found || rest == "" {
			return b.String()
		}
		verb := rest[0]
		format = rest[1:]
		if verb == '%' {
			b.WriteByte('%')
			continue
		}
		if len(v) == 0 {
			b.WriteString("%!" + string(rune(verb)) + "(MISSING)")
			continue
		}
		switch verb {
		case 'v', 's', 'd':
			b.WriteString(text(v[0]))
		case 'T':
			b.WriteString(kind(v[0]))
		default:
			b.WriteString("%" + string(rune(verb)) + "(" + text(v[0]) + ")")
		}
		v = v[1:]
	}
}

// Printf writes nothing: go-app prints on a server only.
func Printf(string, ...any) {}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "<nil>"
	case string:
		return v
	case error:
		return v.Error()
	case reflect.Type:
		return v.String()
	}
	switch r := reflect.ValueOf(v); r.Kind() { //nolint:exhaustive // the others are written as their type
	case reflect.String:
		return r.String()
	case reflect.Bool:
		return strconv.FormatBool(r.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(r.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(r.Uint(), 10)
	}
	return kind(v)
}

func kind(v any) string {
	if v == nil {
		return "<nil>"
	}
	return reflect.TypeOf(v).String()
}
