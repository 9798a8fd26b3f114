package localmongo

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

// request is a command without what all commands have in common.
type request struct {
	s     *Server
	conn  int32
	name  string
	db    string
	coll  string // the value of the first field, when it is a string
	head  field  // the first field
	args  []field
	lists map[string][]raw // documents, updates, deletes: from a sequence or from the body
	limit time.Duration    // maxTimeMS
}

// handlers are the commands. Names are as clients send them.
var handlers map[string]func(context.Context, *request) (bson.D, error)

func init() {
	handlers = map[string]func(context.Context, *request) (bson.D, error){
		"hello": hello, "isMaster": hello, "ismaster": hello, "ping": ping, "buildInfo": buildInfo, "buildinfo": buildInfo,
		"endSessions": endSessions,
		"find":        find, "getMore": getMore, "killCursors": killCursors, "count": count, "distinct": distinct, "aggregate": aggregate,
		"insert": insert, "update": update, "delete": remove, "findAndModify": findAndModify, "findandmodify": findAndModify,
		"createIndexes": createIndexes, "listIndexes": listIndexes, "dropIndexes": dropIndexes,
		"listDatabases": listDatabases, "listCollections": listCollections, "create": create, "drop": drop, "dropDatabase": dropDatabase,
		"explain": explain,
	}
}

// answer runs a message's command and returns the answer, which may be an error.
func (s *Server) answer(m message, conn int32) raw {
	d, err := s.execute(m, conn)
	if err != nil {
		ce := asCommandError(err)
		if ce.code == codeInternal {
			s.log.Error("localmongo: command failed", slog.Any("error", err))
		}
		d = ce.reply()
	}
	b, err := encode(d)
	if err != nil {
		return mustEncode(asCommandError(err).reply())
	}
	if len(b) > maxMessage-1024 {
		return mustEncode(asCommandError(failed(codeTooLarge, "the answer is too large")).reply())
	}
	return b
}

func (s *Server) execute(m message, conn int32) (d bson.D, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("localmongo: panic", slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("command: %v", p)
		}
	}()
	r := &request{s: s, conn: conn, lists: map[string][]raw{}}
	if err := r.parse(m); err != nil {
		return nil, err
	}
	h, ok := handlers[r.name]
	if !ok {
		return nil, failed(codeCommandNotFound, "no such command: '%s'", r.name)
	}
	if m.op == opQuery && r.name != "hello" && !strings.EqualFold(r.name, "ismaster") {
		return nil, failed(codeUnsupportedOpQuery, "Unsupported OP_QUERY command: %s", r.name)
	}
	if r.db == "" {
		return nil, failed(codeMissingField, "OP_MSG requests require a $db argument")
	}
	ctx := s.ctx
	if r.limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.limit)
		defer cancel()
	}
	return h(ctx, r)
}

// parse checks every document of the message and sorts out the fields that every command may have.
func (r *request) parse(m message) error {
	if err := check(m.body); err != nil {
		return err
	}
	r.db = strings.TrimSuffix(m.legacyNS, ".$cmd")
	err := eachField(m.body, func(name string, f field) error {
		if r.name == "" {
			r.name, r.head = name, f
			if f.kind == bson.TypeString {
				r.coll, _ = f.text()
			}
			return nil
		}
		return r.common(name, f)
	})
	if err != nil {
		return err
	}
	for _, q := range m.sequences {
		if _, twice := r.lists[q.name]; twice {
			return failed(codeFailedToParse, "two document sequences '%s'", q.name)
		}
		for _, d := range q.docs {
			if err := check(d); err != nil {
				return err
			}
		}
		r.lists[q.name] = q.docs
	}
	return nil
}

// common takes the fields that any command may have, and keeps the others.
func (r *request) common(name string, f field) (err error) {
	switch name {
	case "$db":
		r.db, err = f.text()
		if err == nil && (r.db == "" || strings.ContainsAny(r.db, "/\\. \"$\x00")) {
			err = failed(codeInvalidNamespace, "invalid database name")
		}
	case "maxTimeMS":
		var n int64
		n, err = f.count()
		r.limit = time.Duration(min(n, 1<<31)) * time.Millisecond
	case "lsid", "$clusterTime", "$readPreference", "comment", "apiVersion", "apiStrict", "apiDeprecationErrors":
		// nothing depends on them here
	case "txnNumber", "autocommit", "startTransaction":
		err = failed(codeIllegalOperation, "Transaction numbers are only allowed on a replica set member or mongos")
	case "writeConcern":
		err = checkWriteConcern(f)
	case "readConcern":
		err = checkReadConcern(f)
	default:
		r.args = append(r.args, f)
	}
	return err
}

// checkWriteConcern takes what one journaled server fulfils.
func checkWriteConcern(f field) error {
	d, err := f.document()
	if err != nil {
		return err
	}
	for _, e := range d {
		switch e.Key {
		case "w":
			if n, ok := wholeNumber(e.Value); e.Value != "majority" && (!ok || n < 0 || n > 1) {
				return failed(codeBadValue, "cannot use 'w' > 1 when a host is not replicated")
			}
		case "j", "fsync", "wtimeout", "provenance":
		default:
			return failed(codeFailedToParse, "unknown write concern field '%s'", e.Key)
		}
	}
	return nil
}

func checkReadConcern(f field) error {
	d, err := f.document()
	if err != nil {
		return err
	}
	for _, e := range d {
		switch {
		case e.Key == "level" && (e.Value == "local" || e.Value == "majority" || e.Value == "available" || e.Value == "linearizable"):
		case e.Key == "provenance":
		default:
			return failed(codeNotImplemented, "read concern field '%s' is not supported with this value", e.Key)
		}
	}
	return nil
}

// unknown refuses a field.
func (r *request) unknown(f field) error {
	return failed(codeUnknownField, "BSON field '%s.%s' is an unknown field.", r.name, f.key)
}

// unsupported refuses a field that MongoDB knows.
func (r *request) unsupported(f field) error {
	return failed(codeNotImplemented, "option '%s' of %s is not supported", f.key, r.name)
}

// namespace checks the collection's name and returns database.collection.
func (r *request) namespace() (string, error) {
	if r.head.kind != bson.TypeString || r.coll == "" || strings.ContainsAny(r.coll, "$\x00") || strings.HasPrefix(r.coll, ".") ||
		len(r.db)+len(r.coll) > 254 {
		return "", failed(codeInvalidNamespace, "Invalid namespace specified '%s.%s'", r.db, r.coll)
	}
	return r.db + "." + r.coll, nil
}

// noArgs refuses any field beyond the common ones.
func (r *request) noArgs() error {
	for _, f := range r.args {
		return r.unknown(f)
	}
	return r.onlyLists()
}

// onlyLists refuses document sequences other than the named ones.
func (r *request) onlyLists(names ...string) error {
	for n := range r.lists {
		known := false
		for _, ok := range names {
			known = known || n == ok
		}
		if !known {
			return failed(codeUnknownField, "BSON field '%s.%s' is an unknown field.", r.name, n)
		}
	}
	return nil
}

func ok(d ...bson.E) bson.D { return append(bson.D(d), bson.E{Key: "ok", Value: 1.0}) }
