package page

// Framed is a state that changes the frame it stands in: the title of a step, the way
// back, live updates.
type Framed interface {
	// InFrame returns the frame with this state's changes.
	InFrame(f Frame) Frame
}

// PatternError is the pattern of the page that stands in for one that can't be shown.
const PatternError = "error"

// Error is the state of PatternError.
type Error struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Title   string `json:"title"`
	Message string `json:"message"`
	Request string `json:"request,omitempty"` // id to quote on the telephone
	Retry   string `json:"retry,omitempty"`   // path to try again, "" when that makes no sense
}

// InFrame gives the frame the error's title.
func (e Error) InFrame(f Frame) Frame {
	f.Title = e.Title
	return f
}
