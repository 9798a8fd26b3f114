package contribution

import (
	"net/url"
	"strings"
	"testing"

	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/person"
	"shebao/shared/words"
)

func (w *world) paid(who person.Person, scheme model.Scheme) page.PaidRecords {
	w.t.Helper()
	s, err := w.d.paid(w.t.Context(), w.ask(who, base(scheme)+"/payments", nil), scheme)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func tags(s page.PaidRecords) string {
	var all []string
	for _, r := range s.Rows {
		all = append(all, r.Tag)
	}
	return strings.Join(all, "|")
}

func (w *world) declarations(who person.Person, to string) page.Declarations {
	w.t.Helper()
	s, err := newRecords(model.Pension, w.d).load(w.t.Context(), w.ask(who, to, nil))
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func TestPayments(t *testing.T) {
	w := newWorld(t)
	t.Run("five paid years are listed with their sums", func(t *testing.T) {
		s := w.paid(w.li, model.Pension)
		var sum money.Fen
		for _, r := range s.Rows {
			sum += r.Amount
		}
		if len(s.Rows) != 5 || len(s.Years) != 5 || s.Count != 5 || s.Total != sum || s.Years[0].Year != 2025 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a range that is backwards or no month stands beside its field", func(t *testing.T) {
		for q, field := range map[string]string{"from=2026-12&to=2026-01": "to", "from=x&to=2026-01": "from"} {
			s, err := w.d.paid(t.Context(), w.ask(w.li, "/pension/payments?"+q, nil), model.Pension)
			if err != nil || len(s.Problems) != 1 || s.Problems[0].Field != field || s.Span.From == "" {
				t.Errorf("%s: %+v %v", q, s.Problems, err)
			}
		}
	})
	t.Run("证明申请 takes the range along", func(t *testing.T) {
		s, err := w.d.paid(t.Context(), w.ask(w.li, "/pension/payments?from=2024-01&to=2025-12", nil), model.Pension)
		if err != nil || len(s.Rows) != 2 || s.Apply != "/certificates/apply?from=2024-01&scheme=pension&to=2025-12" {
			t.Errorf("%+v %v", s, err)
		}
	})
	t.Run("a record has its ticket; a stranger finds none", func(t *testing.T) {
		id := strings.TrimPrefix(w.paid(w.li, model.Pension).Rows[0].Path, "/pension/payments/")
		r := w.ask(w.li, "/pension/payments/x?id="+id, nil)
		v, err := w.d.one(t.Context(), r, model.Pension)
		if err != nil {
			t.Fatal(err)
		}
		s, err := w.d.record(t.Context(), v, r)
		if err != nil || !hasFact(s.Facts, "电子税票号") || !hasFact(s.Facts, "入库日期") {
			t.Errorf("%+v %v", s, err)
		}
		if _, err := w.d.one(t.Context(), w.ask(w.ouyang, "/pension/payments/x?id="+id, nil), model.Pension); !notFound(err) {
			t.Error(err)
		}
	})
}

func TestDeclarations(t *testing.T) {
	w := newWorld(t)
	l := newRecords(model.Pension, w.d)
	list := page.PatternPensionDeclarations
	find := func(channel string) page.DeclarationRow {
		for _, r := range w.declarations(w.li, list).Rows {
			if r.Channel == channel && r.State == "申报成功" && r.Pay == "未缴费" {
				return r
			}
		}
		t.Fatalf("none declared at %s", channel)
		return page.DeclarationRow{}
	}
	t.Run("all channels are there, voided ones too", func(t *testing.T) {
		states := map[string]bool{}
		for _, r := range w.declarations(w.li, list).Rows {
			states[r.State] = true
		}
		if !states["申报成功"] || !states["已作废"] {
			t.Errorf("%v", states)
		}
		if r := find("办税服务厅"); !r.CanPay || !r.CanVoid {
			t.Errorf("%+v", r)
		}
	})
	t.Run("a range of more than five years is refused", func(t *testing.T) {
		s := w.declarations(w.li, list+"?from=2020-01-01&to=2026-11-23")
		if len(s.Problems) != 1 || len(s.Rows) != 0 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("ticked ones are paid together", func(t *testing.T) {
		id := find("办税服务厅").ID
		a, err := l.act(t.Context(), w.ask(w.li, list, url.Values{page.FieldPayDeclaration: {id}}))
		if err != nil || a.To() != "/pension/pay?decl="+url.QueryEscape(id)+"&step=method" {
			t.Errorf("%q %v", a.To(), err)
		}
		a, err = l.act(t.Context(), w.ask(w.li, list, url.Values{page.FieldGoPay: {id}}))
		if err != nil || a.To() != "/pension/pay?decl="+url.QueryEscape(id)+"&step=agreement" {
			t.Errorf("继续缴费 leads to %q %v", a.To(), err)
		}
		a, err = l.act(t.Context(), w.ask(w.li, list, nil))
		if err != nil || a.To() != "" || a.State().Problems[0].Message != words.NothingChosen {
			t.Errorf("%+v %v", a, err)
		}
	})
	t.Run("a declaration that is being debited is not voided", func(t *testing.T) {
		w.bank.say(bankapi.Timeout)
		to, p := w.bill(w.li)
		w.lead(w.li, to, w.pays(p, "0026"))
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		ask := list + "?void=" + u.Query().Get(page.FieldPayDeclaration)
		if s := w.declarations(w.li, ask); s.Void == nil || s.Void.Refusal != words.DueDebiting {
			t.Errorf("%+v", s.Void)
		}
		a, err := l.act(t.Context(), w.ask(w.li, ask, nil))
		if err != nil || a.To() != "" || a.State().Problems[0].Message != words.DueDebiting {
			t.Errorf("%+v %v", a, err)
		}
	})
	t.Run("作废 asks first, keeps the reason and can't hit a stranger's", func(t *testing.T) {
		id := find("办税服务厅").ID
		a, err := l.act(t.Context(), w.ask(w.li, list, url.Values{page.FieldVoid: {id}}))
		if err != nil || a.To() != list+"?void="+url.QueryEscape(id) {
			t.Fatalf("%q %v", a.To(), err)
		}
		if _, err := l.load(t.Context(), w.ask(w.ouyang, a.To(), nil)); !notFound(err) {
			t.Errorf("a stranger is asked: %v", err)
		}
		if _, err := l.act(t.Context(), w.ask(w.ouyang, a.To(), nil)); !notFound(err) {
			t.Errorf("a stranger voids: %v", err)
		}
		done, err := l.act(t.Context(), w.ask(w.li, a.To(), url.Values{page.FieldReason: {"重复申报"}}))
		if err != nil || done.To() != list || done.Notice() != "作废成功" {
			t.Fatalf("%+v %v", done, err)
		}
		for _, r := range w.declarations(w.li, list).Rows {
			if r.ID == id && (r.State != "已作废" || !strings.Contains(r.Note, "重复申报") || r.CanPay || r.CanVoid) {
				t.Errorf("%+v", r)
			}
		}
		if again, err := l.act(t.Context(), w.ask(w.li, a.To(), nil)); err != nil || again.Notice() != "作废成功" {
			t.Errorf("pressed twice: %+v %v", again, err)
		}
	})
}

func TestAmountPages(t *testing.T) {
	w := newWorld(t)
	at := page.PatternAmounts
	set := func(who person.Person, tier, other string) (string, page.AmountForm) {
		s, err := w.d.amounts(t.Context(), w.ask(who, at, nil))
		if err != nil || len(s.Cards) != 1 {
			t.Fatal(s, err)
		}
		a, err := w.d.setAmount(t.Context(), w.ask(who, at, url.Values{
			page.FieldAmountEnrolment: {s.Cards[0].Mark}, page.FieldAmountTier: {tier}, page.FieldAmountOther: {other},
		}))
		if err != nil {
			t.Fatal(err)
		}
		return a.To(), a.State()
	}
	t.Run("wrong amounts stand beside their field and what was typed stays", func(t *testing.T) {
		for _, c := range []struct{ tier, other, field, message string }{
			{"", "", page.FieldAmountTier, "请选择缴费金额"},
			{page.AmountOther, "", page.FieldAmountOther, "请输入金额，如 3500"},
			{page.AmountOther, "999", page.FieldAmountOther, words.TierRange},
			{page.AmountOther, "9001", page.FieldAmountOther, words.TierRange},
			{page.AmountOther, "3000.50", page.FieldAmountOther, words.TierYuan},
			{"-1", "", page.FieldAmountTier, words.TierYuan},
			{"300000", "1500", page.FieldAmountOther, "您选择了 3,000 元，又填写了其他金额。请清空其他金额，或在「缴费金额」中改选「其他金额」。"},
			{"300000", "x", page.FieldAmountOther, "您选择了 3,000 元，又填写了其他金额。请清空其他金额，或在「缴费金额」中改选「其他金额」。"},
		} {
			to, s := set(w.chen, c.tier, c.other)
			if to != "" || len(s.Problems) != 1 || s.Problems[0] != (page.Problem{Field: c.field, Message: c.message}) ||
				s.Open.Value != c.tier || s.Open.Other != c.other {
				t.Errorf("%+v: to %q, %+v", c, to, s.Problems)
			}
		}
	})
	t.Run("a set amount counts at once", func(t *testing.T) {
		to, _ := set(w.chen, page.AmountOther, "3,500")
		s, err := w.d.amounts(t.Context(), w.ask(w.chen, to, nil))
		if err != nil || s.Done == nil || !hasFact(s.Done.Facts, "有效期起止") {
			t.Fatalf("%+v %v", s, err)
		}
		if c := w.due(w.get(w.chen, pensionDues), "2026 年度"); c.Amount != money.Yuan(3500) || c.Refusal != "" {
			t.Errorf("%+v", c)
		}
		if a, err := w.d.setAmount(t.Context(), w.ask(w.chen, to, nil)); err != nil || a.To() != page.PatternPension {
			t.Errorf("确定 leads to %q %v", a.To(), err)
		}
	})
	t.Run("who only types an amount has chosen 其他金额", func(t *testing.T) {
		if to, s := set(w.chen, "", "1"); to != "" || s.Problems[0] != (page.Problem{Field: page.FieldAmountOther, Message: words.TierRange}) ||
			s.Open.Value != page.AmountOther {
			t.Errorf("to %q, %+v %+v", to, s.Problems, s.Open)
		}
		if to, s := set(w.chen, "", " 1500 "); to == "" {
			t.Errorf("%+v", s.Problems)
		}
	})
	t.Run("the amount that stands in the field from the start, or the same as the chosen one, contradicts nothing", func(t *testing.T) {
		for _, typed := range []string{"1,500", "3,000"} {
			if to, s := set(w.chen, "300000", typed); to == "" {
				t.Errorf("%s: %+v", typed, s.Problems)
			}
		}
	})
	t.Run("the subsidy is taken off what the person pays", func(t *testing.T) {
		set(w.ouyang, "300000", "")
		c := w.due(w.get(w.ouyang, pensionDues), "2026 年度")
		if c.Subsidy == 0 || c.Amount != money.Yuan(3000)-c.Subsidy || c.Tier != money.Yuan(3000) || c.Basis != "个人应缴费额" {
			t.Errorf("%+v", c)
		}
	})
	t.Run("where nothing is left to pay the amount can still be changed", func(t *testing.T) {
		set(w.ouyang, "100000", "")
		c := w.due(w.get(w.ouyang, pensionDues), "2026 年度")
		if c.Refusal != words.DueNothingToPay || c.Amount != 0 || c.LinkLabel != "更改缴费金额" || c.Link != page.PatternAmounts {
			t.Errorf("%+v", c)
		}
	})
	t.Run("a paid year can't be changed", func(t *testing.T) {
		to, p := w.bill(w.li)
		w.lead(w.li, to, w.pays(p, "0012"))
		s, err := w.d.amounts(t.Context(), w.ask(w.li, at, nil))
		if err != nil || s.Open != nil || s.Cards[0].Refusal != words.YearPaid {
			t.Errorf("%+v %v", s, err)
		}
		if _, s := set(w.li, "500000", ""); len(s.Problems) != 1 || s.Problems[0].Message != words.YearPaid {
			t.Errorf("%+v", s.Problems)
		}
	})
	t.Run("作废 asks, ends the setting and leaves it in the history", func(t *testing.T) {
		s, err := w.d.amountsInForce(t.Context(), w.ask(w.chen, page.PatternAmountsVoid, nil))
		if err != nil || len(s.Rows) != 1 {
			t.Fatal(s, err)
		}
		form := url.Values{page.FieldAmountSetting: {s.Rows[0].ID}}
		a, err := w.d.voidAmounts(t.Context(), w.ask(w.chen, page.PatternAmountsVoid, form))
		if err != nil || a.To() == "" {
			t.Fatal(a, err)
		}
		if q, err := w.d.amountsInForce(t.Context(), w.ask(w.chen, a.To(), nil)); err != nil || len(q.Confirm) != 1 {
			t.Fatal(q, err)
		}
		done, err := w.d.voidAmounts(t.Context(), w.ask(w.chen, a.To(), nil))
		if err != nil || done.To() != page.PatternAmountsVoid {
			t.Fatal(done, err)
		}
		if c := w.due(w.get(w.chen, pensionDues), "2026 年度"); c.Refusal != words.DueNoSetting {
			t.Errorf("%+v", c)
		}
		form1, err := w.d.amounts(t.Context(), w.ask(w.chen, at, nil))
		if err != nil || len(form1.Cards[0].History) != 3 || !strings.HasSuffix(form1.Cards[0].History[0].End, "作废") {
			t.Errorf("%+v %v", form1, err)
		}
	})
}

func TestPeople(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.flow(page.PatternMedicalPay).act(ctx, w.ask(w.li, page.PatternMedicalPay+"?step=other", url.Values{
		page.FieldOtherName: {w.zhang.Name}, page.FieldOtherType: {"201"}, page.FieldOtherNumber: {w.zhang.Document.Number},
		page.FieldOtherNationality: {"CHN"}, page.FieldOtherConsent: {"1"}, page.FieldOtherRemember: {"1"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.d.people(ctx, w.ask(w.li, page.PatternMedicalSaved, nil))
	if err != nil || len(s.People) != 1 {
		t.Fatal(s, err)
	}
	edit, remove := page.PatternMedicalSaved+"?saved="+s.People[0].ID, page.PatternMedicalSaved+"?remove="+s.People[0].ID
	t.Run("a name too long stays with what was typed", func(t *testing.T) {
		long := strings.Repeat("长", 13)
		a, err := w.d.changePeople(ctx, w.ask(w.li, edit, url.Values{page.FieldSavedLabel: {long}}))
		if err != nil || a.To() != "" || a.State().Edit.Label != long || len(a.State().Problems) != 1 {
			t.Errorf("%+v %v", a, err)
		}
	})
	t.Run("it is renamed and removed by its owner only", func(t *testing.T) {
		for _, at := range []string{edit, remove} {
			if _, err := w.d.changePeople(ctx, w.ask(w.ouyang, at, url.Values{page.FieldSavedLabel: {"x"}})); !notFound(err) {
				t.Errorf("%s by a stranger: %v", at, err)
			}
		}
		if _, err := w.d.changePeople(ctx, w.ask(w.li, edit, url.Values{page.FieldSavedLabel: {"女儿"}})); err != nil {
			t.Fatal(err)
		}
		if _, err := w.d.changePeople(ctx, w.ask(w.li, remove, nil)); err != nil {
			t.Fatal(err)
		}
		if s, err := w.d.people(ctx, w.ask(w.li, page.PatternMedicalSaved, nil)); err != nil || len(s.People) != 0 {
			t.Errorf("%+v %v", s, err)
		}
	})
}
