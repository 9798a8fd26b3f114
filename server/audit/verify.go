package audit

import (
	"context"
	"fmt"

	"shebao/shared/period"
)

// Fault is one place where the chain does not hold.
type Fault struct {
	Seq  int64
	What FaultKind
}

// FaultKind says what does not hold.
type FaultKind string

// The kinds of faults.
const (
	Changed  FaultKind = "changed"  // the record's content is not what was written
	Missing  FaultKind = "missing"  // the record is not there
	Unlinked FaultKind = "unlinked" // the record does not follow the one before it
)

// Report is what Verify found.
type Report struct {
	Day    period.Date
	Count  int64   // records that are there
	Hash   string  // of the last one: write it down elsewhere, and a rewritten chain shows too
	Faults []Fault // none: the day is as it was written
}

// OK tells whether the day is as it was written.
func (r Report) OK() bool { return len(r.Faults) == 0 }

// mostFaults bounds a report: a chain broken more often tells nothing more.
const mostFaults = 100

// Verify reads a day's records and checks each against its hash, the one before
// it, the day before and the day's head. A day without records is a whole one,
// unless its head says otherwise or it is older than Keep.
func (l *Log) Verify(ctx context.Context, day period.Date) (Report, error) {
	c := checker{report: Report{Day: day}}
	before, err := l.end(ctx, day)
	if err != nil {
		return Report{}, fmt.Errorf("verify audit day %s: %w", day, err)
	}
	c.prev = before.Hash
	// The head is read first: records that come meanwhile stand beyond it.
	head, known, err := l.Store.AuditHead(ctx, day)
	if err != nil {
		return Report{}, fmt.Errorf("verify audit day %s: %w", day, err)
	}
	for {
		records, err := l.Store.AuditDay(ctx, day, c.seq, 1000)
		if err != nil {
			return Report{}, fmt.Errorf("verify audit day %s: %w", day, err)
		}
		if len(records) == 0 {
			break
		}
		for _, r := range records {
			c.check(r, head)
		}
	}
	expired := day.Before(period.DateOf(l.Now()).AddDays(-l.Keep))
	if known && !expired {
		c.missing(head.Seq)
	}
	return c.report, nil
}

type checker struct {
	report Report
	prev   string // hash of the record before
	seq    int64
}

func (c *checker) check(r Record, head Head) {
	gap := r.Seq != c.seq+1
	c.missing(r.Seq - 1)
	switch {
	case r.Hash != r.sum() || (r.Seq == head.Seq && r.Hash != head.Hash):
		c.fault(r.Seq, Changed)
	case r.Prev != c.prev && !gap:
		c.fault(r.Seq, Unlinked)
	}
	c.seq, c.prev = r.Seq, r.Hash
	c.report.Count++
	c.report.Hash = r.Hash
}

// missing reports what should be there up to the seq and is not.
func (c *checker) missing(to int64) {
	for seq := c.seq + 1; seq <= to && len(c.report.Faults) < mostFaults; seq++ {
		c.fault(seq, Missing)
	}
	c.seq = max(c.seq, to)
}

func (c *checker) fault(seq int64, what FaultKind) {
	if len(c.report.Faults) < mostFaults {
		c.report.Faults = append(c.report.Faults, Fault{seq, what})
	}
}
