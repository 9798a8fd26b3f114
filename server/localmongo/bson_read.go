package localmongo

import (
	"bytes"
	"encoding/binary"
	"math"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// raw is an encoded BSON document.
type raw = []byte

// field is one element of an encoded document. Its slices point into the document.
type field struct {
	key  []byte
	kind bsontype.Type
	val  []byte
}

// opaque is a value that was not decoded because nobody asked for its field; it is written back as it was.
type opaque struct {
	kind bsontype.Type
	val  []byte
}

// maxDepth is how deep documents may nest, MongoDB's limit for stored documents.
const maxDepth = 100

var errBSON = failed(codeInvalidBSON, "malformed BSON")

// body checks the length of an encoded document and returns its elements.
func body(doc raw) ([]byte, error) {
	if len(doc) < 5 || int(binary.LittleEndian.Uint32(doc)) != len(doc) || doc[len(doc)-1] != 0 {
		return nil, errBSON
	}
	return doc[4 : len(doc)-1], nil
}

// nextField reads the first element of rest.
func nextField(rest []byte) (field, []byte, error) {
	if len(rest) < 2 {
		return field{}, nil, errBSON
	}
	z := bytes.IndexByte(rest[1:], 0)
	if z < 0 {
		return field{}, nil, errBSON
	}
	f := field{kind: bsontype.Type(rest[0]), key: rest[1 : 1+z]}
	rest = rest[z+2:]
	n, err := valueSize(f.kind, rest)
	if err != nil {
		return field{}, nil, err
	}
	f.val = rest[:n]
	return f, rest[n:], nil
}

// valueSize returns how many bytes the first value of rest takes; it is never more than there are.
func valueSize(kind bsontype.Type, rest []byte) (int, error) {
	n := 0
	switch kind {
	case bson.TypeNull:
		return 0, nil
	case bson.TypeBoolean:
		if len(rest) > 0 && rest[0] > 1 {
			return 0, errBSON
		}
		n = 1
	case bson.TypeInt32:
		n = 4
	case bson.TypeDouble, bson.TypeInt64, bson.TypeDateTime, bson.TypeTimestamp:
		n = 8
	case bson.TypeObjectID:
		n = 12
	case bson.TypeDecimal128:
		n = 16
	case bson.TypeString:
		l, ok := length(rest)
		if !ok || l < 1 || l > len(rest)-4 || rest[3+l] != 0 {
			return 0, errBSON
		}
		n = 4 + l
	case bson.TypeEmbeddedDocument, bson.TypeArray:
		l, ok := length(rest)
		if !ok || l < 5 || l > len(rest) || rest[l-1] != 0 {
			return 0, errBSON
		}
		n = l
	case bson.TypeBinary:
		l, ok := length(rest)
		if !ok || l < 0 || l > len(rest)-5 {
			return 0, errBSON
		}
		n = 5 + l
	case bson.TypeRegex:
		a := bytes.IndexByte(rest, 0)
		if a < 0 {
			return 0, errBSON
		}
		b := bytes.IndexByte(rest[a+1:], 0)
		if b < 0 {
			return 0, errBSON
		}
		n = a + b + 2
	case bson.TypeUndefined, bson.TypeDBPointer, bson.TypeJavaScript, bson.TypeSymbol,
		bson.TypeCodeWithScope, bson.TypeMinKey, bson.TypeMaxKey:
		return 0, failed(codeNotImplemented, "BSON type %s is not supported", kind)
	default:
		return 0, errBSON
	}
	if n > len(rest) {
		return 0, errBSON
	}
	return n, nil
}

func length(rest []byte) (int, bool) {
	if len(rest) < 4 {
		return 0, false
	}
	return int(int32(binary.LittleEndian.Uint32(rest))), true //nolint:gosec // G115: BSON lengths are signed
}

// check walks a whole document and refuses malformed or unsupported parts.
func check(doc raw) error { return checkDepth(doc, 1) }

func checkDepth(doc raw, depth int) error {
	if depth > maxDepth {
		return failed(codeOverflow, "documents may nest at most %d levels", maxDepth)
	}
	rest, err := body(doc)
	if err != nil {
		return err
	}
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return err
		}
		if f.kind == bson.TypeEmbeddedDocument || f.kind == bson.TypeArray {
			if err = checkDepth(f.val, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// decode turns a checked document into values. With a nil need everything is decoded; otherwise the top-level fields that
// are not in need become opaque.
func decode(doc raw, need fieldSet) (bson.D, error) {
	rest, err := body(doc)
	if err != nil {
		return nil, err
	}
	out := make(bson.D, 0, 12)
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return nil, err
		}
		var v any = opaque{f.kind, f.val}
		if need == nil || need.has(f.key) {
			if v, err = value(f.kind, f.val); err != nil {
				return nil, err
			}
		}
		out = append(out, bson.E{Key: string(f.key), Value: v})
	}
	return out, nil
}

// decodeOnly decodes the needed top-level fields and leaves the others out.
func decodeOnly(doc raw, need fieldSet) (bson.D, error) {
	rest, err := body(doc)
	if err != nil {
		return nil, err
	}
	out := make(bson.D, 0, len(need))
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return nil, err
		}
		if !need.has(f.key) {
			continue
		}
		v, err := value(f.kind, f.val)
		if err != nil {
			return nil, err
		}
		out = append(out, bson.E{Key: string(f.key), Value: v})
		if len(out) == len(need) {
			break
		}
	}
	return out, nil
}

