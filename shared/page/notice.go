package page

// Form fields of PathNotices.
const (
	NoticeFieldOpen = "open" // id of the notice to read and follow
	NoticeFieldUpTo = "upto" // key of the newest notice shown: all up to it are read
)

// NoticeQueryBefore is the query parameter with the key before which a page of notices begins.
const NoticeQueryBefore = "before"

// Notices is the state of PathNotices.
type Notices struct {
	Items  []NoticeItem `json:"items,omitempty"`  // newest first
	Unread string       `json:"unread,omitempty"` // 3, 99+; "" when there are none
	UpTo   string       `json:"upTo"`             // key of the newest notice of all shown
	Newest string       `json:"newest,omitempty"` // path of the first page, "" on it
	Older  string       `json:"older,omitempty"`  // path of the next page, "" at the end
}

// NoticeItem is one notice.
type NoticeItem struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	At     string `json:"at"`   // 2026-11-23 10:32
	Link   string `json:"link"` // path of the page about it, "" for none
	Unread bool   `json:"unread,omitempty"`
}
