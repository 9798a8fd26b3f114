package e2e

import (
	"testing"

	"shebao/server/browsertest"
	"shebao/server/browsertest/tour"
	"shebao/shared/lang"
)

func TestPayingInEnglish(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("from_the_login_page_to_the_receipt_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.do(w.Open("/login"), w.See("This service is available in English."), w.Press("English"), w.Title("Log in"))
			w.do(w.Fill("ID number", liming), w.Fill("Password", tour.Password), w.Press("Log in"), w.See("Pay now"))
			w.do(w.Open("/"), w.Press("Services"), w.Title("Services"), w.Press("Social insurance"), w.Title("Social insurance"),
				w.Press("Social insurance payments"), w.Title("Social insurance payments"), w.Press("Resident pension insurance"),
				w.Title("Resident pension insurance"), w.Press("Pay"), w.Title("Identity"), w.Press("Next"), w.Title("Choose an enrolment"),
				w.Tick("Resident pension insurance"), w.Press("Next"), w.Title("Choose contributions"))
			w.do(w.Tick("Resident pension insurance "+year(0)), w.Press("Submit"), w.Title("Choose how to pay"), w.Press("Confirm payment"),
				w.See("Which agreement should be debited?"), w.Tick("Bank of Beijing (0012)"), w.Press("Confirm payment"))
			w.do(w.See("Payment successful"), w.See("¥ 3,000.00"), w.See("E-tax receipt number"), w.Reload(), w.See("Payment successful"))
			if got := p.ledger(); len(got) != 1 || got[0].Amount != 300000 {
				t.Errorf("the bank posted %+v", got)
			}
			w.do(w.Open("/me"), w.Press("Log out"), w.Title("Log in"))
		})
	}
}

// What was typed stays when the language changes, and nothing is loaded anew, once the
// browser app has taken over.
func TestChangingTheLanguage(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	w := p.visit(t, browsertest.Options{})
	w.do(w.Open("/verify?code=ABCDEFGH12345678"), w.Until(`history.state !== null`)) // the browser app marks its entries
	w.do(w.Fill("纳税人识别号", liming))
	_, err := w.Eval(`window.marked = true`) // which a new document would not have
	w.do(err)
	w.do(w.Press("English"), w.Title("Check a certificate"), w.See("Taxpayer ID"), w.See("The language has been changed"))
	for js, want := range map[string]string{
		`[...document.querySelectorAll("input")].some((i) => i.value === "` + liming + `")`: "true",
		`document.documentElement.lang`:       "en",
		`String(window.marked)`:               "true",
		`document.title`:                      "Check a certificate - Social insurance payments (demo)",
		`location.pathname + location.search`: "/verify?code=ABCDEFGH12345678",
	} {
		if got, err := w.Eval(js); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", js, got, err, want)
		}
	}
	w.do(w.Press("繁體中文"), w.See("納稅人識別號"), w.Press("简体中文"), w.See("纳税人识别号"))
}

// TestEveryScreenInOtherLanguages goes to every resident screen and finds Chinese that is
// neither translated nor marked as somebody's own words.
func TestEveryScreenInOtherLanguages(t *testing.T) {
	t.Parallel()
	words, err := tour.Words(lang.English)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, t.TempDir(), "SHEBAO_LATE_SECONDS=120")
	for _, leg := range tour.Residents() {
		tab, err := browser.New(p.url, browsertest.Options{Words: words})
		if err != nil {
			t.Fatal(err)
		}
		if err := tour.Speak(tab, lang.English); err != nil {
			t.Fatal(err)
		}
		if err := tab.Until(`document.cookie.includes("shown=en")`); err != nil { // a moment later: the offline page reads it
			t.Fatal(err)
		}
		if err := leg.Enter(tab); err != nil {
			t.Fatal(err)
		}
		for _, s := range leg.Stops {
			if err := s.Go(tab); err != nil {
				t.Error(err)
				tab.Forgive()
				continue
			}
			if left, err := tab.Eval(chineseLeft); err != nil || left != "[]" {
				t.Errorf("%s is not all English: %s (%v)", s.Name, left, err)
			}
		}
		tab.Close()
	}
}

// chineseLeft are the texts and names of controls with Chinese in them that no element
// around says to be Chinese. The name of a control can't mark a part of it, so a masked
// person's name (张**) may stand there.
const chineseLeft = `(() => {
  const left = [], han = /\p{Script=Han}/u, own = (e) => !!(e.closest("[lang]") && e.closest("[lang]").lang.startsWith("zh"));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const n = walker.currentNode, e = n.parentElement;
    if (han.test(n.data) && !own(e) && !e.closest("script, textarea, noscript")) left.push(n.data);
  }
  for (const e of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) for (const a of ["aria-label", "placeholder", "title", "alt"])
    if (e.hasAttribute(a) && han.test(e.getAttribute(a).replace(/\p{Script=Han}\*+/gu, "")) && !own(e)) left.push(a + ": " + e.getAttribute(a));
  if (document.documentElement.lang !== "en") left.push("lang=" + document.documentElement.lang);
  return JSON.stringify(left);
})()`
