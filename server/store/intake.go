package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/intake"
	"shebao/shared/intake"
)

const (
	imports      = "imports"
	importChunks = "importChunks"
)

var intakeIndexes = []index{
	{collection: imports, name: "started", keys: bson.D{{Key: "started", Value: -1}}},
	{collection: imports, name: "running", keys: bson.D{{Key: "held", Value: 1}}, partial: bson.D{{Key: "state", Value: string(intake.Running)}}},
	{collection: importChunks, name: "job", keys: bson.D{{Key: "job", Value: 1}, {Key: "done", Value: 1}, {Key: "n", Value: 1}}},
	{collection: importChunks, name: "order", keys: bson.D{{Key: "job", Value: 1}, {Key: "n", Value: 1}}},
}

type importDoc struct {
	ID       string    `bson:"_id"`
	Kind     string    `bson:"kind"`
	File     string    `bson:"file"`
	By       string    `bson:"by"`
	State    string    `bson:"state"`
	Rows     int       `bson:"rows"`
	Taken    int       `bson:"taken"`
	Refused  int       `bson:"refused"`
	Started  time.Time `bson:"started"`
	Finished time.Time `bson:"finished"`
	Held     time.Time `bson:"held"` // somebody works on it until then
}

func (d importDoc) value() intake.Job {
	return intake.Job{
		ID: d.ID, Kind: intake.Kind(d.Kind), File: d.File, By: d.By, State: intake.State(d.State), Rows: d.Rows, Taken: d.Taken,
		Refused: d.Refused, Started: d.Started, Finished: instant(d.Finished),
	}
}

// chunkDoc is some rows of a file, sealed: all until they have results, then those refused.
// The results hold masked data only.
type chunkDoc struct {
	ID      string `bson:"_id"`
	Job     string `bson:"job"`
	N       int    `bson:"n"`
	Done    bool   `bson:"done"`
	Rows    string `bson:"rows"`    // sealed
	Results string `bson:"results"` // JSON
	Taken   int    `bson:"taken"`
	Refused int    `bson:"refused"`
}

func (d chunkDoc) value() chunkDoc { return d }

func chunkID(job string, n int) string { return fmt.Sprintf("%s:%05d", job, n) }

// AddImport stores an import and its rows; it is Running when the last one is stored.
func (s *Store) AddImport(ctx context.Context, j intake.Job, chunks [][]intake.Row) error {
	added, err := s.add(ctx, imports, importDoc{
		ID: j.ID, Kind: string(j.Kind), File: j.File, By: j.By, State: string(intake.Loading), Rows: j.Rows, Started: j.Started, Held: j.Started,
	})
	if err == nil && !added {
		err = ErrExists
	}
	if err != nil {
		return err
	}
	docs := make([]any, len(chunks))
	for n, rows := range chunks {
		sealed, err := s.sealRows(j.ID, n, rows)
		if err != nil {
			return err
		}
		docs[n] = chunkDoc{ID: chunkID(j.ID, n), Job: j.ID, N: n, Rows: sealed}
	}
	if _, err := s.db.Collection(importChunks).InsertMany(ctx, docs); err != nil {
		return fmt.Errorf("insert into %s: %w", importChunks, err)
	}
	return s.setImport(ctx, byID(j.ID), bson.D{{Key: "state", Value: string(intake.Running)}})
}

// sealRows is the rows of a chunk as they are kept, "" for none.
func (s *Store) sealRows(job string, n int, rows []intake.Row) (string, error) {
	if len(rows) == 0 {
		return "", nil
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return "", fmt.Errorf("write rows of import %s: %w", job, err)
	}
	sealed, err := s.vault.Seal(string(text), chunkID(job, n))
	if err != nil {
		return "", fmt.Errorf("seal rows of import %s: %w", job, err)
	}
	return sealed, nil
}

func (s *Store) openRows(d chunkDoc) ([]intake.Row, error) {
	if d.Rows == "" {
		return nil, nil
	}
	text, err := s.vault.Open(d.Rows, d.ID)
	if err != nil {
		return nil, fmt.Errorf("open rows of import %s: %w", d.Job, err)
	}
	var rows []intake.Row
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return nil, fmt.Errorf("read rows of import %s: %w", d.Job, err)
	}
	return rows, nil
}

func (s *Store) setImport(ctx context.Context, filter, fields bson.D) error {
	if _, err := s.db.Collection(imports).UpdateOne(ctx, filter, set(fields)); err != nil {
		return fmt.Errorf("update %s: %w", imports, err)
	}
	return nil
}

