package localmongo

import (
	"slices"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// impliedBy tells whether every document that satisfies preds is in the partial index. It marks the predicates that the
// index's filter already guarantees.
func (ix *index) impliedBy(preds []predicate, used []bool) bool {
	want, _ := predicates(ix.partial.filter)
	for _, w := range want {
		i := slices.IndexFunc(preds, func(p predicate) bool { return p.path == w.path && implies(p, w) })
		if i < 0 {
			return false
		}
		if w.op == "$eq" && preds[i].op == "$eq" {
			used[i] = !slices.ContainsFunc(ix.fields, func(f indexField) bool { return f.path == w.path })
		}
	}
	return true
}

// implies tells whether a document that satisfies p must satisfy w, which is on the same path.
func implies(p, w predicate) bool {
	switch p.op {
	case "$eq":
		return satisfies(p.value, w)
	case "$in":
		list, ok := p.value.(bson.A)
		return ok && len(list) > 0 && !slices.ContainsFunc(list, func(v any) bool { return !satisfies(v, w) })
	case "$gt", "$gte":
		if w.op == "$exists" {
			return !isNull(p.value)
		}
		c, ok := compare(p.value, w.value)
		return ok && (w.op == "$gt" && (c > 0 || c == 0 && p.op == "$gt") || w.op == "$gte" && c >= 0)
	case "$lt", "$lte":
		if w.op == "$exists" {
			return !isNull(p.value)
		}
		c, ok := compare(p.value, w.value)
		return ok && (w.op == "$lt" && (c < 0 || c == 0 && p.op == "$lt") || w.op == "$lte" && c <= 0)
	case "$exists":
		return w.op == "$exists" && p.value == true
	default:
		return false
	}
}

// satisfies tells whether a field that equals v satisfies w.
func satisfies(v any, w predicate) bool {
	if w.op == "$exists" {
		return !isNull(v)
	}
	if w.op == "$in" {
		list, ok := w.value.(bson.A)
		return ok && slices.ContainsFunc(list, func(x any) bool { c, ok := compare(v, x); return ok && c == 0 })
	}
	c, ok := compare(v, w.value)
	if !ok {
		return false
	}
	switch w.op {
	case "$eq":
		return c == 0
	case "$gt":
		return c > 0
	case "$gte":
		return c >= 0
	case "$lt":
		return c < 0
	case "$lte":
		return c <= 0
	default:
		return false
	}
}

// isNull tells whether a missing field would equal v.
func isNull(v any) bool { return v == nil || v == primitive.Null{} }

// compare orders two values of one class; ok is false when they are of different classes, or no keys.
func compare(a, b any) (c int, ok bool) {
	ta, oka := classTag(a)
	tb, okb := classTag(b)
	if !oka || !okb || ta != tb || ta == tagArray || ta == tagDocument {
		return 0, false
	}
	return bsonkit.Compare(a, b), true
}
