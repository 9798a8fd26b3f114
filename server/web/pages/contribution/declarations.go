package contribution

import (
	"context"
	"errors"
	"net/url"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

// maxReason is how long the reason of a void may be, in characters.
const maxReason = 100

// records is the list of one scheme's declarations: all of them for pension (1.2), the
// unpaid ones for medical (2.2).
type records struct {
	Deps
	scheme model.Scheme
	path   string
	show   rules.DeclaredShow
}

func newRecords(scheme model.Scheme, d Deps) *records {
	l := &records{Deps: d, scheme: scheme, path: base(scheme) + "/declarations"}
	if scheme == model.Medical {
		l.show = rules.ShowUnpaid
	}
	return l
}

func declarationsPage(scheme model.Scheme, d Deps) web.Route {
	l := newRecords(scheme, d)
	return web.Page[page.Declarations]{
		Pattern: l.path, Frame: page.Frame{Title: declarationsName(scheme), Back: base(scheme)}, Load: l.load, Act: l.act,
	}.Route()
}

func declarationPage(scheme model.Scheme, d Deps) web.Route {
	l := newRecords(scheme, d)
	return web.Page[page.DeclarationDetail]{
		Pattern: l.path + "/{id}", Frame: page.Frame{Title: "申报明细", Back: l.path}, Load: l.detail,
	}.Route()
}

func (l *records) load(ctx context.Context, r *web.Request) (page.Declarations, error) {
	from, to, span, problems := dayRange(r)
	s := page.Declarations{
		Title: declarationsName(l.scheme), Path: l.path, Span: span, Problems: problems, Menu: base(l.scheme), Pay: base(l.scheme) + "/pay",
		Detail: l.path + "/",
	}
	if id := r.Query.Get(page.FieldVoid); id != "" {
		return l.question(ctx, r, s, id)
	}
	if problems != nil {
		return s, nil
	}
	ds, err := l.Records.DeclaredBetween(ctx, rules.DeclaredFilter{
		Person: r.Person, Scheme: l.scheme, From: from, To: to, Show: l.show, After: begin(r), Limit: rules.PageSize + 1,
	})
	if err != nil {
		return s, err
	}
	next := ""
	if len(ds) > rules.PageSize {
		ds = ds[:rules.PageSize]
		next = l.Records.DeclaredCursor(ds[len(ds)-1])
	}
	s.Turn = turn(r, l.path, next)
	for _, v := range ds {
		row, err := l.row(ctx, v, r)
		if err != nil {
			return s, err
		}
		s.Payable = s.Payable || row.CanPay
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

// question is the page that asks before a declaration is voided.
func (l *records) question(ctx context.Context, r *web.Request, s page.Declarations, id string) (page.Declarations, error) {
	ds, err := l.Records.DeclarationsByID(ctx, []string{id})
	if err != nil {
		return s, err
	}
	if len(ds) != 1 || ds[0].Scheme != l.scheme || ds[0].Payer != r.Person && ds[0].Insured != r.Person {
		return s, api.NotFound(words.DueUnknown)
	}
	row, err := l.row(ctx, ds[0], r)
	if err != nil {
		return s, err
	}
	s.Void = &page.VoidQuestion{Row: row, Back: address(l.path, spanQuery(r))}
	if refused := rules.UnpaidRefusal(ds[0]); refused != nil {
		s.Void.Refusal = refused.Message
	}
	return s, nil
}

func (l *records) row(ctx context.Context, v model.Declaration, r *web.Request) (page.DeclarationRow, error) {
	row := page.DeclarationRow{
		ID: v.ID, Title: yearTitle(v.Scheme, v.Year, model.Regular), Kind: v.Kind.Label(), Date: period.DateOf(v.Declared).String(), Channel: v.Channel.Label(),
		Period: v.Period.String(), Amount: v.Amount, State: v.State.Label(), Tone: "ok", Pay: v.Pay.Label(),
	}
	if v.Insured != r.Person {
		name, err := l.maskedName(ctx, v.Insured)
		if err != nil {
			return row, err
		}
		row.Insured = name
	}
	row.CanVoid = rules.UnpaidRefusal(v) == nil
	refused := rules.PayRefusal(v, r.Person, r.Today())
	row.CanPay = refused == nil
	switch {
	case v.State == model.Voided:
		row.Tone, row.Pay = "off", ""
		row.Note = voidedWords(v)
	case v.State == model.Processing:
		row.Tone, row.Note = "warn", words.DeclarationProcessing
	case v.Pay == model.Debiting:
		row.Note = words.DueDebiting
	case v.Pay == model.Unpaid && refused != nil:
		row.Note = refused.Message
	case v.Pay == model.Unpaid && v.Failure != "":
		row.Note = words.DebitFailed + v.Failure
	}
	if v.Payment != "" && v.Payer == r.Person && v.Pay == model.Debiting {
		row.Result = paymentPath(v.Payment)
	}
	return row, nil
}

func voidedWords(v model.Declaration) string {
	s := period.DateOf(v.Voided).String() + " 作废"
	if v.VoidedFor != "" {
		s += "，原因：" + v.VoidedFor
	}
	return s
}

// act is 【缴费】 with several ticked, 【继续缴费】 or 【作废】 of one, and 确定 of the question.
func (l *records) act(ctx context.Context, r *web.Request) (web.Answer[page.Declarations], error) {
	switch {
	case r.Query.Get(page.FieldVoid) != "":
		return l.void(ctx, r)
	case r.Form.Get(page.FieldVoid) != "":
		q := spanQuery(r)
		q.Set(page.FieldVoid, r.Form.Get(page.FieldVoid))
		return web.Go[page.Declarations](address(l.path, q)), nil
	case r.Form.Get(page.FieldGoPay) != "":
		return web.Go[page.Declarations](l.payPath(goOn(l.scheme), r.Form.Get(page.FieldGoPay))), nil
	}
	ids := r.Form[page.FieldPayDeclaration]
	refused := l.together(ctx, r, ids)
	if refused == nil {
		return web.Go[page.Declarations](l.payPath(page.StepMethod, ids...)), nil
	}
	s, err := l.load(ctx, r)
	if err != nil {
		return web.Answer[page.Declarations]{}, err
	}
	problems, ok := problemsOf(refused)
	if !ok {
		return web.Answer[page.Declarations]{}, refused
	}
	s.Problems = problems
	return web.Stay(s), nil
}

// together says why declarations can't be paid at once, nil when they can.
func (l *records) together(ctx context.Context, r *web.Request, ids []string) error {
	review, err := l.Rules.Review(ctx, r.Person, ids)
	if err == nil && review.Refusal != nil {
		return review.Refusal
	}
	return err
}

// goOn is where 【继续缴费】 leads: to the agreements, for medical by way of the tip.
func goOn(s model.Scheme) page.PayStep {
	if s == model.Medical {
		return page.StepTip
	}
	return page.StepAgreements
}

// payPath is where declarations are paid: 【缴费】 begins with the method, 【继续缴费】 with
// the agreements.
func (l *records) payPath(step page.PayStep, ids ...string) string {
	q := url.Values{page.FieldPayDeclaration: ids}
	q.Set(page.FieldPayStep, string(step))
	return address(base(l.scheme)+"/pay", q)
}

func (l *records) void(ctx context.Context, r *web.Request) (web.Answer[page.Declarations], error) {
	reason := []rune(r.Form.Get(page.FieldReason))
	err := l.Rules.Void(ctx, rules.VoidRequest{
		Person: r.Person, Declarations: []string{r.Query.Get(page.FieldVoid)}, Reason: string(reason[:min(len(reason), maxReason)]),
	})
	back := address(l.path, spanQuery(r))
	if err == nil || errors.Is(err, rules.RefuseVoided) { // pressed twice
		return web.GoSaying[page.Declarations](back, "作废成功"), nil
	}
	var refused *rules.Refusal
	if !errors.As(err, &refused) || refused == rules.RefuseUnknown {
		return web.Answer[page.Declarations]{}, notTheirs(err)
	}
	s, err := l.load(ctx, r)
	if err != nil {
		return web.Answer[page.Declarations]{}, err
	}
	s.Problems = problem(refused.Message)
	return web.Stay(s), nil
}

func (l *records) detail(ctx context.Context, r *web.Request) (page.DeclarationDetail, error) {
	v, err := l.one(ctx, r, l.scheme)
	if err != nil {
		return page.DeclarationDetail{}, err
	}
	row, err := l.row(ctx, v, r)
	if err != nil {
		return page.DeclarationDetail{}, err
	}
	facts, err := l.peopleFacts(ctx, v, r)
	if err != nil {
		return page.DeclarationDetail{}, err
	}
	levy := v.Scheme.Levy()
	facts = append(facts,
		page.PayPair{Label: "征收项目", Value: levy.Name + "（" + levy.Code + "）"},
		page.PayPair{Label: "征收品目", Value: levy.SubName + "（" + levy.SubCode + "）"},
		page.PayPair{Label: "缴费类型", Value: row.Kind},
		page.PayPair{Label: "费款所属期", Value: row.Period, Figure: true},
		page.PayPair{Label: "应缴费额", Value: v.Amount.Display(), Figure: true},
		page.PayPair{Label: "缴款期限", Value: v.Deadline.String(), Figure: true},
		page.PayPair{Label: "申报时间", Value: clockTime(v.Declared), Figure: true},
		page.PayPair{Label: "申报渠道", Value: row.Channel},
		page.PayPair{Label: "税务机关", Value: l.City.FullName(v.Authority)},
	)
	return page.DeclarationDetail{Row: row, Facts: facts, Path: l.path, Back: address(l.path, spanQuery(r)), Action: address(l.path, spanQuery(r))}, nil
}
