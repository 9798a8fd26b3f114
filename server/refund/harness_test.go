package refund_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/clock"
	"shebao/server/contribution"
	"shebao/server/refund"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
	model "shebao/shared/refund"
)

const (
	authority = "11101010000"
	plain     = "6228480000000000018"
	operator  = "o-operator"
	reviewer  = "o-reviewer"
)

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

// rig is the rules of refunds beside the payment core, on a real store and a real bank
// simulator, with one clock.
type rig struct {
	*refund.Service
	t        testing.TB
	clock    *clock.Fake
	store    *store.Store
	sim      *banksim.Sim
	payments *contribution.Service
	trail    *trail
	notices  *notices
	papers   *papers
	ids      atomic.Int64
}

// mandates gives the store the method by which the bank ends an agreement.
type mandates struct{ *store.Store }

func (mandates) EndByBank(context.Context, string, bankapi.Code, string) error { return nil }

// trail remembers what was recorded.
type trail struct {
	mu   sync.Mutex
	list []refund.Entry
	fail bool
}

func (t *trail) Record(_ context.Context, e refund.Entry) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fail {
		return errors.New("the trail is down")
	}
	t.list = append(t.list, e)
	return nil
}

func (t *trail) actions(id string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for _, e := range t.list {
		if e.Subject == id {
			out = append(out, e.Action)
		}
	}
	return out
}

// notices remembers what people were told, once for each id.
type notices struct {
	mu   sync.Mutex
	told map[string]refund.Notice
}

func (n *notices) Tell(_ context.Context, x refund.Notice) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told[x.ID] = x
	return nil
}

func (n *notices) of(person string) []refund.Notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []refund.Notice
	for _, x := range n.told {
		if x.Person == person {
			out = append(out, x)
		}
	}
	return out
}

// papers are the certificates' side of the port: the certificate package has tests of its own.
type papers struct {
	mu    sync.Mutex
	ended map[string]int
}

func (p *papers) Stating(context.Context, string) ([]refund.Certificate, error) { return nil, nil }

func (p *papers) Reversed(_ context.Context, declaration, _ string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended[declaration]++
	return nil
}

func newRig(tb testing.TB, change func(*refund.Config, *banksim.Options)) *rig {
	tb.Helper()
	r := &rig{
		t: tb, clock: clock.NewFake(start), store: storetest.Open(tb), trail: &trail{}, notices: &notices{told: map[string]refund.Notice{}},
		papers: &papers{ended: map[string]int{}},
	}
	key := bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}
	so := banksim.Options{Keys: []bank.Key{key}, Now: r.clock.Now, LateAfter: 20 * time.Second}
	c := refund.Config{
		Store: r.store, Records: r.store, Certificates: r.papers, Trail: r.trail, Notices: r.notices, Now: r.clock.Now, Patience: 20 * time.Second,
		Log: slog.New(slog.DiscardHandler),
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
	r.payments = contribution.New(contribution.Config{
		Store: r.store, Bank: client, Agreements: mandates{r.store}, Rates: rates, Now: r.clock.Now, Patience: 20 * time.Second,
		NewID: func(p string) string { return p + strconv.FormatInt(r.ids.Add(1), 10) },
	})
	c.Contributions = r.payments
	if c.Bank == nil {
		c.Bank = client
	}
	r.Service = refund.New(c)
	return r
}

func rates() shared.Rates {
	return shared.Rates{{
		Scheme: shared.Medical, Category: "93", Year: 2027, Amount: money.Yuan(795), Opens: period.Date{Year: 2026, Month: 9, Day: 1},
		Closes: period.Date{Year: 2026, Month: 12, Day: 31}, Benefit: period.YearPeriod(2027),
	}, {
		Scheme: shared.Pension, Category: "10", Year: 2026, Min: money.Yuan(1000), Max: money.Yuan(9000),
		Opens: period.Date{Year: 2026, Month: 1, Day: 1}, Closes: period.Date{Year: 2026, Month: 12, Day: 31}, Benefit: period.YearPeriod(2026),
	}}
}

func (r *rig) ctx() context.Context { return r.t.Context() }

func (r *rig) must(ok bool, err error) {
	r.t.Helper()
	if err != nil || !ok {
		r.t.Fatalf("not stored: %t, %v", ok, err)
	}
}

