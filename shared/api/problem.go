package api

import "shebao/shared/page"

// ContentType is the media type of a Problem.
const ContentType = "application/problem+json"

// Problem is an Error on the wire (RFC 9457).
type Problem struct {
	Type       string         `json:"type"`                 // "urn:shebao:error:" and the code
	Title      string         `json:"title"`                // the message for people
	Status     int            `json:"status"`               // HTTP status
	Code       Code           `json:"code"`                 // stable
	Instance   string         `json:"instance,omitempty"`   // "urn:shebao:request:" and the request id
	Errors     []page.Problem `json:"errors,omitempty"`     // field by field
	RetryAfter int            `json:"retryAfter,omitempty"` // whole seconds, rounded up
}

const (
	typePrefix     = "urn:shebao:error:"
	instancePrefix = "urn:shebao:request:"
)

// Problem is the error's form on the wire.
func (e *Error) Problem() Problem {
	p := Problem{
		Type:       typePrefix + string(e.Code),
		Title:      e.Message,
		Status:     e.Status,
		Code:       e.Code,
		Errors:     e.Fields,
		RetryAfter: e.RetrySeconds(),
	}
	if e.RequestID != "" {
		p.Instance = instancePrefix + e.RequestID
	}
	return p
}

// RetrySeconds is RetryAfter in whole seconds, rounded up, 0 for none.
func (e *Error) RetrySeconds() int {
	if e.RetryAfter <= 0 {
		return 0
	}
	return int((e.RetryAfter-1)/1e9) + 1
}
