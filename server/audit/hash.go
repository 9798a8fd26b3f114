package audit

import (
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"

	"github.com/emmansun/gmsm/sm3"
)

// sum is the record's hash: SM3 over every field but Hash itself, each with its
// length before it, so that nothing can move from one field to the next.
func (r Record) sum() string {
	h := sm3.New()
	text(h, "shebao audit 1")
	text(h, r.Prev)
	text(h, r.Day.String())
	number(h, r.Seq)
	text(h, r.Event.WhoKind)
	text(h, r.Event.Who)
	text(h, r.Event.What)
	text(h, r.Event.Subject)
	text(h, r.Event.Result)
	number(h, r.Event.At.UnixMilli())
	text(h, r.Event.Address)
	text(h, r.Event.Request)
	number(h, int64(len(r.Event.Details)))
	for _, k := range slices.Sorted(maps.Keys(r.Event.Details)) {
		text(h, k)
		text(h, r.Event.Details[k])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func text(h hash.Hash, s string) {
	number(h, int64(len(s)))
	_, _ = h.Write([]byte(s)) // a hash takes everything
}

func number(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // the bits are what counts
	_, _ = h.Write(b[:])                        // as above
}
