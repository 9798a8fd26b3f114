package home

import (
	"fmt"
	"net/url"
	"slices"

	rules "shebao/server/contribution"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/period"
)

// waits is what is declared and waits for money, or whose debit is on its way.
type waits struct {
	lines   []page.HomePending
	schemes []model.Scheme // of what the person can pay, as are the following
	amount  money.Fen
	count   int
	last    period.Date // the nearest deadline
}

// group is one line of home: declarations of a scheme that stand alike.
type group struct {
	label string // with a place for how many
	pay   bool
	of    []model.Declaration
}

// pending finds the declarations of the person's own dues and those they made for others.
func pending(views []rules.View, others []model.Declaration, person string, today period.Date) waits {
	live := slices.Clone(others)
	for _, v := range views {
		if v.Live != nil && (v.Refusal == rules.RefuseDeclared || v.Live.Pay == model.Debiting) {
			live = append(live, *v.Live)
		}
	}
	var w waits
	for _, scheme := range []model.Scheme{model.Pension, model.Medical} {
		for _, g := range groups(live, scheme, person, today) {
			w.add(g, scheme)
		}
	}
	return w
}

// The groups, in the order in which home shows them.
const (
	ownUnpaid = iota
	othersUnpaid
	unpaidByOther
	ownDebiting
	othersDebiting
	nothing // to be said
)

// groups sorts the declarations of a scheme by what can be done about them.
func groups(live []model.Declaration, scheme model.Scheme, person string, today period.Date) []group {
	all := [nothing + 1]group{
		ownUnpaid:      {label: "%s：已申报未缴费 %d 笔", pay: true},
		othersUnpaid:   {label: "%s（为他人）：已申报未缴费 %d 笔", pay: true},
		unpaidByOther:  {label: "%s：他人已申报未缴费 %d 笔"},
		ownDebiting:    {label: "%s：扣款处理中 %d 笔"},
		othersDebiting: {label: "%s（为他人）：扣款处理中 %d 笔"},
	}
	for _, d := range live {
		at := groupOf(d, person, today)
		if d.Scheme == scheme {
			all[at].of = append(all[at].of, d)
		}
	}
	return slices.DeleteFunc(all[:nothing], func(g group) bool { return len(g.of) == 0 })
}

func groupOf(d model.Declaration, person string, today period.Date) int {
	own := d.Insured == person
	switch {
	case d.Pay == model.Debiting && own:
		return ownDebiting
	case d.Pay == model.Debiting:
		return othersDebiting
	case today.After(d.Deadline) || rules.UnpaidRefusal(d) != nil:
		return nothing
	case d.Payer != person:
		return unpaidByOther
	case own:
		return ownUnpaid
	default:
		return othersUnpaid
	}
}

func (w *waits) add(g group, scheme model.Scheme) {
	line := page.HomePending{
		Label: fmt.Sprintf(g.label, scheme.Label(), len(g.of)), Count: len(g.of), Pay: g.pay, Href: "/" + string(scheme) + "/declarations",
	}
	for _, d := range g.of {
		line.Amount += d.Amount
		if g.pay && (w.last.IsZero() || d.Deadline.Before(w.last)) {
			w.last = d.Deadline
		}
	}
	if g.pay {
		w.schemes = append(w.schemes, scheme)
		w.amount += line.Amount
		w.count += line.Count
		if line.Count == 1 {
			line.Href = goOn(g.of[0])
		}
	}
	w.lines = append(w.lines, line)
}

// goOn is where one declaration is paid: at the agreements, for medical at the tip before them.
func goOn(d model.Declaration) string {
	step := page.StepAgreements
	if d.Scheme == model.Medical {
		step = page.StepTip
	}
	return "/" + string(d.Scheme) + "/pay?" + url.Values{page.FieldPayDeclaration: {d.ID}, page.FieldPayStep: {string(step)}}.Encode()
}

// show makes what is declared the main thing: nothing else is to be paid. When it is all of one
// line, that line is what the card itself says.
func (w waits) show(o *page.HomeOwed, today period.Date) {
	o.Kind, o.Title, o.Amount, o.Count, o.Schemes = page.OwedDeclared, "已申报，待缴费", w.amount, w.count, short(w.schemes)
	o.Deadline, o.Urgent = until(w.last, today)
	paying := func(p page.HomePending) bool { return p.Pay }
	if i := slices.IndexFunc(w.lines, paying); w.lines[i].Count == w.count {
		o.Pay, o.Title = w.lines[i].Href, w.lines[i].Label
		o.Declared = slices.DeleteFunc(slices.Clone(w.lines), paying)
	}
}
