package localmongo

import (
	"bytes"
	"context"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
)

// modification is one entry of update, or the update of findAndModify.
type modification struct {
	q      *query
	change *change
	upsert bool
	multi  bool
}

// outcome is what a modification did.
type outcome struct {
	matched, modified int64
	upserted          any // the new _id
	hasUpserted       bool
	before, after     raw // of one document
}

func update(ctx context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	w := writes{ordered: true}
	if err := w.parse(r, "updates"); err != nil {
		return nil, err
	}
	mods := make([]modification, len(w.items))
	sets := make([]*setFields, len(w.items))
	bad := make([]error, len(w.items))
	for i, u := range w.items {
		if sets[i] = newSetFields(u); sets[i] != nil {
			continue
		}
		if mods[i], bad[i] = r.modification(u); isProtocol(bad[i]) {
			return nil, bad[i]
		}
	}
	var modified int64
	var upserted bson.A
	err = r.s.write(func(t *txn) error {
		w.reset()
		modified, upserted = 0, nil
		return w.each(len(mods), func(i int) error {
			if bad[i] != nil {
				return bad[i]
			}
			o, err := t.update(ctx, r, ns, w.items[i], sets[i], mods[i])
			w.n += o.matched
			modified += o.modified
			if o.hasUpserted {
				w.n++
				upserted = append(upserted, bson.D{{Key: "index", Value: int32(i)}, {Key: "_id", Value: o.upserted}}) //nolint:gosec // G115: at most 100000
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	more := []bson.E{{Key: "nModified", Value: int32(modified)}} //nolint:gosec // G115: the protocol has 32 bits here
	if upserted != nil {
		more = append(more, bson.E{Key: "upserted", Value: upserted})
	}
	return w.answer(more...), nil
}

// update does one entry of updates, in the quick way when it can.
func (t *txn) update(ctx context.Context, r *request, ns string, u raw, s *setFields, m modification) (outcome, error) {
	if s == nil {
		return t.modify(ctx, ns, m)
	}
	return t.setFieldsOf(ns, s, func(id field) (outcome, error) {
		m, err := r.modification(u)
		if err == nil && len(s.ids) > 1 {
			m.q, err = m.q.of(id)
		}
		if err != nil {
			return outcome{}, err
		}
		return t.modify(ctx, ns, m)
	})
}

// isProtocol tells whether an error is about the form of the command: then nothing of it is done.
func isProtocol(err error) bool {
	if err == nil {
		return false
	}
	c := asCommandError(err).code
	return c == codeUnknownField || c == codeTypeMismatch || c == codeMissingField
}

// modification reads one entry of updates.
func (r *request) modification(u raw) (modification, error) {
	m := modification{}
	var filter bson.D
	var hintValue any
	var body field
	var filters []bson.D
	err := eachField(u, func(name string, f field) (err error) {
		switch name {
		case "q":
			filter, err = f.document()
		case "u":
			body = f
		case "upsert":
			m.upsert, err = f.truth()
		case "multi":
			m.multi, err = f.truth()
		case "arrayFilters":
			filters, err = f.documentValues()
		case "hint":
			hintValue, err = hint(f)
		case "c", "collation", "sort":
			err = r.unsupported(f)
		default:
			err = r.unknown(f)
		}
		return err
	})
	if err != nil {
		return m, err
	}
	if m.q, err = newQuery(filter, nil, hintValue); err != nil {
		return m, err
	}
	if m.change, err = r.change(body, filters); err != nil {
		return m, err
	}
	if m.multi && m.change.operators == nil {
		return m, failed(codeFailedToParse, "multi update is not supported for replacement-style update")
	}
	return m, nil
}

func (r *request) change(u field, filters []bson.D) (*change, error) {
	if u.kind == bson.TypeArray {
		return nil, failed(codeNotImplemented, "updates with aggregation pipelines are not supported")
	}
	d, err := u.document()
	if err != nil {
		return nil, err
	}
	return newChange(d, filters, r.s.now())
}

// modify finds the documents and changes them.
func (t *txn) modify(ctx context.Context, ns string, m modification) (outcome, error) {
	var o outcome
	most := 1
	if m.multi {
		most = 0
	}
	rows, err := t.rows(ctx, ns, m.q, most)
	if err != nil {
		return o, err
	}
	for _, r := range rows {
		if err := t.modifyOne(ns, r, m.change, &o); err != nil {
			return o, err
		}
	}
	if len(rows) > 0 || !m.upsert {
		return o, nil
	}
	doc, d, err := m.change.fresh(m.q.filter.filter)
	if err != nil {
		return o, err
	}
	o.upserted, o.hasUpserted, o.after = bsonkit.Get(&d, "_id"), true, doc
	id, err := idKey(o.upserted)
	if err != nil {
		return outcome{}, err
	}
	c, err := t.collection(ns)
	if err != nil {
		return outcome{}, err
	}
	k, c, err := t.keys(c, id, doc, d)
	if err != nil {
		return outcome{}, err
	}
	if err := t.insert(c, k); err != nil {
		return outcome{}, err
	}
	return o, nil
}

func (t *txn) modifyOne(ns string, r row, ch *change, o *outcome) error {
	c := t.cat.colls[ns]
	doc, d, changed, err := ch.result(r.doc, r.id, c.need)
	if err != nil {
		return err
	}
	o.before, o.after = r.doc, doc
	if changed {
		old, err := oldKeys(c, r.id, r.doc)
		if err != nil {
			return err
		}
		var k keyed
		if k, c, err = t.keys(c, r.id, doc, d); err != nil {
			return err
		}
		if err := t.replace(c, old, k); err != nil {
			return err
		}
		o.modified++
	}
	o.matched++
	return nil
}

// rows reads what a write is about: at most so many documents, or all of them for 0.
func (t *txn) rows(ctx context.Context, ns string, q *query, most int) ([]row, error) {
	c := t.cat.colls[ns]
	if c == nil {
		return nil, nil
	}
	p, err := newPlan(c, q)
	if err != nil {
		return nil, err
	}
	s := newScan(p)
	if !p.sorted {
		return sortScan(ctx, t.c, s, q.sort, int64(most))
	}
	var out []row
	err = s.run(ctx, t.c, func(id []byte, doc raw) (bool, error) {
		out = append(out, row{bytes.Clone(id), bytes.Clone(doc)})
		return len(out) == most, nil
	})
	return out, err
}
