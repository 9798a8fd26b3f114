// Package intake holds the model of an import (导入): a file of rows that other bureaus
// send, each row taken or refused on its own. No I/O, no clock.
package intake

import (
	"strconv"
	"time"
)

// Kind is what the rows of a file are.
type Kind string

// The kinds.
const (
	Enrolments Kind = "enrolments" // 参保登记
	Dues       Kind = "dues"       // 核定应缴费款
)

// Kinds lists the kinds in the order of screens.
func Kinds() []Kind { return []Kind{Enrolments, Dues} }

// Label is the kind's name on screens.
func (k Kind) Label() string {
	switch k {
	case Enrolments:
		return "参保登记"
	case Dues:
		return "核定应缴费款"
	default:
		return string(k)
	}
}

// State is how far an import is.
type State string

// The states.
const (
	Loading State = "loading" // its rows are being stored; after a crash it stays so and nothing was taken
	Running State = "running"
	Done    State = "done"
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Loading:
		return "读取中"
	case Running:
		return "导入中"
	case Done:
		return "已完成"
	default:
		return string(s)
	}
}

// Job is one file.
type Job struct {
	ID       string    `json:"id"`
	Kind     Kind      `json:"kind"`
	File     string    `json:"file"` // as the officer's machine names it
	By       string    `json:"by"`   // officer's id
	State    State     `json:"state"`
	Rows     int       `json:"rows"`
	Taken    int       `json:"taken"`
	Refused  int       `json:"refused"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
}

// Handled is how many rows have a result.
func (j Job) Handled() int { return j.Taken + j.Refused }

// Row is one row as it stood in the file.
type Row struct {
	Line  int      `json:"line"` // 2 is the first below the heads
	Cells []string `json:"cells"`
}

// Verdict says what became of a row.
type Verdict string

// The verdicts.
const (
	Taken   Verdict = "taken"
	Known   Verdict = "known" // the very same was there already
	Refused Verdict = "refused"
)

// Label is the verdict's name on screens.
func (v Verdict) Label() string {
	switch v {
	case Taken:
		return "已导入"
	case Known:
		return "已存在"
	case Refused:
		return "未导入"
	default:
		return string(v)
	}
}

// Result is what became of one row. It holds masked data only, but for Cells.
type Result struct {
	Line    int     `json:"line"`
	Who     string  `json:"who"` // 李* 110101********1233, "" when it can't be read
	Verdict Verdict `json:"verdict"`
	Message string  `json:"message,omitempty"` // why it was refused
	// Cells are a refused row as it stood in the file, unmasked: for those who import only.
	Cells []string `json:"-"`
}

// Look changes whenever a page about the import would.
func (j Job) Look() string { return string(j.State) + "-" + strconv.Itoa(j.Handled()) }
