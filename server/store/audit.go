package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/audit"
	"shebao/shared/period"
)

const (
	trail = "audit"
	heads = "audit_heads"
)

var auditIndexes = []index{
	{collection: trail, name: "who", keys: bson.D{{Key: "who", Value: 1}, {Key: "_id", Value: -1}}},
	{collection: trail, name: "subject", keys: bson.D{{Key: "subject", Value: 1}, {Key: "_id", Value: -1}}},
	{collection: trail, name: "what", keys: bson.D{{Key: "what", Value: 1}, {Key: "_id", Value: -1}}},
}

// recordDoc is a record of the trail. Its _id, day and seq, is what only one writer
// can take; it sorts in the order of the chain.
type recordDoc struct {
	ID      string      `bson:"_id"`
	Day     string      `bson:"day"`
	Seq     int64       `bson:"seq"`
	Kind    string      `bson:"kind"`
	Who     string      `bson:"who"`
	What    string      `bson:"what"`
	Subject string      `bson:"subject"`
	Result  string      `bson:"result"`
	At      time.Time   `bson:"at"`
	Address string      `bson:"address"`
	Request string      `bson:"request"`
	Details []detailDoc `bson:"details,omitempty"`
	Prev    string      `bson:"prev"`
	Hash    string      `bson:"hash"`
}

type detailDoc struct {
	Key   string `bson:"k"`
	Value string `bson:"v"`
}

func recordID(day period.Date, seq int64) string { return fmt.Sprintf("%s:%012d", day, seq) }

func recordToDoc(r audit.Record) recordDoc {
	d := recordDoc{
		ID: recordID(r.Day, r.Seq), Day: r.Day.String(), Seq: r.Seq, Kind: r.Event.WhoKind, Who: r.Event.Who, What: r.Event.What,
		Subject: r.Event.Subject, Result: r.Event.Result, At: r.Event.At, Address: r.Event.Address, Request: r.Event.Request,
		Prev: r.Prev, Hash: r.Hash,
	}
	for _, k := range slices.Sorted(maps.Keys(r.Event.Details)) {
		d.Details = append(d.Details, detailDoc{k, r.Event.Details[k]})
	}
	return d
}

func (d recordDoc) value() audit.Record {
	r := audit.Record{
		Day: day(d.Day), Seq: d.Seq, Prev: d.Prev, Hash: d.Hash,
		Event: audit.Event{
			WhoKind: d.Kind, Who: d.Who, What: d.What, Subject: d.Subject, Result: d.Result, At: d.At.UTC(),
			Address: d.Address, Request: d.Request,
		},
	}
	if len(d.Details) > 0 {
		r.Event.Details = make(map[string]string, len(d.Details))
		for _, kv := range d.Details {
			r.Event.Details[kv.Key] = kv.Value
		}
	}
	return r
}

// encodeRecord writes the fields of recordToDoc(r).
func encodeRecord(e *encoder, r audit.Record) {
	e.text("_id", recordID(r.Day, r.Seq))
	e.text("day", r.Day.String())
	e.long("seq", r.Seq)
	e.text("kind", r.Event.WhoKind)
	e.text("who", r.Event.Who)
	e.text("what", r.Event.What)
	e.text("subject", r.Event.Subject)
	e.text("result", r.Event.Result)
	e.time("at", r.Event.At)
	e.text("address", r.Event.Address)
	e.text("request", r.Event.Request)
	if len(r.Event.Details) > 0 {
		e.list("details")
		for i, k := range slices.Sorted(maps.Keys(r.Event.Details)) {
			e.sub(place(i))
			e.text("k", k)
			e.text("v", r.Event.Details[k])
			e.end()
		}
		e.end()
	}
	e.text("prev", r.Prev)
	e.text("hash", r.Hash)
}

// AppendAudit stores the records in order and returns how many before the first
// whose day and seq were taken.
func (s *Store) AppendAudit(ctx context.Context, records []audit.Record) (int, error) {
	w := encodedWrite{
		collection: trail, command: "insert", list: "documents", n: len(records), ordered: true,
		each: func(e *encoder, i int) { encodeRecord(e, records[i]) },
	}
	r, err := w.run(ctx, s.db)
	return r.n, err
}

