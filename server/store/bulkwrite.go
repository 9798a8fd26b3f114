package store

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
)

// atOnce and bytesAtOnce bound the documents of one command, and how many bytes there may be before
// another is added: MongoDB takes commands of up to 16 MB.
const (
	atOnce      = 2000
	bytesAtOnce = 4 << 20
)

// encodedWrite is an insert or update of many documents, encoded here. The driver does not repeat
// such a command by itself when a connection breaks: the caller must be one that is asked again.
type encodedWrite struct {
	collection string
	command    string // insert or update
	list       string // documents or updates
	n          int
	each       func(e *encoder, i int) // writes the fields of the i-th document or update
	ordered    bool                    // end with the first that is refused
}

// writeResult is what an encodedWrite did.
type writeResult struct {
	n          int // inserted or matched
	duplicates int // not inserted: their id, or a unique value, was taken
}

// run does the write, many at a time.
func (w encodedWrite) run(ctx context.Context, db *mongo.Database) (writeResult, error) {
	var total writeResult
	for from := 0; from < w.n; {
		part, to, err := w.some(ctx, db, from)
		if err != nil {
			return total, fmt.Errorf("%s in %s: %w", w.command, w.collection, err)
		}
		total.n += part.n
		total.duplicates += part.duplicates
		if w.ordered && part.duplicates > 0 {
			break
		}
		from = to
	}
	return total, nil
}

// some writes as many as one command takes and returns where to go on.
func (w encodedWrite) some(ctx context.Context, db *mongo.Database, from int) (result writeResult, to int, err error) {
	e := &encoder{b: make([]byte, 0, 512*min(w.n-from, atOnce)+256)}
	e.document()
	e.text(w.command, w.collection)
	e.list(w.list)
	for to = from; to < w.n && to-from < atOnce && len(e.b) < bytesAtOnce; to++ {
		e.sub(place(to - from))
		w.each(e, to)
		e.end()
	}
	e.end()
	e.truth("ordered", w.ordered)
	e.sub("writeConcern") // as Open asks of all others
	e.text("w", "majority")
	e.truth("j", true)
	e.end()
	e.end()
	result, err = w.send(ctx, db, e.b)
	if result.duplicates > 0 && !w.ordered {
		result.n = to - from - result.duplicates
	}
	return result, to, err
}

// send sends the command. Of an unordered one with duplicates it does not know n.
func (w encodedWrite) send(ctx context.Context, db *mongo.Database, command bson.Raw) (writeResult, error) {
	var done struct {
		N int `bson:"n"`
	}
	err := db.RunCommand(ctx, command).Decode(&done)
	var refused mongo.WriteException
	if !errors.As(err, &refused) {
		return writeResult{n: done.N}, err
	}
	if refused.WriteConcernError != nil {
		return writeResult{}, err
	}
	for _, one := range refused.WriteErrors {
		if one.Code != duplicateKey {
			return writeResult{}, err
		}
		if w.ordered {
			return writeResult{n: one.Index, duplicates: 1}, nil
		}
	}
	return writeResult{duplicates: len(refused.WriteErrors)}, nil
}

// duplicateKey is MongoDB's code for a taken id or unique value.
const duplicateKey = 11000

// addEncoded inserts the documents that are not there yet and returns how many were new.
func (s *Store) addEncoded(ctx context.Context, collection string, n int, each func(e *encoder, i int)) (int, error) {
	r, err := encodedWrite{collection: collection, command: "insert", list: "documents", n: n, each: each}.run(ctx, s.db)
	return r.n, err
}

// swapEncoded does compare-and-set updates and returns how many matched: filter and set write the
// fields of the i-th.
func (s *Store) swapEncoded(ctx context.Context, collection string, n int, filter, set func(e *encoder, i int)) (int, error) {
	r, err := encodedWrite{collection: collection, command: "update", list: "updates", n: n, each: func(e *encoder, i int) {
		e.sub("q")
		filter(e, i)
		e.end()
		e.sub("u")
		e.sub("$set")
		set(e, i)
		e.end()
		e.end()
	}}.run(ctx, s.db)
	if err == nil && r.duplicates > 0 {
		err = fmt.Errorf("update in %s: %w", collection, ErrExists)
	}
	return r.n, err
}
