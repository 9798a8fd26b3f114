package banksim

import (
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/period"
)

// Fault is something that goes wrong with one message.
type Fault string

// The faults.
const (
	NoFault     Fault = ""
	LostBefore  Fault = "lost_before"  // connection closed, nothing done
	LostAfter   Fault = "lost_after"   // done, connection closed
	ErrorBefore Fault = "error_before" // HTTP 503, nothing done
	ErrorAfter  Fault = "error_after"  // done, HTTP 502
	Garbled     Fault = "garbled"      // done, answer damaged
	Twice       Fault = "duplicate"    // the message is delivered twice
	LatePaid    Fault = "late_paid"    // debit answered 98, paid later
	LateUnpaid  Fault = "late_unpaid"  // debit answered 98, refused with 51 later
	BusyDayEnd  Fault = "day_end"      // debit answered 90
	BrokenBank  Fault = "system_error" // debit answered 96
)

func (f Fault) known() bool {
	return slices.Contains([]Fault{
		NoFault, LostBefore, LostAfter, ErrorBefore, ErrorAfter, Garbled, Twice,
		LatePaid, LateUnpaid, BusyDayEnd, BrokenBank,
	}, f)
}

// forced is what the fault means for the decision about a debit.
func (f Fault) forced() forced {
	switch f {
	case LatePaid:
		return forced{first: bankapi.Timeout, late: bankapi.OK}
	case LateUnpaid:
		return forced{first: bankapi.Timeout, late: bankapi.NoFunds}
	case BusyDayEnd:
		return forced{refuse: bankapi.DayEnd}
	case BrokenBank:
		return forced{refuse: bankapi.SystemError}
	case NoFault, LostBefore, LostAfter, ErrorBefore, ErrorAfter, Garbled, Twice:
	}
	return forced{}
}

// Difference is how a day statement may differ from the ledger.
type Difference string

// The differences.
const (
	NoDifference Difference = ""
	RowMissing   Difference = "missing"
	RowExtra     Difference = "extra"   // one more row, of a debit that never was
	RowAmount    Difference = "amount"  // one fen too much
	RowTwice     Difference = "twice"   // the row stands there twice
	RowCrossed   Difference = "crossed" // it stands in the next day's statement
)

func (d Difference) known() bool {
	return slices.Contains([]Difference{NoDifference, RowMissing, RowExtra, RowAmount, RowTwice, RowCrossed}, d)
}

// Faults are rates in messages per thousand, of every kind of message; those of
// the decision (late, day end, system error) count for debits and refunds only. One message
// has at most one of them, so the sum is at most 1000. What happens to a message
// depends only on the seed, its reference and how often the reference came
// before, not on the order of arrival.
type Faults struct {
	Seed        uint64 `json:"seed"`
	LostBefore  int    `json:"lost_before"`
	LostAfter   int    `json:"lost_after"`
	ErrorBefore int    `json:"error_before"`
	ErrorAfter  int    `json:"error_after"`
	Garbled     int    `json:"garbled"`
	Duplicate   int    `json:"duplicate"`
	LatePaid    int    `json:"late_paid"`
	LateUnpaid  int    `json:"late_unpaid"`
	DayEnd      int    `json:"day_end"`
	SystemError int    `json:"system_error"`

	// Delay is the rate of messages that wait between DelayMin and DelayMax
	// before they are worked on; it comes on top of the others.
	Delay    int           `json:"delay"`
	DelayMin time.Duration `json:"delay_min"` // nanoseconds in JSON
	DelayMax time.Duration `json:"delay_max"`

	// GarbledFile is the rate of damaged files (batch results, statements) in genuine answers.
	GarbledFile int `json:"garbled_file"`

	// Rates of rows in day statements; the sum is at most 1000.
	RowMissing int `json:"row_missing"`
	RowExtra   int `json:"row_extra"`
	RowAmount  int `json:"row_amount"`
	RowTwice   int `json:"row_twice"`
	RowCrossed int `json:"row_crossed"`
}

type rate struct {
	fault Fault
	rate  int
}

func (f Faults) rates() []rate {
	return []rate{
		{LostBefore, f.LostBefore},
		{LostAfter, f.LostAfter},
		{ErrorBefore, f.ErrorBefore},
		{ErrorAfter, f.ErrorAfter},
		{Garbled, f.Garbled},
		{Twice, f.Duplicate},
		{LatePaid, f.LatePaid},
		{LateUnpaid, f.LateUnpaid},
		{BusyDayEnd, f.DayEnd},
		{BrokenBank, f.SystemError},
	}
}

