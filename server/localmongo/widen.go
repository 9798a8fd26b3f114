package localmongo

import (
	"math"
	"math/bits"

	"github.com/256dpi/lungo/bsonkit"
	"github.com/256dpi/lungo/mongokit"
	"go.mongodb.org/mongo-driver/bson"
)

// widen makes $inc and $mul safe for one document: mongokit lets integers wrap around. 32-bit results that do not fit become
// 64-bit ones, as in MongoDB; 64-bit results that do not fit are refused.
func widen(d bson.D, ops bson.D, filters bsonkit.List) (bson.D, error) {
	out := ops
	for i, op := range ops {
		if op.Key != "$inc" && op.Key != "$mul" {
			continue
		}
		fields, ok := op.Value.(bson.D)
		if !ok {
			continue
		}
		for j, f := range fields {
			wide, err := needs64(d, op.Key, f, filters)
			if err != nil {
				return nil, err
			}
			n, is32 := f.Value.(int32)
			if !wide || !is32 {
				continue
			}
			if &out[0] == &ops[0] {
				out = append(bson.D{}, ops...)
			}
			copied := append(bson.D{}, fields...)
			copied[j].Value = int64(n)
			fields, out[i].Value = copied, copied
		}
	}
	return out, nil
}

// needs64 tells whether the result does not fit in 32 bits although both operands do.
func needs64(d bson.D, op string, f bson.E, filters bsonkit.List) (wide bool, err error) {
	by, ok := integer(f.Value)
	if !ok {
		return false, nil
	}
	_, is32 := f.Value.(int32)
	err = mongokit.Resolve(f.Key, nil, &d, filters, func(path string) error {
		cur, ok := integer(bsonkit.Get(&d, path))
		if !ok {
			return nil // missing or not an integer: the operator itself decides
		}
		res, ok := combine(op, cur, by)
		if !ok {
			return failed(codeBadValue, "Failed to apply %s: the result of '%s' does not fit in 64 bits", op, f.Key)
		}
		if is32 && (res > math.MaxInt32 || res < math.MinInt32) {
			wide = true
		}
		return nil
	})
	return wide, asBadValue(err)
}

func asBadValue(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := err.(*commandError); ok { //nolint:errorlint // errors of this package are not wrapped here
		return err
	}
	return failed(codeBadValue, "%s", err.Error())
}

func integer(v any) (int64, bool) {
	switch n := v.(type) {
	case int32:
		return int64(n), true
	case int64:
		return n, true
	default:
		return 0, false
	}
}

// combine adds or multiplies; ok is false on overflow.
func combine(op string, a, b int64) (res int64, ok bool) {
	if op == "$inc" {
		res = a + b
		return res, (res > a) == (b > 0)
	}
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	return a * b, true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // G115: two's complement
	}
	return uint64(n)
}
