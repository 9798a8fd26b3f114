package fmt_test

import (
	"errors"
	std "fmt"
	"reflect"
	"testing"

	"shebao/app/small/fmt"
)

type named string

func TestSprintf(t *testing.T) {
	t.Run("writes what go-app writes as the standard package does", func(t *testing.T) {
		for _, c := range []struct {
			format string
			v      []any
		}{
			{"plain", nil},
			{"%s:%v", []any{"a.go", 12}},
			{"%v %v", []any{errors.New("no"), true}},
			{"100%%", nil},
			{"%v", []any{nil}},
			{"%T", []any{named("")}},
			{"%v", []any{reflect.TypeFor[named]()}},
			{"%v%d", []any{named("社"), uint8(7)}},
			{"%v", nil},
			{"%T", []any{nil}},
			{"%d", []any{int64(-5)}},
		} {
			if got, want := fmt.Sprintf(c.format, c.v...), std.Sprintf(c.format, c.v...); got != want {
				t.Errorf("%q: got %q, not %q", c.format, got, want)
			}
		}
	})
	t.Run("names the type of what it can't write", func(t *testing.T) {
		if got := fmt.Sprint("a", []int{1}); got != "a[]int" {
			t.Errorf("got %q", got)
		}
	})
}
