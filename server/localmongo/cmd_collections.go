package localmongo

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

func create(_ context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	for _, f := range r.args {
		if string(f.key) == "capped" {
			if on, err := f.truth(); err == nil && !on {
				continue
			}
		}
		return nil, r.unsupported(f)
	}
	err = r.s.write(func(t *txn) error {
		if t.cat.colls[ns] != nil {
			return failed(codeNamespaceExists, "Collection %s already exists.", ns)
		}
		_, err := t.collection(ns)
		return err
	})
	return ok(), err
}

func drop(_ context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	if err := r.noArgs(); err != nil {
		return nil, err
	}
	err = r.s.write(func(t *txn) error {
		if c := t.cat.colls[ns]; c != nil {
			return t.drop(c)
		}
		return nil // as MongoDB 7.0
	})
	return ok(bson.E{Key: "ns", Value: ns}), err
}

func dropDatabase(_ context.Context, r *request) (bson.D, error) {
	if err := r.noArgs(); err != nil {
		return nil, err
	}
	err := r.s.write(func(t *txn) error {
		for _, c := range t.cat.in(r.db) {
			if err := t.drop(c); err != nil {
				return err
			}
		}
		return nil
	})
	return ok(bson.E{Key: "dropped", Value: r.db}), err
}

func listCollections(ctx context.Context, r *request) (bson.D, error) {
	var filter bson.D
	for _, f := range r.args {
		var err error
		switch string(f.key) {
		case "filter":
			filter, err = f.document()
		case "nameOnly", "authorizedCollections":
			_, err = f.truth()
		case "cursor":
			_, err = f.document() // the answer always fits one batch
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return nil, err
		}
	}
	m, err := newMatcher(filter)
	if err != nil {
		return nil, err
	}
	docs := []raw{}
	err = r.s.withReader(ctx, func(_ *sq.Conn, cat *catalog) error {
		for _, c := range cat.in(r.db) {
			d := bson.D{
				{Key: "name", Value: strings.TrimPrefix(c.ns, r.db+".")},
				{Key: "type", Value: "collection"},
				{Key: "options", Value: bson.D{}},
				{Key: "info", Value: bson.D{{Key: "readOnly", Value: false}}},
				{Key: "idIndex", Value: idIndex()},
			}
			in, err := m.matchDoc(d)
			if err != nil {
				return err
			}
			if in {
				docs = append(docs, mustEncode(d))
			}
		}
		return nil
	})
	return cursorAnswer("firstBatch", r.db+".$cmd.listCollections", 0, docs), err
}

func idIndex() bson.D {
	return bson.D{{Key: "v", Value: int32(2)}, {Key: "key", Value: bson.D{{Key: "_id", Value: int32(1)}}}, {Key: "name", Value: "_id_"}}
}

func listIndexes(ctx context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	for _, f := range r.args {
		if string(f.key) != "cursor" {
			return nil, r.unknown(f)
		}
	}
	var docs []raw
	err = r.s.withReader(ctx, func(_ *sq.Conn, cat *catalog) error {
		c := cat.colls[ns]
		if c == nil {
			return failed(codeNamespaceNotFound, "ns does not exist: %s", ns)
		}
		docs = append(docs, mustEncode(idIndex()))
		for _, ix := range c.indexes {
			b, err := encode(ix.describe())
			if err != nil {
				return fmt.Errorf("list index: %w", err)
			}
			docs = append(docs, b)
		}
		return nil
	})
	return cursorAnswer("firstBatch", ns, 0, docs), err
}

// listDatabases is for people who look in with a shell.
func listDatabases(ctx context.Context, r *request) (bson.D, error) {
	var filter bson.D
	nameOnly := false
	for _, f := range r.args {
		var err error
		switch string(f.key) {
		case "filter":
			filter, err = f.document()
		case "nameOnly":
			nameOnly, err = f.truth()
		case "authorizedDatabases":
			_, err = f.truth()
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return nil, err
		}
	}
	m, err := newMatcher(filter)
	if err != nil {
		return nil, err
	}
	list := bson.A{}
	err = r.s.withReader(ctx, func(_ *sq.Conn, cat *catalog) error {
		for _, name := range cat.databases() {
			d := bson.D{{Key: "name", Value: name}}
			if !nameOnly {
				d = append(d, bson.E{Key: "sizeOnDisk", Value: int64(0)}, bson.E{Key: "empty", Value: false})
			}
			in, err := m.matchDoc(d)
			if err != nil {
				return err
			}
			if in {
				list = append(list, d)
			}
		}
		return nil
	})
	if nameOnly {
		return ok(bson.E{Key: "databases", Value: list}), err
	}
	return ok(bson.E{Key: "databases", Value: list}, bson.E{Key: "totalSize", Value: int64(0)}), err
}
