package page

// Paths of the officers' console (经办端).
const (
	PathAdmin           = "/admin"
	PathAdminLogin      = "/admin/login"
	PathAdminLogout     = "/admin/logout"
	PathAdminRuns       = "/admin/runs"
	PathAdminRun        = "/admin/runs/{id}"
	PathAdminRecon      = "/admin/reconciliation"
	PathAdminDifference = "/admin/reconciliation/{id}"
	PathAdminPayments   = "/admin/payments"
	PathAdminDoubt      = "/admin/payments/{id}"
	PathAdminResidents  = "/admin/residents"
	PathAdminResident   = "/admin/residents/{id}"
	PathAdminImports    = "/admin/imports"
	PathAdminImport     = "/admin/imports/{id}"
	PathAdminRates      = "/admin/rates"
	PathAdminRate       = "/admin/rates/{id}"
	PathAdminRateChange = "/admin/rates/changes/{id}"
	PathAdminAgreement  = "/admin/agreements"
	PathAdminNotices    = "/admin/notices"
	PathAdminNotice     = "/admin/notices/{id}"
	PathAdminAudit      = "/admin/audit"
	PathAdminHealth     = "/admin/health"
	PathAdminOfficers   = "/admin/officers"
)

// Form fields of the console.
const (
	AdminFieldDo       = "do"
	AdminFieldID       = "id"
	AdminFieldNext     = "next"
	AdminFieldUser     = "user"
	AdminFieldPassword = "password"
	AdminFieldCode     = "code"
	AdminFieldName     = "name"
	AdminFieldRole     = "role"
	AdminFieldFind     = "find"
	AdminFieldBy       = "by"
	AdminFieldFile     = "file"
	AdminFieldKind     = "kind"
	AdminFieldNote     = "note"
	AdminFieldEvidence = "evidence"
	AdminFieldTrace    = "trace"
	AdminFieldFrom     = "from"
	AdminFieldTo       = "to"
	AdminFieldWho      = "who"
	AdminFieldWhat     = "what"
	AdminFieldSubject  = "subject"
	AdminFieldAfter    = "after"
	AdminFieldDay      = "day"
	AdminFieldShow     = "show"
	AdminFieldSeen     = "seen" // what the officer decides about, as it stood on their page
)

// AdminLogin is the state of PathAdminLogin.
type AdminLogin struct {
	Service  string      `json:"service"`
	User     string      `json:"user,omitempty"` // as typed
	Problems []Problem   `json:"problems,omitempty"`
	Demo     []DemoLogin `json:"demo,omitempty"` // demo mode only
}

// DemoLogin is one of the demo officers on the login page.
type DemoLogin struct {
	User, Role, Password, Secret string
	Code                         string // the one-time code of this moment
}

// Cell is one cell of a Table.
type Cell struct {
	Text string `json:"text"`
	Href string `json:"href,omitempty"` // a link
	Tone string `json:"tone,omitempty"` // ok, warn, bad, off: a tag; "" plain text
	// Do makes the cell a button: what it sends as AdminFieldDo, with ID as AdminFieldID.
	Do string `json:"do,omitempty"`
	ID string `json:"id,omitempty"`
	// Ask is what will happen, said before a button that can't be undone is pressed a second time.
	Ask string `json:"ask,omitempty"`
	// Spoken is a button's accessible name when the text alone does not say what it is about.
	Spoken string `json:"spoken,omitempty"`
}

// TableColumn is one column of a Table.
type TableColumn struct {
	Head   string `json:"head"`
	Figure bool   `json:"figure,omitempty"` // digits: right aligned
}

// Table is rows of cells with what stands around them.
type Table struct {
	Title   string        `json:"title"`
	Note    string        `json:"note,omitempty"` // under the title
	Columns []TableColumn `json:"columns"`
	Rows    [][]Cell      `json:"rows,omitempty"`
	Empty   string        `json:"empty,omitempty"` // said when there are no rows
	Next    string        `json:"next,omitempty"`  // path of the following rows
	// Export and Workbook are paths of the whole table as CSV and XLSX.
	Export   string `json:"export,omitempty"`
	Workbook string `json:"workbook,omitempty"`
}

// Fact is one line of a detail.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// AdminStat is one figure of the console.
type AdminStat struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Note  string `json:"note,omitempty"`
	Href  string `json:"href,omitempty"`
}

// DayBar is one day of the chart.
type DayBar struct {
	Day    string `json:"day"` // 11-23
	Fen    int64  `json:"fen"`
	Count  int    `json:"count"`
	Amount string `json:"amount"` // as shown in the table
}

// Workbench is the state of PathAdmin (工作台).
type Workbench struct {
	Stats []AdminStat `json:"stats"`
	Run   *RunBrief   `json:"run,omitempty"` // the run under way, or the newest
	Days  []DayBar    `json:"days"`
	Queue Table       `json:"queue"`
	AsOf  string      `json:"asOf"` // time of the figures, 10:32:07
	Live  string      `json:"live,omitempty"`
}

