package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/debit"
	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/money"
)

const debitPages = "debitpages"

// The _id of a page begins with its run, so that lists of a run need no index of their own.
var debitPageIndexes = []index{
	{
		collection: debitPages, name: "file", keys: bson.D{{Key: "file", Value: 1}, {Key: "_id", Value: 1}},
		partial: bson.D{{Key: "in", Value: true}},
	},
	{collection: debitPages, name: "has", keys: bson.D{{Key: "run", Value: 1}, {Key: "has", Value: 1}, {Key: "_id", Value: 1}}},
}

// pageDoc is a piece of a run's list. What a query looks at stands before the people, who are
// many.
type pageDoc struct {
	ID    string         `bson:"_id"`
	Run   string         `bson:"run"`
	Round int            `bson:"round"`
	File  string         `bson:"file"`
	In    bool           `bson:"in"` // it belongs to a file
	From  string         `bson:"from"`
	Step  int64          `bson:"step"`
	Rev   int64          `bson:"rev"`
	Has   []string       `bson:"has"` // states of its people, and why people are left out
	Items []debitItemDoc `bson:"items"`
}

// debitItemDoc is one person of a page. Run, file and round are the page's.
type debitItemDoc struct {
	ID        string     `bson:"id"`
	Person    string     `bson:"p"`
	Enrolment string     `bson:"e"`
	Scheme    string     `bson:"k"`
	Authority string     `bson:"au"`
	Bank      string     `bson:"b,omitempty"`
	Agreement string     `bson:"g,omitempty"`
	Account   string     `bson:"c,omitempty"` // masked
	Due       string     `bson:"d,omitempty"`
	Setting   string     `bson:"s"`
	Amount    int64      `bson:"a"`
	State     string     `bson:"st"`
	Exclusion string     `bson:"x,omitempty"`
	Payment   string     `bson:"pay,omitempty"`
	Code      string     `bson:"co,omitempty"`
	Reason    string     `bson:"re,omitempty"`
	Ended     *time.Time `bson:"en,omitempty"`
}

func pageToDoc(p debit.Page) pageDoc {
	d := pageDoc{ID: p.ID, Run: p.Run, Round: p.Round, File: p.File, In: p.File != "", From: p.From, Step: p.Step, Rev: p.Rev, Has: []string{}}
	has := map[string]bool{}
	for _, i := range p.Items {
		it := debitItemDoc{
			ID: i.ID, Person: i.Person, Enrolment: i.Enrolment, Scheme: string(i.Scheme), Authority: i.Authority, Bank: i.Bank, Agreement: i.Agreement,
			Account: i.Account, Due: i.Due, Setting: i.Setting, Amount: int64(i.Amount), State: string(i.State), Exclusion: string(i.Exclusion),
			Payment: i.Payment, Code: i.Code, Reason: i.Reason,
		}
		if !i.Ended.IsZero() {
			it.Ended = &i.Ended
		}
		d.Items = append(d.Items, it)
		for _, h := range []string{hasItem(i.State, ""), hasItem(i.State, i.Exclusion)} {
			if !has[h] {
				has[h] = true
				d.Has = append(d.Has, h)
			}
		}
	}
	return d
}

// hasItem names people in a state, with an exclusion only those with that.
func hasItem(s debit.ItemState, e debit.Exclusion) string {
	if e == "" {
		return string(s)
	}
	return string(s) + "/" + string(e)
}

func (d pageDoc) value() debit.Page {
	p := debit.Page{ID: d.ID, Run: d.Run, Round: d.Round, File: d.File, From: d.From, Step: d.Step, Rev: d.Rev, Items: make([]debit.Item, len(d.Items))}
	for i, it := range d.Items {
		p.Items[i] = debit.Item{
			ID: it.ID, Run: d.Run, Person: it.Person, Enrolment: it.Enrolment, Scheme: contribution.Scheme(it.Scheme), Authority: it.Authority,
			Bank: it.Bank, Agreement: it.Agreement, Account: it.Account, Due: it.Due, Setting: it.Setting, Amount: money.Fen(it.Amount),
			State: debit.ItemState(it.State), Exclusion: debit.Exclusion(it.Exclusion), File: d.File, Round: d.Round, Payment: it.Payment,
			Code: it.Code, Reason: it.Reason,
		}
		if it.Ended != nil {
			p.Items[i].Ended = *it.Ended
		}
	}
	return p
}

