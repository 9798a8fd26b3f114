package verify

import (
	"context"
	"fmt"

	"shebao/shared/certificate"
)

// Record is what the register knows of a certificate number.
type Record struct {
	Edition   int                   // the latest
	State     certificate.State     // of the latest
	CheckCode certificate.CheckCode // of the latest
	Cause     certificate.Cause     // why the latest was withdrawn
}

// Registry is the register of certificates. Lookup says false for an unknown number.
type Registry interface {
	Lookup(ctx context.Context, number string) (Record, bool, error)
}

// Judge completes a report with the register's word. A file that is not as signed keeps
// its reason and the register is not asked; an error of the register is returned and
// says nothing about the file.
func Judge(ctx context.Context, r Report, registry Registry) (Report, error) {
	if r.Reason != Valid || r.Facts == nil {
		return r, nil
	}
	record, known, err := registry.Lookup(ctx, r.Facts.Number)
	if err != nil {
		return r, fmt.Errorf("look up certificate %s: %w", r.Facts.Number, err)
	}
	r.Reason = judge(record, known, *r.Facts)
	r.Current = r.Reason == Valid
	if r.Reason == Withdrawn {
		r.Cause = record.Cause
	}
	return r, nil
}

func judge(record Record, known bool, f certificate.Facts) Reason {
	switch {
	case !known || f.Edition > record.Edition:
		return NoRecord
	case record.State == certificate.Withdrawn:
		return Withdrawn
	case f.Edition < record.Edition:
		return Reissued
	case record.CheckCode != f.CheckCode || record.State != certificate.Ready:
		return Outdated
	}
	return Valid
}
