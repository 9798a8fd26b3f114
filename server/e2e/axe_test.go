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

// axeContrast has axe look at what colours and sizes change.
const axeContrast = `{resultTypes: ["violations"], runOnly: ["color-contrast", "target-size"]}`

type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML, FailureSummary string
	}
}

// inspector runs axe-core on pages.
type inspector struct {
	t    *testing.T
	axe  string
	seen map[string]bool // one report for each rule and element
}

// TestAccessibility goes to every resident screen: light with all rules, then dark and in large print.
func TestAccessibility(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is a development dependency of web: %v", err)
	}
	p := start(t, t.TempDir(), "SHEBAO_LATE_SECONDS=120")
	i := &inspector{t, string(axe), map[string]bool{}}
	for _, leg := range tour.Residents() {
		tab, err := browser.New(p.url, browsertest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := leg.Enter(tab); err != nil {
			t.Fatal(err)
		}
		for _, s := range leg.Stops {
			if err := s.Go(tab); err != nil {
				t.Fatal(err)
			}
			i.look(tab, s.Name)
		}
		tab.Close()
	}
}

// look inspects the page in the tab as it is, then dark in large print.
func (i *inspector) look(tab *browsertest.Tab, name string) {
	i.t.Helper()
	if _, err := tab.Eval("(() => {" + i.axe + "\nreturn 1})()"); err != nil {
		i.t.Fatalf("%s: %v", name, err)
	}
	i.run(tab, name, axeRules)
	i.try(tab.Prefer("dark"))
	const care = `document.querySelector(".app").classList.toggle("care")`
	if _, err := tab.Eval(care); err != nil {
		i.t.Fatal(err)
	}
	i.run(tab, name+", dark and large", axeContrast)
	if _, err := tab.Eval(care); err != nil {
		i.t.Fatal(err)
	}
	i.try(tab.Prefer("light"))
}

func (i *inspector) try(err error) {
	i.t.Helper()
	if err != nil {
		i.t.Fatal(err)
	}
}

func (i *inspector) run(tab *browsertest.Tab, name, rules string) {
	i.t.Helper()
	_, err := tab.Eval(`(window.found = "", axe.run(document, ` + rules + `).then((r) => { window.found = JSON.stringify(r.violations); }, (e) => { window.found = String(e); }), 1)`)
	i.try(err)
	i.try(tab.Until(`window.found !== ""`))
	found, err := tab.Eval("window.found")
	i.try(err)
	var violations []violation
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		i.t.Fatalf("%s: axe says %s", name, found)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			key := fmt.Sprintf("%s %.120s", v.ID, n.HTML)
			if !i.seen[key] {
				i.seen[key] = true
				i.t.Errorf("%s: %s (%s): %.300s\n%s", name, v.ID, v.Help, n.HTML, n.FailureSummary)
			}
		}
	}
}
