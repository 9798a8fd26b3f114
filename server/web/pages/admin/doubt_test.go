package admin

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"shebao/server/doubt"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

// inDoubt is a stored payment in 待核实, about which the operator has proposed something.
func (w *world) inDoubt(t *testing.T) contribution.Payment {
	t.Helper()
	p := contribution.Payment{
		ID: "pay1", Payer: "p1", Amount: 300_000, Authority: "11101010000", Bank: "313", Account: "6217 **** **** 0012", Channel: contribution.ChannelMobile,
		Ref: bankapi.Ref{Authority: "11101010000", Date: "2026-11-22", Serial: "pay1"}, State: contribution.InDoubt, Code: bankapi.Timeout,
		Created: w.clock.Now().Add(-24 * time.Hour), Sent: w.clock.Now().Add(-24 * time.Hour), Open: true, Tries: 9,
	}
	if ok, err := w.store.AddPayment(t.Context(), p); !ok || err != nil {
		t.Fatal(ok, err)
	}
	c := doubt.Case{
		ID: p.ID, Person: p.Payer, Authority: p.Authority, Bank: p.Bank, Amount: p.Amount, Ref: p.Ref, Sent: p.Sent, State: doubt.Proposed,
		Verdict: doubt.NotTaken, Why: "银行复函", Evidence: "函 1 号", Maker: "o-operator", Proposed: w.clock.Now(),
		History: []doubt.Step{{At: w.clock.Now(), By: "o-operator", Event: doubt.Propose, Note: "未扣款：银行复函"}},
	}
	if ok, err := w.store.AddCase(t.Context(), c); !ok || err != nil {
		t.Fatal(ok, err)
	}
	return p
}

func TestDoubt(t *testing.T) {
	w := newWorld(t)
	p := w.inDoubt(t)
	id := url.Values{"id": {p.ID}}
	buttons := func(t *testing.T, role model.Role) string {
		t.Helper()
		s, err := w.doubt(t.Context(), w.as(role, id, nil), nil)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, a := range s.Actions {
			all = append(all, a.Label)
		}
		return strings.Join(all, " ")
	}
	t.Run("the maker may withdraw, another may approve, the auditor only reads", func(t *testing.T) {
		for role, want := range map[model.Role]string{
			model.Operator: "核对银行查询和对账文件 撤回", model.Reviewer: "核对银行查询和对账文件 批准 退回", model.Auditor: "",
		} {
			if got := buttons(t, role); got != want {
				t.Errorf("%s can press %q, want %q", role, got, want)
			}
		}
	})
	t.Run("what no button offers is forbidden and in the trail", func(t *testing.T) {
		for do, role := range map[string]model.Role{doApprove: model.Operator, doPropose: model.Reviewer, doLook: model.Auditor} {
			_, err := w.actOnDoubt(t.Context(), w.as(role, id, url.Values{page.AdminFieldDo: {do}}))
			wantCode(t, err, api.CodeForbidden)
			if e := w.audited("doubt_" + do); e.Result != "forbidden" || e.Subject != p.ID {
				t.Errorf("%+v", e)
			}
		}
	})
	t.Run("the list and the workbench lead to it", func(t *testing.T) {
		s, err := w.doubtList(t.Context(), w.as(model.Reviewer, nil, nil))
		if err != nil || len(s.Tables[0].Rows) != 1 || s.Tables[0].Rows[0][7].Text != "未扣款 待复核" || s.Tables[0].Rows[0][8].Href != "/admin/payments/pay1" {
			t.Fatalf("%+v, %v", s.Tables, err)
		}
		list, err := w.judgedFor(t.Context(), w.as(model.Reviewer, nil, nil).Officer, 10)
		if err != nil || len(list) != 1 {
			t.Errorf("%v, %v", list, err)
		}
	})
	t.Run("a page from before decides nothing about another proposal", func(t *testing.T) {
		s, err := w.doubt(t.Context(), w.as(model.Reviewer, id, nil), nil)
		if err != nil || s.Seen != "1" {
			t.Fatalf("%q, %v", s.Seen, err)
		}
		c, _, err := w.store.Case(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		c.Verdict, c.History = doubt.Taken, append(c.History, c.History[0], c.History[0])
		if ok, err := w.store.SwapCase(t.Context(), c); !ok || err != nil {
			t.Fatal(ok, err)
		}
		for _, do := range []string{doApprove, doReject} {
			a, err := w.actOnDoubt(t.Context(), w.as(model.Reviewer, id, url.Values{page.AdminFieldDo: {do}, page.AdminFieldSeen: {s.Seen}, "note-reject": {"缺函件"}}))
			if err != nil || len(a.State().Problems) != 1 || !strings.Contains(a.State().Problems[0].Message, "已变更") || a.State().Seen != "3" ||
				!strings.Contains(a.State().Actions[1].Ask, "认定为已扣款") {
				t.Errorf("%s: %+v, %v", do, a.State(), err)
			}
		}
	})
	t.Run("sending back needs a reason beside its own field", func(t *testing.T) {
		a, err := w.actOnDoubt(t.Context(), w.as(model.Reviewer, id, url.Values{page.AdminFieldDo: {doReject}}))
		if err != nil || len(a.State().Problems) != 1 || a.State().Problems[0].Field != "note-reject" {
			t.Fatalf("%+v, %v", a.State().Problems, err)
		}
		if _, err := w.actOnDoubt(t.Context(), w.as(model.Reviewer, id, url.Values{
			page.AdminFieldDo: {doReject}, "note-reject": {"缺函件"}, page.AdminFieldSeen: {"3"},
		})); err != nil {
			t.Fatal(err)
		}
		if got := buttons(t, model.Operator); got != "核对银行查询和对账文件 提交复核" {
			t.Errorf("after sending back: %q", got)
		}
	})
	t.Run("a payment with a result that nobody doubted has no page", func(t *testing.T) {
		_, err := w.doubt(t.Context(), w.as(model.Operator, url.Values{"id": {"nobody"}}, nil), nil)
		wantCode(t, err, api.CodeNotFound)
	})
}
