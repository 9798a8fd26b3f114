package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"

	"shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/money"
)

// A debit run looks at hundreds of thousands of people, of each at a few fields of four
// documents. These are read as they are encoded: the driver's decoding costs several times
// what finding them does.

// inOnce bounds the values of one $in on another field than _id, idsOnce on _id: more would
// not be looked up in an index.
const (
	inOnce  = 250
	idsOnce = 1000
)

// scanIn runs the query for the values of a field, some at a time and several at once, and
// gives take each document. Take is called by one goroutine at a time, in no order.
func scanIn(ctx context.Context, c *mongo.Collection, field string, values []string, more bson.D, take func(bson.Raw) error) error {
	once := inOnce
	if field == "_id" {
		once = idsOnce
	}
	if len(values) > 0 && len(values) <= once {
		return scanAll(ctx, c, append(bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: values}}}}, more...), options.Find(), take)
	}
	var mu sync.Mutex
	var failed error
	slots := make(chan struct{}, 4)
	var all sync.WaitGroup
	for part := range slices.Chunk(values, once) {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			filter := append(bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: part}}}}, more...)
			err := scanAll(ctx, c, filter, options.Find().SetBatchSize(int32(2*once)), func(doc bson.Raw) error { //nolint:gosec // G115: a constant
				mu.Lock()
				defer mu.Unlock()
				return take(doc)
			})
			if err != nil {
				mu.Lock()
				failed = err
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return failed
}

// scanAll gives take each document that the query finds, valid only during the call.
func scanAll(ctx context.Context, c *mongo.Collection, filter bson.D, o *options.FindOptions, take func(bson.Raw) error) error {
	cur, err := c.Find(ctx, filter, o)
	if err != nil {
		return fmt.Errorf("find in %s: %w", c.Name(), err)
	}
	defer func() { _ = cur.Close(ctx) }() // nothing is lost with a cursor
	for cur.Next(ctx) {
		if err := take(cur.Current); err != nil {
			return fmt.Errorf("decode from %s: %w", c.Name(), err)
		}
	}
	if err := cur.Err(); err != nil {
		return fmt.Errorf("read from %s: %w", c.Name(), err)
	}
	return nil
}

// value is one value of an encoded document.
type value struct {
	kind bsontype.Type
	data []byte
}

// text is a string's text, "" for anything else.
func (v value) text() string {
	if v.kind != bson.TypeString || len(v.data) < 5 {
		return ""
	}
	return string(v.data[4 : len(v.data)-1])
}

// int is a whole number, 0 for anything else.
func (v value) int() int64 {
	n, _ := bsoncore.Value{Type: v.kind, Data: v.data}.AsInt64OK()
	return n
}

// truth is a boolean, false for anything else.
func (v value) truth() bool { return v.kind == bson.TypeBoolean && len(v.data) == 1 && v.data[0] == 1 }

// time is an instant in UTC, the zero time for anything else.
func (v value) time() time.Time {
	t, _ := bsoncore.Value{Type: v.kind, Data: v.data}.TimeOK()
	return t.UTC()
}

// fields gives set each top-level field of a document; key is valid only during the call.
func fields(doc bson.Raw, set func(key []byte, v value)) error {
	if len(doc) < 5 {
		return bsoncore.NewInsufficientBytesError(doc, doc)
	}
	rest := []byte(doc[4 : len(doc)-1])
	for len(rest) > 0 {
		e, next, ok := bsoncore.ReadElement(rest)
		if !ok {
			return bsoncore.NewInsufficientBytesError(doc, rest)
		}
		key := e.KeyBytes()
		set(key, value{bsontype.Type(e[0]), e[len(key)+2:]})
		rest = next
	}
	return nil
}

// scanEnrolment reads what tells whether somebody is enrolled where.
func scanEnrolment(doc bson.Raw) (contribution.Enrolment, error) {
	var e contribution.Enrolment
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "_id":
			e.ID = v.text()
		case "person":
			e.Person = v.text()
		case "scheme":
			e.Scheme = contribution.Scheme(v.text())
		case "category":
			e.Category = v.text()
		case "auth":
			e.Authority = v.text()
		case "from":
			e.From = day(v.text())
		case "to":
			e.To = day(v.text())
		case "ended":
			e.Ended = v.truth()
		case "subsidy":
			e.Subsidy = money.Fen(v.int())
		}
	})
	return e, err
}

// scanSetting reads the newest setting of a book.
func scanSetting(doc bson.Raw) (contribution.Setting, error) {
	var s contribution.Setting
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "_id":
			s.Enrolment = v.text()
		case "person":
			s.Person = v.text()
		case "scheme":
			s.Scheme = contribution.Scheme(v.text())
		case "id":
			s.ID = v.text()
		case "tier":
			s.Tier = money.Fen(v.int())
		case "subsidy":
			s.Subsidy = money.Fen(v.int())
		case "from":
			s.From = day(v.text())
		case "to":
			s.To = day(v.text())
		case "set":
			s.Set = v.time()
		case "ended":
			s.Ended = instant(v.time())
		case "void":
			s.Void = v.truth()
		}
	})
	return s, err
}

func scanDue(doc bson.Raw) (contribution.Due, error) {
	var d contribution.Due
	from, to := "", ""
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "_id":
			d.ID = v.text()
		case "person":
			d.Person = v.text()
		case "enr":
			d.Enrolment = v.text()
		case "scheme":
			d.Scheme = contribution.Scheme(v.text())
		case "kind":
			d.Kind = contribution.Kind(v.text())
		case "year":
			d.Year = int(v.int())
		case "from":
			from = v.text()
		case "to":
			to = v.text()
		case "auth":
			d.Authority = v.text()
		case "amount":
			d.Amount = money.Fen(v.int())
		case "reason":
			d.Reason = v.text()
		case "opens":
			d.Opens = day(v.text())
		case "deadline":
			d.Deadline = day(v.text())
		case "state":
			d.State = contribution.DueState(v.text())
		case "decl":
			d.Declaration = v.text()
		case "refund":
			d.Refund = v.text()
		}
	})
	d.Period = months(from, to)
	return d, err
}

// scanMandate reads what tells whether an agreement can be used, and where it is debited.
func scanMandate(doc bson.Raw) (sealedAgreement, error) {
	var a sealedAgreement
	err := fields(doc, func(key []byte, v value) {
		switch string(key) {
		case "_id":
			a.ID = v.text()
		case "payer":
			a.Payer = v.text()
		case "auth":
			a.Authority = v.text()
		case "bank":
			a.Bank = v.text()
		case "account":
			a.Account = v.text()
		case "sealed":
			a.sealed = v.text()
		case "mandate":
			a.Mandate = v.text()
		case "state":
			a.State = agreement.State(v.text())
		case "applied":
			a.Applied = v.time()
		case "effective":
			a.Effective = day(v.text())
		}
	})
	return a, err
}

// collect makes a list of what scan reads.
func collect[V any](list *[]V, scan func(bson.Raw) (V, error)) func(bson.Raw) error {
	return func(doc bson.Raw) error {
		v, err := scan(doc)
		*list = append(*list, v)
		return err
	}
}