// LeaseImport takes a running import that nobody holds until then.
func (s *Store) LeaseImport(ctx context.Context, now, until time.Time) (intake.Job, bool, error) {
	var d importDoc
	err := s.db.Collection(imports).FindOneAndUpdate(ctx,
		bson.D{{Key: "state", Value: string(intake.Running)}, {Key: "held", Value: bson.D{{Key: "$lte", Value: now}}}},
		set(bson.D{{Key: "held", Value: until}}),
		options.FindOneAndUpdate().SetSort(bson.D{{Key: "held", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return intake.Job{}, false, nil
	case err != nil:
		return intake.Job{}, false, fmt.Errorf("lease in %s: %w", imports, err)
	default:
		return d.value(), true, nil
	}
}

// HoldImport keeps the import until then.
func (s *Store) HoldImport(ctx context.Context, id string, until time.Time) error {
	return s.setImport(ctx, byID(id), bson.D{{Key: "held", Value: until}})
}

// NextChunk returns the first chunk without results; false when all have them.
func (s *Store) NextChunk(ctx context.Context, job string) (rules.Chunk, bool, error) {
	d, ok, err := findOne[chunkDoc, chunkDoc](ctx, s.db.Collection(importChunks),
		bson.D{{Key: "job", Value: job}, {Key: "done", Value: false}}, options.FindOne().SetSort(bson.D{{Key: "n", Value: 1}}))
	if err != nil || !ok {
		return rules.Chunk{}, false, err
	}
	c := rules.Chunk{Job: job, N: d.N}
	if c.Rows, err = s.openRows(d); err != nil {
		return rules.Chunk{}, false, err
	}
	return c, true, nil
}

// CloseChunk stores the results, once, and counts them into the import. It forgets the rows
// but those refused, which officers take back with the reason beside them; they stay sealed.
func (s *Store) CloseChunk(ctx context.Context, c rules.Chunk, results []intake.Result) error {
	text, err := json.Marshal(results)
	if err != nil {
		return fmt.Errorf("write results of import %s: %w", c.Job, err)
	}
	wrong := map[int]bool{}
	for _, r := range results {
		if r.Verdict == intake.Refused {
			wrong[r.Line] = true
		}
	}
	refused := len(wrong)
	kept := slices.DeleteFunc(slices.Clone(c.Rows), func(r intake.Row) bool { return !wrong[r.Line] })
	rows, err := s.sealRows(c.Job, c.N, kept)
	if err != nil {
		return err
	}
	_, err = s.db.Collection(importChunks).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: chunkID(c.Job, c.N)}, {Key: "done", Value: false}},
		set(bson.D{
			{Key: "done", Value: true},
			{Key: "rows", Value: rows},
			{Key: "results", Value: string(text)},
			{Key: "taken", Value: len(results) - refused},
			{Key: "refused", Value: refused},
		}))
	if err != nil {
		return fmt.Errorf("update %s: %w", importChunks, err)
	}
	return s.countImport(ctx, c.Job)
}

// countImport sums the chunks, so that a crash between two writes is made good by the next chunk.
func (s *Store) countImport(ctx context.Context, job string) error {
	chunks, err := find[chunkDoc, chunkDoc](ctx, s.db.Collection(importChunks), bson.D{{Key: "job", Value: job}, {Key: "done", Value: true}},
		options.Find().SetProjection(bson.D{{Key: "taken", Value: 1}, {Key: "refused", Value: 1}}))
	if err != nil {
		return err
	}
	taken, refused := 0, 0
	for _, c := range chunks {
		taken, refused = taken+c.Taken, refused+c.Refused
	}
	return s.setImport(ctx, byID(job), bson.D{{Key: "taken", Value: taken}, {Key: "refused", Value: refused}})
}

// FinishImport marks the import Done; false when it was already.
func (s *Store) FinishImport(ctx context.Context, id string, at time.Time) (bool, error) {
	if err := s.countImport(ctx, id); err != nil {
		return false, err
	}
	res, err := s.db.Collection(imports).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "state", Value: string(intake.Running)}},
		set(bson.D{{Key: "state", Value: string(intake.Done)}, {Key: "finished", Value: at}}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", imports, err)
	}
	return res.MatchedCount == 1, nil
}

// Import returns an import.
func (s *Store) Import(ctx context.Context, id string) (intake.Job, bool, error) {
	return findOne[importDoc, intake.Job](ctx, s.db.Collection(imports), byID(id))
}

// Imports lists the newest imports.
func (s *Store) Imports(ctx context.Context, limit int) ([]intake.Job, error) {
	return s.ImportsBefore(ctx, "", limit)
}

// ImportsBefore lists imports, newest first, those before the import given ("" from the newest).
func (s *Store) ImportsBefore(ctx context.Context, before string, limit int) ([]intake.Job, error) {
	filter := bson.D{{Key: "started", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}}
	if before != "" {
		last, ok, err := s.Import(ctx, before)
		if err != nil || !ok {
			return nil, err
		}
		filter = bson.D{{Key: "started", Value: bson.D{{Key: "$lte", Value: last.Started}}}, afterCursor("started", last.Started, last.ID)}
	}
	return find[importDoc, intake.Job](ctx, s.db.Collection(imports), filter,
		options.Find().SetSort(bson.D{{Key: "started", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit)))
}

// ImportResults lists results from the chunk n on, and the chunk to go on from, -1 at the end.
func (s *Store) ImportResults(ctx context.Context, job string, which rules.Which, n, limit int) ([]intake.Result, int, error) {
	var out []intake.Result
	for {
		chunks, err := find[chunkDoc, chunkDoc](ctx, s.db.Collection(importChunks),
			bson.D{{Key: "job", Value: job}, {Key: "n", Value: bson.D{{Key: "$gte", Value: n}}}},
			options.Find().SetSort(bson.D{{Key: "n", Value: 1}}).SetLimit(20))
		if err != nil {
			return nil, -1, err
		}
		for _, c := range chunks {
			if len(out) >= limit {
				return out, c.N, nil
			}
			n = c.N + 1
			if !c.Done || which == rules.RefusedRows && c.Refused == 0 {
				continue
			}
			var results []intake.Result
			if err := json.Unmarshal([]byte(c.Results), &results); err != nil {
				return nil, -1, fmt.Errorf("read results of import %s: %w", job, err)
			}
			rows, err := s.openRows(c)
			if err != nil {
				return nil, -1, err
			}
			cells := map[int][]string{}
			for _, r := range rows {
				cells[r.Line] = r.Cells
			}
			for _, r := range results {
				r.Cells = cells[r.Line]
				if which == rules.AllRows || r.Verdict == intake.Refused {
					out = append(out, r)
				}
			}
		}
		if len(chunks) < 20 {
			return out, -1, nil
		}
	}
}