type rowRate struct {
	row  Difference
	rate int
}

func (f Faults) rowRates() []rowRate {
	return []rowRate{
		{RowMissing, f.RowMissing},
		{RowExtra, f.RowExtra},
		{RowAmount, f.RowAmount},
		{RowTwice, f.RowTwice},
		{RowCrossed, f.RowCrossed},
	}
}

// Check tells whether the rates make sense.
func (f Faults) Check() error {
	sum, rows := 0, 0
	for _, r := range f.rates() {
		if r.rate < 0 {
			return errors.New("bank simulator: negative rate")
		}
		sum += r.rate
	}
	for _, r := range f.rowRates() {
		if r.rate < 0 {
			return errors.New("bank simulator: negative rate")
		}
		rows += r.rate
	}
	switch {
	case sum > 1000, rows > 1000, f.Delay < 0, f.Delay > 1000, f.GarbledFile < 0, f.GarbledFile > 1000:
		return errors.New("bank simulator: rates above 1000 per thousand")
	case f.DelayMin < 0 || f.DelayMax < f.DelayMin:
		return errors.New("bank simulator: delays out of order")
	}
	return nil
}

// dice rolls the faults.
type dice struct {
	mu     sync.Mutex
	faults Faults
	came   map[uint64]uint64 // messages so far by path and reference, while there are rates
}

func (d *dice) get() Faults {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.faults
}

// set changes the rates and starts counting anew.
func (d *dice) set(f Faults) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults, d.came = f, map[uint64]uint64{}
}

// roll is what happens to the next message on this path under this reference.
func (d *dice) roll(path string, ref bankapi.Ref) (Fault, time.Duration, Faults, string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.faults
	if f == (Faults{}) {
		return NoFault, 0, f, ""
	}
	key := mix(f.Seed, path, ref.Key())
	d.came[key]++
	turn := strconv.FormatUint(d.came[key], 10)
	var delay time.Duration
	if below(mix(f.Seed, "delay", path, ref.Key(), turn), f.Delay) {
		span := uint64(f.DelayMax-f.DelayMin) + 1                                               //nolint:gosec // Check refuses a negative span
		delay = f.DelayMin + time.Duration(mix(f.Seed, "how long", path, ref.Key(), turn)%span) //nolint:gosec // at most the span
	}
	n := mix(f.Seed, "fault", path, ref.Key(), turn) % 1000
	for _, r := range f.rates() {
		if n < uint64(r.rate) { //nolint:gosec // Check refuses a negative rate
			return r.fault, delay, f, turn
		}
		n -= uint64(r.rate) //nolint:gosec // Check refuses a negative rate
	}
	return NoFault, delay, f, turn
}

// row is how the row of a debit differs; always the same for one reference.
func (f Faults) row(ref bankapi.Ref) Difference {
	n := mix(f.Seed, "row", ref.Key()) % 1000
	for _, r := range f.rowRates() {
		if n < uint64(r.rate) { //nolint:gosec // Check refuses a negative rate
			return r.row
		}
		n -= uint64(r.rate) //nolint:gosec // Check refuses a negative rate
	}
	return NoDifference
}

func below(n uint64, perMille int) bool { return n%1000 < uint64(perMille) } //nolint:gosec // Check refuses a negative rate

// mix is a well-spread number that depends on all parts.
func mix(seed uint64, parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	z := h.Sum64() + seed*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Window is a daily window of Asia/Shanghai in minutes since midnight; it may
// run over midnight. The zero value is no window.
type Window struct{ From, To int }

func (w Window) holds(t time.Time) bool {
	local := t.In(period.Zone)
	m := local.Hour()*60 + local.Minute()
	if w.From <= w.To {
		return w.From <= m && m < w.To
	}
	return m >= w.From || m < w.To
}

// ParseWindow reads "23:30-00:10"; the empty text is no window.
func ParseWindow(s string) (Window, error) {
	if s == "" {
		return Window{}, nil
	}
	bad := errors.New("bank simulator: a window is written 23:30-00:10")
	if len(s) != 11 || s[5] != '-' {
		return Window{}, bad
	}
	from, err := time.Parse("15:04", s[:5])
	to, err2 := time.Parse("15:04", s[6:])
	if err != nil || err2 != nil {
		return Window{}, bad
	}
	return Window{from.Hour()*60 + from.Minute(), to.Hour()*60 + to.Minute()}, nil
}