// InFrame asks again when the figures change, and every half minute without scripts.
func (s Workbench) InFrame(f Frame) Frame {
	f.Live, f.Refresh = s.Live, 30
	return f
}

// RunBrief is a debit run in short.
type RunBrief struct {
	Title, Href, State, Tone string
	Done, Of                 int64
	Banks                    Table
}

// AdminResidents is the state of PathAdminResidents.
type AdminResidents struct {
	Find     string    `json:"find,omitempty"` // as typed
	By       string    `json:"by"`             // number or name
	Found    *Table    `json:"found,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// AdminResident is the state of PathAdminResident: everything masked.
type AdminResident struct {
	Name   string  `json:"name"`
	Facts  []Fact  `json:"facts"`
	Tables []Table `json:"tables"`
}

// InFrame puts the resident's masked name in the title.
func (s AdminResident) InFrame(f Frame) Frame {
	f.Title = "居民 " + s.Name
	return f
}

// AdminImports is the state of PathAdminImports.
type AdminImports struct {
	May      bool      `json:"may,omitempty"` // may import
	Kind     string    `json:"kind"`
	Kinds    []Fact    `json:"kinds"` // value and label
	Columns  []Table   `json:"columns"`
	Jobs     Table     `json:"jobs"`
	Problems []Problem `json:"problems,omitempty"`
}

// AdminImport is the state of PathAdminImport.
type AdminImport struct {
	Title   string      `json:"title"`
	State   string      `json:"state"`
	Tone    string      `json:"tone"`
	Done    int64       `json:"done"`
	Of      int64       `json:"of"`
	Running bool        `json:"running,omitempty"`
	Stats   []AdminStat `json:"stats"`
	Rows    Table       `json:"rows"`
	All     bool        `json:"all,omitempty"` // all rows are shown, not only the refused ones
	Here    string      `json:"here"`
	Live    string      `json:"live,omitempty"`
}

// InFrame asks again while the import runs.
func (s AdminImport) InFrame(f Frame) Frame {
	if s.Running {
		f.Live, f.Refresh = s.Live, 3
	}
	return f
}

// AdminList is the state of screens that are one table with a form above it.
type AdminList struct {
	Intro    string      `json:"intro,omitempty"`
	Fields   []Ask       `json:"fields,omitempty"` // the form; none: no form
	Post     bool        `json:"post,omitempty"`   // what is asked may not stand in an address
	Submit   string      `json:"submit,omitempty"` // 查询
	Do       string      `json:"do,omitempty"`     // what the form's button sends as AdminFieldDo
	Tables   []Table     `json:"tables"`
	Stats    []AdminStat `json:"stats,omitempty"`
	Problems []Problem   `json:"problems,omitempty"`
	Said     string      `json:"said,omitempty"` // result of what was just done
	SaidTone string      `json:"saidTone,omitempty"`
	Actions  []RunAction `json:"actions,omitempty"`
	Acts     string      `json:"acts,omitempty"`     // heading of the card with the actions: what they are about
	ActsNote string      `json:"actsNote,omitempty"` // under them
	Again    int         `json:"again,omitempty"`    // seconds after which the page is asked again, without script
	Back     string      `json:"back,omitempty"`     // where the way back leads when not to the list
}

// InFrame asks again where numbers move.
func (s AdminList) InFrame(f Frame) Frame {
	f.Refresh = s.Again
	if s.Back != "" {
		f.Back = s.Back
	}
	return f
}

// Ask is one field of an AdminList's form.
type Ask struct {
	Label   string `json:"label"`
	Name    string `json:"name"`
	Value   string `json:"value,omitempty"`
	Type    string `json:"type,omitempty"` // "", date, number
	Options []Fact `json:"options,omitempty"`
	Hint    string `json:"hint,omitempty"`
}

// AdminRate is the state of PathAdminRate: a change that is proposed.
type AdminRate struct {
	Title    string    `json:"title"`
	Fields   []Ask     `json:"fields"`
	May      bool      `json:"may,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// AdminOfficers is the state of PathAdminOfficers.
type AdminOfficers struct {
	User     string        `json:"user,omitempty"`
	Name     string        `json:"name,omitempty"`
	Role     string        `json:"role,omitempty"`
	Roles    []Fact        `json:"roles"`
	List     Table         `json:"list"`
	Fresh    *FreshOfficer `json:"fresh,omitempty"` // shown once
	Problems []Problem     `json:"problems,omitempty"`
}

// FreshOfficer is what is handed to a new officer, shown once.
type FreshOfficer struct {
	User     string   `json:"user"`
	Role     string   `json:"role"`
	Password string   `json:"password"`
	Secret   string   `json:"secret"`
	Recovery []string `json:"recovery"`
	QR       QR       `json:"qr"`
}

// QR is a QR code: rows of modules, '1' dark.
type QR []string
