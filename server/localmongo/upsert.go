package localmongo

import (
	"strings"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// fresh makes the document that an upsert inserts: the equalities of the filter, then the change.
func (c *change) fresh(filter bson.D) (doc raw, d bson.D, err error) {
	base, err := equalities(filter)
	if err != nil {
		return nil, nil, err
	}
	if c.operators == nil {
		d = append(d, c.replacement...)
		if want := bsonkit.Get(&base, "_id"); want != bsonkit.Missing {
			id, err := idKey(want)
			if err != nil {
				return nil, nil, err
			}
			if err := sameID(d, id); err != nil {
				return nil, nil, err
			}
			if bsonkit.Get(&d, "_id") == bsonkit.Missing {
				d = append(d, bson.E{Key: "_id", Value: want})
			}
		}
	} else {
		want := bsonkit.Get(&base, "_id")
		d = base
		if err := c.apply(&d, inserting); err != nil {
			return nil, nil, err
		}
		if want != bsonkit.Missing {
			id, err := idKey(want)
			if err != nil {
				return nil, nil, err
			}
			if err := sameID(d, id); err != nil {
				return nil, nil, err
			}
		}
	}
	if d, err = idFirst(d); err != nil {
		return nil, nil, err
	}
	doc, err = encode(d)
	return doc, d, err
}

// idFirst puts _id first, and makes one when there is none.
func idFirst(d bson.D) (bson.D, error) {
	var id any = primitive.NewObjectID()
	out := make(bson.D, 1, len(d)+1)
	for _, e := range d {
		if e.Key == "_id" {
			id = e.Value
		} else {
			out = append(out, e)
		}
	}
	out[0] = bson.E{Key: "_id", Value: id}
	return out, checkID(id)
}

// checkID refuses what MongoDB refuses as _id.
func checkID(v any) error {
	switch t := v.(type) {
	case bson.A:
		return failed(codeInvalidID, "The '_id' value cannot be of type array")
	case primitive.Regex:
		return failed(codeInvalidID, "The '_id' value cannot be of type regex")
	case bson.D:
		for _, e := range t {
			if strings.HasPrefix(e.Key, "$") {
				return failed(52, "_id fields may not contain '$'-prefixed fields: %s is not valid for storage.", e.Key)
			}
		}
	}
	return nil
}

// equalities is the document that a filter pins down.
func equalities(filter bson.D) (bson.D, error) {
	d := bson.D{}
	preds, rest := predicates(filter)
	for _, e := range rest { // an $or of one part is that part
		if parts, ok := e.Value.(bson.A); ok && e.Key == "$or" && len(parts) == 1 {
			if q, ok := parts[0].(bson.D); ok {
				more, _ := predicates(q)
				preds = append(preds, more...)
			}
		}
	}
	for _, p := range preds {
		v, ok := p.value, p.op == "$eq"
		if list, isList := v.(bson.A); isList && (p.op == "$in" || p.op == "$all") && len(list) == 1 {
			v, ok = list[0], true
		}
		if !ok {
			continue
		}
		if bsonkit.Get(&d, p.path) != bsonkit.Missing {
			return nil, failed(codeNotSingleValue, "cannot infer query fields to set, path '%s' is matched twice", p.path)
		}
		if _, err := bsonkit.Put(&d, p.path, v, false); err != nil {
			return nil, failed(codeNotSingleValue, "cannot infer query fields to set from '%s'", p.path)
		}
	}
	return d, nil
}
