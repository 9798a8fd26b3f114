package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/reconcile"
	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

const (
	reconDays   = "recondays"
	differences = "differences"
	corrections = "corrections"
)

var reconcileIndexes = []index{
	{collection: reconDays, name: "authority", keys: bson.D{{Key: "auth", Value: 1}, {Key: "date", Value: -1}}},
	{collection: differences, name: "day", keys: bson.D{{Key: "day", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: differences, name: "waiting", keys: bson.D{{Key: "state", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: differences, name: "state", keys: bson.D{{Key: "day", Value: 1}, {Key: "state", Value: 1}, {Key: "_id", Value: 1}}},
}

type reconDayDoc struct {
	ID        string           `bson:"_id"`
	Authority string           `bson:"auth"`
	Date      string           `bson:"date"`
	Final     bool             `bson:"final"`
	Ours      totalDoc         `bson:"ours"`
	Bank      totalDoc         `bson:"bank"`
	Both      totalDoc         `bson:"both"`
	OursBack  totalDoc         `bson:"oursBack"`
	BankBack  totalDoc         `bson:"bankBack"`
	BothBack  totalDoc         `bson:"bothBack"`
	Settled   int64            `bson:"settled"`
	Fixed     fixDoc           `bson:"fixed"`
	Kinds     map[string]int64 `bson:"kinds"`
	Looked    time.Time        `bson:"looked"`
	Closed    bool             `bson:"closed"`
	ClosedBy  string           `bson:"closedBy"`
	ClosedAt  time.Time        `bson:"closedAt"`
	Rev       int64            `bson:"rev"`
}

// fixDoc is what corrections add to the sums, fen.
type fixDoc struct {
	Ours     int64 `bson:"ours"`
	Bank     int64 `bson:"bank"`
	OursBack int64 `bson:"oursBack"`
	BankBack int64 `bson:"bankBack"`
}

func fixToDoc(f rules.Fix) fixDoc {
	return fixDoc{int64(f.Ours), int64(f.Bank), int64(f.OursBack), int64(f.BankBack)}
}

func (d fixDoc) value() rules.Fix {
	return rules.Fix{Ours: money.Fen(d.Ours), Bank: money.Fen(d.Bank), OursBack: money.Fen(d.OursBack), BankBack: money.Fen(d.BankBack)}
}

func reconTotal(t rules.Total) totalDoc { return totalDoc{t.Count, int64(t.Amount)} }

func (d totalDoc) recon() rules.Total {
	return rules.Total{Count: d.Count, Amount: money.Fen(d.Amount)}
}

func dayToDoc(d rules.Day) reconDayDoc {
	doc := reconDayDoc{
		ID: d.ID, Authority: d.Authority, Date: dayText(d.Date), Final: d.Final, Ours: reconTotal(d.Ours), Bank: reconTotal(d.Bank),
		Both: reconTotal(d.Both), OursBack: reconTotal(d.OursBack), BankBack: reconTotal(d.BankBack), BothBack: reconTotal(d.BothBack), Settled: d.Settled, Fixed: fixToDoc(d.Fixed),
		Kinds: map[string]int64{}, Looked: d.Looked, Closed: d.Closed, ClosedBy: d.ClosedBy,
		ClosedAt: d.ClosedAt, Rev: d.Rev,
	}
	for k, n := range d.Kinds {
		doc.Kinds[string(k)] = n
	}
	return doc
}

func (d reconDayDoc) value() rules.Day {
	v := rules.Day{
		ID: d.ID, Authority: d.Authority, Date: day(d.Date), Final: d.Final, Ours: d.Ours.recon(), Bank: d.Bank.recon(), Both: d.Both.recon(),
		OursBack: d.OursBack.recon(), BankBack: d.BankBack.recon(), BothBack: d.BothBack.recon(),
		Settled: d.Settled, Fixed: d.Fixed.value(), Kinds: map[rules.Kind]int64{}, Looked: instant(d.Looked), Closed: d.Closed, ClosedBy: d.ClosedBy,
		ClosedAt: instant(d.ClosedAt), Rev: d.Rev,
	}
	for k, n := range d.Kinds {
		v.Kinds[rules.Kind(k)] = n
	}
	return v
}

type differenceDoc struct {
	ID        string    `bson:"_id"`
	Day       string    `bson:"day"`
	Kind      string    `bson:"kind"`
	Authority string    `bson:"auth"`
	Date      string    `bson:"date"`
	Serial    string    `bson:"serial"`
	Trace     string    `bson:"trace"`
	Movement  string    `bson:"movement"`
	Payment   string    `bson:"payment"`
	Refund    string    `bson:"refund"`
	Person    string    `bson:"person"`
	Account   string    `bson:"account"`
	At        time.Time `bson:"at"`
	Bank      string    `bson:"bank"`
	Ours      int64     `bson:"ours"`
	Theirs    int64     `bson:"theirs"`
	State     string    `bson:"state"`
	Action    string    `bson:"action"`
	Note      string    `bson:"note"`
	Owner     string    `bson:"owner"`
	Maker     string    `bson:"maker"`
	Checker   string    `bson:"checker"`
	Found     time.Time `bson:"found"`
	Changed   time.Time `bson:"changed"`
	History   []stepDoc `bson:"history"`
	Rev       int64     `bson:"rev"`
}

type stepDoc struct {
	At     time.Time `bson:"at"`
	By     string    `bson:"by"`
	Event  string    `bson:"event"`
	Action string    `bson:"action"`
	Note   string    `bson:"note"`
}

func differenceToDoc(d rules.Difference) differenceDoc {
	doc := differenceDoc{
		ID: d.ID, Day: d.Day, Kind: string(d.Kind), Authority: d.Ref.Authority, Date: d.Ref.Date, Serial: d.Ref.Serial, Trace: d.Trace,
		Movement: string(d.Movement), Payment: d.Payment, Refund: d.Refund, Person: d.Person, Account: d.Account, At: d.At, Bank: d.Bank, Ours: int64(d.Ours), Theirs: int64(d.Theirs), State: string(d.State), Action: string(d.Action),
		Note: d.Note, Owner: d.Owner, Maker: d.Maker, Checker: d.Checker, Found: d.Found, Changed: d.Changed, Rev: d.Rev,
	}
	for _, h := range d.History {
		doc.History = append(doc.History, stepDoc{h.At, h.By, string(h.Event), string(h.Action), h.Note})
	}
	return doc
}

func (d differenceDoc) value() rules.Difference {
	v := rules.Difference{
		ID: d.ID, Day: d.Day, Kind: rules.Kind(d.Kind), Ref: bankapi.Ref{Authority: d.Authority, Date: d.Date, Serial: d.Serial},
		Trace: d.Trace, Movement: bankapi.Movement(d.Movement), Payment: d.Payment, Refund: d.Refund,
		Person: d.Person, Account: d.Account, At: instant(d.At), Bank: d.Bank, Ours: money.Fen(d.Ours), Theirs: money.Fen(d.Theirs), State: rules.State(d.State),
		Action: rules.Action(d.Action), Note: d.Note, Owner: d.Owner, Maker: d.Maker, Checker: d.Checker, Found: d.Found, Changed: d.Changed, Rev: d.Rev,
	}
	for _, h := range d.History {
		v.History = append(v.History, rules.Step{At: h.At, By: h.By, Event: rules.Event(h.Event), Action: rules.Action(h.Action), Note: h.Note})
	}
	return v
}

// AddDay stores a new day; false when it is there already.
func (s *Store) AddDay(ctx context.Context, d rules.Day) (bool, error) {
	return s.add(ctx, reconDays, dayToDoc(d))
}

// Day returns a day.
func (s *Store) Day(ctx context.Context, id string) (rules.Day, bool, error) {
	return findOne[reconDayDoc, rules.Day](ctx, s.db.Collection(reconDays), byID(id))
}

// Days lists an authority's days, newest first, those before the date (zero: from the newest).
func (s *Store) Days(ctx context.Context, authority string, before period.Date, limit int) ([]rules.Day, error) {
	filter := bson.D{{Key: "auth", Value: authority}}
	if !before.IsZero() {
		filter = append(filter, bson.E{Key: "date", Value: bson.D{{Key: "$lt", Value: dayText(before)}}})
	}
	return find[reconDayDoc, rules.Day](ctx, s.db.Collection(reconDays), filter,
		options.Find().SetSort(bson.D{{Key: "date", Value: -1}}).SetLimit(int64(limit)))
}

// SwapDay stores the day if the stored one still has its Rev; false when it has not.
func (s *Store) SwapDay(ctx context.Context, d rules.Day) (bool, error) {
	return swapRev(ctx, s.db.Collection(reconDays), d.ID, d.Rev, func() any {
		d.Rev++
		return dayToDoc(d)
	})
}

// AddDifferences stores those that are not there yet.
func (s *Store) AddDifferences(ctx context.Context, ds []rules.Difference) error {
	docs := make([]any, len(ds))
	for i, d := range ds {
		docs[i] = differenceToDoc(d)
	}
	return s.addMany(ctx, differences, docs)
}

// Difference returns a difference.
func (s *Store) Difference(ctx context.Context, id string) (rules.Difference, bool, error) {
	return findOne[differenceDoc, rules.Difference](ctx, s.db.Collection(differences), byID(id))
}

// Differences lists differences of a day in order of ID.
func (s *Store) Differences(ctx context.Context, f rules.Filter) ([]rules.Difference, error) {
	filter := bson.D{{Key: "day", Value: f.Day}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: f.After}}}}
	if f.State != "" {
		filter = append(filter, bson.E{Key: "state", Value: string(f.State)})
	}
	return find[differenceDoc, rules.Difference](ctx, s.db.Collection(differences), filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(f.Limit)))
}

