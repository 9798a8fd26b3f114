package doubt_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/clock"
	"shebao/server/contribution"
	"shebao/server/doubt"
	"shebao/server/reconcile"
	"shebao/server/refund"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

const (
	authority = "11101010000"
	card      = "6217990000000000014"
	due       = "due:p01"
)

var (
	start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)
	sent  = period.DateOf(start)
)

// rig is the rules of deciding beside the payment core, refunds and reconciliation, on a real
// store and a real bank simulator, with one clock.
// books are the rules of reconciliation for officers who have just read what they decide about.
type books struct{ *reconcile.Service }

func (b books) Approve(ctx context.Context, by, id string) (reconcile.Difference, error) {
	x, err := b.Difference(ctx, id)
	if err != nil {
		return x, err
	}
	return b.Service.Approve(ctx, by, id, x.Seen())
}

func (b books) Close(ctx context.Context, by string, day period.Date) (reconcile.Day, error) {
	d, err := b.Look(ctx, by, authority, day)
	if err != nil {
		return d, err
	}
	return b.Service.Close(ctx, by, authority, day, d.Seen())
}

type rig struct {
	*doubt.Service
	t         *testing.T
	clock     *clock.Fake
	store     *store.Store
	sim       *banksim.Sim
	gateway   *line
	payments  *contribution.Service
	refunds   *refund.Service
	reconcile books
	told      []contribution.Notice
	trail     []string
	ids       atomic.Int64
}

// line is the bank, whose answers to queries can get lost.
type line struct {
	bank.Gateway
	mute bool
}

func (l *line) Query(ctx context.Context, q bankapi.Query) (bankapi.Result, error) {
	if l.mute {
		return bankapi.Result{}, &bank.LostError{Op: bank.PathQuery, Key: q.Key(), Err: errors.New("mute")}
	}
	return l.Gateway.Query(ctx, q)
}

type agreements struct{ *store.Store }

func (agreements) EndByBank(context.Context, string, bankapi.Code, string) error { return nil }

func (r *rig) Tell(_ context.Context, n contribution.Notice) error {
	r.told = append(r.told, n)
	return nil
}

func (r *rig) Decided(_ context.Context, e doubt.Entry) error {
	r.trail = append(r.trail, e.Action+" "+e.Officer)
	return nil
}

// newRig has one resident with a card that behaves as the account does; what is late comes
// 40 hours after the debit.
func newRig(t *testing.T, a banksim.Account) *rig {
	t.Helper()
	r := &rig{t: t, clock: clock.NewFake(start), store: storetest.Open(t)}
	a.Number, a.Bank = card, "313"
	key := bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}
	var err error
	r.sim, err = banksim.New(banksim.Options{Keys: []bank.Key{key}, Now: r.clock.Now, LateAfter: 40 * time.Hour, Accounts: []banksim.Account{a}})
	r.no(err)
	t.Cleanup(func() { r.no(r.sim.Close()) })
	gateway, err := bank.NewClient(bank.Options{
		URL: "http://127.0.0.1", Key: key, Transport: r.sim.Transport(), Now: r.clock.Now, Random: rand.Reader,
	})
	r.no(err)
	r.gateway = &line{Gateway: gateway}
	r.payments = contribution.New(contribution.Config{
		Store: r.store, Bank: r.gateway, Agreements: agreements{r.store}, Notices: r, Rates: func() shared.Rates { return nil }, Now: r.clock.Now,
		NewID: func(p string) string { return p + strconv.FormatInt(r.ids.Add(1), 10) }, Patience: 20 * time.Second,
	})
	r.refunds = refund.New(refund.Config{
		Store: r.store, Records: r.store, Contributions: r.payments, Bank: r.gateway, Now: r.clock.Now, Patience: 20 * time.Second,
	})
	r.reconcile = books{reconcile.New(reconcile.Config{Store: r.store, Payments: r.payments, Refunds: r.refunds, Bank: r.gateway, Now: r.clock.Now})}
	r.Service = doubt.New(doubt.Config{
		Store: r.store, Payments: r.payments, Bank: r.gateway, Differences: r.reconcile, Trail: r, Now: r.clock.Now,
	})
	r.resident()
	return r
}

