package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/contribution"
	"shebao/shared/contribution"
	"shebao/shared/money"
)

const declarations = "declarations"

var declarationIndexes = []index{
	{collection: declarations, name: "declared", keys: bson.D{
		{Key: "people", Value: 1}, {Key: "scheme", Value: 1}, {Key: "declared", Value: -1}, {Key: "_id", Value: -1},
	}},
	{collection: declarations, name: "paid", keys: bson.D{
		{Key: "people", Value: 1}, {Key: "scheme", Value: 1}, {Key: "pay", Value: 1}, {Key: "from", Value: -1}, {Key: "_id", Value: -1},
	}},
	{
		collection: declarations, name: "unsettled",
		keys: bson.D{{Key: "touched", Value: 1}}, partial: bson.D{{Key: "open", Value: true}},
	},
}

type declarationDoc struct {
	ID        string         `bson:"_id"`
	Due       string         `bson:"due"`
	Kind      string         `bson:"kind"`
	Insured   string         `bson:"insured"`
	Payer     string         `bson:"payer"`
	People    peopleDoc      `bson:"people"` // payer and insured, by whom it is listed
	Scheme    string         `bson:"scheme"`
	Enrolment string         `bson:"enr"`
	Authority string         `bson:"auth"`
	Year      int            `bson:"year"`
	From      string         `bson:"from"`
	To        string         `bson:"to"`
	Amount    int64          `bson:"amount"`
	Deadline  string         `bson:"deadline"`
	Channel   string         `bson:"channel"`
	Declared  time.Time      `bson:"declared"`
	State     string         `bson:"state"`
	Voided    time.Time      `bson:"voided,omitempty"`
	VoidedFor string         `bson:"voidedFor,omitempty"`
	Pay       string         `bson:"pay"`
	Payment   string         `bson:"payment"`
	Failure   string         `bson:"failure,omitempty"`
	Settled   *settlementDoc `bson:"settled,omitempty"`
	Open      bool           `bson:"open"`
	Touched   time.Time      `bson:"touched"`
}

// peopleDoc is one person as a string, several as an array: queries find both in the same
// way, and an array takes twice the room in each index.
type peopleDoc []string

// MarshalBSONValue implements bson.ValueMarshaler.
func (p peopleDoc) MarshalBSONValue() (bsontype.Type, []byte, error) {
	if len(p) == 1 {
		return bson.MarshalValue(p[0])
	}
	return bson.MarshalValue([]string(p))
}

// UnmarshalBSONValue implements bson.ValueUnmarshaler.
func (p *peopleDoc) UnmarshalBSONValue(t bsontype.Type, data []byte) error {
	v := bson.RawValue{Type: t, Value: data}
	if one, ok := v.StringValueOK(); ok {
		*p = peopleDoc{one}
		return nil
	}
	return v.Unmarshal((*[]string)(p))
}

type settlementDoc struct {
	Ticket  string    `bson:"ticket"`
	At      time.Time `bson:"at"`
	Booked  string    `bson:"booked"`
	Channel string    `bson:"channel"`
	Bank    string    `bson:"bank"`
	Account string    `bson:"account"`
}

func settlementToDoc(v contribution.Settlement) *settlementDoc {
	return &settlementDoc{
		Ticket: v.Ticket, At: v.At, Booked: dayText(v.Booked), Channel: string(v.Channel), Bank: v.Bank, Account: v.Account,
	}
}

func declarationToDoc(d contribution.Declaration) declarationDoc {
	people := []string{d.Payer}
	if d.Insured != d.Payer {
		people = append(people, d.Insured)
	}
	doc := declarationDoc{
		ID: d.ID, Due: d.Due, Kind: string(d.Kind), Insured: d.Insured, Payer: d.Payer, People: people, Scheme: string(d.Scheme),
		Enrolment: d.Enrolment, Authority: d.Authority, Year: d.Year, From: d.Period.From.String(), To: d.Period.To.String(),
		Amount: int64(d.Amount), Deadline: dayText(d.Deadline), Channel: string(d.Channel), Declared: d.Declared,
		State: string(d.State), Voided: d.Voided, VoidedFor: d.VoidedFor, Pay: string(d.Pay), Payment: d.Payment, Failure: d.Failure,
		Open: d.State == contribution.Processing || d.Pay == contribution.Debiting, Touched: d.Declared,
	}
	if d.Pay == contribution.Paid || d.Pay == contribution.Reversed {
		doc.Settled = settlementToDoc(d.Settled)
	}
	return doc
}

func (d declarationDoc) value() contribution.Declaration {
	return contribution.Declaration{
		ID: d.ID, Due: d.Due, Kind: contribution.Kind(d.Kind), Insured: d.Insured, Payer: d.Payer,
		Scheme: contribution.Scheme(d.Scheme), Enrolment: d.Enrolment, Authority: d.Authority, Year: d.Year,
		Period: months(d.From, d.To), Amount: money.Fen(d.Amount), Deadline: day(d.Deadline),
		Channel: contribution.Channel(d.Channel), Declared: d.Declared, State: contribution.DeclarationState(d.State),
		Voided: instant(d.Voided), VoidedFor: d.VoidedFor, Pay: contribution.PayState(d.Pay), Payment: d.Payment, Failure: d.Failure,
		Settled: d.Settled.value(),
	}
}

