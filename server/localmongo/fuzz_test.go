package localmongo

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"testing"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// opMsgBytes builds an OP_MSG with a body, a sequence and, when asked for by its flag, a checksum.
func opMsgBytes(flags uint32, body bson.D, name string, docs ...bson.D) []byte {
	b := make([]byte, headerSize, 256)
	binary.LittleEndian.PutUint32(b[4:], 7)
	binary.LittleEndian.PutUint32(b[12:], opMsg)
	b = binary.LittleEndian.AppendUint32(b, flags)
	b = append(append(b, 0), mustEncode(body)...)
	if name != "" {
		at := len(b) + 1
		b = append(append(b, 1, 0, 0, 0, 0), name...)
		b = append(b, 0)
		for _, d := range docs {
			b = append(b, mustEncode(d)...)
		}
		binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at))
	}
	size := len(b)
	if flags&flagChecksum != 0 {
		size += 4
	}
	binary.LittleEndian.PutUint32(b, uint32(size))
	if flags&flagChecksum != 0 {
		b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	}
	return b
}

func FuzzMessage(f *testing.F) {
	insert := bson.D{{Key: "insert", Value: "c"}, {Key: "$db", Value: "d"}}
	doc := bson.D{{Key: "_id", Value: "x"}, {Key: "a", Value: bson.A{int32(1), bson.D{{Key: "b", Value: 1.5}}}}}
	f.Add(opMsgBytes(0, bson.D{{Key: "ping", Value: int32(1)}, {Key: "$db", Value: "admin"}}, ""))
	f.Add(opMsgBytes(flagChecksum, insert, "documents", doc, doc))
	f.Add(opMsgBytes(flagMoreToCome, insert, "documents", doc))
	f.Add(opMsgBytes(0, bson.D{{Key: "find", Value: "c"}, {Key: "filter", Value: bson.D{{Key: "a", Value: bson.D{{Key: "$elemMatch", Value: bson.D{{Key: "$gt", Value: int32(1)}}}}}}}, {Key: "$db", Value: "d"}}, ""))
	f.Add(opMsgBytes(0, bson.D{
		{Key: "update", Value: "c"}, {Key: "$db", Value: "d"}, {Key: "updates", Value: bson.A{bson.D{
			{Key: "q", Value: bson.D{}},
			{Key: "u", Value: bson.D{{Key: "$push", Value: bson.D{{Key: "a.$[i]", Value: int32(1)}}}}},
			{Key: "upsert", Value: true},
			{Key: "arrayFilters", Value: bson.A{bson.D{{Key: "i", Value: int32(1)}}}},
		}}},
	}, ""))
	f.Add(opMsgBytes(0, bson.D{{Key: "aggregate", Value: "c"}, {Key: "$db", Value: "d"}, {Key: "cursor", Value: bson.D{}}, {Key: "pipeline", Value: bson.A{
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$a"}, {Key: "n", Value: bson.D{{Key: "$sum", Value: int32(1)}}}}}},
	}}}, ""))
	q := make([]byte, headerSize, 128)
	binary.LittleEndian.PutUint32(q[12:], opQuery)
	q = append(binary.LittleEndian.AppendUint32(q, 0), "admin.$cmd\x00\x00\x00\x00\x00\xff\xff\xff\xff"...)
	q = append(q, mustEncode(bson.D{{Key: "isMaster", Value: int32(1)}})...)
	binary.LittleEndian.PutUint32(q, uint32(len(q)))
	f.Add(q)
	s := open(f, Options{})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, buf, err := readMessage(bufio.NewReader(bytes.NewReader(b)), nil)
		if cap(buf) > 4*len(b)+256<<10 {
			t.Fatalf("%d bytes were taken for a message of %d", cap(buf), len(b))
		}
		if err != nil {
			return
		}
		answer := s.answer(m, 1)
		if err := check(answer); err != nil {
			t.Fatalf("the answer is malformed: %v", err)
		}
		if f, ok := lookup(answer, "code"); ok {
			if n, _ := f.integer(); code(n) == codeInternal {
				t.Fatalf("internal error: %s", bson.Raw(answer))
			}
		}
	})
}

