package contribution

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	rules "shebao/server/contribution"
	"shebao/server/store/storetest"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/period"
)

// longMemory is somebody with 500 declarations among others with as many.
func longMemory(tb testing.TB) (*world, *storetest.Watch) {
	tb.Helper()
	w, watch := newWatchedWorld(tb)
	for i := range 1500 {
		who := []string{w.li.ID, w.ouyang.ID, w.chen.ID}[i%3]
		year := 1960 + i/3%50
		d := model.Declaration{
			ID: fmt.Sprintf("long%04d", i), Due: fmt.Sprintf("longdue%04d", i), Kind: model.Assessed, Insured: who, Payer: who, Scheme: model.Pension,
			Enrolment: "enr:" + who + ":pension", Authority: "11101010000", Year: year, Period: period.YearPeriod(year), Amount: money.Yuan(100),
			Deadline: period.Date{Year: 2030, Month: 1, Day: 1}, Channel: model.ChannelMobile, Declared: w.now.Add(-time.Duration(i) * time.Hour),
			State: model.Declared, Pay: model.Paid,
			Settled: model.Settlement{Ticket: fmt.Sprintf("3%014d", i), At: w.now, Channel: model.ChannelMobile},
		}
		if err := w.store.PutDeclaration(tb.Context(), d); err != nil {
			tb.Fatal(err)
		}
	}
	watch.Take()
	return w, watch
}

// turner loads a page of a list and tells where the next one is.
type turner func(to string) (rows int, next string)

func turners(w *world) map[string]turner {
	return map[string]turner{
		"/pension/payments": func(to string) (int, string) {
			s, err := w.d.paid(w.t.Context(), w.ask(w.li, to, nil), model.Pension)
			if err != nil {
				w.t.Fatal(err)
			}
			return len(s.Rows), s.Turn.Next
		},
		"/pension/declarations": func(to string) (int, string) {
			s, err := newRecords(model.Pension, w.d).load(w.t.Context(), w.ask(w.li, to, nil))
			if err != nil {
				w.t.Fatal(err)
			}
			return len(s.Rows), s.Turn.Next
		},
	}
}

// everything is the widest range that each list takes.
var everything = map[string]url.Values{
	"/pension/payments":     {page.FieldFrom: {"1960-01"}, page.FieldTo: {"2026-12"}},
	"/pension/declarations": {page.FieldFrom: {"2021-11-24"}, page.FieldTo: {"2026-11-23"}},
}

// queriesOf is how many queries a page asks: the first one of payments looks for what was
// refunded too.
func queriesOf(path string, at int) int {
	if path == "/pension/payments" && at == 0 {
		return 2
	}
	return 1
}

func TestEveryPageOfALongListIsOneIndexedQuery(t *testing.T) {
	w, watch := longMemory(t)
	for path, load := range turners(w) {
		t.Run(path, func(t *testing.T) {
			seen, pages := 0, 0
			for to := address(path, everything[path]); to != ""; pages++ {
				rows, next := load(to)
				seen += rows
				queries := watch.Take()
				if len(queries) != queriesOf(path, pages) {
					t.Fatalf("page %d: %d queries: %v", pages+1, len(queries), queries)
				}
				for _, q := range queries {
					checkPlan(t, watch, q, pages)
				}
				to = next
			}
			if seen < 500 || pages < 25 {
				t.Errorf("%d records on %d pages", seen, pages)
			}
		})
	}
}

// checkPlan refuses a query that reads much more than it shows; the first page of payments
// reads all of them once, to add them up.
func checkPlan(t *testing.T, watch *storetest.Watch, query storetest.Query, at int) {
	t.Helper()
	p := watch.Explain(query)
	if p.Scans || p.Fetched > p.Returned+rules.PageSize || at > 0 && p.Returned > rules.PageSize+1 {
		t.Errorf("page %d: %+v", at+1, p)
	}
}

func BenchmarkLongLists(b *testing.B) {
	w, watch := longMemory(b)
	for path, load := range turners(w) {
		b.Run(path[1:], func(b *testing.B) {
			to, queries := address(path, everything[path]), 0
			for b.Loop() {
				_, next := load(to)
				if to = next; to == "" {
					to = address(path, everything[path])
				}
			}
			queries = len(watch.Take())
			b.ReportMetric(float64(queries)/float64(b.N), "queries/page")
		})
	}
}
