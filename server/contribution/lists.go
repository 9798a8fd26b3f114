package contribution

import (
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// PageSize is how many records a list shows at a time.
const PageSize = 20

// DeclaredFilter asks for declarations that a person made or that were made for them,
// newest first.
type DeclaredFilter struct {
	Person   string
	Scheme   model.Scheme
	From, To period.Date // days of declaration, both included
	Show     DeclaredShow
	After    string // cursor of the last record already seen, "" from the start
	Limit    int
}

// DeclaredShow says which declarations a list shows.
type DeclaredShow string

// What lists of declarations show.
const (
	ShowAll    DeclaredShow = ""
	ShowUnpaid DeclaredShow = "unpaid" // 已申报未缴费, those being debited included
)

// PaidFilter asks for paid declarations whose period overlaps the months, newest period
// first: those that the person paid and those paid for them.
type PaidFilter struct {
	Person string
	Scheme model.Scheme
	Months period.Period
	Show   PaidShow
	After  string // cursor of the last record already seen, "" from the start
	Limit  int
}

// PaidMonths are the months that lists of payments are about when nobody asked for others: the
// last five years, this one, and what is paid ahead for the next.
func PaidMonths(today period.Date) period.Period {
	return period.Period{From: period.Month{Year: today.Year - 5, Month: 1}, To: period.Month{Year: today.Year + 1, Month: 12}}
}

// PaidShow says which records a list of payments shows.
type PaidShow string

// What lists of payments show.
const (
	ShowPaid     PaidShow = ""
	ShowRefunded PaidShow = "refunded" // those whose money went back
)

// State is the pay state of the records shown.
func (p PaidShow) State() model.PayState {
	if p == ShowRefunded {
		return model.Reversed
	}
	return model.Paid
}

// YearTotal is what was paid for one contribution year.
type YearTotal struct {
	Year   int
	Count  int
	Amount money.Fen // fen
}

// TotalsByYear sums paid declarations, newest year first.
func TotalsByYear(ds []model.Declaration) []YearTotal {
	var totals []YearTotal
	for _, d := range ds {
		i := 0
		for i < len(totals) && totals[i].Year > d.Year {
			i++
		}
		if i == len(totals) || totals[i].Year != d.Year {
			totals = append(totals[:i], append([]YearTotal{{Year: d.Year}}, totals[i:]...)...)
		}
		totals[i].Count++
		totals[i].Amount += d.Amount
	}
	return totals
}

// UnpaidRefusal says why a declaration can neither be paid nor voided, nil when it can.
func UnpaidRefusal(d model.Declaration) *Refusal {
	switch {
	case d.State == model.Voided:
		return RefuseVoided
	case d.State == model.Processing:
		return RefuseProcessing
	case d.Pay == model.Debiting:
		return RefuseDebiting
	case d.Pay == model.Reversed:
		return RefuseRefunded
	case d.Pay != model.Unpaid:
		return RefusePaid
	default:
		return nil
	}
}

// PayRefusal says why the person can't pay the declaration today, nil when they can.
func PayRefusal(d model.Declaration, person string, today period.Date) *Refusal {
	switch {
	case UnpaidRefusal(d) != nil:
		return UnpaidRefusal(d)
	case d.Payer != person:
		return RefuseNotPayer
	case today.After(d.Deadline):
		return RefuseDeadline
	default:
		return nil
	}
}
