package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"shebao/server/browsertest"
	"shebao/server/browsertest/tour"
	"shebao/shared/lang"
)

// axeRules has axe look for everything it knows by default, and for small targets.
const axeRules = `{resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}`

// axeForm has axe look for the same but contrast, which depends on colours.
const axeForm = `{resultTypes: ["violations"], rules: {"target-size": {enabled: true}, "color-contrast": {enabled: false}}}`

// axeContrast has axe look at contrast.
const axeContrast = `{resultTypes: ["violations"], runOnly: ["color-contrast"]}`

// texts are the elements with text of their own, each with what its colours come from: its
// names, classes and states and those around it.
const texts = `(() => { const names = new Map(), name = (e) => {
    if (!names.has(e)) names.set(e, (e === document.documentElement ? "" : name(e.parentElement)) + ">" + e.localName +
      [...e.attributes].filter((a) => /^(class|type|disabled|open|hidden|checked|role|data-tone|aria-(pressed|current|disabled|busy|invalid|selected))$/.test(a.name)).map((a) => "[" + a.name + "=" + a.value + "]").join("") +
      (e.checked ? "[ticked]" : "") + (e === e.parentElement?.lastElementChild ? "[last]" : "") + (e === e.parentElement?.firstElementChild ? "[first]" : ""));
    return names.get(e);
  };
  window.texts = [...document.body.querySelectorAll("*")].filter((e) => e.matches("input, select, textarea") || [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()));
  return JSON.stringify(window.texts.map(name)); })()`

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
	read map[string]bool // what contrast was looked at: in which scheme, what the colours come from
}

func inspect(t *testing.T) *inspector {
	t.Helper()
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is a development dependency of web: %v", err)
	}
	return &inspector{t, string(axe), map[string]bool{}, map[string]bool{}}
}

// TestAccessibility goes to every resident screen twice, as it is and in 关怀模式, and looks
// at each in the light and in the dark, with everything unfolded, at several sizes. As it
// is it is looked at as the server wrote it, in 关怀模式 in the browser app; in the other
// languages at what their words can change.
func TestAccessibility(t *testing.T) {
	t.Run("standard", func(t *testing.T) {
		t.Parallel()
		i := inspect(t)
		i.tour(browsertest.Options{NoApp: true, Scale: 1}, lang.Chinese, nil, func(tab *browsertest.Tab, name string) {
			i.schemes(tab, name)
			i.targets(tab, name, 44)
			i.zoomed(tab, name)
		})
	})
	t.Run("care", func(t *testing.T) {
		t.Parallel()
		i := inspect(t)
		i.tour(browsertest.Options{Scale: 1}, lang.Chinese, tour.Care, func(tab *browsertest.Tab, name string) {
			i.schemes(tab, name)
			i.reach(tab, name)
			if name != "offline" { // the page that needs no server knows no preference
				i.targets(tab, name, 60)
				i.large(tab, name)
			}
		})
	})
	for _, tag := range []lang.Tag{lang.HongKong, lang.English} { // other words on the same colours
		t.Run(tag.Code(), func(t *testing.T) {
			t.Parallel()
			i := inspect(t)
			words, err := tour.Words(tag)
			i.try(err)
			i.tour(browsertest.Options{NoApp: true, Scale: 1, Words: words}, tag, nil, func(tab *browsertest.Tab, name string) {
				i.check(tab, name, axeForm)
				if tag == lang.English { // its words are the longest
					i.zoomed(tab, name)
				}
			})
		})
	}
}

// TestConsoleAccessibility goes to every officer's screen at a desk and on a tablet, and
// looks at each in the light and in the dark, with everything unfolded, and at its width on a phone.
func TestConsoleAccessibility(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]browsertest.Options{
		"desk": {Width: 1280, Height: 800}, "tablet": {Width: 820, Height: 1180},
	} {
		t.Run(name, func(t *testing.T) {
			i := inspect(t)
			p := start(t, t.TempDir(), "SHEBAO_LATE_SECONDS=3600") // a payment stays in doubt for the officers
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
					i.narrow(tab, name+": "+s.Name)
					_, err = tab.Eval(`((window.folded || []).forEach((d) => { d.open = false; }), 1)`) // as the next stop expects it, unless the page was drawn anew
					i.try(err)
				}
				tab.Close()
			}
		})
	}
}

// tour takes look to every stop of the residents, on a service of its own.
func (i *inspector) tour(o browsertest.Options, tag lang.Tag, prepare func(*browsertest.Tab) error, look func(tab *browsertest.Tab, name string)) {
	p := start(i.t, i.t.TempDir(), "SHEBAO_LATE_SECONDS=120")
	for _, leg := range tour.Residents() {
		tab, err := browser.New(p.url, o)
		i.try(err)
		if tag != lang.Chinese {
			i.try(tour.Speak(tab, tag))
		}
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
	i.check(tab, name, axeForm)
	i.contrast(tab, name, "light")
	i.try(tab.Prefer("dark"))
	i.contrast(tab, name, "dark")
	i.try(tab.Prefer("light"))
}

// contrast looks at the colours of the texts that are coloured as none before was.
func (i *inspector) contrast(tab *browsertest.Tab, name, scheme string) {
	i.t.Helper()
	found, err := tab.Eval(texts)
	i.try(err)
	var all []string
	if err := json.Unmarshal([]byte(found), &all); err != nil {
		i.t.Fatalf("%s: texts: %s", name, found)
	}
	var fresh []int
	for at, from := range all {
		if key := scheme + from; !i.read[key] {
			i.read[key] = true
			fresh = append(fresh, at)
		}
	}
	if len(fresh) == 0 {
		return
	}
	list, err := json.Marshal(fresh)
	i.try(err)
	i.run(tab, name+", "+scheme, `{include: `+string(list)+`.map((n) => window.texts[n])}`, axeContrast)
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
	i.run(tab, name, "document", rules)
}

// run runs axe-core on a part of the page.
func (i *inspector) run(tab *browsertest.Tab, name, where, rules string) {
	i.t.Helper()
	if there, err := tab.Eval("!!window.axe"); err != nil || there != "true" { // once for a document
		_, err = tab.Eval("(() => {" + i.axe + "\nreturn 1})()")
		i.try(err)
	}
	found, err := tab.Await(`axe.run(` + where + `, ` + rules + `).then((r) => JSON.stringify(r.violations))`)
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
