package certificate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"shebao/shared/period"
)

// Format names the canonical form; it changes when Facts does.
const Format = "shebao-certificate/1"

// paper is the canonical form's outside.
type paper struct {
	Format string `json:"format"`
	Facts
}

// Canonical is the one JSON form of the facts, the form that is signed and attached:
// fields in the order of Facts, no white space, times in business time, UTF-8
// unescaped. The error is Check's.
func (f Facts) Canonical() ([]byte, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	return f.encode()
}

func (f Facts) encode() ([]byte, error) {
	f.IssuedAt = f.IssuedAt.In(period.Zone)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(paper{Format: Format, Facts: f}); err != nil {
		return nil, fmt.Errorf("encode certificate facts: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ParseCanonical reads what Canonical wrote and nothing else: another spelling of the
// same facts, an unknown field or facts that fail Check are an ErrFacts error.
func ParseCanonical(b []byte) (Facts, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var p paper
	if err := dec.Decode(&p); err != nil {
		return Facts{}, wrong("not JSON of this kind")
	}
	if _, err := dec.Token(); err != io.EOF {
		return Facts{}, wrong("something follows the JSON")
	}
	if p.Format != Format {
		return Facts{}, wrong("unknown format")
	}
	if err := p.Check(); err != nil {
		return Facts{}, err
	}
	again, err := p.encode()
	if err != nil {
		return Facts{}, err
	}
	if !bytes.Equal(again, b) {
		return Facts{}, wrong("not in canonical form")
	}
	return p.Facts, nil
}

// Issued is the issue time in business time as printed, 2026年11月23日 15:04:05.
func (f Facts) Issued() string {
	return f.IssuedAt.In(period.Zone).Format("2006年01月02日 " + time.TimeOnly)
}
