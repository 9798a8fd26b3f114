package reconcile_test

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

const authority = "11101010000"

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

type rig struct {
	t        *testing.T
	clock    *clock.Fake
	store    *store.Store
	sim      *banksim.Sim
	payments *contribution.Service
	refunds  *refund.Service
	*reconcile.Service

	ids   atomic.Int64
	trail []string
}

type agreements struct{ *store.Store }

func (agreements) EndByBank(context.Context, string, bankapi.Code, string) error { return nil }

func (r *rig) Reconciled(_ context.Context, e reconcile.Entry) error {
	r.trail = append(r.trail, e.Action+" "+e.Officer)
	return nil
}

func newRig(t *testing.T, accounts ...banksim.Account) *rig {
	t.Helper()
	r := &rig{t: t, clock: clock.NewFake(start), store: storetest.Open(t)}
	key := bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}
	var err error
	r.sim, err = banksim.New(banksim.Options{Keys: []bank.Key{key}, Now: r.clock.Now, LateAfter: time.Second, Accounts: accounts})
	r.no(err)
	t.Cleanup(func() { r.no(r.sim.Close()) })
	gateway, err := bank.NewClient(bank.Options{
		URL: "http://127.0.0.1", Key: key, Transport: r.sim.Transport(), Now: r.clock.Now, Random: rand.Reader,
	})
	r.no(err)
	r.payments = contribution.New(contribution.Config{
		Store: r.store, Bank: gateway, Agreements: agreements{r.store}, Rates: func() shared.Rates { return nil }, Now: r.clock.Now,
		NewID: func(p string) string { return p + strconv.FormatInt(r.ids.Add(1), 10) }, Patience: 20 * time.Second,
	})
	r.refunds = refund.New(refund.Config{
		Store: r.store, Records: r.store, Contributions: r.payments, Bank: gateway, Now: r.clock.Now, Patience: 20 * time.Second,
	})
	r.Service = reconcile.New(reconcile.Config{Store: r.store, Payments: r.payments, Refunds: r.refunds, Bank: gateway, Trail: r, Now: r.clock.Now})
	return r
}

