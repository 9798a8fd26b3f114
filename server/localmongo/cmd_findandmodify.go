package localmongo

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
)

// findModify is a findAndModify command.
type findModify struct {
	modification
	search
	remove bool
	after  bool // answer the new document
	proj   *projection
}

func findAndModify(ctx context.Context, r *request) (bson.D, error) {
	m, err := parseFindModify(r)
	if err != nil {
		return nil, err
	}
	var o outcome
	err = r.s.write(func(t *txn) error {
		var err error
		if !m.remove {
			o, err = t.modify(ctx, m.ns, m.modification)
			return err
		}
		o = outcome{}
		rows, err := t.rows(ctx, m.ns, m.q, 1)
		if err != nil || len(rows) == 0 {
			return err
		}
		o.matched, o.before = 1, rows[0].doc
		return t.remove(t.cat.colls[m.ns], rows[0].id, rows[0].doc)
	})
	if err != nil {
		return nil, err
	}
	return m.answer(o)
}

func (m *findModify) answer(o outcome) (bson.D, error) {
	doc := o.before
	if m.after {
		doc = o.after
	}
	last := bson.D{{Key: "n", Value: int32(o.matched)}} //nolint:gosec // G115: at most one
	if !m.remove {
		if o.hasUpserted {
			last[0].Value = int32(1)
		}
		last = append(last, bson.E{Key: "updatedExisting", Value: o.matched > 0})
		if o.hasUpserted {
			last = append(last, bson.E{Key: "upserted", Value: o.upserted})
		}
	}
	var value any
	if doc != nil {
		if m.proj != nil {
			var err error
			if doc, err = m.proj.apply(doc); err != nil {
				return nil, err
			}
		}
		value = doc
	}
	return ok(bson.E{Key: "lastErrorObject", Value: last}, bson.E{Key: "value", Value: value}), nil
}

func parseFindModify(r *request) (*findModify, error) {
	m := &findModify{}
	var err error
	if m.ns, err = r.namespace(); err != nil {
		return nil, err
	}
	var body field
	var filters []bson.D
	for _, f := range r.args {
		switch string(f.key) {
		case "query":
			m.filter, err = f.document()
		case "sort":
			m.sort, err = f.document()
		case "fields":
			m.projection, err = f.document()
		case "hint":
			m.hint, err = hint(f)
		case "update":
			body = f
		case "remove":
			m.remove, err = f.truth()
		case "new":
			m.after, err = f.truth()
		case "upsert":
			m.upsert, err = f.truth()
		case "arrayFilters":
			filters, err = f.documentValues()
		case "bypassDocumentValidation": // there is no validation to pass by
			_, err = f.truth()
		case "collation", "let":
			err = r.unsupported(f)
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return nil, err
		}
	}
	if m.q, err = m.query(); err != nil {
		return nil, err
	}
	if m.proj, err = newProjection(m.projection); err != nil {
		return nil, err
	}
	if m.remove {
		if body.kind != bsontype.Type(0) || m.after || m.upsert {
			return nil, failed(codeFailedToParse, "Cannot specify 'update', 'new' or 'upsert' together with 'remove'")
		}
		return m, r.onlyLists()
	}
	m.change, err = r.change(body, filters)
	if err != nil {
		return nil, err
	}
	return m, r.onlyLists()
}
