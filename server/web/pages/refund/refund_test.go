package refund

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"shebao/app/node"
	"shebao/app/view"
	screens "shebao/app/view/refund"
	"shebao/server/city"
	fakeclock "shebao/server/clock"
	"shebao/server/contribution"
	rules "shebao/server/refund"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	model "shebao/shared/refund"
)

// till is a bank that gives back, or answers with its code.
type till struct{ code bankapi.Code }

func (b *till) Refund(context.Context, bankapi.Refund) (bankapi.Result, error) {
	return bankapi.Result{Code: b.code, Message: b.code.Words(), Trace: "t1"}, nil
}

func (b *till) Query(context.Context, bankapi.Query) (bankapi.Result, error) {
	return bankapi.Result{Code: b.code}, nil
}

// world is the pages on the real rules and store: 李明 (li) has paid next year's medical
// contribution for himself.
type world struct {
	Deps
	t     *testing.T
	rules *rules.Service
	store *store.Store
	clock *fakeclock.Fake
	bank  *till
}

func newWorld(t *testing.T) *world {
	t.Helper()
	data, err := city.Load("")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: storetest.Open(t), clock: fakeclock.NewFake(time.Date(2026, 11, 23, 10, 0, 0, 0, period.Zone)), bank: &till{bankapi.OK}}
	core := contribution.New(contribution.Config{Store: w.store, Rates: func() shared.Rates { return nil }, Now: w.clock.Now})
	w.rules = rules.New(rules.Config{
		Store: w.store, Records: w.store, Contributions: core, Bank: w.bank, Now: w.clock.Now, Patience: 20 * time.Second,
	})
	w.Deps = Deps{Rules: w.rules, Records: w.store, City: data}
	ctx := t.Context()
	li := person.Person{ID: "li", Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: "110101199003071233"}, Nationality: "CHN"}
	ref := bankapi.Ref{Authority: "11101010000", Date: "2026-11-23", Serial: "pay1"}
	for _, add := range []func() (bool, error){
		func() (bool, error) { return w.store.AddPerson(ctx, li) },
		func() (bool, error) {
			return w.store.AddPayment(ctx, shared.Payment{
				ID: "pay1", Payer: "li", Amount: 79500, Authority: ref.Authority, Bank: "313", Account: "6217 **** **** 0012", State: shared.Succeeded,
				Created: w.clock.Now(), Ended: w.clock.Now(), Ref: ref, Items: []shared.Item{{Declaration: "d1", Due: "due1", Amount: 79500, Ticket: "311101261100000001"}},
			})
		},
		func() (bool, error) {
			return true, w.store.PutDeclaration(ctx, shared.Declaration{
				ID: "d1", Due: "due1", Kind: shared.Regular, Insured: "li", Payer: "li", Scheme: shared.Medical, Authority: ref.Authority, Year: 2027,
				Period: period.YearPeriod(2027), Amount: 79500, Deadline: period.Date{Year: 2026, Month: 12, Day: 31}, Channel: shared.ChannelMobile,
				State: shared.Declared, Pay: shared.Paid, Payment: "pay1", Settled: shared.Settlement{Ticket: "311101261100000001", At: w.clock.Now()},
			})
		},
		func() (bool, error) {
			return w.store.AddDue(ctx, shared.Due{
				ID: "due1", Person: "li", Scheme: shared.Medical, Kind: shared.Regular, Year: 2027, Period: period.YearPeriod(2027), Authority: ref.Authority,
				Amount: 79500, Deadline: period.Date{Year: 2026, Month: 12, Day: 31}, State: shared.DuePaid, Declaration: "d1",
			})
		},
	} {
		if ok, err := add(); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	return w
}

// approve is the second officer's approval of the refund as it stands.
func (w *world) approve(ctx context.Context, id string) error {
	x, err := w.rules.Load(ctx, id)
	if err != nil {
		return err
	}
	_, err = w.rules.Approve(ctx, "two", id, x.Seen())
	return err
}

