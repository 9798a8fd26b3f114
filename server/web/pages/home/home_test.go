package home

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"testing"
	"time"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/agreement"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/period"
)

var (
	today = period.Date{Year: 2026, Month: 11, Day: 23}
	now   = today.Start().Add(9 * time.Hour)
)

func day(y, m, d int) period.Date { return period.Date{Year: y, Month: m, Day: d} }

func view(scheme model.Scheme, year int, yuan int64, refusal *rules.Refusal) rules.View {
	return rules.View{
		Due:    model.Due{Scheme: scheme, Year: year, Kind: model.Regular, Deadline: day(2026, 12, 31)},
		Amount: money.Yuan(yuan), Refusal: refusal,
	}
}

func live(v rules.View, pay model.PayState) rules.View {
	v.Live = &model.Declaration{
		ID: "d" + strconv.Itoa(v.Due.Year), Payer: "p1", Insured: "p1", Scheme: v.Due.Scheme, Amount: v.Amount, Deadline: v.Due.Deadline,
		Pay: pay, State: model.Declared,
	}
	return v
}

// late gives a due, and its declaration, another deadline.
func late(v rules.View, deadline period.Date) rules.View {
	v.Due.Deadline = deadline
	if v.Live != nil {
		v.Live.Deadline = deadline
	}
	return v
}

