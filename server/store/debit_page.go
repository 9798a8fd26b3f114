package store

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
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

// encodePage writes a piece of a run's list. What a query looks at stands before the people, who
// are many; run, file and round of them are the page's.
func encodePage(e *encoder, p debit.Page) {
	e.text("_id", p.ID)
	e.text("run", p.Run)
	e.whole("round", p.Round)
	e.text("file", p.File)
	e.truth("in", p.File != "") // it belongs to a file
	e.text("from", p.From)
	e.long("step", p.Step)
	e.long("rev", p.Rev)
	e.texts("has", statesIn(p.Items)) // and why people are left out
	e.list("items")
	for i, it := range p.Items {
		e.sub(place(i))
		e.text("id", it.ID)
		e.text("p", it.Person)
		e.text("e", it.Enrolment)
		e.text("k", string(it.Scheme))
		e.text("au", it.Authority)
		e.some("b", it.Bank)
		e.some("g", it.Agreement)
		e.some("c", it.Account) // masked
		e.some("d", it.Due)
		e.text("s", it.Setting)
		e.long("a", int64(it.Amount))
		e.text("st", string(it.State))
		e.some("x", string(it.Exclusion))
		e.some("pay", it.Payment)
		e.some("co", it.Code)
		e.some("re", it.Reason)
		e.later("en", it.Ended)
		e.end()
	}
	e.end()
}

// statesIn names what is found of a page in its "has".
func statesIn(items []debit.Item) []string {
	var list []string
	has := map[string]bool{}
	for n, i := range items {
		if n > 0 && i.State == items[n-1].State && i.Exclusion == items[n-1].Exclusion { // as nearly always
			continue
		}
		for _, h := range []string{hasItem(i.State, ""), hasItem(i.State, i.Exclusion)} {
			if !has[h] {
				has[h] = true
				list = append(list, h)
			}
		}
	}
	return list
}

// hasItem names people in a state, with an exclusion only those with that.
func hasItem(s debit.ItemState, e debit.Exclusion) string {
	if e == "" {
		return string(s)
	}
	return string(s) + "/" + string(e)
}

// scanPage reads a page.
func scanPage(doc bson.Raw) (debit.Page, error) {
	var p debit.Page
	var items bson.Raw
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "_id":
			p.ID = v.text()
		case "run":
			p.Run = v.text()
		case "round":
			p.Round = int(v.int())
		case "file":
			p.File = v.text()
		case "from":
			p.From = v.text()
		case "step":
			p.Step = v.int()
		case "rev":
			p.Rev = v.int()
		case "items":
			items = v.data
		}
	})
	if err != nil || len(items) == 0 {
		return p, err
	}
	var inside error
	same := map[string]string{}
	err = fields(items, func(_ []byte, v value) {
		it := debit.Item{Run: p.Run, File: p.File, Round: p.Round}
		inside = errors.Join(inside, scanItem(v.data, &it, same))
		p.Items = append(p.Items, it)
	})
	return p, errors.Join(err, inside)
}

// scanItem reads a person of a page. Texts that many people have are kept once in same.
func scanItem(doc bson.Raw, it *debit.Item, same map[string]string) error {
	once := func(v value) string {
		if v.kind != bson.TypeString || len(v.data) < 5 {
			return ""
		}
		b := v.data[4 : len(v.data)-1]
		if t, ok := same[string(b)]; ok {
			return t
		}
		t := string(b)
		same[t] = t
		return t
	}
	return fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "id":
			it.ID = v.text()
		case "p":
			it.Person = v.text()
		case "e":
			it.Enrolment = v.text()
		case "k":
			it.Scheme = contribution.Scheme(once(v))
		case "au":
			it.Authority = once(v)
		case "b":
			it.Bank = once(v)
		case "g":
			it.Agreement = v.text()
		case "c":
			it.Account = v.text()
		case "d":
			it.Due = v.text()
		case "s":
			it.Setting = v.text()
		case "a":
			it.Amount = money.Fen(v.int())
		case "st":
			it.State = debit.ItemState(once(v))
		case "x":
			it.Exclusion = debit.Exclusion(once(v))
		case "pay":
			it.Payment = v.text()
		case "co":
			it.Code = once(v)
		case "re":
			it.Reason = once(v)
		case "en":
			it.Ended = v.time().UTC()
		}
	})
}

// AddPages stores new pages and returns how many were new.
func (s *Store) AddPages(ctx context.Context, pages []debit.Page) (int, error) {
	return s.addEncoded(ctx, debitPages, len(pages), func(e *encoder, i int) { encodePage(e, pages[i]) })
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
	var list []debit.Page
	err := scanAll(ctx, s.db.Collection(debitPages), filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)),
		collect(&list, scanPage))
	return list, err
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
	w := encodedWrite{collection: debitPages, command: "update", list: "updates", n: len(pages), each: func(e *encoder, i int) {
		p := pages[i]
		e.sub("q")
		e.text("_id", p.ID)
		e.long("rev", p.Rev)
		e.end()
		e.sub("u")
		p.Rev++
		encodePage(e, p)
		e.end()
	}}
	r, err := w.run(ctx, s.db)
	return r.n, err
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
		p, err := scanPage(cur.Current)
		if err != nil {
			return nil, fmt.Errorf("decode from %s: %w", debitPages, err)
		}
		for _, it := range p.Items {
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