// person enrols a new person in medical insurance, with a usable agreement for the account.
func (r *rig) person(account string) (who, agreed string) {
	r.t.Helper()
	n := r.ids.Add(1)
	who, agreed = fmt.Sprintf("person%d", n), fmt.Sprintf("agr%d", n)
	r.must(r.store.AddEnrolment(r.ctx(), shared.Enrolment{
		ID: "enr:" + who + ":medical", Person: who, Scheme: shared.Medical, Category: "93", Authority: authority,
		From: period.Date{Year: 2020, Month: 1, Day: 1},
	}))
	r.must(r.store.AddAgreement(r.ctx(), agreement.Agreement{
		ID: agreed, Payer: who, Authority: authority, Bank: "103", Account: bankcard.Mask(account), Mandate: "M-" + agreed, State: agreement.Verified,
		Ref:     bankapi.Ref{Authority: authority, Date: "2026-10-23", Serial: "sign" + agreed},
		Applied: start.AddDate(0, -1, 0), Effective: period.DateOf(start).AddMonths(-1),
	}, account))
	err := r.sim.Seed(r.ctx(), banksim.Seed{
		Mandate: "M-" + agreed, Authority: authority, Bank: "103", Account: account, Holder: "测试人", Document: "201",
		Number: "110101199003071233", Phone: "13800000001",
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return who, agreed
}

// paid lets the person pay the medical due of 2027 and returns the declaration.
func (r *rig) paid(who, agreed string) shared.Declaration {
	r.t.Helper()
	ds, err := r.payments.Declare(r.ctx(), contribution.DeclareRequest{
		Payer: who, Insured: who, Scheme: shared.Medical, Channel: shared.ChannelMobile,
		Choices: []contribution.Choice{{Due: "due:" + who + ":medical:2027:regular:1", Amount: money.Yuan(795)}},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	p, err := r.payments.Pay(r.ctx(), contribution.PayRequest{
		Payer: who, Declarations: []string{ds[0].ID}, Agreement: agreed, Key: "k" + strconv.FormatInt(r.ids.Add(1), 10), Channel: shared.ChannelMobile,
	})
	if err != nil || p.State != shared.Succeeded {
		r.t.Fatalf("paid %s, %v", p.State, err)
	}
	return r.declaration(ds[0].ID)
}

// ready is somebody who has paid, from an ordinary account.
func (r *rig) ready() (who string, d shared.Declaration) {
	r.t.Helper()
	who, agreed := r.person(banksim.SyntheticAccount(int(r.ids.Add(1))))
	return who, r.paid(who, agreed)
}

func (r *rig) apply(who string, d shared.Declaration, reason model.Reason) model.Refund {
	r.t.Helper()
	x, err := r.Apply(r.ctx(), refund.Application{Person: who, Declaration: d.ID, Reason: reason, Says: "村委会代收，凭证 20261101001"})
	if err != nil {
		r.t.Fatal(err)
	}
	return x
}

// Approve approves what stands at the moment.
func (r *rig) Approve(ctx context.Context, by, id string) (model.Refund, error) {
	x, err := r.Load(ctx, id)
	if err != nil {
		return x, err
	}
	return r.Service.Approve(ctx, by, id, x.Seen())
}

// Refuse refuses what stands at the moment.
func (r *rig) Refuse(ctx context.Context, by, id, reason string) (model.Refund, error) {
	x, err := r.Load(ctx, id)
	if err != nil {
		return x, err
	}
	return r.Service.Refuse(ctx, by, id, x.Seen(), reason)
}

// approved takes an application through both officers and returns it as it then is.
func (r *rig) approved(id string) model.Refund {
	r.t.Helper()
	if _, err := r.Check(r.ctx(), operator, id, "已核对"); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.Approve(r.ctx(), reviewer, id); err != nil {
		r.t.Fatal(err)
	}
	return r.load(id)
}

// settle moves the clock and recovers until no refund given is open.
func (r *rig) settle(ids ...string) {
	r.t.Helper()
	for range 300 {
		if err := r.Recover(r.ctx()); err != nil {
			r.t.Fatal(err)
		}
		open := 0
		for _, id := range ids {
			if r.load(id).Open {
				open++
			}
		}
		if open == 0 {
			return
		}
		r.clock.Advance(10 * time.Second)
	}
	r.t.Fatal("refunds stay open")
}

func (r *rig) load(id string) model.Refund {
	r.t.Helper()
	x, err := r.Load(r.ctx(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return x
}

func (r *rig) declaration(id string) shared.Declaration {
	r.t.Helper()
	ds, err := r.store.DeclarationsByID(r.ctx(), []string{id})
	if err != nil || len(ds) != 1 {
		r.t.Fatalf("declaration %s: %d %v", id, len(ds), err)
	}
	return ds[0]
}

func (r *rig) due(id string) shared.Due {
	r.t.Helper()
	ds, err := r.store.DuesByID(r.ctx(), []string{id})
	if err != nil || len(ds) != 1 {
		r.t.Fatalf("due %s: %d %v", id, len(ds), err)
	}
	return ds[0]
}

// returned is what the bank has posted as given back, by serial.
func (r *rig) returned() map[string]banksim.Return {
	r.t.Helper()
	all, err := r.sim.Returns(r.ctx())
	if err != nil {
		r.t.Fatal(err)
	}
	by, originals := map[string]banksim.Return{}, map[bankapi.Ref]bool{}
	for _, p := range all {
		if originals[p.Original] {
			r.t.Errorf("the debit %s is given back twice", p.Original.Key())
		}
		originals[p.Original] = true
		by[p.Serial] = p
	}
	return by
}

func refused(t *testing.T, err error, want *refund.Refusal) {
	t.Helper()
	var got *refund.Refusal
	if !errors.As(err, &got) || got != want {
		t.Fatalf("refused with %v, want %s", err, want.Code)
	}
}
