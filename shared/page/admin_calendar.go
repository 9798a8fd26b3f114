package page

// PathAdminCalendar is the calendar of planned debit runs.
const PathAdminCalendar = "/admin/calendar"

// Form fields of PathAdminCalendar.
const (
	CalendarFieldMonth  = "month"  // 2026-12
	CalendarFieldCutOff = "cutoff" // 2026-12-09T18:00, Asia/Shanghai
)

// AdminCalendar is the state of PathAdminCalendar (批扣计划).
type AdminCalendar struct {
	Month       string          `json:"month"` // 2026年12月
	Earlier     string          `json:"earlier"`
	Later       string          `json:"later"`
	Weeks       [][]CalendarDay `json:"weeks"` // seven days each, Monday first
	Plans       Table           `json:"plans"`
	May         bool            `json:"may,omitempty"` // may plan
	Schemes     []Fact          `json:"schemes"`
	Scheme      string          `json:"scheme"`
	Years       []Fact          `json:"years"`
	Year        string          `json:"year"`
	Date        string          `json:"date"`
	First       string          `json:"first"` // first day a run may have
	CutOff      string          `json:"cutoff"`
	Authorities []RunChoice     `json:"authorities"`
	Problems    []Problem       `json:"problems,omitempty"`
}

// CalendarDay is one day of the month.
type CalendarDay struct {
	Day   int    `json:"day"`
	Date  string `json:"date"`
	Off   bool   `json:"off,omitempty"`   // of another month
	Today bool   `json:"today,omitempty"` //
	Free  string `json:"free,omitempty"`  // why offices are closed
	Plans []Cell `json:"plans,omitempty"` // a link when its run is there
}
