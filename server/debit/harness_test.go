package debit_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/clock"
	"shebao/server/contribution"
	"shebao/server/debit"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/money"
	"shebao/shared/period"
)

const (
	east = "11101010000"
	west = "11101020000"
)

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

// rig is debit runs and the payment core on a real store and a real bank simulator,
// with one clock.
type rig struct {
	t        testing.TB
	clock    *clock.Fake
	store    *store.Store
	sim      *banksim.Sim
	gateway  *bank.Client
	payments *contribution.Service
	*debit.Service

	ids     atomic.Int64
	notices box
	trail   []debit.Entry
}

// box collects notices; the same id is one notice.
type box struct {
	mu  sync.Mutex
	all map[string]contribution.Notice
}

func (b *box) Tell(_ context.Context, n contribution.Notice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil {
		b.all = map[string]contribution.Notice{}
	}
	b.all[n.ID] = n
	return nil
}

// kinds counts a person's notices by kind.
func (b *box) kinds(person string) map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	by := map[string]int{}
	for _, n := range b.all {
		if n.Person == person {
			by[n.Kind]++
		}
	}
	return by
}

// agreements gives the store the method by which the bank ends an agreement.
type agreements struct{ *store.Store }

func (a agreements) EndByBank(ctx context.Context, id string, code bankapi.Code, reason string) error {
	agr, ok, err := a.Agreement(ctx, id)
	if err != nil || !ok || agr.State != agreement.Verified {
		return err
	}
	agr.State, agr.Code, agr.Reason = agreement.Ended, code, reason
	_, err = a.SwapAgreement(ctx, agreement.Verified, agr)
	return err
}

func (r *rig) Officer(_ context.Context, e debit.Entry) error {
	r.trail = append(r.trail, e)
	return nil
}

func newRig(tb testing.TB, change func(*banksim.Options)) *rig {
	tb.Helper()
	r := &rig{t: tb, clock: clock.NewFake(start), store: storetest.Open(tb)}
	key := bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}
	so := banksim.Options{Keys: []bank.Key{key}, Now: r.clock.Now, LateAfter: 20 * time.Second}
	if change != nil {
		change(&so)
	}
	var err error
	if r.sim, err = banksim.New(so); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := r.sim.Close(); err != nil {
			tb.Error(err)
		}
	})
	r.gateway, err = bank.NewClient(bank.Options{
		URL: "http://127.0.0.1", Key: key, Transport: r.sim.Transport(), Now: r.clock.Now, Random: rand.Reader,
	})
	if err != nil {
		tb.Fatal(err)
	}
	r.Service, r.payments = r.server(nil)
	return r
}

