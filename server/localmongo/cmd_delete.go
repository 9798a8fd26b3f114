package localmongo

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
)

// removal is one entry of delete.
type removal struct {
	q    *query
	most int // documents; 0: all
}

func remove(ctx context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	w := writes{ordered: true}
	if err := w.parse(r, "deletes"); err != nil {
		return nil, err
	}
	dels := make([]removal, len(w.items))
	bad := make([]error, len(w.items))
	for i, d := range w.items {
		if dels[i], bad[i] = r.removal(d); isProtocol(bad[i]) {
			return nil, bad[i]
		}
	}
	err = r.s.write(func(t *txn) error {
		w.reset()
		return w.each(len(dels), func(i int) error {
			if bad[i] != nil {
				return bad[i]
			}
			rows, err := t.rows(ctx, ns, dels[i].q, dels[i].most)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if err := t.remove(t.cat.colls[ns], row.id, row.doc); err != nil {
					return err
				}
				w.n++
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return w.answer(), nil
}

func (r *request) removal(d raw) (removal, error) {
	var filter bson.D
	var hintValue any
	limit := int64(-1)
	err := eachField(d, func(name string, f field) (err error) {
		switch name {
		case "q":
			filter, err = f.document()
		case "limit":
			limit, err = f.integer()
		case "hint":
			hintValue, err = hint(f)
		case "collation":
			err = r.unsupported(f)
		default:
			err = r.unknown(f)
		}
		return err
	})
	if err != nil {
		return removal{}, err
	}
	if limit != 0 && limit != 1 {
		return removal{}, failed(codeFailedToParse, "The limit field in delete objects must be 0 or 1. Got %d", limit)
	}
	q, err := newQuery(filter, nil, hintValue)
	return removal{q: q, most: int(limit)}, err
}
