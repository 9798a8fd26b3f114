// Package intake takes files of enrolments and assessed dues from other bureaus: each row
// is taken whole or refused with a reason, the work goes on after a crash, and several
// servers may share it. It knows neither HTTP nor the database.
package intake

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"shebao/server/audit"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/intake"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/region"
)

// Chunk is some rows of a file that are worked on together.
type Chunk struct {
	Job  string
	N    int // 0, 1, 2 … within the file
	Rows []intake.Row
}

// Jobs keeps imports.
type Jobs interface {
	// AddImport stores an import and its rows; it is Running when the last one is stored.
	AddImport(ctx context.Context, j intake.Job, chunks [][]intake.Row) error
	// LeaseImport takes a running import that nobody holds until then, atomically.
	LeaseImport(ctx context.Context, now, until time.Time) (intake.Job, bool, error)
	// HoldImport keeps the import until then.
	HoldImport(ctx context.Context, id string, until time.Time) error
	// NextChunk returns the first chunk without results; false when all have them.
	NextChunk(ctx context.Context, job string) (Chunk, bool, error)
	// CloseChunk stores the results, once, forgets the rows but those refused, and counts them into the import.
	CloseChunk(ctx context.Context, c Chunk, results []intake.Result) error
	// FinishImport marks the import Done; false when it was already.
	FinishImport(ctx context.Context, id string, at time.Time) (bool, error)
	// Import returns an import.
	Import(ctx context.Context, id string) (intake.Job, bool, error)
	// Imports lists the newest imports.
	Imports(ctx context.Context, limit int) ([]intake.Job, error)
	// ImportsBefore lists imports, newest first, those before the import given ("" from the newest).
	ImportsBefore(ctx context.Context, before string, limit int) ([]intake.Job, error)
	// ImportResults lists the results of the chunks from n on that have any of the kind
	// asked for, and the chunk to go on from, -1 at the end. It stops after limit rows at a chunk's end.
	ImportResults(ctx context.Context, job string, which Which, n, limit int) ([]intake.Result, int, error)
}

// Which selects results.
type Which string

// The selections.
const (
	AllRows     Which = "all"
	RefusedRows Which = "refused"
)

// Register is the population register.
type Register interface {
	// PeopleByDocuments finds the people who have the documents, in no order.
	PeopleByDocuments(ctx context.Context, ds []idcard.Document) ([]person.Person, error)
}

// Records keeps enrolments and dues.
type Records interface {
	// EnrolmentsOf lists every enrolment of the people, in no order.
	EnrolmentsOf(ctx context.Context, people []string) ([]contribution.Enrolment, error)
	// AddEnrolments and AddDues store those that are not there yet.
	AddEnrolments(ctx context.Context, es []contribution.Enrolment) error
	AddDues(ctx context.Context, ds []contribution.Due) error
	// DuesOf returns those that exist, in no order.
	DuesOf(ctx context.Context, ids []string) ([]contribution.Due, error)
}

// City knows the tax authorities.
type City interface {
	Authority(code string) (region.Authority, bool)
}

// Trail keeps the audit trail.
type Trail interface {
	Append(ctx context.Context, e audit.Event) error
}

// Config is what a Service works with.
type Config struct {
	Jobs     Jobs
	Register Register
	Records  Records
	City     City
	Rates    func() contribution.Rates
	Trail    Trail
	Now      func() time.Time
	NewID    func(prefix string) string
	Log      *slog.Logger
	Poll     time.Duration // between looks for work; 1 s when zero
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	mu      sync.Mutex
	waiting map[string][]chan struct{}
	wake    chan struct{}
}

// New returns a service.
func New(c Config) *Service {
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c, waiting: map[string][]chan struct{}{}, wake: make(chan struct{}, 1)}
}

func (s *Service) today() period.Date { return period.DateOf(s.Now()) }

// Bounds of the work.
const (
	chunkRows = 500
	lease     = 15 * time.Second // renewed with each chunk; a row taken twice is found Known
)

// Start stores the file; its rows are worked on behind the pages. The error is
// api.Invalid when the file can't be read.
func (s *Service) Start(ctx context.Context, officer string, kind intake.Kind, name string, data []byte) (intake.Job, error) {
	rows, err := Read(kind, name, data)
	if err != nil {
		return intake.Job{}, err
	}
	j := intake.Job{ID: s.NewID("i"), Kind: kind, File: clip(name), By: officer, State: intake.Loading, Rows: len(rows), Started: s.Now()}
	var chunks [][]intake.Row
	for len(rows) > 0 {
		n := min(chunkRows, len(rows))
		chunks, rows = append(chunks, rows[:n]), rows[n:]
	}
	s.record(ctx, "officer", j, "import_start")
	if err := s.Jobs.AddImport(ctx, j, chunks); err != nil {
		return intake.Job{}, fmt.Errorf("store import %s: %w", j.ID, err)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return j, nil
}

func (s *Service) record(ctx context.Context, kind string, j intake.Job, what string) {
	err := s.Trail.Append(ctx, audit.Event{
		WhoKind: kind, Who: j.By, What: what, Subject: j.ID, Result: "ok",
		Details: map[string]string{"kind": string(j.Kind), "rows": itoa(j.Rows), "taken": itoa(j.Taken), "refused": itoa(j.Refused)},
	})
	if err != nil {
		s.Log.ErrorContext(ctx, "import not in the audit trail", "import", j.ID, "error", err)
	}
}

// Run works on imports until ctx ends. Several processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "import", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
	}
}

// Work finishes every import that nobody else holds.
func (s *Service) Work(ctx context.Context) error {
	for ctx.Err() == nil {
		now := s.Now()
		j, ok, err := s.Jobs.LeaseImport(ctx, now, now.Add(lease))
		if err != nil || !ok {
			return err
		}
		if err := s.work(ctx, j); err != nil {
			return fmt.Errorf("import %s: %w", j.ID, err)
		}
	}
	return ctx.Err()
}

func (s *Service) work(ctx context.Context, j intake.Job) error {
	for {
		c, ok, err := s.Jobs.NextChunk(ctx, j.ID)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		results, err := s.chunk(ctx, j.Kind, c.Rows)
		if err != nil {
			return err
		}
		if err := s.Jobs.CloseChunk(ctx, c, results); err != nil {
			return err
		}
		s.changed(j.ID)
		if err := s.Jobs.HoldImport(ctx, j.ID, s.Now().Add(lease)); err != nil {
			return err
		}
	}
	first, err := s.Jobs.FinishImport(ctx, j.ID, s.Now())
	if err != nil || !first {
		return err
	}
	if j, _, err = s.Jobs.Import(ctx, j.ID); err == nil {
		s.record(ctx, "system", j, "import_done")
	}
	s.changed(j.ID)
	return err
}

// Watch wakes when the import has gone on in this process.
func (s *Service) Watch(id string) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting[id] = append(s.waiting[id], c)
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		var rest []chan struct{}
		for _, other := range s.waiting[id] {
			if other != c {
				rest = append(rest, other)
			}
		}
		if s.waiting[id] = rest; len(rest) == 0 {
			delete(s.waiting, id)
		}
	}
}

func (s *Service) changed(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.waiting[id] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
