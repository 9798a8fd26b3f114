package page

// Patterns of the menus of both schemes.
const (
	PatternPension = "/pension"
	PatternMedical = "/medical"
)

// SchemeMenu is the state of a scheme's menu.
type SchemeMenu struct {
	Scheme  string        `json:"scheme"` // heading
	Entries []SchemeEntry `json:"entries"`
}

// SchemeEntry is one function of a menu.
type SchemeEntry struct {
	Icon  string `json:"icon"`
	Label string `json:"label"`
	Note  string `json:"note"`
	Path  string `json:"path"`
	Tag   string `json:"tag,omitempty"` // something waits there
}
