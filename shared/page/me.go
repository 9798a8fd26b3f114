package page

import "shebao/shared/lang"

// Paths of the person's own things.
const (
	PathMe       = "/me"
	PathCare     = "/me/care"
	PathLang     = "/me/language"
	PathPassword = "/me/password"
	PathNotices  = "/me/notices"
	PathPayees   = "/me/people"
	PathInbox    = "/demo/inbox"
	PathOffline  = "/offline" // a file, no page: it has to be there without the server
)

// Form fields of PathCare and PathLang.
const (
	FieldCare = "care" // CareOn or CareOff
	FieldLang = "lang" // lang.Tag's Code
	FieldHere = "here" // path to return to
	FieldSize = "size" // px of body text: 20, 24 or 30; without it 关怀模式 keeps the size it had
)

// Form fields of PathPassword; the new password is LoginFieldPassword.
const (
	PasswordFieldOld   = "old"
	PasswordFieldAgain = "again" // the new one once more
)

// The values of FieldCare.
const (
	CareOn  = "1"
	CareOff = "0"
)

// CareHere is what the switch of 关怀模式 needs on any page.
type CareHere struct {
	On   bool   `json:"on,omitempty"`
	Here string `json:"here,omitempty"` // path and query to return to
	Size int    `json:"size,omitempty"` // px of body text while On
}

// Me is the state of PathMe.
type Me struct {
	Name         string   `json:"name"`         // masked
	DocumentType string   `json:"documentType"` // 居民身份证
	Document     string   `json:"document"`     // masked
	Phone        string   `json:"phone"`        // masked
	Unread       int      `json:"unread,omitempty"`
	Agreements   int      `json:"agreements,omitempty"` // usable today
	Care         CareHere `json:"care"`
}

// Password is the state of PathPassword. Nothing typed is in it.
type Password struct {
	Problems []Problem `json:"problems,omitempty"`
}

// CareSwitch is the state of PathCare.
type CareSwitch struct {
	Care CareHere `json:"care"`
}

// Languages is the state of PathLang.
type Languages struct {
	Current lang.Tag `json:"current,omitempty"`
	Here    string   `json:"here"` // path and query to return to
}

// Inbox is the state of PathInbox: the text messages of demo mode.
type Inbox struct {
	Messages []InboxMessage `json:"messages,omitempty"` // newest first
}

// InboxMessage is one text message that would have been sent.
type InboxMessage struct {
	At    string `json:"at"`    // 2026-11-23 09:30:00
	Phone string `json:"phone"` // masked
	Text  string `json:"text"`
}