// Waiting lists differences of all days in the state, in order of ID.
func (s *Store) Waiting(ctx context.Context, state rules.State, limit int) ([]rules.Difference, error) {
	return find[differenceDoc, rules.Difference](ctx, s.db.Collection(differences), bson.D{{Key: "state", Value: string(state)}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// SwapDifference stores the difference if the stored one still has its Rev; false when it has not.
func (s *Store) SwapDifference(ctx context.Context, d rules.Difference) (bool, error) {
	return swapRev(ctx, s.db.Collection(differences), d.ID, d.Rev, func() any {
		d.Rev++
		return differenceToDoc(d)
	})
}

// CountDifferences counts a day's differences in the state, "" for all.
func (s *Store) CountDifferences(ctx context.Context, day string, state rules.State) (int64, error) {
	filter := bson.D{{Key: "day", Value: day}}
	if state != "" {
		filter = append(filter, bson.E{Key: "state", Value: string(state)})
	}
	n, err := s.db.Collection(differences).CountDocuments(ctx, filter)
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", differences, err)
	}
	return n, nil
}

// ClaimCorrection notes that a difference corrects what the bank has under the reference; it
// returns the difference that was noted before, if there is one.
func (s *Store) ClaimCorrection(ctx context.Context, ref, difference string) (string, error) {
	added, err := s.add(ctx, corrections, correctionDoc{ref, difference})
	if err != nil || added {
		return difference, err
	}
	var d correctionDoc
	if err := s.db.Collection(corrections).FindOne(ctx, byID(ref)).Decode(&d); err != nil {
		return "", fmt.Errorf("find in %s: %w", corrections, err)
	}
	return d.Difference, nil
}

// SwapCorrection notes another difference; false when the stored one is not from.
func (s *Store) SwapCorrection(ctx context.Context, ref, from, to string) (bool, error) {
	res, err := s.db.Collection(corrections).UpdateOne(ctx, bson.D{{Key: "_id", Value: ref}, {Key: "difference", Value: from}},
		set(bson.D{{Key: "difference", Value: to}}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", corrections, err)
	}
	return res.MatchedCount == 1, nil
}

type correctionDoc struct {
	Ref        string `bson:"_id"`
	Difference string `bson:"difference"`
}

// PaidBetween lists an authority's payments whose money moved from the time on and before
// the other, in order of that time, those after the last one of the page before.
func (s *Store) PaidBetween(
	ctx context.Context, authority string, from, to time.Time, after *contribution.Payment, limit int,
) ([]contribution.Payment, error) {
	var last lastEnded
	if after != nil {
		last = lastEnded{after.Ended, after.ID}
	}
	return find[paymentDoc, contribution.Payment](ctx, s.db.Collection(payments), endedFilter(authority, string(contribution.Succeeded), from, to, last),
		options.Find().SetSort(bson.D{{Key: "ended", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// lastEnded is the last record of the page before, zero for the first page.
type lastEnded struct {
	ended time.Time
	id    string
}

// endedFilter selects an authority's records of a state that ended from the time on and
// before the other, those after the last one.
func endedFilter(authority, state string, from, to time.Time, last lastEnded) bson.D {
	within := bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: to}}
	filter := bson.D{{Key: "auth", Value: authority}, {Key: "state", Value: state}}
	if last.id != "" {
		within[0].Value = last.ended
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{
			bson.D{{Key: "ended", Value: bson.D{{Key: "$gt", Value: last.ended}}}},
			bson.D{{Key: "ended", Value: last.ended}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: last.id}}}},
		}})
	}
	return append(filter, bson.E{Key: "ended", Value: within})
}

// DoubtfulBetween lists an authority's payments in 待核实 that were sent in that time, at most limit.
func (s *Store) DoubtfulBetween(ctx context.Context, authority string, from, to time.Time, limit int) ([]contribution.Payment, error) {
	return find[paymentDoc, contribution.Payment](ctx, s.db.Collection(payments), bson.D{
		{Key: "auth", Value: authority},
		{Key: "state", Value: string(contribution.InDoubt)},
		{Key: "sent", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: to}}},
	}, options.Find().SetLimit(int64(limit)))
}
