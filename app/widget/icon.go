package widget

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"shebao/app/node"
)

// icons are drawn on a 24 × 24 grid with strokes of 2: "M…" is a path, "r x y w h"
// a rectangle, "c x y r" a circle.
var icons = map[string]string{
	"home":        "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
	"grid":        "r 4 4 7 7|r 13 4 7 7|r 4 13 7 7|r 13 13 7 7",
	"person":      "c 12 8 4|M4 21c1-5.500 15-5.500 16 0",
	"people":      "c 9 8 3.500|M2.500 20c.8-4.500 12.200-4.500 13 0|M15 4.800a3.500 3.500 0 0 1 0 6.400|M18 14.500c2 .7 3.200 2.300 3.500 4.500",
	"back":        "M15 5l-7 7 7 7",
	"next":        "M9 5l7 7-7 7",
	"pension":     "M3 20h18|M6 20V10l6-5 6 5v10|M10 20v-5h4v5",
	"medical":     "M12 20.500C5.500 16.500 3 13 3 9.500A4.700 4.700 0 0 1 12 7a4.700 4.700 0 0 1 9 2.500c0 3.500-2.500 7-9 11z|M12 9.500v5|M9.500 12h5",
	"card":        "r 3 5 18 14|M3 10h18|M7 15h4",
	"paper":       "M6 3h9l4 4v14H6z|M14.500 3v4.500H19|M9 12h6|M9 16h6",
	"search":      "c 11 11 6.500|M16 16l4.500 4.500",
	"coins":       "c 12 12 8.500|M8.500 7.500L12 12l3.500-4.500|M8.500 12.500h7|M8.500 15.500h7|M12 12v6",
	"cancel":      "c 12 12 8.500|M9 9l6 6|M15 9l-6 6",
	"list":        "M9 6h11|M9 12h11|M9 18h11|M4.500 6h.01|M4.500 12h.01|M4.500 18h.01",
	"download":    "M12 4v11|M7.500 11l4.500 4.500L16.500 11|M5 20h14",
	"print":       "M7 9V4h10v5|r 4 9 16 8|M7 14h10v6H7z",
	"shield":      "M12 3l7.500 3v5.500c0 4.500-3 8-7.500 9.500-4.500-1.500-7.500-5-7.500-9.500V6z|M8.500 12l2.500 2.500 4.500-5",
	"scan":        "M4 8V4h4|M16 4h4v4|M20 16v4h-4|M8 20H4v-4|M4 12h16",
	"bell":        "M6 17V11a6 6 0 0 1 12 0v6l1.500 1.500h-15z|M10 21h4",
	"speak":       "M4 10v4h3l5 4V6l-5 4z|M15.500 9a4.500 4.500 0 0 1 0 6|M18 6.500a8 8 0 0 1 0 11",
	"lock":        "r 5 11 14 9|M8 11V8a4 4 0 0 1 8 0v3",
	"globe":       "c 12 12 8.500|M3.500 12h17|M12 3.500c-5.500 5-5.500 12 0 17|M12 3.500c5.500 5 5.500 12 0 17",
	"phone":       "r 7 3 10 18|M11 18h2",
	"out":         "M10 4H5v16h5|M10 12h10|M16 8l4 4-4 4",
	"plus":        "M12 5v14|M5 12h14",
	"offline":     "M4 9.500a12 12 0 0 1 16 0|M7.500 13a7 7 0 0 1 9 0|M12 17.500h.01|M4 4l16 16",
	"empty":       "M4 13l3-8h10l3 8v6H4z|M4 13h5l1 2.500h4l1-2.500h5",
	"ok":          "M5 12.500l4.500 4.500L19 7.500",
	"wait":        "c 12 12 8|M12 7.500V12l3 2",
	"bad":         "M12 6v7.500|M12 17.500h.01",
	"info":        "c 12 12 8.500|M12 11v5.500|M12 7.500h.01",
	"calculation": "r 5 3 14 18|M8.500 7.500h7|M8.500 12h.01|M12 12h.01|M15.500 12h.01|M8.500 16h.01|M12 16h.01|M15.500 16h.01",
}

// Icon draws one of our icons in the colour of the text around it. It is
// decoration: the words beside it say what it means. An unknown name panics, which
// an error page on the server and view.Set.Render in the browser make an error of.
func Icon(name string) *node.Element {
	known, _ := drawn.Load(name)
	if e, ok := known.(*node.Element); ok {
		return e
	}
	drawing, ok := icons[name]
	if !ok {
		panic("widget: no icon called " + name) // a mistake in a view: its page is an error page, the next one works
	}
	e := draw(drawing)
	drawn.Store(name, e)
	return e
}

// drawn are the icons used so far as elements by name, shared by all trees. None is drawn
// before it is used: a phone waits for whatever happens at the start.
var drawn sync.Map

func draw(drawing string) *node.Element {
	var shapes node.Group
	for shape := range strings.SplitSeq(drawing, "|") {
		f := strings.Fields(shape)
		switch f[0] {
		case "r":
			shapes = append(shapes, node.El("rect", node.Attr("x", f[1]), node.Attr("y", f[2]),
				node.Attr("width", f[3]), node.Attr("height", f[4]), node.Attr("rx", "1.5")))
		case "c":
			shapes = append(shapes, node.El("circle", node.Attr("cx", f[1]), node.Attr("cy", f[2]), node.Attr("r", f[3])))
		default:
			shapes = append(shapes, node.El("path", node.Attr("d", shape)))
		}
	}
	return node.El("svg", node.Class("icon"), node.Attr("viewBox", "0 0 24 24"),
		node.Aria("hidden", "true"), node.Attr("focusable", "false"), shapes)
}

// IconNames are the icons there are.
func IconNames() []string { return slices.Sorted(maps.Keys(icons)) }
