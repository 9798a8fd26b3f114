package admin

import (
	"slices"
	"testing"
)

func TestCellsOf(t *testing.T) {
	for name, c := range map[string]struct {
		cells []string
		want  []any
	}{
		"as they stood":                     {[]string{"a", "b", "c"}, []any{"a", "b", "c"}},
		"of a row that was taken":           {nil, []any{"", "", ""}},
		"with what stood behind the last":   {[]string{"a", "b", "1", "200"}, []any{"a", "b", "1,200"}},
		"with an empty last and one behind": {[]string{"a", "b", "", "x"}, []any{"a", "b", ",x"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cellsOf(c.cells, 3); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
