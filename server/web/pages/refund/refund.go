// Package refund is the server half of the residents' pages of refunds (退费): what they
// load and which rule each button calls. Nothing is decided here.
package refund

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	rules "shebao/server/refund"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/bankcard"
	"shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	model "shebao/shared/refund"
)

// Rules are what server/refund.Service does for these pages.
type Rules interface {
	Look(ctx context.Context, person, declaration string) (rules.Standing, error)
	Apply(ctx context.Context, a rules.Application) (model.Refund, error)
	Own(ctx context.Context, person, id string) (model.Refund, error)
	Of(ctx context.Context, person, after string) (list []model.Refund, next string, err error)
	Withdraw(ctx context.Context, person, id string) (model.Refund, error)
}

// Records are what was stored. *store.Store is one.
type Records interface {
	DuesByID(ctx context.Context, ids []string) ([]contribution.Due, error)
	Person(ctx context.Context, id string) (person.Person, bool, error)
	// Draft is what was typed into the form in the session, "" when nothing is kept.
	Draft(ctx context.Context, session, form string, now time.Time) (string, error)
	SetDraft(ctx context.Context, session, form, text string, until time.Time) error
	ForgetDraft(ctx context.Context, session, form string) error
}

// City is what differs from city to city. *city.City is one.
type City interface {
	FullName(authority string) string
}

// Deps is what the pages work with.
type Deps struct {
	Rules   Rules
	Records Records
	City    City
}

// Pages lists the pages.
func Pages(d Deps) []web.Route {
	return []web.Route{d.listPage(), d.applyPage(), d.detailPage()}
}

// path is the address of a refund's page.
func path(id string) string { return page.PatternRefunds + "/" + url.PathEscape(id) }

// recordPath is the address of the payment record.
func recordPath(s contribution.Scheme, declaration string) string {
	return "/" + string(s) + "/payments/" + url.PathEscape(declaration)
}

// applyPath is the address of an application.
func applyPath(declaration string) string {
	return page.PatternRefundApply + "?" + url.Values{page.RefundFieldRecord: {declaration}}.Encode()
}

// confirmPath is the address of its second step.
func confirmPath(declaration string) string {
	return applyPath(declaration) + "&" + url.Values{page.RefundFieldStep: {page.RefundStepConfirm}}.Encode()
}

// withdrawPath is the address of the question before a refund is taken back.
func withdrawPath(id string) string {
	return path(id) + "?" + url.Values{page.RefundFieldStep: {page.RefundStepWithdraw}}.Encode()
}

func clock(t time.Time) string { return t.In(period.Zone).Format("2006-01-02 15:04") }

// account is where the money was taken from and goes back to: 北京银行 6217 **** **** 0012.
func account(bank, masked string) string {
	if b, ok := bankcard.Lookup(bank); ok {
		bank = b.Name
	}
	return bank + " " + masked
}

// asked turns a refusal of the rules into an error of pages; unknown things are not found.
func asked(err error) error {
	if errors.Is(err, rules.RefuseUnknown) {
		return api.NotFound(rules.RefuseUnknown.Message)
	}
	return err
}

func (d Deps) insured(ctx context.Context, who string) (string, error) {
	p, _, err := d.Records.Person(ctx, who)
	return person.MaskName(p.Name), err
}

func (d Deps) listPage() web.Route {
	return web.Page[page.Refunds]{
		Pattern: page.PatternRefunds, Frame: page.Frame{Title: "我的退费", Back: page.PathMe, Tab: page.PathMe}, Load: d.list,
	}.Route()
}

func (d Deps) list(ctx context.Context, r *web.Request) (page.Refunds, error) {
	var turns []string
	if after := r.Query.Get(page.FieldAfter); after != "" {
		turns = strings.Split(after, "_")
	}
	begin := ""
	if len(turns) > 0 {
		begin = turns[len(turns)-1]
	}
	all, next, err := d.Rules.Of(ctx, r.Person, begin)
	s := page.Refunds{Turn: turn(turns, next)}
	for _, x := range all {
		s.Rows = append(s.Rows, page.RefundRow{
			Path: path(x.ID), Title: x.Title(), Note: "申请于 " + period.DateOf(x.Applied).String(),
			Amount: x.Amount, State: x.State.Label(), Tone: tone(x.State),
		})
	}
	return s, err
}

// turn is the way to the pages before and after; next is "" on the last page.
func turn(turns []string, next string) page.Turn {
	to := func(list []string) string {
		if len(list) == 0 {
			return page.PatternRefunds
		}
		return page.PatternRefunds + "?" + url.Values{page.FieldAfter: {strings.Join(list, "_")}}.Encode()
	}
	t := page.Turn{Page: len(turns) + 1}
	if len(turns) > 0 {
		t.Prev = to(turns[:len(turns)-1])
	}
	if next != "" {
		t.Next = to(append(turns[:len(turns):len(turns)], next))
	}
	return t
}

// tone says how good a refund's state is.
func tone(s model.State) string {
	switch s {
	case model.Refunded:
		return "ok"
	case model.Refused:
		return "bad"
	case model.Withdrawn:
		return "off"
	case model.Applied, model.Checked, model.Approved, model.Sending, model.InDoubt, model.Failed:
		return "warn"
	default:
		return ""
	}
}