// server is one more server on the same store.
func (r *rig) server(change func(*debit.Config, *contribution.Config)) (*debit.Service, *contribution.Service) {
	pc := contribution.Config{
		Store: r.store, Bank: r.gateway, Agreements: agreements{r.store}, Notices: &r.notices, Rates: rates, Now: r.clock.Now,
		NewID: r.newID, Patience: 20 * time.Second,
	}
	dc := debit.Config{
		Store: r.store, Bank: r.gateway, Notices: &r.notices, Trail: r, Rates: rates, Now: r.clock.Now, NewID: r.newID,
		Log: slog.New(slog.NewTextHandler(r.t.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if change != nil {
		change(&dc, &pc)
	}
	payments := contribution.New(pc)
	dc.Payments = payments
	return debit.New(dc), payments
}

func (r *rig) newID(p string) string { return fmt.Sprintf("%s%06d", p, r.ids.Add(1)) }

func rates() shared.Rates {
	return shared.Rates{{
		Scheme: shared.Pension, Category: "10", Year: 2026, Min: money.Yuan(1000), Max: money.Yuan(9000),
		Opens: period.Date{Year: 2026, Month: 1, Day: 1}, Closes: period.Date{Year: 2026, Month: 12, Day: 31},
		Benefit: period.YearPeriod(2026),
	}}
}

// seen is the run as an officer has it on their page now.
func (r *rig) seen(id string) int {
	r.t.Helper()
	run, err := r.Load(r.ctx(), id)
	r.no(err)
	return run.Seen()
}

func (r *rig) ctx() context.Context { return r.t.Context() }

func (r *rig) must(ok bool, err error) {
	r.t.Helper()
	if err != nil || !ok {
		r.t.Fatalf("not stored: %t, %v", ok, err)
	}
}

func (r *rig) no(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func enrolment(id string) string { return "enr:" + id + ":pension" }

func due(id string) string { return "due:" + id + ":pension:2026:regular:1" }

// person enrols a person with a setting of the amount.
func (r *rig) person(id, authority string, tier money.Fen) string {
	r.t.Helper()
	r.must(r.store.AddEnrolment(r.ctx(), shared.Enrolment{
		ID: enrolment(id), Person: id, Scheme: shared.Pension, Category: "10", Authority: authority,
		From: period.Date{Year: 2020, Month: 1, Day: 1},
	}))
	r.must(r.store.AddSetting(r.ctx(), shared.Setting{
		ID: "set:" + id, Person: id, Enrolment: enrolment(id), Scheme: shared.Pension, Tier: tier, Set: start,
		From: period.Date{Year: 2026, Month: 1, Day: 1}, To: period.Date{Year: 2026, Month: 12, Day: 31},
	}))
	return id
}

// sign adds a usable agreement, known to the bank too.
func (r *rig) sign(person, authority, bankCode, account string, balance money.Fen) string {
	r.t.Helper()
	n := r.ids.Add(1)
	a := agreement.Agreement{
		ID: "agr:" + person, Payer: person, Authority: authority, Bank: bankCode, Account: bankcard.Mask(account),
		Mandate: fmt.Sprintf("M%d", n), State: agreement.Verified, Applied: start.AddDate(0, -1, 0),
		Ref:       bankapi.Ref{Authority: authority, Date: "2026-10-23", Serial: fmt.Sprintf("sign%d", n)},
		Effective: period.DateOf(start).AddMonths(-1),
	}
	r.must(r.store.AddAgreement(r.ctx(), a, account))
	r.no(r.sim.Seed(r.ctx(), banksim.Seed{
		Mandate: a.Mandate, Authority: authority, Bank: bankCode, Account: account, Holder: "测试人", Document: "201",
		Number: "110101199003071233", Phone: "13800000001", Balance: balance,
	}))
	return a.ID
}

// payer is a person who can be debited.
func (r *rig) payer(n int, authority, bankCode string) string {
	r.t.Helper()
	id := r.person(fmt.Sprintf("p%05d", n), authority, money.Yuan(3000))
	r.sign(id, authority, bankCode, banksim.SyntheticAccount(n), 0)
	return id
}

func draft() debit.Draft {
	return debit.Draft{Scheme: shared.Pension, Year: 2026, Authorities: []string{east, west}, Date: period.DateOf(start)}
}

// dryRun makes a run and waits for its dry run.
func (r *rig) dryRun(d debit.Draft) model.Run {
	r.t.Helper()
	run, err := r.Create(r.ctx(), "maker", d)
	r.no(err)
	r.no(r.Work(r.ctx()))
	run, err = r.Load(r.ctx(), run.ID)
	r.no(err)
	if run.State != model.Ready {
		r.t.Fatalf("run is %s after its dry run", run.State)
	}
	return run
}

// approved makes a run that runs.
func (r *rig) approved(d debit.Draft) model.Run {
	r.t.Helper()
	run := r.dryRun(d)
	_, err := r.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	run, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
	r.no(err)
	return run
}

// finish works and moves the clock until the run has its end.
func (r *rig) finish(id string) model.Report {
	r.t.Helper()
	for range 300 {
		r.no(r.Work(r.ctx()))
		r.no(r.payments.Recover(r.ctx()))
		report, err := r.Report(r.ctx(), id)
		r.no(err)
		if report.Run.State == model.Finished {
			return report
		}
		r.clock.Advance(3 * time.Second)
	}
	r.t.Fatal("the run does not end")
	return model.Report{}
}

func (r *rig) item(run, person string) model.Item {
	r.t.Helper()
	items, err := r.Items(r.ctx(), debit.ItemFilter{Run: run, Limit: 1000})
	r.no(err)
	for _, it := range items {
		if it.Person == person {
			return it
		}
	}
	r.t.Fatalf("no item of %s", person)
	return model.Item{}
}

func (r *rig) due(id string) shared.Due {
	r.t.Helper()
	ds, err := r.store.DuesByID(r.ctx(), []string{id})
	if err != nil || len(ds) != 1 {
		r.t.Fatalf("due %s: %d %v", id, len(ds), err)
	}
	return ds[0]
}

// ledger is the bank's postings by account.
func (r *rig) ledger() map[string]int {
	r.t.Helper()
	all, err := r.sim.Ledger(r.ctx())
	r.no(err)
	return all.By(func(p banksim.Posting) string { return p.Account })
}

// balanced checks that the bank and we agree to the fen, item by item, and that nobody was
// debited twice.
func (r *rig) balanced(run string, before money.Fen) {
	r.t.Helper()
	all, err := r.sim.Ledger(r.ctx())
	r.no(err)
	for account, n := range all.By(func(p banksim.Posting) string { return p.Account }) {
		if n > 1 {
			r.t.Errorf("account %s is debited %d times", bankcard.Mask(account), n)
		}
	}
	posted := map[string]money.Fen{}
	for _, p := range all {
		posted[p.Serial] = p.Amount
	}
	var ours money.Fen
	after := ""
	for {
		items, err := r.Items(r.ctx(), debit.ItemFilter{Run: run, State: model.Paid, After: after, Limit: 1000})
		r.no(err)
		if len(items) == 0 {
			break
		}
		for _, it := range items {
			ours += it.Amount
			if posted[it.Payment] != it.Amount {
				r.t.Errorf("item %s is paid with %d, the bank posted %d", it.ID, it.Amount, posted[it.Payment])
			}
			if d := r.due(it.Due); d.State != shared.DuePaid {
				r.t.Errorf("due of paid item %s is %s", it.ID, d.State)
			}
		}
		after = items[len(items)-1].ID
	}
	if got := all.Total() - before; got != ours {
		r.t.Errorf("the bank debited %d fen, we count %d", got, ours)
	}
}
