package admin

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/contribution"
	rules "shebao/server/refund"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/idcard"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/refund"
)

// till is a bank that gives back, or answers with its code.
type till struct {
	mu   sync.Mutex
	code bankapi.Code
	gave int
}

func (b *till) answer() bankapi.Result {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bankapi.Result{Code: b.code, Message: b.code.Words(), Trace: "t1"}
}

func (b *till) Refund(context.Context, bankapi.Refund) (bankapi.Result, error) {
	b.mu.Lock()
	b.gave++
	b.mu.Unlock()
	return b.answer(), nil
}

func (b *till) Query(context.Context, bankapi.Query) (bankapi.Result, error) { return b.answer(), nil }

// back is a console with one refund that 李明 has asked for.
type back struct {
	*world
	rules *rules.Service
	bank  *till
	id    string
}

func newBack(t *testing.T) *back {
	t.Helper()
	w := newWorld(t)
	b := &back{world: w, bank: &till{code: bankapi.OK}}
	core := contribution.New(contribution.Config{Store: w.store, Rates: func() shared.Rates { return nil }, Now: w.clock.Now})
	b.rules = rules.New(rules.Config{
		Store: w.store, Records: w.store, Contributions: core, Bank: b.bank, Now: w.clock.Now, Patience: 20 * time.Second,
	})
	w.Refunds = b.rules
	li := person.Person{ID: "p1", Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: "110101199003071233"}, Nationality: "CHN"}
	if _, err := w.store.AddPerson(t.Context(), li); err != nil {
		t.Fatal(err)
	}
	p := shared.Payment{
		ID: "pay1", Payer: "p1", Amount: 79500, Authority: "11101010000", Bank: "313", Account: "6217 **** **** 0012", State: shared.Succeeded,
		Created: w.clock.Now(), Ended: w.clock.Now(), Ref: bankapi.Ref{Authority: "11101010000", Date: "2026-11-23", Serial: "pay1"},
		Items: []shared.Item{{Declaration: "d1", Due: "due1", Amount: 79500, Ticket: "311101261100000001"}},
	}
	d := shared.Declaration{
		ID: "d1", Due: "due1", Kind: shared.Regular, Insured: "p1", Payer: "p1", Scheme: shared.Medical, Authority: "11101010000", Year: 2027,
		Period: period.YearPeriod(2027), Amount: 79500, Deadline: period.Date{Year: 2026, Month: 12, Day: 31}, Channel: shared.ChannelMobile,
		State: shared.Declared, Pay: shared.Paid, Payment: "pay1", Settled: shared.Settlement{Ticket: "311101261100000001", At: w.clock.Now()},
	}
	other := d
	other.ID, other.Due, other.Payment, other.Channel, other.Settled.Ticket = "d2", "due2", "", shared.ChannelAgency, "311101261100000002"
	due := shared.Due{
		ID: "due1", Person: "p1", Scheme: shared.Medical, Kind: shared.Regular, Year: 2027, Period: d.Period, Authority: d.Authority, Amount: 79500,
		Deadline: d.Deadline, State: shared.DuePaid, Declaration: "d1",
	}
	if _, err := w.store.AddPayment(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.AddDue(t.Context(), due); err != nil {
		t.Fatal(err)
	}
	if err := w.store.AddDeclarations(t.Context(), []shared.Declaration{d, other}); err != nil {
		t.Fatal(err)
	}
	x, err := b.rules.Apply(t.Context(), rules.Application{Person: "p1", Declaration: "d1", Reason: refund.Double, Says: "村委会代收 收据001"})
	if err != nil {
		t.Fatal(err)
	}
	b.id = x.ID
	return b
}