// as is a request of the person.
func (w *world) as(who string, query, form url.Values) *web.Request {
	if query == nil {
		query = url.Values{}
	}
	if form == nil {
		form = url.Values{}
	}
	return &web.Request{Person: who, Session: who + "1", Query: query, Form: form, Now: w.clock.Now()}
}

func record() url.Values { return url.Values{page.RefundFieldRecord: {"d1"}} }

// drawn is what the person reads; it fails the test when the state can't be drawn.
func drawn[S any](t *testing.T, pattern string, s S) string {
	t.Helper()
	n, err := view.NewSet(screens.Screens()).Page(pattern, page.Frame{}, s)
	if err != nil {
		t.Fatal(err)
	}
	return node.String(n)
}

// applied asks for the refund and returns its id.
func (w *world) applied() string {
	w.t.Helper()
	x, err := w.rules.Apply(w.t.Context(), rules.Application{Person: "li", Declaration: "d1", Reason: model.Before})
	if err != nil {
		w.t.Fatal(err)
	}
	return x.ID
}

// open loads the application at the address in one of 李明's sessions.
func open(t *testing.T, w *world, at, session string) page.RefundApply {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	r := w.as("li", u.Query(), nil)
	r.Session = session
	s, err := w.apply(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func notFound(t *testing.T, err error) {
	t.Helper()
	if api.CodeOf(err) != api.CodeNotFound {
		t.Errorf("got %v, want not found", err)
	}
}

func TestApply(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	step := func(step string, form url.Values) (web.Answer[page.RefundApply], error) {
		form.Set(page.RefundFieldStep, step)
		return w.actOnApply(ctx, w.as("li", record(), form))
	}
	t.Run("the payment, where the money goes and the reasons of the day are shown", func(t *testing.T) {
		s, err := w.apply(ctx, w.as("li", record(), nil))
		if err != nil || len(s.Reasons) != 3 || s.Refusal != "" || s.Back != "/medical/payments/d1" {
			t.Fatalf("%+v, %v", s, err)
		}
		if last := s.Facts[len(s.Facts)-1]; last.Label != "退回账户" || last.Value != "北京银行 6217 **** **** 0012" {
			t.Errorf("%+v", last)
		}
	})
	t.Run("somebody else's payment is not found", func(t *testing.T) {
		_, err := w.apply(ctx, w.as("wang", record(), nil))
		notFound(t, err)
	})
	t.Run("a missing reason and a missing receipt are said beside their fields", func(t *testing.T) {
		for field, form := range map[string]url.Values{
			page.RefundFieldReason: {}, page.RefundFieldSays: {page.RefundFieldReason: {string(model.Double)}},
		} {
			a, err := step(page.RefundStepNext, form)
			if err != nil || len(a.State().Problems) != 1 || a.State().Problems[0].Field != field {
				t.Errorf("%s: %+v, %v", field, a.State().Problems, err)
			}
		}
	})
	t.Run("before it is asked for it is said what will happen", func(t *testing.T) {
		form := url.Values{page.RefundFieldReason: {string(model.Before)}, page.RefundFieldSays: {"搬家 & 换城市"}}
		a, err := step(page.RefundStepNext, form)
		if err != nil || a.To() != "/refunds/apply?record=d1&step=confirm" {
			t.Fatalf("%s, %v", a.To(), err)
		}
		s := open(t, w, a.To(), "li1")
		if !s.Confirm || s.Reason != string(model.Before) || s.Says != "搬家 & 换城市" || !strings.Contains(strings.Join(s.Will, ""), "恢复为未缴") {
			t.Errorf("%+v", s)
		}
		if f := s.InFrame(page.Frame{}); f.Back != "/refunds/apply?record=d1" {
			t.Errorf("the way back leads to %s", f.Back)
		}
		if s := open(t, w, s.Edit, "li1"); s.Confirm || !s.Reasons[1].On || s.Says != "搬家 & 换城市" || s.InFrame(page.Frame{}).Back != "/medical/payments/d1" {
			t.Errorf("back to the reason: %+v", s)
		}
		if s := open(t, w, a.To(), "li2"); s.Confirm || s.Reason != "" || s.Says != "" {
			t.Errorf("another session reads %+v", s)
		}
	})
	t.Run("asking twice leads to the one that is under way", func(t *testing.T) {
		form := url.Values{page.RefundFieldReason: {string(model.Before)}}
		a, err := step(page.RefundStepConfirm, form)
		if err != nil || !strings.HasPrefix(a.To(), "/refunds/r") {
			t.Fatalf("%s, %v", a.To(), err)
		}
		if typed, err := w.store.Draft(ctx, "li1", "refund:d1", w.clock.Now()); typed != "" || err != nil {
			t.Errorf("what was asked for is still kept: %s, %v", typed, err)
		}
		again, err := step(page.RefundStepConfirm, form)
		if err != nil || again.State().Live != a.To() {
			t.Errorf("%+v, %v", again.State(), err)
		}
	})
}

func TestDetail(t *testing.T) {
	w := newWorld(t)
	ctx, id := t.Context(), ""
	look := func(t *testing.T) page.RefundDetail {
		t.Helper()
		s, err := w.detail(ctx, w.as("li", url.Values{"id": {id}}, nil))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	asked := func(t *testing.T) page.RefundDetail {
		t.Helper()
		s, err := w.detail(ctx, w.as("li", url.Values{"id": {id}, page.RefundFieldStep: {page.RefundStepWithdraw}}, nil))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	press := func(step string) (web.Answer[page.RefundDetail], error) {
		return w.actOnDetail(ctx, w.as("li", url.Values{"id": {id}}, url.Values{page.RefundFieldStep: {step}}))
	}
	id = w.applied()
	t.Run("somebody else's is not found", func(t *testing.T) {
		_, err := w.detail(ctx, w.as("wang", url.Values{"id": {id}}, nil))
		notFound(t, err)
	})
	t.Run("it is taken back after a question, and can be asked for again", func(t *testing.T) {
		if s := look(t); s.Step != 1 || s.Withdraw != "/refunds/"+id+"?step=withdraw" || s.Live == "" {
			t.Errorf("%+v", s)
		}
		if s := asked(t); !s.Ask || s.Live == "" || s.InFrame(page.Frame{}).Back != "/refunds/"+id {
			t.Fatalf("%+v", s)
		}
		if a, err := press(page.RefundStepGone); err != nil || a.To() != "/refunds/"+id {
			t.Fatalf("%s, %v", a.To(), err)
		}
		if s := asked(t); s.Ask || len(s.Problems) != 0 {
			t.Errorf("the question after it was taken back: %+v", s)
		}
		if s := look(t); s.Outcome != page.RefundGoneBack || s.Again != "/refunds/apply?record=d1" || s.Live != "" {
			t.Errorf("%+v", s)
		}
		id = w.applied()
	})
	t.Run("a bank's refusal is told with its reason, and that an officer goes on", func(t *testing.T) {
		w.bank.code = bankapi.Restricted
		if _, err := w.rules.Check(ctx, "one", id, "已核对"); err != nil {
			t.Fatal(err)
		}
		if s := look(t); s.Step != 2 || s.Withdraw != "" {
			t.Errorf("%+v", s)
		}
		a, err := press(page.RefundStepGone)
		if err != nil || len(a.State().Problems) != 1 {
			t.Errorf("withdrawn while it is decided: %+v, %v", a.State(), err)
		}
		if s := asked(t); s.Ask || len(s.Problems) != 1 {
			t.Errorf("the question while it is decided: %+v", s)
		}
		if err := w.approve(ctx, id); err != nil {
			t.Fatal(err)
		}
		if s := look(t); s.Step != 3 || !strings.Contains(s.Note, "受限制的卡") || s.Outcome != page.RefundWaiting {
			t.Errorf("%+v", s)
		}
	})
	t.Run("the money is back: the due can be paid again", func(t *testing.T) {
		w.bank.code = bankapi.OK
		if _, err := w.rules.Retry(ctx, "one", id, "已解除限制"); err != nil {
			t.Fatal(err)
		}
		if err := w.approve(ctx, id); err != nil {
			t.Fatal(err)
		}
		s := look(t)
		if s.Outcome != page.RefundDone || s.Pay != "/medical/pay" || s.Record != "/medical/payments/d1" || s.Live != "" {
			t.Errorf("%+v", s)
		}
		if html := drawn(t, page.PatternRefund, s); !strings.Contains(html, "重新缴费") || !strings.Contains(html, "查看缴费记录") {
			t.Error(html)
		}
	})
}

func TestDetail_whatTheBankTookTooMuch(t *testing.T) {
	w := newWorld(t)
	x, err := w.rules.Return(t.Context(), rules.Found{
		Original: bankapi.Ref{Authority: "11101010000", Date: "2026-11-22", Serial: "X9"}, Person: "li", Bank: "313", Account: "6217 **** **** 0012",
		Amount: 30000, At: w.clock.Now().Add(-24 * time.Hour), Maker: "one", Checker: "two", Note: "银行多扣",
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.detail(t.Context(), w.as("li", url.Values{"id": {x.ID}}, nil))
	if err != nil || s.Outcome != page.RefundDone || s.Title != "银行多扣款项" || s.Record != "" || s.Pay != "" || s.Withdraw != "" {
		t.Fatalf("%+v, %v", s, err)
	}
	html := drawn(t, page.PatternRefund, s)
	if strings.Contains(html, "查看缴费记录") || strings.Contains(html, "电子税票号") || !strings.Contains(html, "2026-11-22 10:00 的扣款没有对应的费款") {
		t.Error(html)
	}
	again, err := w.rules.Return(t.Context(), rules.Found{Original: x.Original, Person: "li", Amount: 30000})
	if err != nil || again.ID != x.ID || len(again.History) != len(x.History) {
		t.Errorf("given back twice: %+v, %v", again, err)
	}
}

func TestList_turnsPages(t *testing.T) {
	w := newWorld(t)
	const n = 2*rules.PageSize + 5
	for i := range n {
		r := model.Refund{
			ID: fmt.Sprintf("r%03d", i), Person: "li", Insured: "li", Scheme: shared.Medical, Kind: shared.Regular, Year: 2027, Period: period.YearPeriod(2027),
			Amount: 79500, Reason: model.Double, State: model.Refunded, Applied: w.clock.Now().Add(time.Duration(i/3) * time.Minute),
		}
		if ok, err := w.store.AddRefund(t.Context(), r); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	seen, at, back := map[string]bool{}, page.PatternRefunds, ""
	for turn := 1; at != ""; turn++ {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		s, err := w.list(t.Context(), w.as("li", u.Query(), nil))
		if err != nil || s.Turn.Page != turn || s.Turn.Prev != back || len(s.Rows) == 0 || len(s.Rows) > rules.PageSize {
			t.Fatalf("page %d: %+v, %v", turn, s.Turn, err)
		}
		for _, r := range s.Rows {
			if seen[r.Path] {
				t.Errorf("%s stands on two pages", r.Path)
			}
			seen[r.Path] = true
		}
		if html := drawn(t, page.PatternRefunds, s); (s.Turn.Next != "") != strings.Contains(html, ">下一页</a>") {
			t.Errorf("page %d: %s", turn, html)
		}
		back, at = at, s.Turn.Next
	}
	if len(seen) != n {
		t.Errorf("%d of %d refunds are shown", len(seen), n)
	}
	s, err := w.list(t.Context(), w.as("wang", nil, nil))
	if err != nil || len(s.Rows) != 0 || !strings.Contains(drawn(t, page.PatternRefunds, s), "没有退费申请") {
		t.Errorf("%+v, %v", s, err)
	}
}
