package contribution

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/city"
	rules "shebao/server/contribution"
	"shebao/server/demo"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/person"
)

// world is the demo people on a real store under the real rules; only the bank is played.
type world struct {
	t       testing.TB
	d       Deps
	store   *store.Store
	rules   *rules.Service
	bank    *bank
	mu      sync.Mutex
	now     time.Time
	li      person.Person // 李明
	wang    person.Person // 王秀英, without an agreement
	zhang   person.Person // 张小雨, a child
	nobody  person.Person // 赵无保
	ouyang  person.Person // 欧阳𠮷, with a subsidy
	chen    person.Person // 陈嘉欣, without a setting
	granted map[string]string
}

// bank answers every debit and query with its code.
type bank struct {
	mu     sync.Mutex
	code   bankapi.Code
	debits int
}

func (b *bank) answer() bankapi.Result {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bankapi.Result{Code: b.code, Message: b.code.Words(), Trace: "t1"}
}

func (b *bank) say(c bankapi.Code) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.code = c
}

func (b *bank) Debit(context.Context, bankapi.Debit) (bankapi.Result, error) {
	b.mu.Lock()
	b.debits++
	b.mu.Unlock()
	return b.answer(), nil
}

func (b *bank) Query(context.Context, bankapi.Query) (bankapi.Result, error) { return b.answer(), nil }

// mandates are the store's agreements; the bank ends none here.
type mandates struct{ *store.Store }

func (mandates) EndByBank(context.Context, string, bankapi.Code, string) error { return nil }

func newWorld(tb testing.TB) *world {
	tb.Helper()
	return worldOn(tb, storetest.Open(tb))
}

func newWatchedWorld(tb testing.TB) (*world, *storetest.Watch) {
	tb.Helper()
	s, watch := storetest.OpenWatched(tb)
	return worldOn(tb, s), watch
}

