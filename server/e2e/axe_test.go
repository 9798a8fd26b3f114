package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"shebao/server/browsertest"
	"shebao/server/browsertest/tour"
)

// axeRules has axe look for everything it knows by default, and for small targets.
const axeRules = `{resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}`

// axeContrast has axe look at what colours change.
const axeContrast = `{resultTypes: ["violations"], runOnly: ["color-contrast"]}`

type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML, FailureSummary string
	}
}

// inspector looks for what keeps people from using a page.
type inspector struct {
	t    *testing.T
	axe  string
	seen map[string]bool // one report for each rule and element
}

func inspect(t *testing.T) *inspector {
	t.Helper()
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is a development dependency of web: %v", err)
	}
	return &inspector{t, string(axe), map[string]bool{}}
}

// TestAccessibility goes to every resident screen twice, as it is and in 关怀模式, and looks
// at each in the light and in the dark, with everything unfolded, at several sizes.
func TestAccessibility(t *testing.T) {
	t.Run("standard", func(t *testing.T) {
		t.Parallel()
		i := inspect(t)
		i.tour(browsertest.Options{NoApp: true, Scale: 1}, nil, func(tab *browsertest.Tab, name string) {
			i.schemes(tab, name)
			i.targets(tab, name, 44)
			i.zoomed(tab, name)
		})
	})
	t.Run("care", func(t *testing.T) {
		t.Parallel()
		i := inspect(t)
		i.tour(browsertest.Options{Scale: 1}, tour.Care, func(tab *browsertest.Tab, name string) {
			i.schemes(tab, name)
			i.reach(tab, name)
			if name != "offline" { // the page that needs no server knows no preference
				i.targets(tab, name, 60)
				i.large(tab, name)
			}
		})
	})
}

// TestConsoleAccessibility goes to every officer's screen at a desk and on a tablet, and
// looks at each in the light and in the dark, with everything unfolded.
func TestConsoleAccessibility(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]browsertest.Options{
		"desk": {Width: 1280, Height: 800}, "tablet": {Width: 820, Height: 1180},
	} {
		t.Run(name, func(t *testing.T) {
			i := inspect(t)
			p := start(t, t.TempDir())
			for _, leg := range tour.Officers() {
				tab, err := browser.New(p.url, o)
				i.try(err)
				i.try(leg.Enter(tab))
				for _, s := range leg.Stops {
					i.try(s.Go(tab))
					const closed = `window.folded = [...document.querySelectorAll("details:not([open])")]; folded.forEach((d) => { d.open = true; }); 1`
					_, err := tab.Eval("(() => {" + closed + "})()")
					i.try(err)
					i.schemes(tab, name+": "+s.Name)
					_, err = tab.Eval(`((window.folded || []).forEach((d) => { d.open = false; }), 1)`) // as the next stop expects it, unless the page was drawn anew
					i.try(err)
				}
				tab.Close()
			}
		})
	}
}

// tour takes look to every stop of the residents, on a service of its own.
func (i *inspector) tour(o browsertest.Options, prepare func(*browsertest.Tab) error, look func(tab *browsertest.Tab, name string)) {
	p := start(i.t, i.t.TempDir(), "SHEBAO_LATE_SECONDS=120")
	for _, leg := range tour.Residents() {
		tab, err := browser.New(p.url, o)
		i.try(err)
		i.try(leg.Enter(tab))
		if prepare != nil {
			i.try(prepare(tab))
		}
		for _, s := range leg.Stops {
			i.try(s.Go(tab))
			_, err := tab.Eval(`window.folded = [...document.querySelectorAll("details:not([open])")], window.folded.forEach((d) => { d.open = true; })`)
			i.try(err)
			look(tab, s.Name)
			_, err = tab.Eval(`(window.folded || []).forEach((d) => { d.open = false; })`) // as the next stop expects it, unless the page was drawn anew
			i.try(err)
		}
		tab.Close()
	}
}

// schemes looks at the page in the light with all rules, and in the dark.
func (i *inspector) schemes(tab *browsertest.Tab, name string) {
	i.t.Helper()
	i.check(tab, name, axeRules)
	i.try(tab.Prefer("dark"))
	i.check(tab, name+", dark", axeContrast)
	i.try(tab.Prefer("light"))
}

func (i *inspector) try(err error) {
	i.t.Helper()
	if err != nil {
		i.t.Fatal(err)
	}
}

// check runs axe-core on the page as it is.
func (i *inspector) check(tab *browsertest.Tab, name, rules string) {
	i.t.Helper()
	if there, err := tab.Eval("!!window.axe"); err != nil || there != "true" { // once for a document
		_, err = tab.Eval("(() => {" + i.axe + "\nreturn 1})()")
		i.try(err)
	}
	found, err := tab.Await(`axe.run(document, ` + rules + `).then((r) => JSON.stringify(r.violations))`)
	i.try(err)
	var violations []violation
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		i.t.Fatalf("%s: axe says %s", name, found)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			i.report(fmt.Sprintf("%s %.120s", v.ID, n.HTML), "%s: %s (%s): %.300s\n%s", name, v.ID, v.Help, n.HTML, n.FailureSummary)
		}
	}
}

// report says something once, wherever else it is found.
func (i *inspector) report(key, format string, args ...any) {
	i.t.Helper()
	if !i.seen[key] {
		i.seen[key] = true
		i.t.Errorf(format, args...)
	}
}
