package certificate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shebao/server/contribution"
	model "shebao/shared/certificate"
	contributions "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// Preview is what a certificate of a range would state now.
type Preview struct {
	Rows  []model.Row // oldest period first
	Total money.Fen   // fen
	Left  int         // contributions that reach over the range's ends and are left out
}

// maxMonths is the longest range.
const maxMonths = 50 * 12

// Check returns ErrRange unless a certificate may be asked for the range on the day.
func Check(r model.Range, today period.Date) error {
	last := period.Month{Year: today.Year + 1, Month: 12}
	if r.Months.Valid() != nil || r.Months.Months() > maxMonths || r.Months.To.Compare(last) > 0 {
		return ErrRange
	}
	if r.Scheme != "" && r.Scheme.Levy().Code == "" {
		return ErrRange
	}
	return nil
}

// Preview says what a certificate of the range would state: paid contributions to the
// person's own insurance, whoever paid. Refusals: ErrRange, ErrTooManyRows.
func (s *Service) Preview(ctx context.Context, person string, r model.Range) (Preview, error) {
	p, _, err := s.snapshot(ctx, person, r)
	return p, err
}

// snapshot is a preview with the declarations behind its rows.
func (s *Service) snapshot(ctx context.Context, person string, r model.Range) (Preview, []string, error) {
	if err := Check(r, s.today()); err != nil {
		return Preview{}, nil, err
	}
	schemes := []contributions.Scheme{r.Scheme}
	if r.Scheme == "" {
		schemes = []contributions.Scheme{contributions.Pension, contributions.Medical}
	}
	var p Preview
	var paid []contributions.Declaration
	for _, scheme := range schemes {
		found, err := s.Payments.PaidIn(ctx, contribution.PaidFilter{
			Person: person, Scheme: scheme, Months: r.Months, Limit: 2 * model.MaxRows,
		})
		if err != nil {
			return p, nil, fmt.Errorf("list what was paid for %s: %w", person, err)
		}
		if len(found) == 2*model.MaxRows {
			return p, nil, ErrTooManyRows
		}
		for _, d := range found {
			switch {
			case d.Insured != person: // they paid it for somebody else, whose certificate states it
			case r.Months.Contains(d.Period.From) && r.Months.Contains(d.Period.To):
				paid = append(paid, d)
			default:
				p.Left++
			}
		}
	}
	if len(paid) > model.MaxRows {
		return p, nil, ErrTooManyRows
	}
	slices.SortFunc(paid, byPeriod)
	ids := make([]string, len(paid))
	for i, d := range paid {
		ids[i] = d.ID
		p.Rows = append(p.Rows, model.Row{
			Scheme: d.Scheme, Period: d.Period, Authority: s.Authority(d.Authority), PaidOn: period.DateOf(d.Settled.At),
			Ticket: d.Settled.Ticket, Amount: d.Amount,
		})
	}
	p.Total = model.Sum(p.Rows)
	return p, ids, nil
}

func byPeriod(a, b contributions.Declaration) int {
	if c := a.Period.From.Compare(b.Period.From); c != 0 {
		return c
	}
	if a.Scheme != b.Scheme {
		return -strings.Compare(string(a.Scheme), string(b.Scheme)) // 养老 before 医疗
	}
	return strings.Compare(a.Settled.Ticket+a.ID, b.Settled.Ticket+b.ID)
}
