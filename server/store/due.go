package store

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/contribution"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

const dues = "dues"

var dueIndexes = []index{
	{collection: dues, name: "person", keys: bson.D{{Key: "person", Value: 1}, {Key: "scheme", Value: 1}, {Key: "year", Value: -1}}},
}

type dueDoc struct {
	ID          string `bson:"_id"`
	Person      string `bson:"person"`
	Enrolment   string `bson:"enr"`
	Scheme      string `bson:"scheme"`
	Kind        string `bson:"kind"`
	Year        int    `bson:"year"`
	From        string `bson:"from"`
	To          string `bson:"to"`
	Authority   string `bson:"auth"`
	Amount      int64  `bson:"amount"`
	Reason      string `bson:"reason,omitempty"`
	Opens       string `bson:"opens"`
	Deadline    string `bson:"deadline"`
	State       string `bson:"state"`
	Declaration string `bson:"decl"`
	Refund      string `bson:"refund,omitempty"`
}

func dueToDoc(d contribution.Due) dueDoc {
	return dueDoc{
		ID: d.ID, Person: d.Person, Enrolment: d.Enrolment, Scheme: string(d.Scheme), Kind: string(d.Kind), Year: d.Year,
		From: d.Period.From.String(), To: d.Period.To.String(), Authority: d.Authority, Amount: int64(d.Amount),
		Reason: d.Reason, Opens: dayText(d.Opens), Deadline: dayText(d.Deadline), State: string(d.State), Declaration: d.Declaration,
		Refund: d.Refund,
	}
}

// encodeDue writes the fields of dueToDoc(d).
func encodeDue(e *encoder, d contribution.Due) {
	e.text("_id", d.ID)
	e.text("person", d.Person)
	e.text("enr", d.Enrolment)
	e.text("scheme", string(d.Scheme))
	e.text("kind", string(d.Kind))
	e.whole("year", d.Year)
	e.text("from", d.Period.From.String())
	e.text("to", d.Period.To.String())
	e.text("auth", d.Authority)
	e.long("amount", int64(d.Amount))
	e.some("reason", d.Reason)
	e.text("opens", dayText(d.Opens))
	e.text("deadline", dayText(d.Deadline))
	e.text("state", string(d.State))
	e.text("decl", d.Declaration)
	e.some("refund", d.Refund)
}

func (d dueDoc) value() contribution.Due {
	return contribution.Due{
		ID: d.ID, Person: d.Person, Enrolment: d.Enrolment, Scheme: contribution.Scheme(d.Scheme), Kind: contribution.Kind(d.Kind),
		Year: d.Year, Period: months(d.From, d.To), Authority: d.Authority, Amount: money.Fen(d.Amount), Reason: d.Reason,
		Opens: day(d.Opens), Deadline: day(d.Deadline), State: contribution.DueState(d.State), Declaration: d.Declaration, Refund: d.Refund,
	}
}

// Dues lists a person's newest dues in a scheme, newest year first, at most 100.
func (s *Store) Dues(ctx context.Context, person string, scheme contribution.Scheme) ([]contribution.Due, error) {
	return find[dueDoc, contribution.Due](ctx, s.db.Collection(dues),
		bson.D{{Key: "person", Value: person}, {Key: "scheme", Value: string(scheme)}},
		options.Find().SetSort(bson.D{{Key: "year", Value: -1}}).SetLimit(100))
}

// UnpaidDues lists a person's dues in every scheme that are not paid, at most 100, in no order.
func (s *Store) UnpaidDues(ctx context.Context, person string) ([]contribution.Due, error) {
	unpaid := bson.A{string(contribution.DueOpen), string(contribution.DueDeclared)}
	return find[dueDoc, contribution.Due](ctx, s.db.Collection(dues),
		bson.D{{Key: "person", Value: person}, {Key: "state", Value: bson.D{{Key: "$in", Value: unpaid}}}},
		options.Find().SetLimit(100))
}

// DuesByID returns those that exist, in no order.
func (s *Store) DuesByID(ctx context.Context, ids []string) ([]contribution.Due, error) {
	return s.DuesOf(ctx, ids)
}

// AddDue stores a new due; false when it is there already.
func (s *Store) AddDue(ctx context.Context, due contribution.Due) (bool, error) {
	return s.add(ctx, dues, dueToDoc(due))
}

// SwapDues does each swap on its own and returns how many matched.
func (s *Store) SwapDues(ctx context.Context, swaps []rules.DueSwap) (int, error) {
	if len(swaps) > 1 && settlesOnly(swaps) {
		return s.settleDues(ctx, swaps)
	}
	return s.swapEncoded(ctx, dues, len(swaps), func(e *encoder, i int) {
		w := swaps[i]
		e.text("_id", w.ID)
		e.text("state", string(w.From))
		e.text("decl", w.Holder)
	}, func(e *encoder, i int) {
		w := swaps[i]
		e.text("state", string(w.To))
		e.text("decl", w.Next)
		e.some("refund", w.Refund)
	})
}

// settlesOnly tells whether all swaps move their due from one same state to another and leave it
// with its holder.
func settlesOnly(swaps []rules.DueSwap) bool {
	for _, w := range swaps {
		if w.From != swaps[0].From || w.To != swaps[0].To || w.Holder == "" || w.Next != w.Holder || w.Refund != "" {
			return false
		}
	}
	return true
}

// settleDues does swaps of which only ids and holders differ. A declaration is of one due, so a due
// whose holder is among those asked for has its own.
func (s *Store) settleDues(ctx context.Context, swaps []rules.DueSwap) (int, error) {
	ids, holders := make([]string, len(swaps)), make([]string, len(swaps))
	for i, w := range swaps {
		ids[i], holders[i] = w.ID, w.Holder
	}
	filter := append(byIDs(ids), bson.E{Key: "state", Value: string(swaps[0].From)}, bson.E{Key: "decl", Value: bson.D{{Key: "$in", Value: holders}}})
	res, err := s.db.Collection(dues).UpdateMany(ctx, filter, set(bson.D{{Key: "state", Value: string(swaps[0].To)}}))
	if err != nil {
		return 0, fmt.Errorf("update %s: %w", dues, err)
	}
	return int(res.MatchedCount), nil
}

func dayText(d period.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// day reads a date this package wrote; "" is the zero date.
func day(s string) period.Date {
	d, err := period.ParseDate(s)
	if err != nil {
		return period.Date{}
	}
	return d
}

// months reads a period this package wrote.
func months(from, to string) period.Period {
	f, err := period.ParseMonth(from)
	if err != nil {
		return period.Period{}
	}
	t, err := period.ParseMonth(to)
	if err != nil {
		return period.Period{}
	}
	return period.Period{From: f, To: t}
}
