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
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: storetest.Open(t), now: time.Date(2026, 11, 23, 15, 4, 5, 6e6, period.Zone), calls: map[string]int{}}
	for id, number := range map[string]string{"li": liming, "wang": "11010519491231002X"} {
		p := person.Person{ID: id, Name: name, Document: idcard.Document{Type: idcard.ResidentID, Number: number}, Phone: "1380000000" + fmt.Sprint(len(id))}
		if _, err := w.store.AddPerson(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for year := 2021; year <= 2025; year++ {
		w.paid(t, contribution.Pension, year, "li", "li")
	}
	for year := 2021; year <= 2024; year++ {
		w.paid(t, contribution.Medical, year, "li", "li")
	}
	w.paid(t, contribution.Medical, 2025, "wang", "li") // 王秀英 paid for 李明
	w.paid(t, contribution.Medical, 2025, "li", "wang") // and 李明 for 王秀英
	w.Service = certificate.New(certificate.Config{
		Store: w.store, Payments: w.store, People: w.store, Maker: w, Attester: w, Limiter: w, Trail: w,
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

func (w *world) paid(t *testing.T, scheme contribution.Scheme, year int, payer, insured string) contribution.Declaration {
	t.Helper()
	d := contribution.Declaration{
		ID: fmt.Sprintf("d-%s-%d-%s-%s", scheme, year, payer, insured), Insured: insured, Payer: payer, Scheme: scheme, Kind: contribution.Regular,
		Authority: "11101010000", Year: year, Period: period.YearPeriod(year), Amount: money.Yuan(int64(year)), State: contribution.Declared,
		Pay: contribution.Paid, Payment: "p", Declared: w.now,
		Settled: contribution.Settlement{Ticket: fmt.Sprintf("31101%d%s", year, scheme), At: time.Date(year, 5, 6, 10, 0, 0, 0, period.Zone)},
	}
	if err := w.store.PutDeclaration(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) apply(t *testing.T, r model.Range) model.Record {
	t.Helper()
	c, err := w.Apply(t.Context(), "li", r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// issued applies and has it made.
func (w *world) issued(t *testing.T, r model.Range) model.Record {
	t.Helper()
	c := w.apply(t, r)
	w.work(t)
	return w.load(t, c.ID)
}

func (w *world) work(t *testing.T) {
	t.Helper()
	if err := w.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w *world) load(t *testing.T, id string) model.Record {
	t.Helper()
	c, err := w.Own(t.Context(), "li", id)
	if err != nil {
		t.Fatal(err)
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
