package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/debit"
	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/money"
)

const debitItems = "debititems"

var debitItemIndexes = []index{
	{collection: debitItems, name: "state", keys: bson.D{{Key: "run", Value: 1}, {Key: "state", Value: 1}, {Key: "_id", Value: 1}}},
	{
		collection: debitItems, name: "left_out",
		keys:    bson.D{{Key: "run", Value: 1}, {Key: "state", Value: 1}, {Key: "excl", Value: 1}, {Key: "_id", Value: 1}},
		partial: bson.D{{Key: "left", Value: true}},
	},
	{
		collection: debitItems, name: "file", keys: bson.D{{Key: "file", Value: 1}, {Key: "_id", Value: 1}},
		partial: bson.D{{Key: "in", Value: true}},
	},
	{collection: debitItems, name: "open", keys: bson.D{{Key: "enr", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
}

type debitItemDoc struct {
	ID        string    `bson:"_id"`
	Run       string    `bson:"run"`
	Person    string    `bson:"person"`
	Enrolment string    `bson:"enr"`
	Scheme    string    `bson:"scheme"`
	Authority string    `bson:"auth"`
	Bank      string    `bson:"bank"`
	Agreement string    `bson:"agr"`
	Account   string    `bson:"account"` // masked
	Due       string    `bson:"due"`
	Setting   string    `bson:"setting"`
	Amount    int64     `bson:"amount"`
	State     string    `bson:"state"`
	Exclusion string    `bson:"excl"`
	File      string    `bson:"file"`
	Round     int       `bson:"round"`
	Payment   string    `bson:"payment"`
	Code      string    `bson:"code"`
	Reason    string    `bson:"reason"`
	Ended     time.Time `bson:"ended"`
	In        bool      `bson:"in"`    // it is in a file
	Left      bool      `bson:"left"`  // left out or given up
	Open      bool      `bson:"open"`  // without an end
	Retry     bool      `bson:"retry"` // failed and may be tried again
}

func debitItemToDoc(i debit.Item) debitItemDoc {
	return debitItemDoc{
		ID: i.ID, Run: i.Run, Person: i.Person, Enrolment: i.Enrolment, Scheme: string(i.Scheme), Authority: i.Authority, Bank: i.Bank,
		Agreement: i.Agreement, Account: i.Account, Due: i.Due, Setting: i.Setting, Amount: int64(i.Amount), State: string(i.State),
		Exclusion: string(i.Exclusion), File: i.File, Round: i.Round, Payment: i.Payment, Code: i.Code, Reason: i.Reason, Ended: i.Ended,
		In: i.File != "", Left: i.State == debit.LeftOut || i.State == debit.Skipped,
		Open:  i.State == debit.Chosen || i.State == debit.Doubt,
		Retry: i.State == debit.Failed && debit.Retriable(bankapi.Code(i.Code)),
	}
}

func (d debitItemDoc) value() debit.Item {
	return debit.Item{
		ID: d.ID, Run: d.Run, Person: d.Person, Enrolment: d.Enrolment, Scheme: contribution.Scheme(d.Scheme), Authority: d.Authority,
		Bank: d.Bank, Agreement: d.Agreement, Account: d.Account, Due: d.Due, Setting: d.Setting, Amount: money.Fen(d.Amount),
		State: debit.ItemState(d.State), Exclusion: debit.Exclusion(d.Exclusion), File: d.File, Round: d.Round, Payment: d.Payment,
		Code: d.Code, Reason: d.Reason, Ended: instant(d.Ended),
	}
}

// AddItems stores new items and returns how many were new.
func (s *Store) AddItems(ctx context.Context, items []debit.Item) (int, error) {
	docs := make([]any, len(items))
	for i, it := range items {
		docs[i] = debitItemToDoc(it)
	}
	return s.addMany(ctx, debitItems, docs)
}

// DropItems deletes the run's items after the enrolment.
func (s *Store) DropItems(ctx context.Context, run, after string) error {
	_, err := s.db.Collection(debitItems).DeleteMany(ctx, bson.D{{Key: "_id", Value: itemsAfter(run, run+":"+after)}})
	if err != nil {
		return fmt.Errorf("delete from %s: %w", debitItems, err)
	}
	return nil
}

// itemsAfter is the range of a run's item ids after one of them.
func itemsAfter(run, after string) bson.D {
	if after == "" {
		after = run + ":"
	}
	return bson.D{{Key: "$gt", Value: after}, {Key: "$lt", Value: run + ";"}}
}

// RunItems lists items of a run in order of ID.
func (s *Store) RunItems(ctx context.Context, f rules.ItemFilter) ([]debit.Item, error) {
	filter := bson.D{{Key: "_id", Value: itemsAfter(f.Run, f.After)}}
	if f.State != "" {
		filter = append(filter, bson.E{Key: "run", Value: f.Run}, bson.E{Key: "state", Value: string(f.State)})
	}
	if f.State != "" && f.Exclusion != "" {
		filter = append(filter, bson.E{Key: "excl", Value: string(f.Exclusion)}, bson.E{Key: "left", Value: true})
	}
	return s.debitItems(ctx, filter, f.Limit)
}

func (s *Store) debitItems(ctx context.Context, filter bson.D, limit int) ([]debit.Item, error) {
	return find[debitItemDoc, debit.Item](ctx, s.db.Collection(debitItems), filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// ItemsOfFile lists the items of a file in order of ID, at most limit.
func (s *Store) ItemsOfFile(ctx context.Context, file string, limit int) ([]debit.Item, error) {
	return s.debitItems(ctx, bson.D{{Key: "file", Value: file}, {Key: "in", Value: true}}, limit)
}

// SwapItems writes each item if the stored one is still in its From and Round; it returns
// how many matched.
func (s *Store) SwapItems(ctx context.Context, swaps []rules.ItemSwap) (int, error) {
	models := make([]mongo.WriteModel, len(swaps))
	for i, w := range swaps {
		d := debitItemToDoc(w.Next)
		models[i] = mongo.NewUpdateOneModel().
			SetFilter(bson.D{{Key: "_id", Value: d.ID}, {Key: "state", Value: string(w.From)}, {Key: "round", Value: w.Round}}).
			SetUpdate(set(bson.D{
				{Key: "state", Value: d.State},
				{Key: "excl", Value: d.Exclusion},
				{Key: "file", Value: d.File},
				{Key: "round", Value: d.Round},
				{Key: "payment", Value: d.Payment},
				{Key: "code", Value: d.Code},
				{Key: "reason", Value: d.Reason},
				{Key: "ended", Value: d.Ended},
				{Key: "in", Value: d.In},
				{Key: "left", Value: d.Left},
				{Key: "open", Value: d.Open},
				{Key: "retry", Value: d.Retry},
			}))
	}
	return s.swap(ctx, debitItems, models)
}

// OpenItems lists an enrolment's items without an end, at most 20.
func (s *Store) OpenItems(ctx context.Context, enrolment string) ([]debit.Item, error) {
	return find[debitItemDoc, debit.Item](ctx, s.db.Collection(debitItems),
		bson.D{{Key: "enr", Value: enrolment}, {Key: "open", Value: true}}, options.Find().SetLimit(20))
}

// CountRetriable counts the run's failed items that may be tried again.
func (s *Store) CountRetriable(ctx context.Context, run string) (int64, error) {
	n, err := s.db.Collection(debitItems).CountDocuments(ctx, retriable(run))
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", debitItems, err)
	}
	return n, nil
}

func retriable(run string) bson.D {
	return bson.D{{Key: "run", Value: run}, {Key: "state", Value: string(debit.Failed)}, {Key: "retry", Value: true}}
}

// RetriableItems lists failed items of rounds before the round that may be tried again.
func (s *Store) RetriableItems(ctx context.Context, run string, round int, after string, limit int) ([]debit.Item, error) {
	return s.debitItems(ctx, append(retriable(run),
		bson.E{Key: "_id", Value: itemsAfter(run, after)}, bson.E{Key: "round", Value: bson.D{{Key: "$lt", Value: round}}}), limit)
}
