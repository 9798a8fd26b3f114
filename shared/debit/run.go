// Package debit holds the models of batch debit runs (批量扣款): planned runs, runs, the
// people in them, the bank files they are sent in, with the tables of their legal
// states. No I/O, no clock.
package debit

import (
	"slices"
	"time"

	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// MaxAuthorities is how many tax authorities one run may have.
const MaxAuthorities = 40

// Planned is a run in the calendar (批扣计划).
type Planned struct {
	ID          string              `json:"id"`
	Scheme      contribution.Scheme `json:"scheme"`
	Year        int                 `json:"year"`
	Authorities []string            `json:"authorities"` // tax authority codes
	Date        period.Date         `json:"date"`        // debit date
	CutOff      time.Time           `json:"cutOff"`      // until then residents' changes count
	By          string              `json:"by"`          // officer
	Run         string              `json:"run"`         // the run made from it, "" while there is none
}

// Run is one batch debit of many people.
type Run struct {
	ID          string              `json:"id"`
	Scheme      contribution.Scheme `json:"scheme"`
	Year        int                 `json:"year"`
	Authorities []string            `json:"authorities"`
	Date        period.Date         `json:"date"`   // debit date: files are sent from that day on
	CutOff      time.Time           `json:"cutOff"` // nobody is taken before; until then residents' changes count
	Planned     string              `json:"planned"`
	State       State               `json:"state"`
	Round       int                 `json:"round"`   // 1, and one more for each retry round
	Maker       string              `json:"maker"`   // officer who submitted it or asked for the retry round, before that who made it
	Checker     string              `json:"checker"` // officer who approved the round
	Created     time.Time           `json:"created"`
	Submitted   time.Time           `json:"submitted"`
	Approved    time.Time           `json:"approved"`
	Ended       time.Time           `json:"ended"`
	Reason      string              `json:"reason"`  // of the last rejection, cancellation or stop, in the officer's words
	Stopped     bool                `json:"stopped"` // 停止: files that no bank had taken were given up
	History     []Move              `json:"history"` // what officers did with it, in order

	// The dry run (试算): who is in and who is left out.
	Looked   int64               `json:"looked"`  // settings in force of these authorities
	Chosen   Total               `json:"chosen"`  // candidates
	Cells    []Cell              `json:"cells"`   // candidates by authority and bank
	LeftOut  map[Exclusion]int64 `json:"leftOut"` // people left out, by reason
	Cursor   string              `json:"-"`       // enrolment up to which candidates were looked for
	Step     int64               `json:"-"`       // how often the cursor was moved
	Assigned bool                `json:"-"`       // the round's files are made
	Rev      int64               `json:"-"`
	Next     time.Time           `json:"-"` // when the next worker may look at it (lease end)
}

// Seen tells what an officer decides about from anything later: it stands as long as no officer
// did anything with the run.
func (r Run) Seen() int { return len(r.History) }

// Move is what an officer did with a run.
type Move struct {
	Round  int       `json:"round"`
	Did    Event     `json:"did"`
	By     string    `json:"by"` // officer
	At     time.Time `json:"at"`
	People Total     `json:"people"` // whom the round debits, of Submit and Retry
	Reason string    `json:"reason"` // in the officer's words, "" when none was asked
}

// Last is what was last done so to the run in the round; false when it was not, or before
// runs kept their history.
func (r Run) Last(round int, did ...Event) (Move, bool) {
	for _, m := range slices.Backward(r.History) {
		if m.Round == round && slices.Contains(did, m.Did) {
			return m, true
		}
	}
	return Move{}, false
}

// Creator is the officer who made the run, whoever submitted it.
func (r Run) Creator() string {
	if m, ok := r.Last(1, Create); ok {
		return m.By
	}
	return r.Maker
}

// ThisRound is whom the run's round debits: the candidates, or those whom a retry round tries
// again. It is zero for a retry round asked for before runs kept their history.
func (r Run) ThisRound() Total {
	if r.Round == 1 {
		return r.Chosen
	}
	m, _ := r.Last(r.Round, Retry)
	return m.People
}

// Total is how many and how much.
type Total struct {
	Count  int64     `json:"count"`
	Amount money.Fen `json:"amount"` // fen
}

// Add is the total with one more item of the amount.
func (t Total) Add(amount money.Fen) Total { return Total{t.Count + 1, t.Amount + amount} }

// Plus is the sum of two totals.
func (t Total) Plus(u Total) Total { return Total{t.Count + u.Count, t.Amount + u.Amount} }

// Cell is the candidates of one authority at one bank.
type Cell struct {
	Authority string `json:"authority"`
	Bank      string `json:"bank"`
	Total
}

// Item is one person in a run: a candidate, or one left out.
type Item struct {
	ID        string              `json:"id"` // {file}:{place in it}, for people left out {run}:00:{place}
	Run       string              `json:"run"`
	Person    string              `json:"person"`
	Enrolment string              `json:"enrolment"`
	Scheme    contribution.Scheme `json:"scheme"`
	Authority string              `json:"authority"` // the district
	Bank      string              `json:"bank"`
	Agreement string              `json:"agreement"`
	Account   string              `json:"account"` // masked
	Due       string              `json:"due"`
	Setting   string              `json:"setting"`
	Amount    money.Fen           `json:"amount"` // fen
	State     ItemState           `json:"state"`
	Exclusion Exclusion           `json:"exclusion"` // why, when State is LeftOut
	File      string              `json:"file"`      // of the last round
	Round     int                 `json:"round"`
	Payment   string              `json:"payment"` // of the last round, "" before it is taken
	Code      string              `json:"code"`    // bank code of the last round
	Reason    string              `json:"reason"`  // the bank's words
	Ended     time.Time           `json:"ended"`   // when the last round's result was known
}

// Why is why the item is not paid, in words: the reason why it was left out or given up, else
// the bank's words; "" while there is none.
func (i Item) Why() string {
	if i.Exclusion != NotExcluded {
		return i.Exclusion.Label()
	}
	return i.Reason
}

// Page is a piece of a run's list (名单页): people of one bank file, or people left out. A
// run's people are kept in pages because they are chosen, sent and settled many at a time.
type Page struct {
	ID    string // of its first item
	Run   string
	Round int
	File  string // "" for people left out
	From  string // the page whose failed items it tries again, "" in the first round
	Step  int64  // of the dry run, see Run.Step
	Items []Item // in order of ID
	Rev   int64
}

// File is one bank file of a run: at most bankapi.MaxItems items of one authority at one bank.
type File struct {
	ID        string           `json:"id"` // {run}:{round}:{authority}:{bank}:{n}
	Run       string           `json:"run"`
	Round     int              `json:"round"`
	Authority string           `json:"authority"`
	Bank      string           `json:"bank"`
	Date      period.Date      `json:"date"`   // business date of its instructions
	Serial    string           `json:"serial"` // of the file at the bank
	State     FileState        `json:"state"`
	Planned   Total            `json:"planned"` // as assigned
	Sent      Total            `json:"sent"`    // as sent to the bank
	Paid      Total            `json:"paid"`
	Failed    Total            `json:"failed"`
	Skipped   Total            `json:"skipped"` // given up before they were sent
	Doubt     Total            `json:"doubt"`   // 待核实
	Codes     map[string]int64 `json:"codes"`   // failed items by bank code
	Code      string           `json:"code"`    // the bank's code for the whole file
	Trace     string           `json:"trace"`   // the bank's number of the file
	SentAt    time.Time        `json:"sentAt"`
	Taken     time.Time        `json:"taken"` // when the bank took it
	Ended     time.Time        `json:"ended"`
	Open      bool             `json:"-"` // somebody must go on with it
	Next      time.Time        `json:"-"` // not before then (lease end)
	Tries     int              `json:"tries"`
	Rev       int64            `json:"-"`
}