func (r *rig) no(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// resident stores p01 with a due of 100 yuan and an agreement for the card.
func (r *rig) resident() {
	r.t.Helper()
	ctx := r.t.Context()
	_, err := r.store.AddEnrolment(ctx, shared.Enrolment{
		ID: "enr:p01", Person: "p01", Scheme: shared.Pension, Category: "10", Authority: authority, From: period.Date{Year: 2020, Month: 1, Day: 1},
	})
	r.no(err)
	_, err = r.store.AddDue(ctx, shared.Due{
		ID: due, Person: "p01", Enrolment: "enr:p01", Scheme: shared.Pension, Kind: shared.Assessed, Year: 2021, Period: period.YearPeriod(2021),
		Authority: authority, Amount: money.Yuan(100), Opens: period.Date{Year: 2026, Month: 1, Day: 1},
		Deadline: period.Date{Year: 2026, Month: 12, Day: 31}, State: shared.DueOpen,
	})
	r.no(err)
	r.mandate("agr:p01", card, "Mp01")
}

func (r *rig) mandate(id, account, number string) {
	r.t.Helper()
	_, err := r.store.AddAgreement(r.t.Context(), agreement.Agreement{
		ID: id, Payer: "p01", Authority: authority, Bank: "313", Account: bankcard.Mask(account), Mandate: number,
		State: agreement.Verified, Applied: start.AddDate(0, -1, 0), Effective: period.DateOf(start).AddMonths(-1),
		Ref: bankapi.Ref{Authority: authority, Date: "2026-10-23", Serial: "sign" + number},
	}, account)
	r.no(err)
	r.no(r.sim.Seed(r.t.Context(), banksim.Seed{
		Mandate: number, Authority: authority, Bank: "313", Account: account, Holder: "测试人", Document: "201",
		Number: "110101199003071233", Phone: "13800000001",
	}))
}

// declare declares the due.
func (r *rig) declare() string {
	r.t.Helper()
	ds, err := r.payments.Declare(r.t.Context(), contribution.DeclareRequest{
		Payer: "p01", Insured: "p01", Scheme: shared.Pension, Channel: shared.ChannelMobile,
		Choices: []contribution.Choice{{Due: due, Amount: money.Yuan(100)}},
	})
	r.no(err)
	return ds[0].ID
}

func (r *rig) pay(declaration, agreement, key string) shared.Payment {
	r.t.Helper()
	p, err := r.payments.Pay(r.t.Context(), contribution.PayRequest{
		Payer: "p01", Declarations: []string{declaration}, Agreement: agreement, Key: key, Channel: shared.ChannelMobile,
	})
	r.no(err)
	return p
}

// inDoubt is a payment that the bank has answered 98.
func (r *rig) inDoubt() shared.Payment {
	r.t.Helper()
	p := r.pay(r.declare(), "agr:p01", "k")
	if p.State != shared.InDoubt {
		r.t.Fatalf("the payment is %s", p.State)
	}
	return p
}

func (r *rig) propose(v doubt.Verdict, p shared.Payment) error {
	r.t.Helper()
	_, err := r.Propose(r.t.Context(), "one", doubt.Proposal{Payment: p.ID, Verdict: v, Why: "已与银行电话核对", Evidence: "银行复函 2026-11 号", Trace: "T-9"})
	return err
}

// Approve approves what stands at the moment.
func (r *rig) Approve(ctx context.Context, by, payment string) (doubt.Case, error) {
	c, _, err := r.Load(ctx, payment)
	r.no(err)
	return r.Service.Approve(ctx, by, payment, c.Seen())
}

// Reject sends back what stands at the moment.
func (r *rig) Reject(ctx context.Context, by, payment, note string) (doubt.Case, error) {
	c, _, err := r.Load(ctx, payment)
	r.no(err)
	return r.Service.Reject(ctx, by, payment, c.Seen(), note)
}

// decide takes the verdict through both officers.
func (r *rig) decide(v doubt.Verdict, p shared.Payment) {
	r.t.Helper()
	r.no(r.propose(v, p))
	c, err := r.Approve(r.t.Context(), "two", p.ID)
	r.no(err)
	if c.State != doubt.Decided {
		r.t.Fatalf("the decision is %s", c.State)
	}
}

// stand fails unless the payment and its due stand so.
func (r *rig) stand(p shared.Payment, want shared.PaymentState, wantDue shared.DueState, wantPay shared.PayState) {
	r.t.Helper()
	now, _, err := r.store.Payment(r.t.Context(), p.ID)
	r.no(err)
	dues, err := r.store.DuesByID(r.t.Context(), []string{due})
	r.no(err)
	ds, err := r.store.DeclarationsByID(r.t.Context(), []string{p.Items[0].Declaration})
	r.no(err)
	if now.State != want || now.Open == now.State.Final() || dues[0].State != wantDue || ds[0].Pay != wantPay {
		r.t.Errorf("payment %s (open %t), due %s, declaration %s %s; want %s, %s, %s", now.State, now.Open, dues[0].State, ds[0].State, ds[0].Pay, want, wantDue, wantPay)
	}
}

// look reconciles the day and returns its differences by kind.
func (r *rig) look(day period.Date) (reconcile.Day, map[reconcile.Kind]reconcile.Difference) {
	r.t.Helper()
	d, err := r.reconcile.Look(r.t.Context(), "one", authority, day)
	r.no(err)
	list, err := r.reconcile.Differences(r.t.Context(), reconcile.Filter{Day: d.ID, Limit: 100})
	r.no(err)
	by := map[reconcile.Kind]reconcile.Difference{}
	for _, x := range list {
		by[x.Kind] = x
	}
	return d, by
}

// correct takes the correction of the difference through both officers.
func (r *rig) correct(x reconcile.Difference, a reconcile.Action) reconcile.Difference {
	r.t.Helper()
	_, err := r.reconcile.Propose(r.t.Context(), "one", x.ID, a, "已与银行核对")
	r.no(err)
	x, err = r.reconcile.Approve(r.t.Context(), "two", x.ID)
	r.no(err)
	return x
}

func (r *rig) refused(err error, want *doubt.Refusal) {
	r.t.Helper()
	var got *doubt.Refusal
	if !errors.As(err, &got) || got != want {
		r.t.Fatalf("refused with %v, want %s", err, want.Code)
	}
}

// moved is the sum of all debits and of all refunds that the bank has made.
func (r *rig) moved() string {
	r.t.Helper()
	ledger, err := r.sim.Ledger(r.t.Context())
	r.no(err)
	back, err := r.sim.Returns(r.t.Context())
	r.no(err)
	var sum money.Fen
	for _, p := range back {
		sum += p.Amount
	}
	return fmt.Sprintf("%d out, %d back", ledger.Total(), sum)
}
