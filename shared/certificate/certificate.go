// Package certificate holds the facts that a certificate of contributions
// (社会保险费缴费证明) states, its check code and its states. It knows neither paper nor
// storage: no I/O, no clock, no randomness of its own.
package certificate

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
)

// MaxRows is the most rows that one certificate states.
const MaxRows = 1000

// Facts is everything that one edition of a certificate states. Two certificates
// with equal Facts have the same canonical form, byte for byte.
type Facts struct {
	Number     string          `json:"number"`      // certificate number (证明编号), letters and digits
	Edition    int             `json:"edition"`     // 1 when first issued, one more at each re-issue of the number
	Name       string          `json:"name"`        // holder, as registered
	Document   idcard.Document `json:"document"`    // holder's identity document
	TaxpayerID string          `json:"taxpayer_id"` // 纳税人识别号
	Period     period.Period   `json:"period"`      // the range asked for (费款所属期), contains every row's period
	Rows       []Row           `json:"rows"`        // 1 … MaxRows, as printed
	Total      money.Fen       `json:"total"`       // fen, the rows' sum
	CheckCode  CheckCode       `json:"check_code"`  // 证明校验码
	Issuer     string          `json:"issuer"`      // who certifies
	IssuedAt   time.Time       `json:"issued_at"`   // whole seconds
}

// Row is one paid contribution.
type Row struct {
	Scheme    contribution.Scheme `json:"scheme"`    // 险种
	Period    period.Period       `json:"period"`    // 费款所属期
	Authority string              `json:"authority"` // name of the tax authority (税务机关)
	PaidOn    period.Date         `json:"paid_on"`   // 缴款日期
	Ticket    string              `json:"ticket"`    // 电子税票号
	Amount    money.Fen           `json:"amount"`    // fen, > 0
}

// ErrFacts is the error of facts that no certificate may state.
var ErrFacts = errors.New("certificate facts")

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFacts, fmt.Sprintf(format, args...))
}

// Check returns an ErrFacts error unless a certificate may state the facts. The
// error names the field, never its value.
func (f Facts) Check() error {
	for _, p := range []struct{ name, value string }{
		{"number", f.Number},
		{"name", f.Name},
		{"document number", f.Document.Number},
		{"taxpayer id", f.TaxpayerID},
		{"issuer", f.Issuer},
	} {
		if strings.TrimSpace(p.value) == "" {
			return wrong("no %s", p.name)
		}
	}
	if strings.Trim(f.Number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		return wrong("number has other characters than letters and digits")
	}
	if f.Edition < 1 {
		return wrong("edition %d", f.Edition)
	}
	if !f.Document.Type.Valid() {
		return wrong("document type")
	}
	if err := f.Period.Valid(); err != nil {
		return wrong("period: %v", err)
	}
	if _, err := ParseCheckCode(string(f.CheckCode)); err != nil {
		return wrong("check code")
	}
	if f.IssuedAt.IsZero() || f.IssuedAt.Nanosecond() != 0 {
		return wrong("issue time is not in whole seconds")
	}
	return f.checkRows()
}

func (f Facts) checkRows() error {
	if len(f.Rows) == 0 || len(f.Rows) > MaxRows {
		return wrong("%d rows", len(f.Rows))
	}
	var sum money.Fen
	for i, r := range f.Rows {
		if err := f.checkRow(r); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		if r.Amount > math.MaxInt64-sum {
			return wrong("rows add up to too much")
		}
		sum += r.Amount
	}
	if sum != f.Total {
		return wrong("total is not the rows' sum")
	}
	return nil
}

func (f Facts) checkRow(r Row) error {
	if r.Scheme.Levy().Name == "" {
		return wrong("scheme")
	}
	if err := r.Period.Valid(); err != nil {
		return wrong("period: %v", err)
	}
	if !f.Period.Contains(r.Period.From) || !f.Period.Contains(r.Period.To) {
		return wrong("period outside the certificate's")
	}
	if r.Authority == "" || r.Ticket == "" {
		return wrong("no authority or no ticket")
	}
	if !r.PaidOn.Valid() {
		return wrong("payment date")
	}
	if r.Amount <= 0 {
		return wrong("amount")
	}
	return nil
}

// Sum is the total of the rows, fen. It does not guard against overflow; Check does.
func Sum(rows []Row) money.Fen {
	var sum money.Fen
	for _, r := range rows {
		sum += r.Amount
	}
	return sum
}