func (b *back) see(role model.Role) page.AdminRefund {
	b.t.Helper()
	s, err := b.refund(b.t.Context(), b.as(role, url.Values{"id": {b.id}}, nil))
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// press is what the role's button leads to.
func (b *back) press(role model.Role, do, note string) (page.AdminRefund, string, error) {
	b.t.Helper()
	a, err := b.actOnRefund(b.t.Context(), b.as(role, url.Values{"id": {b.id}}, url.Values{
		page.AdminFieldDo: {do}, refundNote(do): {note}, page.AdminFieldSeen: {b.see(role).Case.Seen},
	}))
	return a.State(), a.Notice(), err
}

func buttons(s page.AdminRefund) string {
	var all []string
	for _, a := range s.Case.Actions {
		all = append(all, a.Label)
	}
	return strings.Join(all, "|")
}

func TestRefundInTheConsole(t *testing.T) {
	b := newBack(t)
	s := b.see(model.Operator)
	if buttons(s) != "审核通过|不予退费" || s.Case.State != "待审核" || s.Live == "" {
		t.Errorf("the operator sees %+v", s.Case)
	}
	if len(s.Tables) != 3 || len(s.Tables[1].Rows) != 1 || s.Tables[1].Rows[0][0].Text != "311101261100000002" {
		t.Errorf("evidence %+v", s.Tables)
	}
	if text := strings.Join([]string{s.Case.Facts[2].Value, s.Case.Facts[3].Value, s.Case.Facts[5].Value}, "|"); text != "村委会代收 收据001|李*|北京银行 6217 **** **** 0012" {
		t.Errorf("facts %s", text)
	}
	for _, role := range []model.Role{model.Reviewer, model.Auditor} {
		if s := b.see(role); buttons(s) != "" || s.Case.Waits == "" {
			t.Errorf("the %s may %s", role, buttons(s))
		}
	}
	if s, _, err := b.press(model.Operator, refundCheck, " "); err != nil || len(s.Case.Problems) != 1 || s.Case.Problems[0].Field != refundNote(refundCheck) {
		t.Errorf("checking without a note: %+v, %v", s.Case.Problems, err)
	}
	if _, said, err := b.press(model.Operator, refundCheck, "凭证已核对"); err != nil || said != "审核通过，等待复核" {
		t.Fatalf("checked: %q, %v", said, err)
	}
	long := strings.Repeat("长", 201)
	if s, _, err := b.press(model.Reviewer, refundRefuse, long); err != nil || len(s.Case.Problems) != 1 || s.Case.Actions[1].Fields[0].Value != long {
		t.Errorf("a long reason is lost: %+v, %v", s.Case, err)
	}
	stale := url.Values{page.AdminFieldDo: {doApprove}, page.AdminFieldSeen: {"1"}}
	a, err := b.actOnRefund(t.Context(), b.as(model.Reviewer, url.Values{"id": {b.id}}, stale))
	if err != nil || len(a.State().Case.Problems) != 1 || !strings.Contains(a.State().Case.Problems[0].Message, "已变更") || b.bank.gave != 0 {
		t.Errorf("approved from an old page: %+v, %v", a.State().Case, err)
	}
	if s := b.see(model.Operator); buttons(s) != "" || !strings.Contains(s.Case.Waits, "审核人不能复核") {
		t.Errorf("the maker may %s: %s", buttons(s), s.Case.Waits)
	}
	if s := b.see(model.Reviewer); buttons(s) != "批准退费|不予退费" {
		t.Errorf("the reviewer may %s", buttons(s))
	}
	if _, said, err := b.press(model.Reviewer, doApprove, ""); err != nil || said != "已批准，银行退款" {
		t.Fatalf("approved: %q, %v", said, err)
	}
	s = b.see(model.Auditor)
	if s.Case.State != "已退费" || s.Step != 4 || s.Live != "" || len(s.Case.History.Rows) != 5 || b.bank.gave != 1 {
		t.Errorf("in the end %+v, the bank gave %d", s.Case, b.bank.gave)
	}
	if s.Tables[0].Rows[0][6].Text != "已结清（重复缴费已退）" {
		t.Errorf("the due is %s", s.Tables[0].Rows[0][6].Text)
	}
}

func TestRefundInTheConsole_nobodyElse(t *testing.T) {
	for _, c := range []struct {
		role model.Role
		do   string
	}{
		{model.Reviewer, refundCheck},
		{model.Auditor, refundCheck},
		{model.Operator, doApprove},
		{model.Reviewer, refundRefuse},
		{model.Auditor, doQuery},
		{model.Operator, "none"},
	} {
		t.Run(string(c.role)+" "+c.do, func(t *testing.T) {
			b := newBack(t)
			_, _, err := b.press(c.role, c.do, "说明")
			if e := api.From(err); err == nil || e.Status != 403 && e.Status != 404 {
				t.Errorf("%v", err)
			}
			if b.see(model.Auditor).Case.State != "待审核" {
				t.Error("it has moved")
			}
		})
	}
	t.Run("a refund that is not there", func(t *testing.T) {
		b := newBack(t)
		_, err := b.refund(t.Context(), b.as(model.Operator, url.Values{"id": {"r-none"}}, nil))
		if e := api.From(err); err == nil || e.Status != 404 {
			t.Errorf("%v", err)
		}
	})
}

func TestRefundQueue(t *testing.T) {
	b := newBack(t)
	waiting := func(role model.Role) int {
		n, err := b.waitingRefunds(t.Context(), b.as(role, nil, nil).Officer)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if waiting(model.Operator) != 1 || waiting(model.Reviewer) != 0 || waiting(model.Auditor) != 0 {
		t.Error("an application waits for the operator alone")
	}
	list := func() []page.Table {
		s, err := b.refundList(t.Context(), b.as(model.Operator, nil, nil))
		if err != nil {
			t.Fatal(err)
		}
		return s.Tables
	}
	if all := list(); len(all) != 3 || len(all[0].Rows) != 1 || all[0].Rows[0][1].Text != "李*" || len(all[1].Rows) != 0 {
		t.Errorf("queue %+v", all)
	}
	b.bank.code = bankapi.Restricted
	if _, _, err := b.press(model.Operator, refundCheck, "已核对"); err != nil {
		t.Fatal(err)
	}
	if waiting(model.Operator) != 0 || waiting(model.Reviewer) != 1 {
		t.Error("a checked refund waits for the reviewer alone")
	}
	if _, _, err := b.press(model.Reviewer, doApprove, ""); err != nil {
		t.Fatal(err)
	}
	if waiting(model.Operator) != 1 {
		t.Error("a refund that the bank has not made does not wait for the operator")
	}
	if s := b.see(model.Operator); buttons(s) != "重新办理|不予退费" || !strings.Contains(s.Case.Waits, "受限制的卡") {
		t.Errorf("the operator sees %s: %s", buttons(s), s.Case.Waits)
	}
	stat, err := b.refundStat(t.Context(), b.as(model.Operator, nil, nil))
	if err != nil || stat.Value != "1 笔" || stat.Href != page.PathAdminRefunds {
		t.Errorf("figure %+v, %v", stat, err)
	}
	if _, _, err := b.press(model.Operator, refundRefuse, "账户受限，请到办税服务厅办理"); err != nil {
		t.Fatal(err)
	}
	if all := list(); len(all[0].Rows)+len(all[1].Rows) != 0 || len(all[3].Rows) != 1 || all[3].Rows[0][6].Text != "不予退费" {
		t.Errorf("queue %+v", all)
	}
}

// Every refund of a long queue stands on exactly one page.
func TestRefundQueue_turnsPages(t *testing.T) {
	b := newBack(t)
	const n = 2*listedRefunds + 3
	for i := range n {
		r := refund.Refund{
			ID: "q" + strconv.Itoa(1000+i), Person: "p1", Insured: "p1", Scheme: shared.Medical, Year: 2027, Amount: 79500, Reason: refund.Double,
			State: refund.Applied, Applied: b.clock.Now().Add(time.Duration(i/4) * time.Minute),
		}
		if ok, err := b.store.AddRefund(t.Context(), r); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	seen := map[string]bool{}
	pages := 0
	for at := page.PathAdminRefunds; at != ""; pages++ {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		s, err := b.refundList(t.Context(), b.as(model.Operator, u.Query(), nil))
		if err != nil || s.Tables[0].Title != "待审核" || pages > 0 && (len(s.Tables) != 1 || s.Again != 0) {
			t.Fatalf("page %d: %+v, %v", pages, s.Tables, err)
		}
		for _, row := range s.Tables[0].Rows {
			seen[row[7].Href] = true
		}
		at = s.Tables[0].Next
	}
	if len(seen) != n+1 || pages != 3 { // and the one that 李明 has asked for
		t.Errorf("%d of %d refunds on %d pages", len(seen), n+1, pages)
	}
}

func TestRefundInDoubtIsAskedAgain(t *testing.T) {
	b := newBack(t)
	b.bank.code = bankapi.Timeout
	if _, _, err := b.press(model.Operator, refundCheck, "已核对"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.press(model.Reviewer, doApprove, ""); err != nil {
		t.Fatal(err)
	}
	if s := b.see(model.Operator); buttons(s) != "立即查询" || s.Case.State != "退款待核实" {
		t.Fatalf("%s: %s", s.Case.State, buttons(s))
	}
	b.bank.code = bankapi.OK
	if _, said, err := b.press(model.Operator, doQuery, ""); err != nil || said == "" {
		t.Fatal(err)
	}
	if err := b.rules.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := b.see(model.Operator); s.Case.State != "已退费" || b.bank.gave != 1 {
		t.Errorf("%s, and the bank was asked to give %d times", s.Case.State, b.bank.gave)
	}
}