func TestOwed(t *testing.T) {
	near := late(view(model.Pension, 2023, 1000, nil), day(2026, 11, 28))
	next := late(view(model.Medical, 2027, 795, nil), day(2027, 2, 28))
	over := late(live(view(model.Pension, 2026, 900, rules.RefuseDeclared), model.Unpaid), day(2026, 11, 22))
	for name, c := range map[string]struct {
		views []rules.View
		want  page.HomeOwed
	}{
		"both schemes are summed and lead to the menu": {
			[]rules.View{view(model.Pension, 2026, 3000, nil), view(model.Medical, 2026, 795, nil)},
			page.HomeOwed{
				Kind: page.OwedSome, Title: "2026 年待缴", Amount: money.Yuan(3795), Count: 2, Schemes: "养老 / 医疗",
				Deadline: "12-31 截止", Pay: "/shebao",
			},
		},
		"a near deadline is urgent and comes first": {
			[]rules.View{view(model.Pension, 2026, 3000, nil), near},
			page.HomeOwed{
				Kind: page.OwedSome, Title: "2023、2026 年待缴", Amount: money.Yuan(4000), Count: 2, Schemes: "养老",
				Deadline: "11-28 截止", Urgent: true, Pay: "/pension/pay",
			},
		},
		"many years are not listed": {
			[]rules.View{view(model.Pension, 2026, 3000, nil), near, view(model.Medical, 2027, 795, nil)},
			page.HomeOwed{
				Kind: page.OwedSome, Title: "待缴合计", Amount: money.Yuan(4795), Count: 3, Schemes: "养老 / 医疗",
				Deadline: "11-28 截止", Urgent: true, Pay: "/shebao",
			},
		},
		"a deadline of another year says its year": {
			[]rules.View{next},
			page.HomeOwed{
				Kind: page.OwedSome, Title: "2027 年待缴", Amount: money.Yuan(795), Count: 1, Schemes: "医疗",
				Deadline: "2027-02-28 截止", Pay: "/medical/pay",
			},
		},
		"an amount that nobody chose is named beside the sum": {
			[]rules.View{view(model.Pension, 2026, 0, rules.RefuseNoSetting), view(model.Medical, 2027, 795, nil)},
			page.HomeOwed{
				Kind: page.OwedSome, Title: "2027 年待缴", Amount: money.Yuan(795), Count: 1, Schemes: "医疗",
				Deadline: "12-31 截止", Pay: "/medical/pay", Unset: []string{"城乡居民养老 2026 年"},
			},
		},
		"only unchosen amounts ask for a choice": {
			[]rules.View{view(model.Pension, 2026, 0, rules.RefuseNoSetting)},
			page.HomeOwed{
				Kind: page.OwedUnset, Title: "2026 年待缴", Schemes: "养老", Deadline: "12-31 截止", Pay: "/pension/pay",
				Unset: []string{"城乡居民养老 2026 年"},
			},
		},
		"what is late is not owed": {
			[]rules.View{view(model.Pension, 2020, 1000, rules.RefuseDeadline)},
			page.HomeOwed{Kind: page.OwedNone},
		},
		"what is declared is gone on with, what is being debited is named": {
			[]rules.View{
				live(view(model.Pension, 2026, 1000, rules.RefuseDeclared), model.Unpaid), over,
				live(view(model.Medical, 2027, 795, rules.RefuseDebiting), model.Debiting),
			},
			page.HomeOwed{
				Kind: page.OwedDeclared, Title: "城乡居民养老：已申报未缴费 1 笔", Amount: money.Yuan(1000), Count: 1, Schemes: "养老",
				Deadline: "12-31 截止", Pay: "/pension/pay?decl=d2026&step=agreement",
				Declared: []page.HomePending{{Label: "城乡居民医疗：扣款处理中 1 笔", Amount: money.Yuan(795), Count: 1, Href: "/medical/declarations"}},
			},
		},
		"beside what can be declared it has its own line": {
			[]rules.View{view(model.Pension, 2026, 3000, nil), live(view(model.Medical, 2027, 795, rules.RefuseDeclared), model.Unpaid)},
			page.HomeOwed{
				Kind: page.OwedSome, Title: "2026 年待缴", Amount: money.Yuan(3000), Count: 1, Schemes: "养老", Deadline: "12-31 截止", Pay: "/pension/pay",
				Declared: []page.HomePending{
					{Label: "城乡居民医疗：已申报未缴费 1 笔", Amount: money.Yuan(795), Count: 1, Href: "/medical/pay?decl=d2027&step=tip", Pay: true},
				},
			},
		},
		"of both schemes each is gone on with by itself": {
			[]rules.View{
				live(view(model.Pension, 2026, 3000, rules.RefuseDeclared), model.Unpaid),
				late(live(view(model.Medical, 2027, 795, rules.RefuseDeclared), model.Unpaid), day(2026, 11, 30)),
			},
			page.HomeOwed{
				Kind: page.OwedDeclared, Title: "已申报，待缴费", Amount: money.Yuan(3795), Count: 2, Schemes: "养老 / 医疗",
				Deadline: "11-30 截止", Urgent: true,
				Declared: []page.HomePending{
					{Label: "城乡居民养老：已申报未缴费 1 笔", Amount: money.Yuan(3000), Count: 1, Href: "/pension/pay?decl=d2026&step=agreement", Pay: true},
					{Label: "城乡居民医疗：已申报未缴费 1 笔", Amount: money.Yuan(795), Count: 1, Href: "/medical/pay?decl=d2027&step=tip", Pay: true},
				},
			},
		},
		"what another declared for the person is not theirs to pay": {
			[]rules.View{byOther(live(view(model.Medical, 2027, 795, rules.RefuseDeclared), model.Unpaid))},
			page.HomeOwed{Kind: page.OwedNone, Declared: []page.HomePending{
				{Label: "城乡居民医疗：他人已申报未缴费 1 笔", Amount: money.Yuan(795), Count: 1, Href: "/medical/declarations"},
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := owed(rules.Standing{Views: c.views, Enrolled: true}, pending(c.views, nil, "p1", today), today)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// byOther makes somebody else the declarer.
func byOther(v rules.View) rules.View {
	v.Live.Payer = "p3"
	return v
}

func TestGreeting(t *testing.T) {
	for hour, want := range map[int]string{
		0: "夜深了", 4: "夜深了", 5: "上午好", 10: "上午好", 11: "中午好", 12: "中午好", 13: "下午好", 17: "下午好", 18: "晚上好", 23: "晚上好",
	} {
		utc := today.Start().Add(time.Duration(hour) * time.Hour).UTC()
		if got := greeting(utc); got != want {
			t.Errorf("at %d in Shanghai: got %s, want %s", hour, got, want)
		}
	}
}

// world is a fake of everything home asks.
type world struct {
	standing   rules.Standing
	agreements []agreement.Agreement
	paid       []model.Declaration
	others     []model.Declaration
	fails      error
	asked      int
}

func (w *world) Owed(context.Context, string) (rules.Standing, error) {
	w.asked++
	return w.standing, w.fails
}

func (w *world) AgreementStates(context.Context, string) ([]agreement.Agreement, error) {
	w.asked++
	return w.agreements, nil
}

func (w *world) RecentPaid(context.Context, string, int) ([]model.Declaration, error) {
	w.asked++
	return w.paid, nil
}

func (w *world) UnpaidForOthers(context.Context, string, int) ([]model.Declaration, error) {
	w.asked++
	return w.others, nil
}

func owing(views ...rules.View) rules.Standing { return rules.Standing{Views: views, Enrolled: true} }

func load(t *testing.T, w *world, r web.Request) page.Home {
	t.Helper()
	r.Person, r.Name, r.URL, r.Now = "p1", "李明", "/", now
	s, err := Deps{Service: "社保费办理（演示）", Dues: w, Records: w}.home(t.Context(), &r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHome(t *testing.T) {
	paid := func(scheme model.Scheme, year int, yuan int64, at period.Date, insured, payer string) model.Declaration {
		return model.Declaration{
			Scheme: scheme, Year: year, Amount: money.Yuan(yuan), Kind: model.Regular, Insured: insured, Payer: payer,
			Settled: model.Settlement{At: at.Start()},
		}
	}
	t.Run("the payments say whom they were for", func(t *testing.T) {
		s := load(t, &world{paid: []model.Declaration{
			paid(model.Medical, 2026, 435, day(2025, 11, 1), "p3", "p1"), paid(model.Pension, 2025, 3000, day(2025, 3, 1), "p1", "p1"),
		}}, web.Request{})
		want := []page.HomePayment{
			{Label: "城乡居民医疗 2026 年（为他人）", Amount: money.Yuan(435)}, {Label: "城乡居民养老 2025 年", Amount: money.Yuan(3000)},
		}
		if !reflect.DeepEqual(s.Recent, want) {
			t.Errorf("got %+v", s.Recent)
		}
	})
	t.Run("what was declared for another is to be paid, by whoever is enrolled nowhere too", func(t *testing.T) {
		mine := model.Declaration{
			ID: "d1", Payer: "p1", Insured: "p3", Scheme: model.Medical, Amount: money.Yuan(795), Deadline: day(2026, 12, 31),
			State: model.Declared, Pay: model.Unpaid,
		}
		s := load(t, &world{others: []model.Declaration{mine}}, web.Request{Care: true})
		want := page.HomeOwed{
			Kind: page.OwedDeclared, Title: "城乡居民医疗（为他人）：已申报未缴费 1 笔", Amount: money.Yuan(795), Count: 1, Schemes: "医疗",
			Deadline: "12-31 截止", Pay: "/medical/pay?decl=d1&step=tip", Declared: []page.HomePending{},
		}
		if !reflect.DeepEqual(s.Owed, want) || s.Spoken != "您已申报但还没有缴费的一共是795.00元，1笔。最近的截止日期是12-31。" {
			t.Errorf("got %+v, %s", s.Owed, s.Spoken)
		}
	})
	t.Run("only agreements that can be used today count", func(t *testing.T) {
		s := load(t, &world{agreements: []agreement.Agreement{
			{State: agreement.Verified, Effective: today},
			{State: agreement.Verified, Effective: today.AddDays(1)},
			{State: agreement.Revoked, Effective: today},
			{State: agreement.Verifying},
		}}, web.Request{})
		if s.Agreements != 1 {
			t.Errorf("got %d", s.Agreements)
		}
	})
	t.Run("a person enrolled nowhere is told whom to ask", func(t *testing.T) {
		if s := load(t, &world{}, web.Request{}); s.Owed.Kind != page.OwedUnknown {
			t.Errorf("got %s", s.Owed.Kind)
		}
	})
	t.Run("a person enrolled before the first due owes nothing", func(t *testing.T) {
		if s := load(t, &world{standing: rules.Standing{Enrolled: true}}, web.Request{}); s.Owed.Kind != page.OwedNone {
			t.Errorf("got %s", s.Owed.Kind)
		}
	})
	t.Run("names are masked and the hour is greeted", func(t *testing.T) {
		if s := load(t, &world{}, web.Request{}); s.Name != "李*" || s.Greeting != "上午好" {
			t.Errorf("got %s, %s", s.Name, s.Greeting)
		}
	})
	t.Run("the sentence is spoken in care mode only", func(t *testing.T) {
		w := &world{standing: owing(view(model.Pension, 2026, 3000, nil))}
		if s := load(t, w, web.Request{}); s.Spoken != "" {
			t.Errorf("got %s", s.Spoken)
		}
		want := "您待缴的社保费一共是3000.00元，1笔。最近的截止日期是12-31。"
		if s := load(t, w, web.Request{Care: true}); s.Spoken != want || !s.Care.On {
			t.Errorf("got %s", s.Spoken)
		}
		w.standing = owing(view(model.Pension, 2026, 3000, nil), live(view(model.Medical, 2027, 795, rules.RefuseDeclared), model.Unpaid))
		if s := load(t, w, web.Request{Care: true}); s.Spoken != want+"另有已申报未缴费的795.00元，1笔。" {
			t.Errorf("got %s", s.Spoken)
		}
	})
	t.Run("a person with dues costs four questions", func(t *testing.T) {
		w := &world{standing: owing(view(model.Pension, 2026, 3000, nil))}
		load(t, w, web.Request{})
		if w.asked != 4 {
			t.Errorf("asked %d times", w.asked)
		}
	})
	t.Run("what fails below is not shown as nothing owed", func(t *testing.T) {
		broken := errors.New("broken")
		w := &world{fails: broken}
		_, err := Deps{Dues: w, Records: w}.home(t.Context(), &web.Request{Person: "p1", Now: now})
		if !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	})
}

func TestShebao(t *testing.T) {
	w := &world{
		standing:   owing(view(model.Pension, 2026, 0, rules.RefuseNoSetting), view(model.Medical, 2027, 795, nil)),
		agreements: []agreement.Agreement{{State: agreement.Verified, Effective: today}},
	}
	got, err := Deps{Dues: w, Records: w}.shebao(t.Context(), &web.Request{Person: "p1", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if want := (page.Shebao{Pension: "未设置金额", Medical: "待缴 1 笔", Agreements: "1 份有效"}); got != want {
		t.Errorf("got %+v", got)
	}
}
