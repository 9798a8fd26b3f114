package localmongo

import (
	"math"

	"go.mongodb.org/mongo-driver/bson"
)

// eachField calls fn for every element of a document.
func eachField(doc raw, fn func(name string, f field) error) error {
	rest, err := body(doc)
	if err != nil {
		return err
	}
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return err
		}
		if err = fn(string(f.key), f); err != nil {
			return err
		}
	}
	return nil
}

func (f field) wrong(want string) error {
	return failed(codeTypeMismatch, "field '%s' is the wrong type '%s', expected %s", f.key, f.kind, want)
}

func (f field) document() (bson.D, error) {
	if f.kind != bson.TypeEmbeddedDocument {
		return nil, f.wrong("object")
	}
	return decode(f.val, nil)
}

func (f field) array() (bson.A, error) {
	if f.kind != bson.TypeArray {
		return nil, f.wrong("array")
	}
	return decodeArray(f.val)
}

// documents returns the elements of an array of documents without decoding them.
func (f field) documents() ([]raw, error) {
	if f.kind != bson.TypeArray {
		return nil, f.wrong("array")
	}
	var out []raw
	err := eachField(f.val, func(_ string, x field) error {
		if x.kind != bson.TypeEmbeddedDocument {
			return x.wrong("object")
		}
		out = append(out, x.val)
		return nil
	})
	return out, err
}

func (f field) text() (string, error) {
	if f.kind != bson.TypeString {
		return "", f.wrong("string")
	}
	return string(f.val[4 : len(f.val)-1]), nil
}

// truth takes booleans and numbers.
func (f field) truth() (bool, error) {
	if f.kind == bson.TypeBoolean {
		return f.val[0] == 1, nil
	}
	n, err := f.integer()
	if err != nil {
		return false, f.wrong("bool")
	}
	return n != 0, nil
}

// integer takes int32, int64 and whole doubles.
func (f field) integer() (int64, error) {
	switch f.kind { //nolint:exhaustive // the rest is refused below
	case bson.TypeInt32, bson.TypeInt64, bson.TypeDouble:
		v, err := f.value()
		if err != nil {
			return 0, err
		}
		if n, ok := wholeNumber(v); ok {
			return n, nil
		}
	}
	return 0, f.wrong("an integer")
}

// count is an integer that is not negative.
func (f field) count() (int64, error) {
	n, err := f.integer()
	if err == nil && n < 0 {
		return 0, failed(codeBadValue, "field '%s' must not be negative", f.key)
	}
	return n, err
}

func (f field) value() (any, error) { return value(f.kind, f.val) }

func wholeNumber(v any) (int64, bool) {
	switch n := v.(type) {
	case int32:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < 1<<62 {
			return int64(n), true
		}
	}
	return 0, false
}
