package localmongo

import (
	"bytes"
	"container/heap"
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

// maxSortBytes bounds what a sort without an index may hold, MongoDB's limit.
const maxSortBytes = 100 << 20

// sortable is a document with its key in the order asked for.
type sortable struct {
	row
	key []byte
	seq int64 // equal keys stay in the order they were found in
}

func (a sortable) compare(b sortable) int {
	if c := bytes.Compare(a.key, b.key); c != 0 {
		return c
	}
	return int(a.seq - b.seq)
}

// sorter keeps the first documents in order, the last of them on top.
type sorter struct {
	rows []sortable
	keep int64
	size int
	seq  int64
}

func (s *sorter) Len() int           { return len(s.rows) }
func (s *sorter) Less(i, j int) bool { return s.rows[i].compare(s.rows[j]) > 0 }
func (s *sorter) Swap(i, j int)      { s.rows[i], s.rows[j] = s.rows[j], s.rows[i] }

// Push is for container/heap.
func (s *sorter) Push(x any) {
	if r, ok := x.(sortable); ok {
		s.rows = append(s.rows, r)
	}
}

// Pop is for container/heap.
func (s *sorter) Pop() any {
	r := s.rows[len(s.rows)-1]
	s.rows = s.rows[:len(s.rows)-1]
	return r
}

func (s *sorter) add(key []byte, id []byte, doc raw) error {
	s.seq++
	r := sortable{row{id, doc}, key, s.seq}
	full := int64(len(s.rows)) >= s.keep
	if full && r.compare(s.rows[0]) > 0 {
		return nil
	}
	r.id, r.doc = bytes.Clone(id), bytes.Clone(doc)
	s.size += len(r.doc) + len(r.key) + len(r.id)
	if full {
		s.size -= len(s.rows[0].doc) + len(s.rows[0].key) + len(s.rows[0].id)
		s.rows[0] = r
		heap.Fix(s, 0)
	} else {
		heap.Push(s, r)
	}
	if s.size > maxSortBytes {
		return failed(codeMemoryLimit, "sort exceeded memory limit of %d bytes", maxSortBytes)
	}
	return nil
}

// sortScan reads all documents of a scan and returns the first keep of them in order.
func sortScan(ctx context.Context, c *sq.Conn, s *scan, order []indexField, keep int64) ([]row, error) {
	need := fieldSet{}
	for _, f := range order {
		need.add(f.path)
	}
	top := &sorter{keep: keep}
	err := s.run(ctx, c, func(id []byte, doc raw) (bool, error) {
		d, err := decodeOnly(doc, need)
		if err != nil {
			return false, err
		}
		key, err := sortKey(d, order)
		if err != nil {
			return false, err
		}
		return false, top.add(key, id, doc)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(top.rows, sortable.compare)
	out := make([]row, len(top.rows))
	for i, r := range top.rows {
		out[i] = r.row
	}
	return out, nil
}

// sortKey orders a document. An array counts as its smallest element, or its largest in descending order; an empty one
// comes before everything.
func sortKey(d bson.D, order []indexField) ([]byte, error) {
	b := make([]byte, 0, 64)
	for _, f := range order {
		k, err := sortValue(d, f)
		if err != nil {
			return nil, err
		}
		at := len(b)
		b = append(b, k...)
		if f.desc {
			invert(b[at:])
		}
	}
	return b, nil
}

func sortValue(d bson.D, f indexField) ([]byte, error) {
	values, isArray := indexed(d, f.path)
	if isArray {
		if n := len(values); n > 1 {
			if _, whole := values[n-1].(bson.A); whole {
				values = values[:n-1]
			}
		} else if a, ok := values[0].(bson.A); ok && len(a) == 0 {
			return []byte{tagNull - 1}, nil
		}
	}
	var best []byte
	for _, v := range values {
		k, err := appendKeyValue(nil, v)
		if err != nil {
			return nil, err
		}
		if best == nil || (bytes.Compare(k, best) < 0) != f.desc {
			best = k
		}
	}
	return best, nil
}
