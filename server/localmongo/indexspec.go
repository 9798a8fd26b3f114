package localmongo

import (
	"math"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// parseIndex reads one specification of createIndexes.
func parseIndex(spec raw) (*index, error) {
	ix := &index{}
	err := eachField(spec, func(name string, f field) error {
		switch name {
		case "v", "background", "ns":
			return nil
		case "key":
			d, err := f.document()
			if err != nil {
				return err
			}
			return ix.parseKey(d)
		case "name":
			var err error
			ix.name, err = f.text()
			return err
		case "unique":
			var err error
			ix.unique, err = f.truth()
			return err
		case "partialFilterExpression":
			d, err := f.document()
			if err != nil {
				return err
			}
			return ix.parsePartial(d)
		case "expireAfterSeconds":
			n, err := f.integer()
			if err != nil {
				return err
			}
			if n < 0 || n > math.MaxInt32 {
				return failed(codeCannotCreateIndex, "expireAfterSeconds must be between 0 and %d", math.MaxInt32)
			}
			ix.expire = &n
			return nil
		case "sparse", "hidden":
			on, err := f.truth()
			if err != nil || !on {
				return err
			}
			return failed(codeNotImplemented, "index option %s is not supported", name)
		default:
			return failed(codeNotImplemented, "index option %s is not supported", name)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(ix.fields) == 0 || ix.name == "" {
		return nil, failed(codeFailedToParse, "an index needs 'key' and 'name'")
	}
	if ix.expire != nil && len(ix.fields) > 1 {
		return nil, failed(codeCannotCreateIndex, "TTL indexes are single-field indexes")
	}
	return ix, nil
}

func (ix *index) parseKey(d bson.D) error {
	if len(d) == 0 || len(d) > 32 {
		return failed(codeCannotCreateIndex, "an index needs 1 to 32 fields")
	}
	for _, e := range d {
		n, ok := wholeNumber(e.Value)
		if !ok || n == 0 {
			return failed(codeNotImplemented, "only ascending and descending indexes are supported")
		}
		if err := checkPath(e.Key); err != nil || strings.Contains(e.Key, "$") {
			return failed(codeCannotCreateIndex, "bad index key %q", e.Key)
		}
		for _, f := range ix.fields {
			if f.path == e.Key {
				return failed(codeBadValue, "the field %s is repeated in the index", e.Key)
			}
		}
		ix.fields = append(ix.fields, indexField{path: e.Key, desc: n < 0})
	}
	return nil
}

// parsePartial takes the filters that the planner can reason about: comparisons with a constant, $in and $exists: true.
func (ix *index) parsePartial(d bson.D) error {
	preds, rest := predicates(d)
	if len(rest) > 0 {
		return failed(codeCannotCreateIndex, "unsupported expression in partial index")
	}
	for _, p := range preds {
		switch p.op {
		case "$eq", "$gt", "$gte", "$lt", "$lte", "$in":
		case "$exists":
			if p.value != true {
				return failed(codeCannotCreateIndex, "unsupported expression in partial index: $exists must be true")
			}
		default:
			return failed(codeCannotCreateIndex, "unsupported expression in partial index: %s", p.op)
		}
	}
	var err error
	ix.partial, err = newMatcher(d)
	return err
}

// checkPath refuses dotted paths with empty parts.
func checkPath(path string) error {
	if path == "" || strings.HasPrefix(path, ".") || strings.HasSuffix(path, ".") || strings.Contains(path, "..") {
		return failed(codeBadValue, "bad field path %q", path)
	}
	return nil
}
