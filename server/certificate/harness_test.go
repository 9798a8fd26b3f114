package certificate_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/certificate"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/api"
	model "shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/notice"
	"shebao/shared/period"
	"shebao/shared/person"
)

const (
	liming = "110101199003071233"
	name   = "李明"
)

// world is the rules on a real store with a paper of text, a clock and limits of its own.
type world struct {
	*certificate.Service
	store *store.Store
	made  int
	fail  error
	trail []certificate.Entry
	told  map[string]notice.Notice // by id
	deaf  error                    // of the notices

	mu    sync.Mutex
	now   time.Time
	ids   int
	calls map[string]int
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) Make(f model.Facts) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.made++
	if w.fail != nil {
		return nil, w.fail
	}
	return []byte("paper of " + f.Name + " " + f.Document.Number + " " + string(f.CheckCode)), nil
}

func (w *world) Attest(canonical []byte) ([]byte, error) {
	return append([]byte("ours "), canonical...), nil
}

func (w *world) Attested(canonical, proof []byte) bool {
	return string(proof) == "ours "+string(canonical)
}

func (w *world) Record(_ context.Context, e certificate.Entry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trail = append(w.trail, e)
	return nil
}

func (w *world) Tell(_ context.Context, n notice.Notice) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.deaf != nil {
		return w.deaf
	}
	w.told[n.ID] = n
	return nil
}

// Allow counts and refuses like the real limiter, in one window that never ends.
func (w *world) Allow(_ context.Context, key string, limit int, _ time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls[key]++; w.calls[key] > limit {
		return api.TooMany(time.Minute)
	}
	return nil
}

// newWorld has 李明 with ten paid contributions and one each that they paid for others
// and others paid for them.
func newWorld(tb testing.TB) *world {
	tb.Helper()
	w := &world{store: storetest.Open(tb), now: time.Date(2026, 11, 23, 15, 4, 5, 6e6, period.Zone), calls: map[string]int{}, told: map[string]notice.Notice{}}
	for id, number := range map[string]string{"li": liming, "wang": "11010519491231002X"} {
		p := person.Person{ID: id, Name: name, Document: idcard.Document{Type: idcard.ResidentID, Number: number}, Phone: "1380000000" + fmt.Sprint(len(id))}
		if _, err := w.store.AddPerson(tb.Context(), p); err != nil {
			tb.Fatal(err)
		}
	}
	for year := 2021; year <= 2025; year++ {
		w.paid(tb, contribution.Pension, year, "li", "li")
	}
	for year := 2021; year <= 2024; year++ {
		w.paid(tb, contribution.Medical, year, "li", "li")
	}
	w.paid(tb, contribution.Medical, 2025, "wang", "li") // 王秀英 paid for 李明
	w.paid(tb, contribution.Medical, 2025, "li", "wang") // and 李明 for 王秀英
	w.Service = certificate.New(certificate.Config{
		Store: w.store, Payments: w.store, People: w.store, Maker: w, Attester: w, Limiter: w, Notices: w, Trail: w,
		Authority: func(string) string { return "国家税务总局北京市东城区税务局" }, Issuer: "社保费办理（演示）", Prefix: "11", Now: w.Now,
		NewID: func(prefix string) string {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.ids++
			return fmt.Sprintf("%s%06d", prefix, w.ids)
		}, Random: rand.Reader,
	})
	return w
}

func (w *world) paid(tb testing.TB, scheme contribution.Scheme, year int, payer, insured string) contribution.Declaration {
	tb.Helper()
	d := contribution.Declaration{
		ID: fmt.Sprintf("d-%s-%d-%s-%s", scheme, year, payer, insured), Insured: insured, Payer: payer, Scheme: scheme, Kind: contribution.Regular,
		Authority: "11101010000", Year: year, Period: period.YearPeriod(year), Amount: money.Yuan(int64(year)), State: contribution.Declared,
		Pay: contribution.Paid, Payment: "p", Declared: w.now,
		Settled: contribution.Settlement{Ticket: fmt.Sprintf("31101%d%s", year, scheme), At: time.Date(year, 5, 6, 10, 0, 0, 0, period.Zone)},
	}
	if err := w.store.PutDeclaration(tb.Context(), d); err != nil {
		tb.Fatal(err)
	}
	return d
}

func (w *world) apply(tb testing.TB, r model.Range) model.Record {
	tb.Helper()
	c, err := w.Apply(tb.Context(), "li", r)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// issued applies and has it made.
func (w *world) issued(tb testing.TB, r model.Range) model.Record {
	tb.Helper()
	c := w.apply(tb, r)
	w.work(tb)
	return w.load(tb, c.ID)
}

func (w *world) work(tb testing.TB) {
	tb.Helper()
	if err := w.Work(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func (w *world) load(tb testing.TB, id string) model.Record {
	tb.Helper()
	c, err := w.Own(tb.Context(), "li", id)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// reverse is what happens to a contribution whose money went back.
func (w *world) reverse(t *testing.T, id string) {
	t.Helper()
	n, err := w.store.SwapDeclarations(t.Context(), reversal(id))
	if err != nil || n != 1 {
		t.Fatalf("reverse %s: %d %v", id, n, err)
	}
}

func years(from, to int) model.Range {
	return model.Range{Months: period.Period{From: period.Month{Year: from, Month: 1}, To: period.Month{Year: to, Month: 12}}}
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(err.Error(), want.Error()) {
		t.Errorf("%v, want %v", err, want)
	}
}