func worldOn(tb testing.TB, s *store.Store) *world {
	tb.Helper()
	c, err := city.Load("")
	if err != nil {
		tb.Fatal(err)
	}
	w := &world{
		t: tb, store: s, bank: &bank{code: bankapi.OK},
		now: time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC), granted: map[string]string{},
	}
	newID := func(prefix string) string { return prefix + strings.ToLower(rand.Text()) }
	rates := func() model.Rates { return c.Rates }
	w.rules = rules.New(rules.Config{
		Store: w.store, Bank: w.bank, Agreements: mandates{w.store}, Rates: rates, Now: w.clock, NewID: newID,
	})
	tb.Cleanup(func() { w.rules.Wait(context.Background()) })
	w.seed(c.Rates)
	w.d = Deps{
		Rules: w.rules, Records: w.store, People: w.store, City: c, Rates: rates, NewID: newID, Now: w.clock,
		Amounts: rules.NewAmounts(rules.AmountConfig{Store: w.store, Dues: w.rules, Rates: rates, Now: w.clock, NewID: newID}),
		Principals: rules.NewPrincipals(rules.PrincipalConfig{
			Store: w.store, Register: w.store, Limiter: w.store, Now: w.clock, NewID: newID,
		}),
		Ask: []page.PayAsk{{Who: "人社", Phone: "12333"}},
	}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) seed(rates model.Rates) {
	w.t.Helper()
	set, err := demo.Make(w.now, rates)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx := w.t.Context()
	if err := w.store.AddBulk(ctx, store.Bulk{
		People: set.People, Enrolments: set.Enrolments, Dues: set.Dues, Settings: set.Settings,
	}); err != nil {
		w.t.Fatal(err)
	}
	for _, d := range set.Declarations {
		if err := w.store.PutDeclaration(ctx, d); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, a := range set.Agreements {
		if _, err := w.store.AddAgreement(ctx, a.Agreement, a.Number); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, p := range set.People {
		switch p.Name {
		case "李明":
			w.li = p
		case "王秀英":
			w.wang = p
		case "张小雨":
			w.zhang = p
		case "赵无保":
			w.nobody = p
		case "欧阳𠮷":
			w.ouyang = p
		case "陈嘉欣":
			w.chen = p
		}
	}
}

// ask is a request of a person for an address.
func (w *world) ask(who person.Person, to string, form url.Values) *web.Request {
	w.t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		w.t.Fatal(err)
	}
	if form == nil {
		form = url.Values{}
	}
	return &web.Request{Person: who.ID, Name: who.Name, Query: u.Query(), Form: form, Path: u.Path, URL: to, Now: w.clock()}
}

func (w *world) flow(path string) *flow {
	if strings.HasPrefix(path, page.PatternMedicalPay) {
		return &flow{w.d, model.Medical, page.PatternMedicalPay}
	}
	return &flow{w.d, model.Pension, page.PatternPensionPay}
}

// get loads a step, which must succeed and be drawable as JSON.
func (w *world) get(who person.Person, to string) page.Pay {
	w.t.Helper()
	p, err := w.flow(to).load(w.t.Context(), w.ask(who, to, nil))
	if err != nil {
		w.t.Fatalf("get %s: %v", to, err)
	}
	return p
}

// post sends a step's form.
func (w *world) post(who person.Person, to string, form url.Values) web.Answer[page.Pay] {
	w.t.Helper()
	a, err := w.flow(to).act(w.t.Context(), w.ask(who, to, form))
	if err != nil {
		w.t.Fatalf("post %s: %v", to, err)
	}
	return a
}

// lead sends a step's form and goes where it leads.
func (w *world) lead(who person.Person, to string, form url.Values) (string, page.Pay) {
	w.t.Helper()
	a := w.post(who, to, form)
	if a.To() == "" {
		w.t.Fatalf("%s stays: %v", to, a.State().Problems)
	}
	return a.To(), w.get(who, a.To())
}

// due finds the card whose title contains the text.
func (w *world) due(p page.Pay, title string) page.DueCard {
	w.t.Helper()
	if p.Dues != nil {
		for _, c := range p.Dues.Cards {
			if strings.Contains(c.Title, title) {
				return c
			}
		}
	}
	w.t.Fatalf("no due %q in %+v", title, p.Dues)
	return page.DueCard{}
}

// bill goes from the dues to the agreements with this year's regular due and returns that address and state.
func (w *world) bill(who person.Person) (string, page.Pay) {
	w.t.Helper()
	c := w.due(w.get(who, pensionDues), "2026 年度")
	to, _ := w.lead(who, pensionDues, url.Values{page.FieldPayDue: {c.Value}})
	to, p := w.lead(who, to, url.Values{page.FieldPayMethod: {methodAgreement}})
	return to, p
}

// declare asks to declare the open due of somebody's scheme.
func (w *world) declare(payer, insured person.Person, scheme model.Scheme) rules.DeclareRequest {
	w.t.Helper()
	views, err := w.rules.Dues(w.t.Context(), insured.ID, scheme)
	if err != nil {
		w.t.Fatal(err)
	}
	r := rules.DeclareRequest{Payer: payer.ID, Insured: insured.ID, Scheme: scheme, Channel: model.ChannelMobile}
	for _, v := range views {
		if v.Refusal == nil {
			r.Choices = append(r.Choices, rules.Choice{Due: v.Due.ID, Amount: v.Amount})
		}
	}
	return r
}

// pays presses 【确认缴费】 with the agreement whose label contains the text.
func (w *world) pays(a page.Pay, label string) url.Values {
	w.t.Helper()
	for _, c := range a.Agreements.Cards {
		if strings.Contains(c.Label, label) {
			return url.Values{page.FieldPayAgreement: {c.ID}, page.FieldPayKey: {a.Agreements.Key}}
		}
	}
	w.t.Fatalf("no agreement %q in %+v", label, a.Agreements)
	return nil
}

func notFound(err error) bool { return errors.Is(err, api.NotFound("")) }
