package contribution

import (
	"net/url"
	"strings"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/page"
	"shebao/shared/period"
)

// maxYears is the longest range of a query.
const maxYears = 5

// dayRange reads a range of dates; without one it is the last 12 months.
func dayRange(r *web.Request) (from, to period.Date, span page.Span, problems []page.Problem) {
	today := r.Today()
	from, to = today.AddYears(-1).AddDays(1), today
	span = page.Span{From: from.String(), To: to.String(), Max: today.String()}
	typedFrom, typedTo := r.Query.Get(page.FieldFrom), r.Query.Get(page.FieldTo)
	if typedFrom == "" && typedTo == "" {
		return from, to, span, nil
	}
	span.From, span.To = typedFrom, typedTo
	f, err := period.ParseDate(typedFrom)
	if err != nil {
		problems = append(problems, page.Problem{Field: page.FieldFrom, Message: "请选择申报日期起"})
	}
	t, err := period.ParseDate(typedTo)
	if err != nil {
		problems = append(problems, page.Problem{Field: page.FieldTo, Message: "请选择申报日期止"})
	}
	if problems == nil {
		problems = order(t.Before(f), t.After(f.AddYears(maxYears)))
	}
	if problems != nil {
		return from, to, span, problems
	}
	return f, t, span, nil
}

// monthRange reads a range of months; without one it is rules.PaidMonths.
func monthRange(r *web.Request) (months period.Period, span page.Span, problems []page.Problem) {
	months = rules.PaidMonths(r.Today())
	span = page.Span{From: months.From.String(), To: months.To.String()}
	typedFrom, typedTo := r.Query.Get(page.FieldFrom), r.Query.Get(page.FieldTo)
	if typedFrom == "" && typedTo == "" {
		return months, span, nil
	}
	span.From, span.To = typedFrom, typedTo
	f, err := period.ParseMonth(typedFrom)
	if err != nil {
		problems = append(problems, page.Problem{Field: page.FieldFrom, Message: "请选择费款所属期起，如 2026-01"})
	}
	t, err := period.ParseMonth(typedTo)
	if err != nil {
		problems = append(problems, page.Problem{Field: page.FieldTo, Message: "请选择费款所属期止，如 2026-12"})
	}
	if problems == nil {
		problems = order(t.Compare(f) < 0, false)
	}
	if problems != nil {
		return months, span, problems
	}
	return period.Period{From: f, To: t}, span, nil
}

func order(backwards, tooLong bool) []page.Problem {
	switch {
	case backwards:
		return []page.Problem{{Field: page.FieldTo, Message: "截止时间不能早于起始时间"}}
	case tooLong:
		return []page.Problem{{Field: page.FieldTo, Message: "查询区间不能超过5年"}}
	default:
		return nil
	}
}

// spanQuery is the range as it stands in the address.
func spanQuery(r *web.Request) url.Values { return keep(r, page.FieldFrom, page.FieldTo) }

// cursors are the beginnings of the pages so far; the last one is this page's.
func cursors(r *web.Request) []string {
	if s := r.Query.Get(page.FieldAfter); s != "" {
		return strings.Split(s, "_")
	}
	return nil
}

// begin is where this page begins, "" for the first.
func begin(r *web.Request) string {
	if all := cursors(r); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// turn is the way to the pages before and after; next is "" on the last page.
func turn(r *web.Request, path, next string) page.Turn {
	all := cursors(r)
	at := func(list []string) string {
		q := spanQuery(r)
		if len(list) > 0 {
			q.Set(page.FieldAfter, strings.Join(list, "_"))
		}
		return address(path, q)
	}
	t := page.Turn{Page: len(all) + 1}
	if len(all) > 0 {
		t.Prev = at(all[:len(all)-1])
	}
	if next != "" {
		t.Next = at(append(all[:len(all):len(all)], next))
	}
	return t
}
