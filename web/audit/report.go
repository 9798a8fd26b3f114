package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// visit is what one load gave. Times are milliseconds from the start of the navigation.
type visit struct {
	KB   float64 `json:"kb"` // received before the first tap worked
	FCP  float64 `json:"fcp"`
	LCP  float64 `json:"lcp"`
	CLS  float64 `json:"cls"`  // until the app was complete
	Link float64 `json:"link"` // when a tap on a link worked
	Form float64 `json:"form"` // when sending a form worked, 0 for a screen without
	Boot float64 `json:"boot"` // when the app was complete
}

// figures are one run, or the medians of all.
type figures struct {
	Cold       visit   `json:"cold"`
	Warm       visit   `json:"warm"`
	InApp      float64 `json:"inApp"` // from the tap until the next page is painted, after boot
	Lighthouse scores  `json:"lighthouse"`
}

// scores are Lighthouse's, 0 to 100.
type scores struct {
	Performance   int      `json:"performance"`
	Accessibility int      `json:"accessibility"`
	Practices     int      `json:"practices"`
	Missed        []string `json:"missed,omitempty"`
}

// row is one screen of both.
type row struct {
	Screen     string  `json:"screen"`
	Ours       figures `json:"shebao"`
	Peer       figures `json:"peer"`
	ours, peer []figures
}

type report struct {
	Conditions string `json:"conditions"`
	Rows       []row  `json:"screens"`
}

func conditions(runs int) string {
	return fmt.Sprintf("headless Chromium, 390×844, CPU/%d, loopback proxy %.1f Mbit/s down, %.2f up, %d ms a round trip; median of %d",
		slowdown, float64(downBytes)*8/1e6, float64(upBytes)*8/1e6, roundTrip.Milliseconds(), runs)
}

// aim is what a figure of ours should not be over: a number, or a part of the peer's.
type aim struct {
	number, part float64 // 0 for none
}

func (a aim) judge(ours, peer float64) string {
	text, missed := "", false
	switch {
	case a.part > 0:
		text, missed = fmt.Sprintf("≤ %.1f ×", a.part), ours > a.part*peer
	case a.number > 0:
		text, missed = fmt.Sprintf("≤ %g", a.number), ours > a.number
	}
	if missed {
		text += " missed"
	}
	return text
}

// lines are the figures that the table shows: name, how to take it, and the aim.
var lines = []struct {
	name string
	of   func(figures) float64
	aim  aim
}{
	{"cold: KB before the first tap works", func(f figures) float64 { return f.Cold.KB }, aim{number: 40}},
	{"cold: first contentful paint, ms", func(f figures) float64 { return f.Cold.FCP }, aim{part: 0.7}},
	{"cold: largest contentful paint, ms", func(f figures) float64 { return f.Cold.LCP }, aim{}},
	{"cold: a link works, ms", func(f figures) float64 { return f.Cold.Link }, aim{part: 0.7}},
	{"cold: a form works, ms", func(f figures) float64 { return f.Cold.Form }, aim{part: 0.7}},
	{"cold: layout shift", func(f figures) float64 { return f.Cold.CLS }, aim{number: 0.05}},
	{"cold: app complete, ms", func(f figures) float64 { return f.Cold.Boot }, aim{}},
	{"warm: first contentful paint, ms", func(f figures) float64 { return f.Warm.FCP }, aim{}},
	{"warm: a link works, ms", func(f figures) float64 { return f.Warm.Link }, aim{part: 1}},
	{"warm: a form works, ms", func(f figures) float64 { return f.Warm.Form }, aim{}},
	{"warm: layout shift", func(f figures) float64 { return f.Warm.CLS }, aim{number: 0.05}},
	{"in-app navigation, ms", func(f figures) float64 { return f.InApp }, aim{part: 0.7}},
}

func (r report) print(w io.Writer) {
	_, _ = fmt.Fprintln(w, r.Conditions)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range r.Rows {
		_, _ = fmt.Fprintf(t, "\n%s\tshebao\tVue + Vant\tratio\taim\t\n", row.Screen)
		for _, l := range lines {
			ours, peer := l.of(row.Ours), l.of(row.Peer)
			if ours == 0 && peer == 0 && l.aim.number == 0 { // not measured on this screen
				continue
			}
			ratio := ""
			if peer > 0 {
				ratio = fmt.Sprintf("%.2f", ours/peer)
			}
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t\n", l.name, number(ours), number(peer), ratio, l.aim.judge(ours, peer))
		}
		o, p := row.Ours.Lighthouse, row.Peer.Lighthouse
		if o.Performance > 0 {
			_, _ = fmt.Fprintf(t, "Lighthouse: performance, accessibility, best practices\t%d %d %d\t%d %d %d\t\t100\t\n",
				o.Performance, o.Accessibility, o.Practices, p.Performance, p.Accessibility, p.Practices)
		}
	}
	_ = t.Flush()
}

func number(f float64) string {
	if f != 0 && f < 1 {
		return fmt.Sprintf("%.3f", f)
	}
	return fmt.Sprintf("%.0f", f)
}

// median takes the median of each figure on its own.
func median(runs []figures) figures {
	of := func(f func(figures) float64) float64 {
		values := make([]float64, 0, len(runs))
		for _, r := range runs {
			values = append(values, f(r))
		}
		slices.SortFunc(values, cmp.Compare[float64])
		return values[len(values)/2]
	}
	visits := func(f func(figures) visit) visit {
		return visit{
			KB: of(func(r figures) float64 { return f(r).KB }), FCP: of(func(r figures) float64 { return f(r).FCP }),
			LCP: of(func(r figures) float64 { return f(r).LCP }), CLS: of(func(r figures) float64 { return f(r).CLS }),
			Link: of(func(r figures) float64 { return f(r).Link }), Form: of(func(r figures) float64 { return f(r).Form }),
			Boot: of(func(r figures) float64 { return f(r).Boot }),
		}
	}
	return figures{
		Cold: visits(func(r figures) visit { return r.Cold }), Warm: visits(func(r figures) visit { return r.Warm }),
		InApp: of(func(r figures) float64 { return r.InApp }),
	}
}
