// Package errors makes go-app's own errors: a message, what it is about, and what caused it.
package errors

import (
	"errors"

	"shebao/app/small/fmt"
)

// Error is an error of go-app's.
type Error struct {
	Message    string
	Tags       []Tag
	WrappedErr error
}

// Tag is one thing that an error is about.
type Tag struct {
	Key   string
	Value any
}

// New makes an error with a message.
func New(message string) Error { return Error{Message: message} }

// Newf makes an error with a message from a format.
func Newf(format string, v ...any) Error { return New(fmt.Sprintf(format, v...)) }

// WithTag adds what the error is about.
func (e Error) WithTag(key string, value any) Error {
	e.Tags = append(e.Tags[:len(e.Tags):len(e.Tags)], Tag{key, value})
	return e
}

// Wrap adds the cause.
func (e Error) Wrap(err error) Error {
	e.WrappedErr = err
	return e
}

// Unwrap is the cause.
func (e Error) Unwrap() error { return e.WrappedErr }

// Error is the message, what it is about and the cause.
func (e Error) Error() string {
	s := e.Message
	for _, t := range e.Tags {
		s += " " + t.Key + "=" + fmt.Sprint(t.Value)
	}
	if e.WrappedErr != nil {
		s += ": " + e.WrappedErr.Error()
	}
	return s
}

// Is reports whether err or one of its causes is target.
func Is(err, target error) bool { return errors.Is(err, target) }

// As finds the first error of target's type among err and its causes.
func As(err error, target any) bool { return errors.As(err, target) }

// Unwrap is the cause of err.
func Unwrap(err error) error { return errors.Unwrap(err) }
