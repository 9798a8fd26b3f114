package localmongo

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// encode writes a document of the types that decode returns.
func encode(d bson.D) (raw, error) { return appendDoc(make([]byte, 0, 256), d) }

// mustEncode writes a document that this package built itself, of types that encode knows. It panics on others: they
// come from a change of this package only, and any test of the command meets them. What clients send goes through encode.
func mustEncode(d bson.D) raw {
	b, err := encode(d)
	if err != nil {
		panic("localmongo: " + err.Error()) // a mistake in this package, met by any test of the command
	}
	return b
}

func appendDoc(b []byte, d bson.D) ([]byte, error) {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	var err error
	for _, e := range d {
		if b, err = appendField(b, e.Key, e.Value); err != nil {
			return nil, err
		}
	}
	return closeDoc(b, at), nil
}

func appendArray(b []byte, a bson.A) ([]byte, error) {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	var err error
	for i, v := range a {
		if b, err = appendField(b, strconv.Itoa(i), v); err != nil {
			return nil, err
		}
	}
	return closeDoc(b, at), nil
}

// closeDoc ends the document that began at offset at.
func closeDoc(b []byte, at int) []byte {
	b = append(b, 0)
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at)) //nolint:gosec // G115: messages stay under 48 MB
	return b
}

func appendKey(b []byte, kind bsontype.Type, key string) []byte {
	b = append(b, byte(kind))
	b = append(b, key...)
	return append(b, 0)
}

func appendField(b []byte, key string, v any) ([]byte, error) {
	if strings.IndexByte(key, 0) >= 0 {
		return nil, failed(codeBadValue, "field names must not contain NUL")
	}
	switch t := v.(type) {
	case nil, primitive.Null:
		return appendKey(b, bson.TypeNull, key), nil
	case string:
		b = appendKey(b, bson.TypeString, key)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(t)+1)) //nolint:gosec // G115: messages stay under 48 MB
		b = append(b, t...)
		return append(b, 0), nil
	case int:
		return appendField(b, key, int64(t))
	case int32:
		return binary.LittleEndian.AppendUint32(appendKey(b, bson.TypeInt32, key), uint32(t)), nil //nolint:gosec // G115: bits
	case int64:
		return binary.LittleEndian.AppendUint64(appendKey(b, bson.TypeInt64, key), uint64(t)), nil //nolint:gosec // G115: bits
	case float64:
		return binary.LittleEndian.AppendUint64(appendKey(b, bson.TypeDouble, key), math.Float64bits(t)), nil
	case bool:
		b = appendKey(b, bson.TypeBoolean, key)
		if t {
			return append(b, 1), nil
		}
		return append(b, 0), nil
	case primitive.DateTime:
		return binary.LittleEndian.AppendUint64(appendKey(b, bson.TypeDateTime, key), uint64(t)), nil //nolint:gosec // G115: bits
	case primitive.ObjectID:
		return append(appendKey(b, bson.TypeObjectID, key), t[:]...), nil
	case bson.D:
		return appendDoc(appendKey(b, bson.TypeEmbeddedDocument, key), t)
	case bson.A:
		return appendArray(appendKey(b, bson.TypeArray, key), t)
	case raw:
		return append(appendKey(b, bson.TypeEmbeddedDocument, key), t...), nil
	case []raw:
		return appendRaws(appendKey(b, bson.TypeArray, key), t), nil
	case opaque:
		return append(appendKey(b, t.kind, key), t.val...), nil
	case primitive.Binary:
		b = appendKey(b, bson.TypeBinary, key)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(t.Data))) //nolint:gosec // G115: messages stay under 48 MB
		return append(append(b, t.Subtype), t.Data...), nil
	case primitive.Regex:
		b = appendKey(b, bson.TypeRegex, key)
		b = append(append(b, t.Pattern...), 0)
		return append(append(b, t.Options...), 0), nil
	case primitive.Timestamp:
		b = binary.LittleEndian.AppendUint32(appendKey(b, bson.TypeTimestamp, key), t.I)
		return binary.LittleEndian.AppendUint32(b, t.T), nil
	case primitive.Decimal128:
		hi, lo := t.GetBytes()
		b = binary.LittleEndian.AppendUint64(appendKey(b, bson.TypeDecimal128, key), lo)
		return binary.LittleEndian.AppendUint64(b, hi), nil
	default:
		return nil, failed(codeBadValue, "a %T can't be stored", v)
	}
}

func appendRaws(b []byte, docs []raw) []byte {
	at := len(b)
	b = append(b, 0, 0, 0, 0)
	for i, d := range docs {
		b = append(appendKey(b, bson.TypeEmbeddedDocument, strconv.Itoa(i)), d...)
	}
	return closeDoc(b, at)
}
