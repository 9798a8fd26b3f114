// Package demo makes the synthetic people of the demonstration and what they owe, have
// paid and have signed, relative to the day it is asked on. Nothing in it is a real
// person, document or account.
package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
)

// Password is the residents' and officers' password.
const Password = "Shebao-demo-1" //nolint:gosec // of synthetic people, printed in the README

//go:embed people.json
var peopleJSON []byte

// Set is everything to be stored.
type Set struct {
	People       []person.Person
	Care         []string // ids of people with 关怀模式 on
	Enrolments   []contribution.Enrolment
	Dues         []contribution.Due
	Settings     []contribution.Setting
	Declarations []contribution.Declaration
	Agreements   []Agreement
}

// Agreement is an agreement with its whole account number.
type Agreement struct {
	agreement.Agreement
	Number string
	Holder person.Person
}

type source struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Type        idcard.Type `json:"type"`
	Number      string      `json:"number"`
	Nationality string      `json:"nationality"`
	Care        bool        `json:"care"`
	Enrolments  []struct {
		Scheme    contribution.Scheme `json:"scheme"`
		Category  string              `json:"category"`
		Authority string              `json:"authority"`
		Agency    string              `json:"agency"`
		Subsidy   money.Fen           `json:"subsidy"`
	} `json:"enrolments"`
	Setting    money.Fen                           `json:"setting"`
	Assessed   []assessed                          `json:"assessed"`
	Paid       map[contribution.Scheme][]money.Fen `json:"paid"` // newest year first
	Voided     bool                                `json:"voided"`
	Agreements []signed                            `json:"agreements"`
}

type assessed struct {
	YearsAgo   int                  `json:"yearsAgo"`
	Amount     money.Fen            `json:"amount"`
	Reason     string               `json:"reason"`
	DeadlineIn int                  `json:"deadlineIn"` // days from today
	Declared   contribution.Channel `json:"declared"`   // declared there and not paid
}

type signed struct {
	Bank      string `json:"bank"`
	Account   string `json:"account"`
	Authority string `json:"authority"`
	AppliedIn int    `json:"appliedIn"` // days from today
	RevokedIn int    `json:"revokedIn"` // days from today, 0 for not revoked
}

// Make builds the set for the day of now. The same day gives the same set.
func Make(now time.Time, rates contribution.Rates) (Set, error) {
	var sources []source
	if err := json.Unmarshal(peopleJSON, &sources); err != nil {
		return Set{}, fmt.Errorf("read demo people: %w", err)
	}
	b := builder{today: period.DateOf(now), now: now, rates: rates}
	for i, src := range sources {
		if err := b.person(i, src); err != nil {
			return Set{}, err
		}
	}
	return b.set, nil
}

// People are the demo people alone.
func People() ([]person.Person, error) {
	set, err := Make(time.Unix(0, 0), nil)
	return set.People, err
}

type builder struct {
	set     Set
	today   period.Date
	now     time.Time
	rates   contribution.Rates
	tickets int
}

func (b *builder) person(i int, src source) error {
	doc, err := idcard.Parse(src.Type, src.Number)
	if err != nil {
		return fmt.Errorf("demo person %s: %w", src.ID, err)
	}
	p := person.Person{
		ID: src.ID, Name: src.Name, Document: doc, Nationality: src.Nationality, Phone: fmt.Sprintf("138%08d", i+1),
	}
	p.Birth, _ = doc.Birth()
	b.set.People = append(b.set.People, p)
	if src.Care {
		b.set.Care = append(b.set.Care, p.ID)
	}
	for j, e := range src.Enrolments {
		enr := contribution.Enrolment{
			ID: "enr:" + p.ID + ":" + string(e.Scheme), Person: p.ID, Scheme: e.Scheme, Category: e.Category, Authority: e.Authority,
			Agency: e.Agency, Number: fmt.Sprintf("11%s%06d", e.Authority[1:7], (i+1)*10+j),
			From: period.Date{Year: b.today.Year - 9, Month: 1, Day: 1}, Subsidy: e.Subsidy,
		}
		b.set.Enrolments = append(b.set.Enrolments, enr)
		b.enrolment(src, enr)
	}
	for j, s := range src.Agreements {
		b.agreement(p, j, s)
	}
	return nil
}

// enrolment adds the enrolment's dues, history and setting.
func (b *builder) enrolment(src source, e contribution.Enrolment) {
	open := b.openYear(e)
	for i, amount := range src.Paid[e.Scheme] {
		b.paid(e, open-1-i, amount)
	}
	if e.Scheme != contribution.Pension {
		return
	}
	if src.Setting > 0 {
		b.set.Settings = append(b.set.Settings, contribution.Setting{
			ID: "set:" + e.ID + ":1", Person: e.Person, Enrolment: e.ID, Scheme: e.Scheme, Tier: src.Setting, Subsidy: e.Subsidy,
			From: period.Date{Year: b.today.Year, Month: 1, Day: 1}, To: period.Date{Year: b.today.Year, Month: 12, Day: 31},
			Set: b.at(-60, 10),
		})
	}
	for i, a := range src.Assessed {
		b.assessed(e, i+1, a)
	}
	if src.Voided {
		b.voided(e, src.Setting)
	}
}

// openYear adds the regular due that is open today and returns its year. Outside the
// payment window of a scheme the current year is offered as a late payment.
func (b *builder) openYear(e contribution.Enrolment) int {
	for _, r := range b.rates.OpenOn(b.today, e.Scheme, e.Category) {
		b.set.Dues = append(b.set.Dues, regular(e, r))
		return r.Year
	}
	r, ok := b.rates.Find(e.Scheme, e.Category, b.today.Year)
	if ok {
		r.Opens, r.Closes = period.Date{Year: r.Year, Month: 1, Day: 1}, period.Date{Year: r.Year, Month: 12, Day: 31}
		b.set.Dues = append(b.set.Dues, regular(e, r))
	}
	return b.today.Year
}

func regular(e contribution.Enrolment, r contribution.Rate) contribution.Due {
	return contribution.Due{
		ID: dueID(e, r.Year, contribution.Regular, 1), Person: e.Person, Enrolment: e.ID, Scheme: e.Scheme, Kind: contribution.Regular,
		Year: r.Year, Period: r.Benefit, Authority: e.Authority, Amount: r.Amount, Opens: r.Opens, Deadline: r.Closes,
		State: contribution.DueOpen,
	}
}

func dueID(e contribution.Enrolment, year int, kind contribution.Kind, n int) string {
	return fmt.Sprintf("due:%s:%s:%d:%s:%d", e.Person, e.Scheme, year, kind, n)
}

// at is the instant so many days from today at the hour, Shanghai.
func (b *builder) at(days, hour int) time.Time {
	return b.today.AddDays(days).Start().Add(time.Duration(hour) * time.Hour)
}
