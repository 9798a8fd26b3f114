package contribution_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/clock"
	"shebao/server/contribution"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

const authority = "11101010000"

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

// rig is the payment core on a real store and a real bank simulator, with one clock.
type rig struct {
	t     testing.TB
	clock *clock.Fake
	store *store.Store
	sim   *banksim.Sim
	*contribution.Service

	ids atomic.Int64
}

// agreements gives the store the method by which the bank ends an agreement.
type agreements struct {
	*store.Store
	ended atomic.Int64
}

func (a *agreements) EndByBank(ctx context.Context, id string, code bankapi.Code, reason string) error {
	agr, ok, err := a.Agreement(ctx, id)
	if err != nil || !ok || agr.State != agreement.Verified {
		return err
	}
	agr.State, agr.Code, agr.Reason = agreement.Ended, code, reason
	a.ended.Add(1)
	_, err = a.SwapAgreement(ctx, agreement.Verified, agr)
	return err
}

func newRig(tb testing.TB, change func(*contribution.Config, *banksim.Options)) *rig {
	tb.Helper()
	r := &rig{t: tb, clock: clock.NewFake(start), store: storetest.Open(tb)}
	key := bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}
	so := banksim.Options{Keys: []bank.Key{key}, Now: r.clock.Now, LateAfter: 20 * time.Second}
	c := contribution.Config{
		Store: r.store, Agreements: &agreements{Store: r.store}, Rates: rates, Now: r.clock.Now, Patience: 20 * time.Second,
		NewID: func(p string) string { return p + strconv.FormatInt(r.ids.Add(1), 10) },
		Log:   slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&c, &so)
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
	client, err := bank.NewClient(bank.Options{
		URL: "http://127.0.0.1", Key: key, Transport: r.sim.Transport(), Now: r.clock.Now, Random: rand.Reader,
	})
	if err != nil {
		tb.Fatal(err)
	}
	if c.Bank == nil {
		c.Bank = client
	}
	r.Service = contribution.New(c)
	return r
}

func rates() model.Rates {
	return model.Rates{
		{
			Scheme: model.Pension, Category: "10", Year: 2026, Min: money.Yuan(1000), Max: money.Yuan(9000),
			Opens: period.Date{Year: 2026, Month: 1, Day: 1}, Closes: period.Date{Year: 2026, Month: 12, Day: 31},
			Benefit: period.YearPeriod(2026),
		},
		{
			Scheme: model.Medical, Category: "93", Year: 2027, Amount: money.Yuan(795),
			Opens: period.Date{Year: 2026, Month: 9, Day: 1}, Closes: period.Date{Year: 2026, Month: 12, Day: 31},
			Benefit: period.YearPeriod(2027),
		},
	}
}

// person enrols a new person in both schemes with a pension setting of 3,000 and
// returns their id.
func (r *rig) person() string {
	r.t.Helper()
	id := "person" + strconv.FormatInt(r.ids.Add(1), 10)
	for scheme, category := range map[model.Scheme]string{model.Pension: "10", model.Medical: "93"} {
		e := model.Enrolment{
			ID: "enr:" + id + ":" + string(scheme), Person: id, Scheme: scheme, Category: category, Authority: authority,
			From: period.Date{Year: 2020, Month: 1, Day: 1},
		}
		r.must(r.store.AddEnrolment(r.ctx(), e))
		if scheme == model.Pension {
			r.must(r.store.AddSetting(r.ctx(), model.Setting{
				ID: "set:" + id, Person: id, Enrolment: e.ID, Scheme: scheme, Tier: money.Yuan(3000), Set: start,
				From: period.Date{Year: 2026, Month: 1, Day: 1}, To: period.Date{Year: 2026, Month: 12, Day: 31},
			}))
		}
	}
	return id
}

// assess adds an assessed pension due.
func (r *rig) assess(person string, n int, amount money.Fen, deadline period.Date) string {
	r.t.Helper()
	id := fmt.Sprintf("due:%s:pension:2021:assessed:%d", person, n)
	r.must(r.store.AddDue(r.ctx(), model.Due{
		ID: id, Person: person, Enrolment: "enr:" + person + ":pension", Scheme: model.Pension, Kind: model.Assessed, Year: 2021,
		Period: period.YearPeriod(2021), Authority: authority, Amount: amount, Opens: period.Date{Year: 2026, Month: 1, Day: 1},
		Deadline: deadline, State: model.DueOpen,
	}))
	return id
}