func (r *rig) no(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// pay has the n-th person pay n hundred yuan from the n-th account.
func (r *rig) pay(n int) shared.Payment {
	r.t.Helper()
	ctx, who := r.t.Context(), fmt.Sprintf("p%02d", n)
	due := "due:" + who
	_, err := r.store.AddEnrolment(ctx, shared.Enrolment{
		ID: "enr:" + who, Person: who, Scheme: shared.Pension, Category: "10", Authority: authority, From: period.Date{Year: 2020, Month: 1, Day: 1},
	})
	r.no(err)
	_, err = r.store.AddDue(ctx, shared.Due{
		ID: due, Person: who, Enrolment: "enr:" + who, Scheme: shared.Pension, Kind: shared.Assessed, Year: 2021, Period: period.YearPeriod(2021),
		Authority: authority, Amount: money.Yuan(int64(n) * 100), Opens: period.Date{Year: 2026, Month: 1, Day: 1},
		Deadline: period.Date{Year: 2026, Month: 12, Day: 31}, State: shared.DueOpen,
	})
	r.no(err)
	a := agreement.Agreement{
		ID: "agr:" + who, Payer: who, Authority: authority, Bank: "313", Account: bankcard.Mask(banksim.SyntheticAccount(n)), Mandate: "M" + who,
		State: agreement.Verified, Applied: start.AddDate(0, -1, 0), Effective: period.DateOf(start).AddMonths(-1),
		Ref: bankapi.Ref{Authority: authority, Date: "2026-10-23", Serial: "sign" + who},
	}
	_, err = r.store.AddAgreement(ctx, a, banksim.SyntheticAccount(n))
	r.no(err)
	r.no(r.sim.Seed(ctx, banksim.Seed{
		Mandate: a.Mandate, Authority: authority, Bank: "313", Account: banksim.SyntheticAccount(n), Holder: "测试人", Document: "201",
		Number: "110101199003071233", Phone: "13800000001",
	}))
	ds, err := r.payments.Declare(ctx, contribution.DeclareRequest{
		Payer: who, Insured: who, Scheme: shared.Pension, Channel: shared.ChannelMobile,
		Choices: []contribution.Choice{{Due: due, Amount: money.Yuan(int64(n) * 100)}},
	})
	r.no(err)
	p, err := r.payments.Pay(ctx, contribution.PayRequest{
		Payer: who, Declarations: []string{ds[0].ID}, Agreement: a.ID, Key: "k", Channel: shared.ChannelMobile,
	})
	r.no(err)
	return p
}

// Approve approves what stands at the moment.
func (r *rig) Approve(ctx context.Context, by, id string) (reconcile.Difference, error) {
	x, err := r.Difference(ctx, id)
	if err != nil {
		return x, err
	}
	return r.Service.Approve(ctx, by, id, x.Seen())
}

// Reject sends back what stands at the moment.
func (r *rig) Reject(ctx context.Context, by, id, note string) (reconcile.Difference, error) {
	x, err := r.Difference(ctx, id)
	if err != nil {
		return x, err
	}
	return r.Service.Reject(ctx, by, id, x.Seen(), note)
}

// close has the officer look at the day and close what that shows.
func (r *rig) close(by string, day period.Date) (reconcile.Day, error) {
	r.t.Helper()
	d, err := r.Look(r.t.Context(), by, authority, day)
	r.no(err)
	return r.Close(r.t.Context(), by, authority, day, d.Seen())
}

func (r *rig) today() period.Date { return period.DateOf(r.clock.Now()) }

func (r *rig) kinds(day string) map[reconcile.Kind]reconcile.Difference {
	r.t.Helper()
	list, err := r.Differences(r.t.Context(), reconcile.Filter{Day: day, Limit: 100})
	r.no(err)
	by := map[reconcile.Kind]reconcile.Difference{}
	for _, d := range list {
		by[d.Kind] = d
	}
	return by
}

func refused(t *testing.T, err error, want *reconcile.Refusal) {
	t.Helper()
	var got *reconcile.Refusal
	if !errors.As(err, &got) || got != want {
		t.Fatalf("refused with %v, want %s", err, want.Code)
	}
}

func TestDay_thatAgreesIsClosed(t *testing.T) {
	r := newRig(t)
	for n := 1; n <= 3; n++ {
		if p := r.pay(n); p.State != shared.Succeeded {
			t.Fatalf("payment is %s", p.State)
		}
	}
	day := r.today()
	_, err := r.close("one", day)
	refused(t, err, reconcile.RefuseNotOver)
	r.clock.Advance(24 * time.Hour)
	d, err := r.close("one", day)
	r.no(err)
	if !d.Closed || d.Both != (reconcile.Total{Count: 3, Amount: money.Yuan(600)}) || d.Ours != d.Bank || d.Ours != d.Both {
		t.Errorf("%+v", d)
	}
	_, err = r.Look(t.Context(), "one", authority, day)
	refused(t, err, reconcile.RefuseClosed)
	_, err = r.Look(t.Context(), "one", authority, day.AddDays(7))
	refused(t, err, reconcile.RefuseFuture)
}

func TestDay_everyDifferenceIsFoundAndNeedsTwoOfficers(t *testing.T) {
	r := newRig(t,
		banksim.Account{Number: banksim.SyntheticAccount(1), Bank: "313", Statement: banksim.RowMissing},
		banksim.Account{Number: banksim.SyntheticAccount(2), Bank: "313", Statement: banksim.RowExtra},
		banksim.Account{Number: banksim.SyntheticAccount(3), Bank: "313", Statement: banksim.RowAmount},
		banksim.Account{Number: banksim.SyntheticAccount(4), Bank: "313", Statement: banksim.RowTwice},
		banksim.Account{Number: banksim.SyntheticAccount(5), Bank: "313", Statement: banksim.RowCrossed},
	)
	for n := 1; n <= 6; n++ {
		r.pay(n)
	}
	ctx, day := t.Context(), r.today()
	r.clock.Advance(48 * time.Hour)
	d, err := r.Look(ctx, "one", authority, day)
	r.no(err)
	if fmt.Sprint(d.Kinds) != "map[amount:1 bank:1 duplicate:1 ours:2]" || d.Both.Count != 3 || !d.Final {
		t.Errorf("%+v", d)
	}
	next, err := r.Look(ctx, "one", authority, day.AddDays(1))
	r.no(err)
	if next.Kinds[reconcile.Crossed] != 1 || next.Bank.Count != 1 {
		t.Errorf("next day %+v", next)
	}
	amount := r.kinds(d.ID)[reconcile.Amount]
	if amount.Ours != money.Yuan(300) || amount.Theirs != money.Yuan(300)+1 || amount.Payment == "" {
		t.Errorf("%+v", amount)
	}
	_, err = r.close("one", day)
	refused(t, err, reconcile.RefuseUnbalanced)
	_, err = r.Propose(ctx, "one", amount.ID, reconcile.BankFixes, " ")
	refused(t, err, reconcile.RefuseNote)
	_, err = r.Approve(ctx, "two", amount.ID)
	refused(t, err, reconcile.RefuseState)
	waiting, err := r.Waiting(ctx, reconcile.Open, 100)
	if err != nil || len(waiting) != 6 { // five of the day, one of the next
		t.Errorf("%d waiting, %v", len(waiting), err)
	}
	taken, err := r.Take(ctx, "three", amount.ID)
	if err != nil || taken.Owner != "three" || taken.State != reconcile.Open {
		t.Errorf("taken %+v, %v", taken, err)
	}
	proposed, err := r.Propose(ctx, "one", amount.ID, reconcile.BankFixes, "银行次日冲正一分")
	r.no(err)
	if proposed.Owner != "one" {
		t.Errorf("owned by %q", proposed.Owner)
	}
	_, err = r.Take(ctx, "three", amount.ID)
	refused(t, err, reconcile.RefuseState)
	_, err = r.Approve(ctx, "one", amount.ID)
	refused(t, err, reconcile.RefuseSamePerson)
	_, err = r.Reject(ctx, "two", amount.ID, "缺银行回执")
	r.no(err)
	list, err := r.Differences(ctx, reconcile.Filter{Day: d.ID, State: reconcile.Open, Limit: 100})
	if err != nil || len(list) != 5 {
		t.Fatalf("%d open, %v", len(list), err)
	}
	how := map[string]reconcile.Action{} // the crossed one is explained by the next day's file, the missing one is the bank's
	for _, x := range list {
		_, err = r.Propose(ctx, "one", x.ID, reconcile.Explained, "次日入账")
		if err == nil {
			how["crossed"] = reconcile.Explained
		} else {
			if !errors.Is(err, reconcile.RefuseNotCrossed) && !errors.Is(err, reconcile.RefuseAction) {
				t.Fatalf("%s: %v", x.Kind, err)
			}
			_, err = r.Propose(ctx, "one", x.ID, reconcile.BankFixes, "已与银行核对")
			r.no(err)
		}
		_, err = r.Approve(ctx, "two", x.ID)
		r.no(err)
	}
	if len(how) != 1 {
		t.Error("the payment in the next day's file is not explained by it")
	}
	again, err := r.Look(ctx, "one", authority, day)
	if err != nil || fmt.Sprint(again.Kinds) != fmt.Sprint(d.Kinds) {
		t.Errorf("%+v %v", again, err)
	}
	closed, err := r.close("two", day)
	if err != nil || !closed.Closed {
		t.Fatalf("%+v %v", closed, err)
	}
	if ours, bank := closed.Sums(); closed.Ours == closed.Bank || ours != bank || !closed.Balanced() {
		t.Errorf("closed unbalanced: %+v", closed)
	}
	got := r.kinds(d.ID)[reconcile.Amount]
	if got.State != reconcile.Awaiting || got.Maker != "one" || got.Checker != "two" || len(got.History) != 6 {
		t.Errorf("%+v", got)
	}
	_, err = r.Propose(ctx, "one", amount.ID, reconcile.Explained, "再改")
	refused(t, err, reconcile.RefuseClosed)
	if len(r.trail) != 2+2+3+10+5+1+3 { // looks, a refused closing's looks, the first correction taken over, five more, five carried out, a look, the closing and its looks
		t.Errorf("%d entries in the trail: %v", len(r.trail), r.trail)
	}
}

func TestDay_theFileSettlesWhatIsInDoubt(t *testing.T) {
	r := newRig(t,
		banksim.Account{Number: banksim.SyntheticAccount(1), Bank: "313", First: bankapi.Timeout, Late: bankapi.OK},
		banksim.Account{Number: banksim.SyntheticAccount(2), Bank: "313", First: bankapi.Timeout, Late: bankapi.NoFunds},
	)
	paid, unpaid := r.pay(1), r.pay(2)
	if paid.State != shared.InDoubt || unpaid.State != shared.InDoubt {
		t.Fatalf("%s and %s", paid.State, unpaid.State)
	}
	ctx, day := t.Context(), r.today()
	r.clock.Advance(24 * time.Hour)
	d, err := r.Look(ctx, "one", authority, day)
	r.no(err)
	if d.Settled != 1 || d.Both.Count != 1 || d.Kinds[reconcile.InDoubt] != 1 || len(d.Kinds) != 1 {
		t.Errorf("%+v", d)
	}
	p, _, err := r.store.Payment(ctx, paid.ID)
	if err != nil || p.State != shared.Succeeded || p.Open {
		t.Errorf("%s %t %v", p.State, p.Open, err)
	}
	ds, err := r.store.DuesByID(ctx, []string{"due:p01"})
	if err != nil || ds[0].State != shared.DuePaid {
		t.Errorf("%+v %v", ds, err)
	}
	_, err = r.close("one", day)
	refused(t, err, reconcile.RefuseUnbalanced)
	r.no(r.payments.Recover(ctx)) // the bank answers the query: not debited
	if d, err = r.close("one", day); err != nil || !d.Closed {
		t.Fatalf("%+v %v", d, err)
	}
	if got := r.kinds(d.ID)[reconcile.InDoubt]; got.State != reconcile.Resolved || got.History[0].Event != reconcile.Vanish {
		t.Errorf("%+v", got)
	}
}

func TestApprove_whatWasSeen(t *testing.T) {
	r := newRig(t, banksim.Account{Number: banksim.SyntheticAccount(1), Bank: "313", Statement: banksim.RowMissing})
	p := r.pay(1)
	ctx, day := t.Context(), r.today()
	r.clock.Advance(24 * time.Hour)
	d, err := r.Look(ctx, "one", authority, day)
	r.no(err)
	id := r.kinds(d.ID)[reconcile.OursOnly].ID
	read, err := r.Propose(ctx, "one", id, reconcile.BankFixes, "银行次日更正")
	r.no(err)
	_, err = r.Reject(ctx, "two", id, "缺回执")
	r.no(err)
	_, err = r.Propose(ctx, "one", id, reconcile.Disprove, "银行确未扣款")
	r.no(err)
	_, err = r.Service.Approve(ctx, "two", id, read.Seen())
	refused(t, err, reconcile.RefuseChanged)
	_, err = r.Service.Reject(ctx, "two", id, read.Seen(), "不对")
	refused(t, err, reconcile.RefuseChanged)
	if x := r.kinds(d.ID)[reconcile.OursOnly]; x.State != reconcile.Proposed || x.Action != reconcile.Disprove {
		t.Errorf("it has moved: %+v", x)
	}
	if now, _, err := r.store.Payment(ctx, p.ID); err != nil || now.State != shared.Succeeded {
		t.Errorf("the payment is %s, %v", now.State, err)
	}
	_, err = r.Approve(ctx, "two", id)
	r.no(err)
}

// A correction of our books shows in the day at once, as the next look finds it.
func TestAdjusted_followsCorrections(t *testing.T) {
	r := newRig(t, banksim.Account{Number: banksim.SyntheticAccount(1), Bank: "313", Statement: banksim.RowMissing})
	r.pay(1)
	r.pay(2)
	ctx, day := t.Context(), r.today()
	r.clock.Advance(24 * time.Hour)
	d, err := r.Look(ctx, "one", authority, day)
	r.no(err)
	_, err = r.Close(ctx, "two", authority, day, "what somebody else saw")
	refused(t, err, reconcile.RefuseMoved)
	r.clock.Advance(time.Minute)
	id := r.kinds(d.ID)[reconcile.OursOnly].ID
	_, err = r.Propose(ctx, "one", id, reconcile.Disprove, "银行确未扣款")
	r.no(err)
	_, err = r.Approve(ctx, "two", id)
	r.no(err)
	d, err = r.Load(ctx, d.ID)
	r.no(err)
	shown, err := r.Adjusted(ctx, d)
	r.no(err)
	if ours, bank := shown.Sums(); shown.Ours != (reconcile.Total{Count: 1, Amount: money.Yuan(200)}) || ours != bank || len(shown.Kinds) != 0 {
		t.Errorf("shown %+v", shown)
	}
	if all, left, err := r.Counted(ctx, d.ID); err != nil || all != 1 || left != 0 {
		t.Errorf("%d differences, %d left, %v", all, left, err)
	}
	closed, err := r.Close(ctx, "two", authority, day, shown.Seen())
	if err != nil || !closed.Closed || closed.Seen() != shown.Seen() {
		t.Errorf("%+v, %v", closed, err)
	}
}

func TestLook_withoutAFile(t *testing.T) {
	r := newRig(t)
	day := period.Date{Year: 1999, Month: 1, Day: 1}
	_, err := r.Look(t.Context(), "one", authority, day)
	refused(t, err, reconcile.RefuseNoFile)
	if days, err := r.Days(t.Context(), authority, period.Date{}, 10); err != nil || len(days) != 0 {
		t.Errorf("the day is kept: %+v, %v", days, err)
	}
}
