package certificate

import (
	"context"
	"errors"
	"net/url"

	rules "shebao/server/certificate"
	"shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/certificate"
	contributions "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// apply is 【记录打印】.
func (d Deps) apply() web.Route {
	return web.Page[page.CertificateApply]{
		Pattern: page.PatternCertificateApply,
		Frame:   page.Frame{Title: "记录打印", Back: page.PatternCertificates, Tab: tab},
		Load:    d.loadApply,
		Act:     d.actApply,
	}.Route()
}

func (d Deps) loadApply(ctx context.Context, r *web.Request) (page.CertificateApply, error) {
	s, asked := asked(r, r.Query)
	if !s.Asked || s.Problems != nil {
		return s, nil
	}
	found, err := d.Rules.Preview(ctx, r.Person, asked)
	if err != nil {
		return refused(s, err)
	}
	s.Rows, s.Total, s.Left = rows(found.Rows), found.Total, found.Left
	s.Capitals = found.Total.Capitals()
	s.Holder = person.MaskName(r.Name)
	return s, nil
}

func (d Deps) actApply(ctx context.Context, r *web.Request) (web.Answer[page.CertificateApply], error) {
	s, asked := asked(r, r.Form)
	if !s.Asked {
		s.Problems = []page.Problem{{Field: page.FieldFrom, Message: "请先查询，再申请证明"}}
	}
	if s.Problems != nil {
		return web.Stay(s), nil
	}
	c, err := d.Rules.Apply(ctx, r.Person, asked)
	if err != nil {
		s, err = refused(s, err)
		return web.Stay(s), err
	}
	notice := "已提交申请，正在制作"
	if c.State == model.Ready {
		notice = "该费款所属期的证明已制作成功，没有变化"
	}
	return web.GoSaying[page.CertificateApply](page.PatternCertificateDownloads, notice), nil
}

// refused shows a refusal of the rules on the page; any other error is returned.
func refused(s page.CertificateApply, err error) (page.CertificateApply, error) {
	for _, known := range []*api.Error{rules.ErrRange, rules.ErrNothing, rules.ErrTooManyRows, rules.ErrOften} {
		if errors.Is(err, known) {
			s.Problems = []page.Problem{{Field: page.FieldFrom, Message: known.Message}}
			return s, nil
		}
	}
	return s, err
}

// asked reads the range; without one the form offers what 缴费记录查询 shows.
func asked(r *web.Request, from url.Values) (page.CertificateApply, model.Range) {
	typedFrom, typedTo := from.Get(page.FieldFrom), from.Get(page.FieldTo)
	s := page.CertificateApply{Span: page.Span{From: typedFrom, To: typedTo}, Scheme: from.Get(page.FieldScheme)}
	for _, scheme := range []contributions.Scheme{"", contributions.Pension, contributions.Medical} {
		s.Schemes = append(s.Schemes, page.SignChoice{Value: string(scheme), Label: schemeLabel(scheme)})
	}
	if typedFrom == "" && typedTo == "" {
		months := contribution.PaidMonths(r.Today())
		s.Span = page.Span{From: months.From.String(), To: months.To.String()}
		return s, model.Range{}
	}
	s.Asked = true
	asked := model.Range{Scheme: contributions.Scheme(s.Scheme)}
	var err error
	if asked.Months.From, err = period.ParseMonth(typedFrom); err != nil {
		s.Problems = append(s.Problems, page.Problem{Field: page.FieldFrom, Message: "请选择费款所属期起，如 2026-01"})
	}
	if asked.Months.To, err = period.ParseMonth(typedTo); err != nil {
		s.Problems = append(s.Problems, page.Problem{Field: page.FieldTo, Message: "请选择费款所属期止，如 2026-12"})
	}
	if s.Problems == nil && asked.Months.To.Compare(asked.Months.From) < 0 {
		s.Problems = append(s.Problems, page.Problem{Field: page.FieldTo, Message: "截止时间不能早于起始时间"})
	}
	return s, asked
}
