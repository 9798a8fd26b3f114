package localmongo

import (
	"encoding/binary"
	"math"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// An index key is bytes whose order is the order of the values (bsonkit.Compare). Every value begins with the tag of its
// class, and no encoding is the beginning of another, so the encodings of several fields can be put one after the other,
// and turned over bit by bit for descending fields. Tags leave room below and above: 0xff after a complete value is
// after everything that begins with that value.
const (
	tagNull byte = 0x10 + 4*iota
	tagNumber
	tagString
	tagDocument
	tagArray
	tagBinary
	tagObjectID
	tagBoolean
	tagDate
	tagTimestamp
	tagRegex
)

// classTag is the tag of a value's class; ok is false for what can't be a key.
func classTag(v any) (tag byte, ok bool) {
	switch v.(type) {
	case nil, primitive.Null, bsonkit.MissingType:
		return tagNull, true
	case int32, int64, float64:
		return tagNumber, true
	case string:
		return tagString, true
	case bson.D:
		return tagDocument, true
	case bson.A:
		return tagArray, true
	case primitive.Binary:
		return tagBinary, true
	case primitive.ObjectID:
		return tagObjectID, true
	case bool:
		return tagBoolean, true
	case primitive.DateTime:
		return tagDate, true
	case primitive.Timestamp:
		return tagTimestamp, true
	case primitive.Regex:
		return tagRegex, true
	default:
		return 0, false
	}
}

// appendKeyValue appends the key of v. Decimals are refused: their order against doubles is not exact in bsonkit.
func appendKeyValue(b []byte, v any) ([]byte, error) {
	tag, ok := classTag(v)
	if !ok {
		return nil, failed(codeNotImplemented, "a value of type %T can't be in an index", v)
	}
	b = append(b, tag)
	switch t := v.(type) {
	case int32:
		return appendNumber(b, float64(t), 0), nil
	case int64:
		return appendInt64(b, t), nil
	case float64:
		return appendNumber(b, t, 0), nil
	case string:
		return appendText(b, t), nil
	case bson.D:
		for _, e := range t {
			var err error
			if b, err = appendKeyValue(appendText(append(b, 1), e.Key), e.Value); err != nil {
				return nil, err
			}
		}
		return append(b, 0), nil
	case bson.A:
		for _, e := range t {
			var err error
			if b, err = appendKeyValue(append(b, 1), e); err != nil {
				return nil, err
			}
		}
		return append(b, 0), nil
	case primitive.Binary:
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.Data))) //nolint:gosec // G115: documents stay under 16 MB
		return append(append(b, t.Subtype), t.Data...), nil
	case primitive.ObjectID:
		return append(b, t[:]...), nil
	case bool:
		if t {
			return append(b, 1), nil
		}
		return append(b, 0), nil
	case primitive.DateTime:
		return binary.BigEndian.AppendUint64(b, uint64(t)^1<<63), nil //nolint:gosec // G115: bits
	case primitive.Timestamp:
		return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, t.T), t.I), nil
	case primitive.Regex:
		return appendText(appendText(b, t.Pattern), t.Options), nil
	default:
		return b, nil // null and missing are their tag
	}
}

// appendInt64 writes the nearest double and how far the integer is from it, which orders integers beyond 2⁵³ exactly.
func appendInt64(b []byte, i int64) []byte {
	f := float64(i)
	var rest int64
	if f >= 1<<63 {
		rest = int64(uint64(i) - 1<<63) //nolint:gosec // G115: wraps to a small negative number
	} else {
		rest = i - int64(f)
	}
	return appendNumber(b, f, int16(rest)) //nolint:gosec // G115: at most 512 either way
}

func appendNumber(b []byte, f float64, rest int16) []byte {
	var u uint64
	switch {
	case math.IsNaN(f): // before all numbers
	case f == 0: // also the negative zero
		u = 1 << 63
	case f < 0:
		u = ^math.Float64bits(f)
	default:
		u = math.Float64bits(f) | 1<<63
	}
	b = binary.BigEndian.AppendUint64(b, u)
	return binary.BigEndian.AppendUint16(b, uint16(rest)^1<<15) //nolint:gosec // G115: bits
}

// appendText writes s so that NUL inside it does not end it: 00 ff stands for NUL, 00 00 for the end.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		b = append(b, s[i])
		if s[i] == 0 {
			b = append(b, 0xff)
		}
	}
	return append(b, 0, 0)
}

// idKey is the key of a document's _id.
func idKey(v any) ([]byte, error) { return appendKeyValue(make([]byte, 0, 48), v) }

// invert turns bytes over for a descending field.
func invert(b []byte) {
	for i := range b {
		b[i] = ^b[i]
	}
}