func (d *settlementDoc) value() contribution.Settlement {
	if d == nil {
		return contribution.Settlement{}
	}
	return contribution.Settlement{
		Ticket: d.Ticket, At: instant(d.At), Booked: day(d.Booked), Channel: contribution.Channel(d.Channel), Bank: d.Bank, Account: d.Account,
	}
}

// AddDeclarations stores new declarations, all or an error.
func (s *Store) AddDeclarations(ctx context.Context, ds []contribution.Declaration) error {
	docs := make([]any, len(ds))
	for i, d := range ds {
		docs[i] = declarationToDoc(d)
	}
	if _, err := s.db.Collection(declarations).InsertMany(ctx, docs); err != nil {
		return fmt.Errorf("insert into %s: %w", declarations, err)
	}
	return nil
}

// encodeDeclaration writes the fields of declarationToDoc(d).
func encodeDeclaration(e *encoder, d contribution.Declaration) {
	e.text("_id", d.ID)
	e.text("due", d.Due)
	e.text("kind", string(d.Kind))
	e.text("insured", d.Insured)
	e.text("payer", d.Payer)
	if d.Insured == d.Payer {
		e.text("people", d.Payer)
	} else {
		e.texts("people", []string{d.Payer, d.Insured})
	}
	e.text("scheme", string(d.Scheme))
	e.text("enr", d.Enrolment)
	e.text("auth", d.Authority)
	e.whole("year", d.Year)
	e.text("from", d.Period.From.String())
	e.text("to", d.Period.To.String())
	e.long("amount", int64(d.Amount))
	e.text("deadline", dayText(d.Deadline))
	e.text("channel", string(d.Channel))
	e.time("declared", d.Declared)
	e.text("state", string(d.State))
	e.later("voided", d.Voided)
	e.some("voidedFor", d.VoidedFor)
	e.text("pay", string(d.Pay))
	e.text("payment", d.Payment)
	e.some("failure", d.Failure)
	if d.Pay == contribution.Paid || d.Pay == contribution.Reversed {
		encodeSettlement(e, d.Settled)
	}
	e.truth("open", d.State == contribution.Processing || d.Pay == contribution.Debiting)
	e.time("touched", d.Declared)
}

// encodeSettlement writes settlementToDoc(v).
func encodeSettlement(e *encoder, v contribution.Settlement) {
	e.sub("settled")
	e.text("ticket", v.Ticket)
	e.time("at", v.At)
	e.text("booked", dayText(v.Booked))
	e.text("channel", string(v.Channel))
	e.text("bank", v.Bank)
	e.text("account", v.Account)
	e.end()
}

// AddMissingDeclarations stores those that are not there yet and returns how many were new.
func (s *Store) AddMissingDeclarations(ctx context.Context, ds []contribution.Declaration) (int, error) {
	return s.addEncoded(ctx, declarations, len(ds), func(e *encoder, i int) { encodeDeclaration(e, ds[i]) })
}

// DeclarationsByID returns those that exist, in no order.
func (s *Store) DeclarationsByID(ctx context.Context, ids []string) ([]contribution.Declaration, error) {
	list := make([]contribution.Declaration, 0, len(ids))
	err := scanIn(ctx, s.db.Collection(declarations), "_id", ids, nil, collect(&list, scanDeclaration))
	return list, err
}

// SwapDeclarations does each swap on its own and returns how many matched.
func (s *Store) SwapDeclarations(ctx context.Context, swaps []rules.DeclarationSwap) (int, error) {
	return s.swapEncoded(ctx, declarations, len(swaps), func(e *encoder, i int) {
		w := swaps[i]
		e.text("_id", w.ID)
		e.text("state", string(w.FromState))
		e.text("pay", string(w.FromPay))
		e.text("payment", w.Holder)
	}, func(e *encoder, i int) {
		w := swaps[i]
		e.text("state", string(w.ToState))
		e.text("pay", string(w.ToPay))
		e.text("payment", w.Next)
		e.truth("open", w.Unsettled)
		e.time("touched", w.At)
		e.some("failure", w.Failure)
		if w.ToState == contribution.Voided && w.FromState != contribution.Voided {
			e.time("voided", w.At)
			e.text("voidedFor", w.VoidedFor)
		}
		if w.Settled != nil {
			encodeSettlement(e, *w.Settled)
		}
	})
}

// UnsettledDeclarations lists declarations in passage last touched before the time, oldest first.
func (s *Store) UnsettledDeclarations(ctx context.Context, before time.Time, limit int) ([]contribution.Declaration, error) {
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations),
		bson.D{{Key: "open", Value: true}, {Key: "touched", Value: bson.D{{Key: "$lt", Value: before}}}},
		options.Find().SetSort(bson.D{{Key: "touched", Value: 1}}).SetLimit(int64(limit)))
}

// TouchDeclarations postpones the next look at those that are still in passage.
func (s *Store) TouchDeclarations(ctx context.Context, ids []string, at time.Time) error {
	filter := append(byIDs(ids), bson.E{Key: "open", Value: true})
	if _, err := s.db.Collection(declarations).UpdateMany(ctx, filter, set(bson.D{{Key: "touched", Value: at}})); err != nil {
		return fmt.Errorf("touch %s: %w", declarations, err)
	}
	return nil
}

// PutDeclaration stores a declaration that was made elsewhere, as it is; one that is
// there already stays.
func (s *Store) PutDeclaration(ctx context.Context, d contribution.Declaration) error {
	_, err := s.add(ctx, declarations, declarationToDoc(d))
	return err
}
