package certificate

import (
	"context"
	"net/url"
	"strings"

	rules "shebao/server/certificate"
	"shebao/server/web"
	model "shebao/shared/certificate"
	"shebao/shared/page"
	"shebao/shared/period"
)

// maxYears is the longest range of application dates.
const maxYears = 5

// downloads is 【记录下载】.
func (d Deps) downloads() web.Route {
	return web.Page[page.CertificateList]{
		Pattern: page.PatternCertificateDownloads,
		Frame:   page.Frame{Title: "记录下载", Back: page.PatternCertificates, Tab: tab},
		Load:    d.list,
		Act: func(ctx context.Context, r *web.Request) (web.Answer[page.CertificateList], error) {
			if _, err := d.Rules.Retry(ctx, r.Person, r.Form.Get(page.FieldRetry)); err != nil {
				return web.Answer[page.CertificateList]{}, err
			}
			return web.GoSaying[page.CertificateList](page.PatternCertificateDownloads, "正在重新制作"), nil
		},
	}.Route()
}

func (d Deps) list(ctx context.Context, r *web.Request) (page.CertificateList, error) {
	f, s := days(r)
	if s.Problems != nil {
		return s, nil
	}
	var turns []string
	if after := r.Query.Get(page.FieldAfter); after != "" {
		turns = strings.Split(after, "_")
		f.After = turns[len(turns)-1]
	}
	f.Person, f.Limit = r.Person, rules.PageSize+1
	found, err := d.Rules.List(ctx, f)
	if err != nil {
		return s, err
	}
	next := ""
	if len(found) > rules.PageSize {
		found = found[:rules.PageSize]
		next = d.Cursor(found[len(found)-1])
	}
	s.Turn = turn(r, turns, next)
	for _, c := range found {
		one, err := d.card(ctx, c)
		if err != nil {
			return s, err
		}
		s.Cards = append(s.Cards, one)
		if c.State == model.Making && s.Live == "" {
			s.Live = web.LiveCertificate(c.ID, c.State)
		}
	}
	return s, nil
}

// days reads the range of application dates; without one it is the last 12 months.
func days(r *web.Request) (rules.Filter, page.CertificateList) {
	today := r.Today()
	f := rules.Filter{From: today.AddYears(-1).AddDays(1), To: today}
	s := page.CertificateList{Span: page.Span{From: f.From.String(), To: f.To.String(), Max: today.String()}}
	typedFrom, typedTo := r.Query.Get(page.FieldFrom), r.Query.Get(page.FieldTo)
	if typedFrom == "" && typedTo == "" {
		return f, s
	}
	s.Span.From, s.Span.To = typedFrom, typedTo
	var err error
	if f.From, err = period.ParseDate(typedFrom); err != nil {
		s.Problems = append(s.Problems, page.Problem{Field: page.FieldFrom, Message: "请选择申请日期起"})
	}
	if f.To, err = period.ParseDate(typedTo); err != nil {
		s.Problems = append(s.Problems, page.Problem{Field: page.FieldTo, Message: "请选择申请日期止"})
	}
	switch {
	case s.Problems != nil:
	case f.To.Before(f.From):
		s.Problems = []page.Problem{{Field: page.FieldTo, Message: "截止时间不能早于起始时间"}}
	case f.To.After(f.From.AddYears(maxYears)):
		s.Problems = []page.Problem{{Field: page.FieldTo, Message: "查询区间不能超过5年"}}
	}
	return f, s
}

// turn is the way to the pages before and after.
func turn(r *web.Request, turns []string, next string) page.Turn {
	to := func(list []string) string {
		q := url.Values{}
		for _, name := range []string{page.FieldFrom, page.FieldTo} {
			if v := r.Query.Get(name); v != "" {
				q.Set(name, v)
			}
		}
		if len(list) > 0 {
			q.Set(page.FieldAfter, strings.Join(list, "_"))
		}
		return at(page.PatternCertificateDownloads, q)
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

// card is a certificate as its holder sees it now.
func (d Deps) card(ctx context.Context, c model.Record) (page.CertificateCard, error) {
	status, err := d.Rules.Status(ctx, c)
	if err != nil {
		return page.CertificateCard{}, err
	}
	one := page.CertificateCard{
		ID: c.ID, Period: c.Range.Months.String(), Scheme: schemeLabel(c.Range.Scheme), Number: c.Number, Applied: stamp(c.Applied),
		Count: c.Count, Total: c.Total, State: c.State.Label(), Tone: "warn", Note: c.Reason, Open: "/certificates/" + url.PathEscape(c.ID),
	}
	switch {
	case status == rules.Withdrawn:
		one.State, one.Tone, one.Note = model.Withdrawn.Label(), "off", whyEnded(c)
	case status == rules.Reissued:
		one.State, one.Tone, one.Note = "已重新开具", "off", "同一编号的证明已重新开具，请使用新的一份"
	case c.State == model.Ready:
		one.Tone, one.Note = "ok", ""
	case c.State == model.Making:
		one.Note = "正在制作，一般需要几秒钟，页面会自动更新"
	case c.State == model.Failed:
		one.Tone, one.Retry = "bad", true
	}
	return one, nil
}

// whyEnded is what the holder of a withdrawn certificate reads.
func whyEnded(c model.Record) string {
	why := model.Reversed.Label() // the only cause that a page can meet before it is stored
	if c.Cause != "" {
		why = c.Cause.Label()
	}
	if c.Reason != "" {
		why += "（" + c.Reason + "）"
	}
	return "已由税务机关作废，原因：" + why + "。请勿再使用；仍需证明的，可重新申请"
}
