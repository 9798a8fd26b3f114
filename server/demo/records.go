package demo

import (
	"fmt"
	"time"

	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
)

// paid adds a year that has been paid.
func (b *builder) paid(e contribution.Enrolment, year int, amount money.Fen) {
	rate := contribution.Rate{
		Year: year, Benefit: period.YearPeriod(year),
		Opens: period.Date{Year: year, Month: 1, Day: 1}, Closes: period.Date{Year: year, Month: 12, Day: 31},
	}
	on := period.Date{Year: year, Month: 3 + year%5, Day: 5 + year%20}
	if e.Scheme == contribution.Medical { // paid in the window before the benefit year
		rate.Opens, rate.Closes = period.Date{Year: year - 1, Month: 9, Day: 1}, period.Date{Year: year - 1, Month: 12, Day: 31}
		on = period.Date{Year: year - 1, Month: 10, Day: 8 + year%20}
	}
	channel, bank, account := contribution.ChannelMobile, "313", "6217000000000000012"
	switch year % 4 {
	case 1:
		channel = contribution.ChannelDebitRun
	case 2:
		channel, bank, account = contribution.ChannelHall, "", ""
	}
	due := regular(e, rate)
	due.Amount, due.State = amount, contribution.DuePaid
	d := b.declaration(due, on.Start().Add(10*time.Hour+32*time.Minute), channel)
	d.Pay = contribution.Paid
	b.tickets++
	d.Settled = contribution.Settlement{
		Ticket: fmt.Sprintf("3%s%02d%02d9%07d", e.Authority[1:6], on.Year%100, on.Month, b.tickets),
		At:     on.Start().Add(10*time.Hour + 33*time.Minute), Booked: on.AddDays(1), Channel: channel, Bank: bank,
	}
	if account != "" {
		d.Settled.Account = bankcard.Mask(account)
	}
	due.Declaration = d.ID
	b.set.Dues = append(b.set.Dues, due)
	b.set.Declarations = append(b.set.Declarations, d)
}

func (b *builder) declaration(due contribution.Due, at time.Time, channel contribution.Channel) contribution.Declaration {
	return contribution.Declaration{
		ID: "d-demo-" + due.ID[len("due:"):], Due: due.ID, Kind: due.Kind, Insured: due.Person, Payer: due.Person, Scheme: due.Scheme,
		Enrolment: due.Enrolment, Authority: due.Authority, Year: due.Year, Period: due.Period, Amount: due.Amount,
		Deadline: due.Deadline, Channel: channel, Declared: at, State: contribution.Declared, Pay: contribution.Unpaid,
	}
}

// assessed adds a due assessed by the social-insurance bureau.
func (b *builder) assessed(e contribution.Enrolment, n int, a assessed) {
	year := b.today.Year - a.YearsAgo
	due := contribution.Due{
		ID: dueID(e, year, contribution.Assessed, n), Person: e.Person, Enrolment: e.ID, Scheme: e.Scheme, Kind: contribution.Assessed,
		Year: year, Period: period.YearPeriod(year), Authority: e.Authority, Amount: a.Amount, Reason: a.Reason,
		Opens: b.today.AddDays(min(a.DeadlineIn, 0) - 60), Deadline: b.today.AddDays(a.DeadlineIn), State: contribution.DueOpen,
	}
	if a.Declared != "" {
		d := b.declaration(due, b.at(-12, 14), a.Declared)
		due.State, due.Declaration = contribution.DueDeclared, d.ID
		b.set.Declarations = append(b.set.Declarations, d)
	}
	b.set.Dues = append(b.set.Dues, due)
}

// voided adds a declaration of this year's due that was made at the counter and voided.
func (b *builder) voided(e contribution.Enrolment, amount money.Fen) {
	year := b.today.Year
	due := contribution.Due{
		ID: dueID(e, year, contribution.Regular, 1), Person: e.Person, Enrolment: e.ID, Scheme: e.Scheme, Kind: contribution.Regular,
		Year: year, Period: period.YearPeriod(year), Authority: e.Authority, Amount: amount,
		Deadline: period.Date{Year: year, Month: 12, Day: 31},
	}
	d := b.declaration(due, b.at(-20, 9), contribution.ChannelHall)
	d.ID += ":voided"
	d.State, d.Voided, d.VoidedFor = contribution.Voided, b.at(-19, 15), "改用手机缴费"
	b.set.Declarations = append(b.set.Declarations, d)
}

func (b *builder) agreement(p person.Person, n int, s signed) {
	applied := b.at(s.AppliedIn, 9)
	if s.AppliedIn == 0 {
		applied = b.now
	}
	a := agreement.Agreement{
		ID: fmt.Sprintf("a-demo-%s-%d", p.ID, n+1), Payer: p.ID, Authority: s.Authority, Bank: s.Bank, Account: bankcard.Mask(s.Account),
		Holder: person.MaskName(p.Name), Phone: person.MaskPhone(p.Phone), Mandate: "M" + s.Authority[1:7] + bankcard.Tail(s.Account) + p.ID[1:],
		Ref:   bankapi.Ref{Authority: s.Authority, Date: period.DateOf(applied).String(), Serial: fmt.Sprintf("ademo%s%d", p.ID, n+1)},
		State: agreement.Verified, Applied: applied, Effective: period.DateOf(applied).AddDays(1),
	}
	if s.RevokedIn != 0 {
		a.State, a.Ended = agreement.Revoked, b.at(s.RevokedIn, 16)
	}
	b.set.Agreements = append(b.set.Agreements, Agreement{Agreement: a, Number: s.Account, Holder: p})
}