// fuzzValues reads two values from the fuzzer's bytes.
func fuzzValues(b []byte) (x, y any, ok bool) {
	next := func() (byte, bool) {
		if len(b) == 0 {
			return 0, false
		}
		c := b[0]
		b = b[1:]
		return c, true
	}
	var one func(depth int) (any, bool)
	take := func(n int) []byte {
		out := make([]byte, n)
		b = b[copy(out, b):]
		return out
	}
	one = func(depth int) (any, bool) {
		kind, ok := next()
		if !ok {
			return nil, false
		}
		switch kind % 12 {
		case 0:
			return nil, true
		case 1:
			return int32(binary.LittleEndian.Uint32(take(4))), true
		case 2:
			return int64(binary.LittleEndian.Uint64(take(8))), true
		case 3:
			return math.Float64frombits(binary.LittleEndian.Uint64(take(8))), true
		case 4:
			n, _ := next()
			return string(take(int(n % 8))), true
		case 5:
			n, _ := next()
			return n%2 == 0, true
		case 6:
			return primitive.DateTime(binary.LittleEndian.Uint64(take(8))), true
		case 7:
			return primitive.ObjectID(take(12)), true
		case 8:
			n, _ := next()
			return primitive.Binary{Subtype: n, Data: take(int(n % 5))}, true
		case 9:
			v := take(8)
			return primitive.Timestamp{T: binary.LittleEndian.Uint32(v), I: binary.LittleEndian.Uint32(v[4:])}, true
		case 10:
			d := bson.D{}
			n, _ := next()
			for i := byte(0); i < n%3 && depth < 3; i++ {
				k, _ := next()
				v, ok := one(depth + 1)
				if !ok {
					return nil, false
				}
				d = append(d, bson.E{Key: string(take(int(k % 3))), Value: v})
			}
			return d, true
		default:
			a := bson.A{}
			n, _ := next()
			for i := byte(0); i < n%3 && depth < 3; i++ {
				v, ok := one(depth + 1)
				if !ok {
					return nil, false
				}
				a = append(a, v)
			}
			return a, true
		}
	}
	if x, ok = one(0); !ok {
		return nil, nil, false
	}
	y, ok = one(0)
	return x, y, ok
}

func FuzzKeyOrder(f *testing.F) {
	f.Add([]byte("\x04\x03a\x00b\x04\x02a\x00"))
	f.Add([]byte("\x02\x01\x00\x00\x00\x00\x00\x20\x00\x03\x00\x00\x00\x00\x00\x00\x40\x43"))
	f.Add([]byte("\x02\xff\xff\xff\xff\xff\xff\xff\x7f\x03\x00\x00\x00\x00\x00\x00\xe0\x43"))
	f.Add([]byte("\x03\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00\x00"))
	f.Add([]byte("\x0a\x02\x01\x01\x01\x00\x00\x00a\x0a\x01\x01\x04\x01ba"))
	f.Add([]byte("\x04\x04\xf0\xa0\xae\xb7\x04\x03\xef\xbf\xbf"))
	f.Add([]byte("\x03\x00\x00\x00\x00\x00\x00\xf8\x7f\x01\x05\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, y, ok := fuzzValues(b)
		if !ok {
			return
		}
		want := bsonkit.Compare(x, y)
		kx, err := idKey(x)
		if err != nil {
			t.Fatal(err)
		}
		ky, err := idKey(y)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Compare(kx, ky); got != want {
			t.Fatalf("%#v and %#v compare as %d, their keys %x and %x as %d", x, y, want, kx, ky, got)
		}
		if want != 0 && (bytes.HasPrefix(kx, ky) || bytes.HasPrefix(ky, kx)) {
			t.Fatalf("the key of one of %#v and %#v begins with the other's", x, y)
		}
		invert(kx)
		invert(ky)
		if got := bytes.Compare(kx, ky); got != -want {
			t.Fatalf("%#v and %#v compare as %d, their inverted keys as %d", x, y, want, got)
		}
	})
}
