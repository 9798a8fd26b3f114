package localmongo

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/256dpi/lungo/bsonkit"
	"github.com/256dpi/lungo/mongokit"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// change is what an update does to a document: a replacement, or operators.
type change struct {
	replacement bson.D // when operators is nil
	operators   bson.D
	filters     bsonkit.List
	need        fieldSet // top-level fields that the operators touch
}

// maxArrayIndex bounds the array positions that an update may name, since the places before are filled with null.
const maxArrayIndex = 10000

// newChange checks an update document wholly.
func newChange(u bson.D, arrayFilters []bson.D, now time.Time) (*change, error) {
	if len(u) == 0 || !strings.HasPrefix(u[0].Key, "$") {
		for _, e := range u {
			if strings.HasPrefix(e.Key, "$") {
				return nil, failed(codeFailedToParse, "the replacement document must not contain update operators: %s", e.Key)
			}
		}
		if len(arrayFilters) > 0 {
			return nil, failed(codeFailedToParse, "cannot specify arrayFilters for a replacement")
		}
		return &change{replacement: u}, nil
	}
	c := &change{need: fieldSet{}}
	names, err := c.parseFilters(arrayFilters)
	if err != nil {
		return nil, err
	}
	for _, op := range u {
		if err := c.addOperator(op, names, now); err != nil {
			return nil, err
		}
	}
	for n, used := range names {
		if !used {
			return nil, failed(codeFailedToParse, "The array filter for identifier '%s' was not used in the update", n)
		}
	}
	return c, nil
}

func (c *change) addOperator(op bson.E, names map[string]bool, now time.Time) error {
	if _, known := mongokit.FieldUpdateOperators[op.Key]; !known {
		return failed(codeFailedToParse, "Unknown modifier: %s", op.Key)
	}
	fields, ok := op.Value.(bson.D)
	if !ok {
		return failed(codeFailedToParse, "Modifiers operate on fields but we found another type for %s", op.Key)
	}
	for _, f := range fields {
		if err := checkUpdatePath(f.Key, names); err != nil {
			return err
		}
		c.need.add(f.Key)
		if err := checkUpdateValue(op.Key, f.Value); err != nil {
			return err
		}
		if to, ok := f.Value.(string); ok && op.Key == "$rename" {
			if err := checkUpdatePath(to, nil); err != nil {
				return err
			}
			c.need.add(to)
		}
	}
	if op.Key == "$currentDate" {
		set := make(bson.D, 0, len(fields))
		for _, f := range fields {
			set = append(set, bson.E{Key: f.Key, Value: primitive.NewDateTimeFromTime(now)})
		}
		op = bson.E{Key: "$set", Value: set}
	}
	c.operators = append(c.operators, op)
	return nil
}

// checkUpdatePath refuses paths that mongokit would take in another sense than MongoDB. names are the array filters'.
func checkUpdatePath(path string, names map[string]bool) error {
	if err := checkPath(path); err != nil {
		return err
	}
	for i, part := range strings.Split(path, ".") {
		if n, err := strconv.Atoi(part); err == nil && i > 0 && n > maxArrayIndex {
			return failed(codeBadValue, "array position %s is too large", part)
		}
		switch {
		case !strings.Contains(part, "$"):
		case part == "$":
			return failed(codeNotImplemented, "the positional operator $ is not supported: use arrayFilters")
		case i == 0 || !strings.HasPrefix(part, "$[") || !strings.HasSuffix(part, "]"):
			return failed(52, "The dollar ($) prefixed field '%s' in '%s' is not valid for storage.", part, path)
		case part != "$[]":
			name := part[2 : len(part)-1]
			if _, known := names[name]; !known {
				return failed(codeBadValue, "No array filter found for identifier '%s' in path '%s'", name, path)
			}
			names[name] = true
		}
	}
	return nil
}

