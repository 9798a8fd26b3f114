package page

// Form fields of PathAdminRuns.
const (
	RunFieldScheme    = "scheme"
	RunFieldYear      = "year"
	RunFieldDate      = "date"
	RunFieldAuthority = "authority"
	RunFieldReason    = "reason"
	RunFieldState     = "state"
	RunFieldWhy       = "why"
)

// PathAdminRunPeople lists the people of a run.
const PathAdminRunPeople = "/admin/runs/{id}/people"

// RunChoice is one tax authority that a run may take.
type RunChoice struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	On    bool   `json:"on,omitempty"`
}

// AdminRuns is the state of PathAdminRuns (批量扣款).
type AdminRuns struct {
	May         bool        `json:"may,omitempty"` // may make runs
	Schemes     []Fact      `json:"schemes"`
	Scheme      string      `json:"scheme"`
	Years       []Fact      `json:"years"`
	Year        string      `json:"year"`
	Date        string      `json:"date"`
	First       string      `json:"first"` // first day a run may have
	Authorities []RunChoice `json:"authorities"`
	List        Table       `json:"list"`
	Problems    []Problem   `json:"problems,omitempty"`
}

// RunAction is something an officer can do with a run.
type RunAction struct {
	Do     string `json:"do"`
	Label  string `json:"label"`
	Weight string `json:"weight"`           // primary, ghost, danger
	Reason string `json:"reason,omitempty"` // label of the reason to type, "" when none is asked
	Typed  string `json:"typed,omitempty"`  // the reason as typed, when it was refused
	Says   string `json:"says,omitempty"`   // what will happen
	Ask    string `json:"ask,omitempty"`    // what can't be undone, said before it is pressed a second time
	Sends  []Fact `json:"sends,omitempty"`  // what its form sends besides: field and value
}

// AdminRun is the state of PathAdminRun.
type AdminRun struct {
	Title    string      `json:"title"`
	State    string      `json:"state"`
	Tone     string      `json:"tone"`
	Steps    int         `json:"steps"` // index of the step: 试算 提交 复核 执行 完成
	Facts    []Fact      `json:"facts"`
	Round    int         `json:"round,omitempty"` // of the progress, 0 for the first
	Progress bool        `json:"progress,omitempty"`
	Done     int64       `json:"done"`
	Of       int64       `json:"of"`
	Stats    []AdminStat `json:"stats"`
	Actions  []RunAction `json:"actions,omitempty"`
	Waits    string      `json:"waits,omitempty"` // why nothing can be done by this officer
	Tables   []Table     `json:"tables"`
	Problems []Problem   `json:"problems,omitempty"`
	Running  bool        `json:"running,omitempty"`
	Live     string      `json:"live,omitempty"`
}

// InFrame asks again while numbers move.
func (s AdminRun) InFrame(f Frame) Frame {
	f.Title = s.Title
	if s.Running {
		f.Live, f.Refresh = s.Live, 3
	}
	return f
}

// AdminCase is the state of PathAdminDifference and PathAdminDoubt: one thing to decide.
type AdminCase struct {
	Title    string       `json:"title"`
	State    string       `json:"state"`
	Tone     string       `json:"tone"`
	Facts    []Fact       `json:"facts"`
	Actions  []CaseAction `json:"actions,omitempty"`
	Waits    string       `json:"waits,omitempty"`  // why this officer can do nothing
	Rules    []string     `json:"rules,omitempty"`  // what the decision goes by
	Links    []Fact       `json:"links,omitempty"`  // label and path of what it leads to
	Seen     string       `json:"seen,omitempty"`   // sent as AdminFieldSeen with every decision
	Tables   []Table      `json:"tables,omitempty"` // what the decision is about
	History  Table        `json:"history"`
	Problems []Problem    `json:"problems,omitempty"`
}

// CaseAction is one way to decide.
type CaseAction struct {
	Do     string `json:"do"`
	Label  string `json:"label"`
	Weight string `json:"weight"`
	Fields []Ask  `json:"fields,omitempty"`
	Says   string `json:"says,omitempty"`
	Ask    string `json:"ask,omitempty"` // what can't be undone, said before it is pressed a second time
}