// sign adds a usable agreement of the person for the account, known to the bank too.
func (r *rig) sign(person, account string) string {
	r.t.Helper()
	n := r.ids.Add(1)
	a := agreement.Agreement{
		ID: fmt.Sprintf("agr%d", n), Payer: person, Authority: authority, Bank: "313", Account: bankcard.Mask(account),
		Mandate: fmt.Sprintf("M%d", n), State: agreement.Verified, Applied: start.AddDate(0, -1, 0),
		Ref:       bankapi.Ref{Authority: authority, Date: "2026-10-23", Serial: fmt.Sprintf("sign%d", n)},
		Effective: period.DateOf(start).AddMonths(-1),
	}
	r.must(r.store.AddAgreement(r.ctx(), a, account))
	err := r.sim.Seed(r.ctx(), banksim.Seed{
		Mandate: a.Mandate, Authority: authority, Bank: "313", Account: account, Holder: "测试人", Document: "201",
		Number: "110101199003071233", Phone: "13800000001",
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return a.ID
}

func (r *rig) ctx() context.Context { return r.t.Context() }

func (r *rig) must(ok bool, err error) {
	r.t.Helper()
	if err != nil || !ok {
		r.t.Fatalf("not stored: %t, %v", ok, err)
	}
}

// declareAll declares everything that can be declared for the person in the scheme.
func (r *rig) declareAll(person string, scheme model.Scheme) []string {
	r.t.Helper()
	views, err := r.Dues(r.ctx(), person, scheme)
	if err != nil {
		r.t.Fatal(err)
	}
	var choices []contribution.Choice
	for _, v := range views {
		if v.Refusal == nil {
			choices = append(choices, contribution.Choice{Due: v.Due.ID, Amount: v.Amount})
		}
	}
	ds, err := r.Declare(r.ctx(), contribution.DeclareRequest{
		Payer: person, Insured: person, Scheme: scheme, Choices: choices, Channel: model.ChannelMobile,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	ids := make([]string, len(ds))
	for i, d := range ds {
		ids[i] = d.ID
	}
	return ids
}

func (r *rig) pay(person, agreement, key string, declarations ...string) (model.Payment, error) {
	r.t.Helper()
	return r.Pay(r.ctx(), contribution.PayRequest{
		Payer: person, Declarations: declarations, Agreement: agreement, Key: key, Channel: model.ChannelMobile,
	})
}

// settleAll moves the clock and recovers until every payment given is closed.
func (r *rig) settleAll(payments ...string) {
	r.t.Helper()
	for range 200 {
		if err := r.Recover(r.ctx()); err != nil {
			r.t.Fatal(err)
		}
		open := 0
		for _, id := range payments {
			p, ok, err := r.store.Payment(r.ctx(), id)
			if err != nil || !ok {
				r.t.Fatalf("payment %s: %t %v", id, ok, err)
			}
			if p.Open {
				open++
			}
		}
		if open == 0 {
			return
		}
		r.clock.Advance(10 * time.Second)
	}
	r.t.Fatal("payments stay open")
}

func (r *rig) payment(id string) model.Payment {
	r.t.Helper()
	p, ok, err := r.store.Payment(r.ctx(), id)
	if err != nil || !ok {
		r.t.Fatalf("payment %s: %t %v", id, ok, err)
	}
	return p
}

func (r *rig) due(id string) model.Due {
	r.t.Helper()
	ds, err := r.store.DuesByID(r.ctx(), []string{id})
	if err != nil || len(ds) != 1 {
		r.t.Fatalf("due %s: %d %v", id, len(ds), err)
	}
	return ds[0]
}

func (r *rig) declaration(id string) model.Declaration {
	r.t.Helper()
	ds, err := r.store.DeclarationsByID(r.ctx(), []string{id})
	if err != nil || len(ds) != 1 {
		r.t.Fatalf("declaration %s: %d %v", id, len(ds), err)
	}
	return ds[0]
}

// postings counts the bank's postings by serial.
func (r *rig) postings() map[string]money.Fen {
	r.t.Helper()
	ledger, err := r.sim.Ledger(r.ctx())
	if err != nil {
		r.t.Fatal(err)
	}
	by := map[string]money.Fen{}
	for _, p := range ledger {
		if _, twice := by[p.Serial]; twice {
			r.t.Errorf("serial %s is posted twice", p.Serial)
		}
		by[p.Serial] = p.Amount
	}
	return by
}

func refused(t *testing.T, err error, want *contribution.Refusal) {
	t.Helper()
	var got *contribution.Refusal
	if !errors.As(err, &got) || got != want {
		t.Fatalf("refused with %v, want %s", err, want.Code)
	}
}