func checkUpdateValue(op string, v any) error {
	d, isDoc := v.(bson.D)
	switch op {
	case "$push", "$addToSet":
		if !isDoc || len(d) == 0 || !strings.HasPrefix(d[0].Key, "$") {
			return nil
		}
		allowed := "$each"
		if op == "$push" {
			allowed = "$each $position $slice $sort"
		}
		each := false
		for _, e := range d {
			each = each || e.Key == "$each"
			if !strings.Contains(allowed+" ", e.Key+" ") {
				return failed(codeBadValue, "Unrecognized clause in %s: %s", op, e.Key)
			}
		}
		if !each {
			return failed(codeBadValue, "%s needs $each beside its clauses", op)
		}
	case "$pull":
		if _, ok := v.(primitive.Regex); ok {
			return failed(codeNotImplemented, "regular expressions are not supported")
		}
		if isDoc && len(d) > 0 && strings.HasPrefix(d[0].Key, "$") {
			return checkCondition(d)
		}
		if isDoc {
			_, err := newMatcher(d)
			return err
		}
	case "$currentDate":
		if _, ok := v.(bool); ok || isDoc && len(d) == 1 && d[0].Key == "$type" && d[0].Value == "date" {
			return nil
		}
		return failed(codeNotImplemented, "$currentDate makes dates only")
	}
	return nil
}

// parseFilters checks the array filters and returns their identifiers. Each filter is bound to its own identifier, because
// mongokit tries every filter on every one.
func (c *change) parseFilters(list []bson.D) (map[string]bool, error) {
	names := map[string]bool{}
	for _, d := range list {
		if _, err := newMatcher(d); err != nil {
			return nil, err
		}
		name := ""
		for _, e := range d {
			head, _, _ := strings.Cut(e.Key, ".")
			if head == "" || head[0] < 'a' || head[0] > 'z' || name != "" && head != name {
				return nil, failed(codeFailedToParse, "an array filter needs exactly one identifier: '%s'", e.Key)
			}
			name = head
		}
		if name == "" {
			return nil, failed(codeFailedToParse, "Cannot use an expression without a top-level field name in arrayFilters")
		}
		if _, twice := names[name]; twice {
			return nil, failed(codeFailedToParse, "Found multiple array filters with the same top-level field name %s", name)
		}
		names[name] = false
		f := append(bson.D{}, d...)
		if len(list) > 1 {
			f = append(f, bson.E{Key: name, Value: bson.D{{Key: "$exists", Value: true}}})
		}
		c.filters = append(c.filters, &f)
	}
	return names, nil
}

// mode says whether a document is being changed or made.
type mode int

const (
	changing mode = iota
	inserting
)

// apply changes a decoded document in place.
func (c *change) apply(d *bson.D, m mode) error {
	ops, err := widen(*d, c.operators, c.filters)
	if err != nil {
		return err
	}
	if _, err := mongokit.Apply(d, &bson.D{}, &ops, m == inserting, c.filters); err != nil {
		msg := err.Error()
		switch {
		case strings.HasPrefix(msg, "conflicting key"):
			return failed(codeConflictingUpdate, "Updating the path would create a conflict: %s", msg)
		case strings.HasPrefix(msg, "cannot put"):
			return failed(codePathNotViable, "%s", msg)
		case strings.Contains(msg, "not a number"):
			return failed(codeTypeMismatch, "%s", msg)
		default:
			return failed(codeBadValue, "%s", msg)
		}
	}
	return nil
}

// result returns the changed document, its values and whether anything changed.
func (c *change) result(old raw, id []byte, need fieldSet) (doc raw, d bson.D, changed bool, err error) {
	if c.operators == nil {
		f, _ := lookup(old, "_id")
		idv, err := f.value()
		if err != nil {
			return nil, nil, false, err
		}
		d = bson.D{{Key: "_id", Value: idv}}
		for _, e := range c.replacement {
			if e.Key != "_id" {
				d = append(d, e)
			}
		}
		if err := sameID(c.replacement, id); err != nil {
			return nil, nil, false, err
		}
	} else {
		all := fieldSet{}
		all.addAll(need)
		all.addAll(c.need)
		if d, err = decode(old, all); err != nil {
			return nil, nil, false, err
		}
		if err := c.apply(&d, changing); err != nil {
			return nil, nil, false, err
		}
		if bsonkit.Get(&d, "_id") == bsonkit.Missing {
			return nil, nil, false, errImmutable
		}
		if err := sameID(d, id); err != nil {
			return nil, nil, false, err
		}
	}
	if doc, err = encode(d); err != nil {
		return nil, nil, false, err
	}
	return doc, d, !bytes.Equal(doc, old), nil
}

var errImmutable = failed(codeImmutableField, "Performing an update on the path '_id' would modify the immutable field '_id'")

// sameID refuses a document whose _id, when it has one, is another.
func sameID(d bson.D, id []byte) error {
	v := bsonkit.Get(&d, "_id")
	if v == bsonkit.Missing {
		return nil
	}
	k, err := idKey(v)
	if err != nil || !bytes.Equal(k, id) {
		return errImmutable
	}
	return nil
}
