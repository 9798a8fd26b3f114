package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/mongo"
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

// AddMissingDeclarations stores those that are not there yet and returns how many were new.
func (s *Store) AddMissingDeclarations(ctx context.Context, ds []contribution.Declaration) (int, error) {
	docs := make([]any, len(ds))
	for i, d := range ds {
		docs[i] = declarationToDoc(d)
	}
	return s.addMany(ctx, declarations, docs)
}

// DeclarationsByID returns those that exist, in no order.
func (s *Store) DeclarationsByID(ctx context.Context, ids []string) ([]contribution.Declaration, error) {
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations), byIDs(ids), options.Find())
}

// SwapDeclarations does each swap on its own and returns how many matched.
func (s *Store) SwapDeclarations(ctx context.Context, swaps []rules.DeclarationSwap) (int, error) {
	models := make([]mongo.WriteModel, len(swaps))
	for i, w := range swaps {
		fields := bson.D{
			{Key: "state", Value: string(w.ToState)},
			{Key: "pay", Value: string(w.ToPay)},
			{Key: "payment", Value: w.Next},
			{Key: "open", Value: w.Unsettled},
			{Key: "touched", Value: w.At},
		}
		if w.Failure != "" {
			fields = append(fields, bson.E{Key: "failure", Value: w.Failure})
		}
		if w.ToState == contribution.Voided && w.FromState != contribution.Voided {
			fields = append(fields, bson.E{Key: "voided", Value: w.At}, bson.E{Key: "voidedFor", Value: w.VoidedFor})
		}
		if w.Settled != nil {
			fields = append(fields, bson.E{Key: "settled", Value: settlementToDoc(*w.Settled)})
		}
		models[i] = mongo.NewUpdateOneModel().
			SetFilter(bson.D{
				{Key: "_id", Value: w.ID},
				{Key: "state", Value: string(w.FromState)},
				{Key: "pay", Value: string(w.FromPay)},
				{Key: "payment", Value: w.Holder},
			}).SetUpdate(set(fields))
	}
	return s.swap(ctx, declarations, models)
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