func decodeArray(doc raw) (bson.A, error) {
	rest, err := body(doc)
	if err != nil {
		return nil, err
	}
	out := bson.A{}
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return nil, err
		}
		v, err := value(f.kind, f.val)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// value decodes one value to the types that bsonkit works on.
func value(kind bsontype.Type, b []byte) (any, error) {
	switch kind { //nolint:exhaustive // the others were refused by valueSize
	case bson.TypeDouble:
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), nil
	case bson.TypeString:
		return string(b[4 : len(b)-1]), nil
	case bson.TypeEmbeddedDocument:
		return decode(b, nil)
	case bson.TypeArray:
		return decodeArray(b)
	case bson.TypeBinary:
		return primitive.Binary{Subtype: b[4], Data: bytes.Clone(b[5:])}, nil
	case bson.TypeObjectID:
		return primitive.ObjectID(b), nil
	case bson.TypeBoolean:
		return b[0] == 1, nil
	case bson.TypeDateTime:
		return primitive.DateTime(int64At(b)), nil
	case bson.TypeRegex:
		z := bytes.IndexByte(b, 0)
		return primitive.Regex{Pattern: string(b[:z]), Options: string(b[z+1 : len(b)-1])}, nil
	case bson.TypeInt32:
		return int32(binary.LittleEndian.Uint32(b)), nil //nolint:gosec // G115: the bits of an int32
	case bson.TypeTimestamp:
		return primitive.Timestamp{I: binary.LittleEndian.Uint32(b), T: binary.LittleEndian.Uint32(b[4:])}, nil
	case bson.TypeInt64:
		return int64At(b), nil
	case bson.TypeDecimal128:
		return primitive.NewDecimal128(binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b)), nil
	case bson.TypeNull:
		return nil, nil
	default:
		return nil, errBSON
	}
}

func int64At(b []byte) int64 {
	return int64(binary.LittleEndian.Uint64(b)) //nolint:gosec // G115: the bits of an int64
}

// lookup returns the value of a top-level field; ok is false when there is none.
func lookup(doc raw, key string) (f field, ok bool) {
	rest, err := body(doc)
	for err == nil && len(rest) > 0 {
		if f, rest, err = nextField(rest); err == nil && string(f.key) == key {
			return f, true
		}
	}
	return field{}, false
}
