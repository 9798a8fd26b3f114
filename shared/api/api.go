// Package api holds what every answer has in common: one error type with a
// stable code, and its form on the wire (RFC 9457, application/problem+json).
package api

import (
	"errors"
	"time"

	"shebao/shared/page"
	"shebao/shared/words"
)

// Code names one reason for a refusal. Programs may depend on it: a code never
// changes its meaning. Packages define their own; those here belong to everyone.
type Code string

// The codes that everyone uses.
const (
	CodeInvalid     Code = "invalid"      // 400, Fields say where
	CodeLogin       Code = "login"        // 401, not or no longer logged in
	CodeForbidden   Code = "forbidden"    // 403
	CodeNotFound    Code = "not_found"    // 404
	CodeConflict    Code = "conflict"     // 409, someone else was first
	CodeTooMany     Code = "too_many"     // 429, RetryAfter says when
	CodeUnavailable Code = "unavailable"  // 503, safe to try again
	CodeInternal    Code = "internal"     // 500, says nothing of the inside
	CodeFormExpired Code = "form_expired" // 403, the CSRF token is missing or old
)

// Error is a refusal that people may see. Compare with errors.Is, which looks at
// the Code only, or find it with errors.As or From.
type Error struct {
	Code       Code
	Message    string         // what happened, who holds the data, what to do next; Chinese
	Fields     []page.Problem // problems beside single fields, may be empty
	Status     int            // HTTP status, 400 to 599
	RetryAfter time.Duration  // > 0: asking earlier is pointless
	RequestID  string         // set at the edge, names the request in the log
}

// Error is the message for people.
func (e *Error) Error() string { return e.Message }

// Is tells whether target is an Error with the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With is a copy of e with another message.
func (e *Error) With(message string) *Error {
	c := *e
	c.Message = message
	return &c
}

// Refuse is a refusal by a rule of the trade (422).
func Refuse(code Code, message string) *Error {
	return &Error{Code: code, Message: message, Status: 422}
}

// Invalid is a refusal of what was sent, field by field (400).
func Invalid(fields ...page.Problem) *Error {
	e := &Error{Code: CodeInvalid, Message: words.Invalid, Fields: fields, Status: 400}
	if len(fields) == 1 {
		e.Message = fields[0].Message
	}
	return e
}

// Field is one problem beside a field.
func Field(field, message string) page.Problem { return page.Problem{Field: field, Message: message} }

// Unauthorized asks to log in first (401). The message may be "".
func Unauthorized(message string) *Error { return general(CodeLogin, 401, message, words.LoginFirst) }

// Forbidden refuses someone without the right (403). The message may be "".
func Forbidden(message string) *Error { return general(CodeForbidden, 403, message, words.Forbidden) }

// NotFound is for what does not exist or is none of the asker's business (404).
// The message may be "".
func NotFound(message string) *Error { return general(CodeNotFound, 404, message, words.NotFound) }

// Conflict is for a change that lost to another one (409). The message may be "".
func Conflict(message string) *Error { return general(CodeConflict, 409, message, words.Conflict) }

// TooMany asks to wait (429).
func TooMany(retryAfter time.Duration) *Error {
	e := general(CodeTooMany, 429, "", words.TooMany)
	e.RetryAfter = retryAfter
	return e
}

// Unavailable is for a part of the service that does not answer; trying again is
// safe (503). The message may be "".
func Unavailable(message string) *Error {
	return general(CodeUnavailable, 503, message, words.Unavailable)
}

// Internal is for everything unexpected (500). It says nothing of the inside.
func Internal() *Error { return general(CodeInternal, 500, "", words.Internal) }

func general(code Code, status int, message, fallback string) *Error {
	if message == "" {
		message = fallback
	}
	return &Error{Code: code, Message: message, Status: status}
}

// From finds the Error in err's chain; any other error becomes Internal. It is
// nil for nil. What it gives is safe to show.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Internal()
}

// CodeOf is the code of the Error in err's chain, CodeInternal for any other
// error and "" for nil.
func CodeOf(err error) Code {
	if e := From(err); e != nil {
		return e.Code
	}
	return ""
}
