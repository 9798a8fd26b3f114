package localmongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// newDoc is a document to be inserted.
type newDoc struct {
	id  []byte
	doc raw
	err error // why it can't be
}

func insert(_ context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	w := writes{ordered: true}
	if err := w.parse(r, "documents"); err != nil {
		return nil, err
	}
	docs := make([]newDoc, len(w.items))
	for i, d := range w.items {
		docs[i] = prepareInsert(d)
	}
	err = r.s.write(func(t *txn) error {
		w.reset()
		c, err := t.collection(ns)
		if err != nil {
			return err
		}
		return w.each(len(docs), func(i int) error {
			if docs[i].err != nil {
				return docs[i].err
			}
			c = t.cat.colls[ns]
			k, c, err := t.newKeys(c, docs[i].id, docs[i].doc)
			if err != nil {
				return err
			}
			if err := t.insert(c, k); err != nil {
				return err
			}
			w.n++
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return w.answer(), nil
}

// prepareInsert finds or makes the _id and puts it first.
func prepareInsert(doc raw) newDoc {
	var v any
	f, found := lookup(doc, "_id")
	if found {
		var err error
		if v, err = f.value(); err != nil {
			return newDoc{err: err}
		}
		if err := checkID(v); err != nil {
			return newDoc{err: err}
		}
	} else {
		v = primitive.NewObjectID()
	}
	id, err := idKey(v)
	if err != nil {
		return newDoc{err: err}
	}
	if first, _, err := nextField(doc[4:]); err == nil && string(first.key) == "_id" {
		return newDoc{id: id, doc: doc}
	}
	d, err := decode(doc, fieldSet{})
	if err != nil {
		return newDoc{err: err}
	}
	out := bson.D{{Key: "_id", Value: v}}
	for _, e := range d {
		if e.Key != "_id" {
			out = append(out, e)
		}
	}
	moved, err := encode(out)
	return newDoc{id: id, doc: moved, err: err}
}

// writes is what insert, update and delete have in common.
type writes struct {
	ordered bool
	items   []raw
	n       int64
	errors  bson.A
}

func (w *writes) parse(r *request, list string) error {
	w.items = r.lists[list]
	for _, f := range r.args {
		var err error
		switch string(f.key) {
		case list:
			if w.items != nil {
				return failed(codeFailedToParse, "'%s' is given twice", list)
			}
			w.items, err = f.documents()
		case "ordered":
			w.ordered, err = f.truth()
		case "bypassDocumentValidation": // there is no validation to pass by
			_, err = f.truth()
		case "let", "isTimeseriesNamespace", "stmtId", "stmtIds", "encryptionInformation":
			err = r.unsupported(f)
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return err
		}
	}
	if len(w.items) == 0 || len(w.items) > maxWriteBatch {
		return failed(codeInvalidLength, "Write batch sizes must be between 1 and %d. Got %d operations.", maxWriteBatch, len(w.items))
	}
	return r.onlyLists(list)
}

func (w *writes) reset() { w.n, w.errors = 0, nil }

// each runs fn for the items. Refusals are noted, and end the work when it is ordered; other errors end it at once.
func (w *writes) each(n int, fn func(i int) error) error {
	for i := range n {
		err := fn(i)
		if err == nil {
			continue
		}
		var ce *commandError
		if !errors.As(err, &ce) {
			return err
		}
		w.errors = append(w.errors, ce.writeError(i))
		if w.ordered {
			return nil
		}
	}
	return nil
}

func (w *writes) answer(more ...bson.E) bson.D {
	d := append(bson.D{{Key: "n", Value: int32(w.n)}}, more...) //nolint:gosec // G115: the protocol has 32 bits here
	if w.errors != nil {
		d = append(d, bson.E{Key: "writeErrors", Value: w.errors})
	}
	return append(d, bson.E{Key: "ok", Value: 1.0})
}

// filters reads an array of documents.
func (f field) documentValues() ([]bson.D, error) {
	if f.kind != bson.TypeArray {
		return nil, f.wrong("array")
	}
	list, err := f.array()
	if err != nil {
		return nil, err
	}
	out := make([]bson.D, 0, len(list))
	for _, v := range list {
		d, ok := v.(bson.D)
		if !ok {
			return nil, f.wrong("array of objects")
		}
		out = append(out, d)
	}
	return out, nil
}