// newest selects what sorts before the _id, everything for "", newest first.
func newest(before string) bson.D {
	if before == "" {
		return bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: ""}}}}
	}
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$lt", Value: before}}}}
}

var newestFirst = bson.D{{Key: "_id", Value: -1}}

// LastAudit returns the newest record of the days before the day, of all days for
// the zero day; false when there is none.
func (s *Store) LastAudit(ctx context.Context, before period.Date) (audit.Record, bool, error) {
	return findOne[recordDoc, audit.Record](ctx, s.db.Collection(trail), newest(dayText(before)), options.FindOne().SetSort(newestFirst))
}

// AuditDay lists a day's records with a Seq above after, in order, at most limit.
func (s *Store) AuditDay(ctx context.Context, day period.Date, after int64, limit int) ([]audit.Record, error) {
	return find[recordDoc, audit.Record](ctx, s.db.Collection(trail),
		bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: recordID(day, after)}, {Key: "$lt", Value: day.String() + ";"}}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// AuditFind lists records, newest first.
func (s *Store) AuditFind(ctx context.Context, f audit.Filter) ([]audit.Record, error) {
	until := "9999-99"
	if !f.To.IsZero() {
		until = f.To.String() + ";" // sorts behind every record of the day
	}
	if !f.After.Day.IsZero() {
		until = min(until, recordID(f.After.Day, f.After.Seq))
	}
	var filter bson.D
	for _, e := range []struct{ key, value string }{{"who", f.Who}, {"subject", f.Subject}, {"what", f.What}} {
		if e.value != "" {
			filter = append(filter, bson.E{Key: e.key, Value: e.value})
		}
	}
	filter = append(filter, bson.E{Key: "_id", Value: bson.D{{Key: "$gte", Value: dayText(f.From)}, {Key: "$lt", Value: until}}})
	return find[recordDoc, audit.Record](ctx, s.db.Collection(trail), filter,
		options.Find().SetSort(newestFirst).SetLimit(int64(f.Limit)))
}

// DropAudit deletes all records of days before the day and returns how many.
func (s *Store) DropAudit(ctx context.Context, before period.Date) (int, error) {
	res, err := s.db.Collection(trail).DeleteMany(ctx, newest(before.String()))
	if err != nil {
		return 0, fmt.Errorf("delete from %s: %w", trail, err)
	}
	return int(res.DeletedCount), nil
}

// headDoc is a day's newest record; its _id is the day.
type headDoc struct {
	Day  string `bson:"_id"`
	Seq  int64  `bson:"seq"`
	Hash string `bson:"hash"`
}

func (d headDoc) value() audit.Head { return audit.Head{Day: day(d.Day), Seq: d.Seq, Hash: d.Hash} }

// RaiseAuditHead stores the day's head unless a higher one is stored.
func (s *Store) RaiseAuditHead(ctx context.Context, h audit.Head) error {
	d := headDoc{Day: h.Day.String(), Seq: h.Seq, Hash: h.Hash}
	raise := func() (bool, error) {
		res, err := s.db.Collection(heads).UpdateOne(ctx,
			bson.D{{Key: "_id", Value: d.Day}, {Key: "seq", Value: bson.D{{Key: "$lt", Value: d.Seq}}}},
			set(bson.D{{Key: "seq", Value: d.Seq}, {Key: "hash", Value: d.Hash}}))
		if err != nil {
			return false, fmt.Errorf("update %s: %w", heads, err)
		}
		return res.MatchedCount == 1, nil
	}
	if raised, err := raise(); raised || err != nil {
		return err
	}
	if added, err := s.add(ctx, heads, d); added || err != nil {
		return err
	}
	_, err := raise() // a lower one may have been added in between
	return err
}

// AuditHead returns a day's head; false when the day has none.
func (s *Store) AuditHead(ctx context.Context, day period.Date) (audit.Head, bool, error) {
	return findOne[headDoc, audit.Head](ctx, s.db.Collection(heads), byID(day.String()))
}

// AuditHeadBefore returns the head of the last day before the day that has one.
func (s *Store) AuditHeadBefore(ctx context.Context, day period.Date) (audit.Head, bool, error) {
	return findOne[headDoc, audit.Head](ctx, s.db.Collection(heads), newest(day.String()), options.FindOne().SetSort(newestFirst))
}
