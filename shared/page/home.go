package page

import (
	"shebao/shared/money"
)

// Paths from home to the four businesses (manual: 办&查 → 社保业务 → 社保费办理).
const (
	PathHome     = "/"
	PathServices = "/services"
	PathSocial   = "/services/social"
	PathShebao   = "/shebao"
	PathHelp     = "/help"
)

// Menus are the pages whose use is to lead on: small, and asked for by the browser app
// before the person goes there.
func Menus() []string {
	return []string{PathHome, PathServices, PathSocial, PathShebao, PatternPension, PatternMedical}
}

// Forms are asked for ahead like menus: empty forms on which nothing changes by itself.
func Forms() []string { return []string{PatternVerify} }

// Home is the state of PathHome.
type Home struct {
	Service    string        `json:"service"`
	Name       string        `json:"name"`     // masked
	Greeting   string        `json:"greeting"` // 上午好
	Owed       HomeOwed      `json:"owed"`
	Agreements int           `json:"agreements"`       // usable today
	Recent     []HomePayment `json:"recent,omitempty"` // paid last, newest first
	Care       CareHere      `json:"care"`
	Spoken     string        `json:"spoken,omitempty"` // the important sentence, read aloud in 关怀模式
}

// HomeOwed is what the person has to pay now.
type HomeOwed struct {
	Kind     OwedKind      `json:"kind"`
	Title    string        `json:"title"`              // 2026 年待缴
	Amount   money.Fen     `json:"amount,omitempty"`   // sum of what can be paid and is known
	Count    int           `json:"count,omitempty"`    // dues in Amount
	Schemes  string        `json:"schemes,omitempty"`  // 养老 / 医疗
	Deadline string        `json:"deadline,omitempty"` // 12-31 截止
	Urgent   bool          `json:"urgent,omitempty"`   // the deadline is near
	Pay      string        `json:"pay,omitempty"`      // path of 【去缴费】, for OwedDeclared of 【继续缴费】, "" when each of Declared has its own
	Unset    []string      `json:"unset,omitempty"`    // 城乡居民养老 2026 年: amount not known for lack of a setting
	Declared []HomePending `json:"declared,omitempty"` // declared, not yet paid
}

// HomePending are declarations of one scheme that wait for money.
type HomePending struct {
	Label  string    `json:"label"` // 城乡居民养老：已申报未缴费 1 笔
	Amount money.Fen `json:"amount"`
	Count  int       `json:"count"`
	Href   string    `json:"href"`
	Pay    bool      `json:"pay,omitempty"` // the person can pay them: Href goes on with that
}

// OwedKind says which card home shows.
type OwedKind string

// The kinds.
const (
	OwedSome     OwedKind = "some"     // there is something to pay
	OwedUnset    OwedKind = "unset"    // only dues whose amount is not chosen yet
	OwedDeclared OwedKind = "declared" // only what the person has declared already
	OwedNone     OwedKind = "none"     // enrolled, nothing to pay
	OwedUnknown  OwedKind = "unknown"  // no enrolment found
)

// HomePayment is one payment on home.
type HomePayment struct {
	Label  string    `json:"label"` // 城乡居民养老 2025 年
	Amount money.Fen `json:"amount"`
}

// Services is the state of PathServices and PathSocial, which are the same for everybody.
type Services struct{}

// Shebao is the state of PathShebao.
type Shebao struct {
	Pension    string `json:"pension,omitempty"` // 待缴 2 笔, "" for none
	Medical    string `json:"medical,omitempty"`
	Agreements string `json:"agreements,omitempty"` // 2 份有效
}

// Help is the state of PathHelp.
type Help struct{}