// AddPages stores new pages and returns how many were new.
func (s *Store) AddPages(ctx context.Context, pages []debit.Page) (int, error) {
	docs := make([]any, len(pages))
	for i, p := range pages {
		docs[i] = pageToDoc(p)
	}
	return s.addMany(ctx, debitPages, docs)
}

// DropPages deletes the run's pages of steps after the step.
func (s *Store) DropPages(ctx context.Context, run string, step int64) error {
	_, err := s.db.Collection(debitPages).DeleteMany(ctx,
		bson.D{{Key: "_id", Value: idsOf(run, "")}, {Key: "step", Value: bson.D{{Key: "$gt", Value: step}}}})
	if err != nil {
		return fmt.Errorf("delete from %s: %w", debitPages, err)
	}
	return nil
}

// idsOf is the range of the ids that begin with the run or another first part, after one of them.
func idsOf(first, after string) bson.D {
	if after == "" {
		after = first + ":"
	}
	return bson.D{{Key: "$gt", Value: after}, {Key: "$lt", Value: first + ";"}}
}

func (s *Store) debitPages(ctx context.Context, filter bson.D, limit int) ([]debit.Page, error) {
	return find[pageDoc, debit.Page](ctx, s.db.Collection(debitPages), filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// PagesOf lists the pages of a file in order of ID.
func (s *Store) PagesOf(ctx context.Context, file string) ([]debit.Page, error) {
	return s.debitPages(ctx, bson.D{{Key: "file", Value: file}, {Key: "in", Value: true}}, 0)
}

// PagesOfRound lists pages of a run's round in order of ID, those after the page given.
func (s *Store) PagesOfRound(ctx context.Context, run string, round int, after string, limit int) ([]debit.Page, error) {
	return s.debitPages(ctx, bson.D{{Key: "_id", Value: idsOf(fmt.Sprintf("%s:%02d", run, round), after)}}, limit)
}

// SwapPages stores each page if the stored one still has its Rev; it returns how many matched.
func (s *Store) SwapPages(ctx context.Context, pages []debit.Page) (int, error) {
	models := make([]mongo.WriteModel, len(pages))
	for i, p := range pages {
		rev := p.Rev
		p.Rev++
		models[i] = mongo.NewReplaceOneModel().
			SetFilter(bson.D{{Key: "_id", Value: p.ID}, {Key: "rev", Value: rev}}).SetReplacement(pageToDoc(p))
	}
	return s.swap(ctx, debitPages, models)
}

// RunItems lists items of a run in order of ID.
func (s *Store) RunItems(ctx context.Context, f rules.ItemFilter) ([]debit.Item, error) {
	from, err := s.pageWith(ctx, f)
	if err != nil {
		return nil, err
	}
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: f.Run + ";"}}}}
	if f.State != "" {
		filter = append(bson.D{{Key: "run", Value: f.Run}, {Key: "has", Value: hasItem(f.State, f.Exclusion)}}, filter...)
	}
	cur, err := s.db.Collection(debitPages).Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(2))
	if err != nil {
		return nil, fmt.Errorf("find in %s: %w", debitPages, err)
	}
	defer func() { _ = cur.Close(ctx) }() // nothing is lost with a cursor
	var out []debit.Item
	for len(out) < f.Limit && cur.Next(ctx) {
		var d pageDoc
		if err := cur.Decode(&d); err != nil {
			return nil, fmt.Errorf("decode from %s: %w", debitPages, err)
		}
		for _, it := range d.value().Items {
			if it.ID > f.After && (f.State == "" || it.State == f.State) && (f.Exclusion == "" || it.Exclusion == f.Exclusion) && len(out) < f.Limit {
				out = append(out, it)
			}
		}
	}
	if err := cur.Err(); err != nil {
		return nil, fmt.Errorf("read from %s: %w", debitPages, err)
	}
	return out, nil
}

// pageWith is the id of the page in which the list goes on.
func (s *Store) pageWith(ctx context.Context, f rules.ItemFilter) (string, error) {
	if f.After == "" {
		return f.Run + ":", nil
	}
	var d struct {
		ID string `bson:"_id"`
	}
	err := s.db.Collection(debitPages).FindOne(ctx,
		bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: f.Run + ":"}, {Key: "$lte", Value: f.After}}}},
		options.FindOne().SetSort(bson.D{{Key: "_id", Value: -1}}).SetProjection(bson.D{{Key: "_id", Value: 1}})).Decode(&d)
	if err != nil {
		return "", fmt.Errorf("find in %s: %w", debitPages, asErr(err))
	}
	return d.ID, nil
}
