// Package page is the contract between a page's two halves: its server code
// (Load, Act) and its picture (View). It holds the path patterns, the form field
// names and the state types of every screen, and nothing that does any work.
package page

import "shebao/shared/lang"

// Envelope is one answered page: what a plain request finds inside the HTML
// document and what the browser app asks for as JSON.
type Envelope struct {
	Pattern string `json:"pattern"` // the page's path pattern, "/payments/{id}"
	URL     string `json:"url"`     // path and query that show this page again
	Frame   Frame  `json:"frame"`
	State   JSON   `json:"state"` // the page's own state type
	// Tree is the page as the server drew it (node.AppendJSON), when it is not in zh-CN: the
	// browser app has no catalogues and shows it instead of drawing State.
	Tree JSON `json:"tree,omitempty"`
}

// JSON is a text in JSON that is not read yet, as encoding/json's RawMessage is; the
// browser app does without that package.
type JSON []byte

// MarshalJSON is the text; without one, null.
func (j JSON) MarshalJSON() ([]byte, error) {
	if j == nil {
		return []byte("null"), nil
	}
	return j, nil
}

// UnmarshalJSON keeps a copy of the text.
func (j *JSON) UnmarshalJSON(b []byte) error {
	j.SetJSON(b)
	return nil
}

// SetJSON keeps a copy of the text.
func (j *JSON) SetJSON(b []byte) { *j = append((*j)[:0], b...) }

// Layout says which chrome a page stands in.
type Layout string

// The layouts.
const (
	LayoutResident Layout = ""      // phone column, bottom tabs
	LayoutPlain    Layout = "plain" // phone column without tabs: login, public pages
	LayoutConsole  Layout = "admin" // officers' desktop console
)

// Frame is what surrounds a page's own content.
type Frame struct {
	Title   string `json:"title"`             // the h1 and, with Service, the document title
	Service string `json:"service"`           // the service's own name, 社保费办理（演示）
	Layout  Layout `json:"layout,omitempty"`  //
	Back    string `json:"back,omitempty"`    // path of 【返回】, "" for none
	Tab     string `json:"tab,omitempty"`     // path of the active bottom tab (or console entry), "" hides the tabs
	User    string `json:"user,omitempty"`    // masked name of the signed-in person
	Token   string `json:"token,omitempty"`   // goes into every post form as the field FieldToken
	Notice  string `json:"notice,omitempty"`  // said once, as a toast, after an action
	Live    string `json:"live,omitempty"`    // server-sent events here mean: ask for this page again
	Refresh int    `json:"refresh,omitempty"` // seconds after which a page without script reloads itself, 0 never
	Unread  int    `json:"unread,omitempty"`  // notices not yet read
	Demo    bool   `json:"demo,omitempty"`    // marks every screen 演示
	Care    bool   `json:"care,omitempty"`    // 关怀模式: large type, large targets, fewer things
	Size    int    `json:"size,omitempty"`    // px of body text in 关怀模式
	Left    int    `json:"left,omitempty"`    // seconds until the login ends unless there is another request, 0 when nobody is logged in
	Warn    int    `json:"warn,omitempty"`    // so many seconds before that end the person is asked whether to stay
	Bare    bool   `json:"bare,omitempty"`    // the view draws its own top (home); only a hidden h1 is added
	Nav     []Nav  `json:"nav,omitempty"`     // console only: the entries of the sidebar
	Meta    string `json:"meta,omitempty"`    // console only: beside the title, "2026-11-23 · 操作员 王*（业务经办）"
	Logout  string `json:"logout,omitempty"`  // console only: where 退出登录 posts to

	Lang   lang.Tag `json:"lang,omitempty"`   // what the page is written in; Title, Service and Notice too
	Here   string   `json:"here,omitempty"`   // where a change of language returns to, "" for no choice on this page
	Offers lang.Tag `json:"offers,omitempty"` // a language that the browser prefers and nobody has chosen or refused yet
	Said   string   `json:"said,omitempty"`   // what scripts say, in Lang: a JSON object by the Chinese text; "" in zh-CN
}

// Nav is one entry of the console's sidebar.
type Nav struct {
	Path  string `json:"path"`
	Label string `json:"label"`
	Count int    `json:"count,omitempty"` // things waiting there
}

// Problem is one thing wrong with what a person sent, beside the field it is about.
type Problem struct {
	Field   string `json:"field,omitempty"` // form field name and element id, "" when it is about the whole page
	Message string `json:"message"`         // what happened and what to do next, in the person's words
}

// FieldToken is the form field that carries Frame.Token (CSRF).
const FieldToken = "csrf"
