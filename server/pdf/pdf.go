// Package pdf makes the certificate of contributions (社会保险费缴费证明) as a signed PDF:
// layout, stamps, the attached facts and the signature. It decides nothing about who
// may have one and stores nothing.
package pdf

import (
	"errors"
	"fmt"
	"image"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"shebao/server/pdf/fonts"
	"shebao/server/pdf/keys"
	"shebao/shared/certificate"
)

// pt is a length on paper, 1/72 inch.
type pt = float64 //nolint:forbidigo // a place on the page, never money

// Options is what a deployer decides about the paper.
type Options struct {
	Fonts     fonts.Set
	Keys      *keys.Keys
	VerifyURL string      // address of the public verification page; the QR code adds ?code=
	Seal      Seal        // drawn once
	SealImage image.Image // the deployer's own seal with a transparent ground; wins over Seal
	Watermark string      // "演示" on copies that nobody configured, "" for none
	Notes     []string    // lines under the check code; nil for the usual ones
}

// Maker makes certificates. Several goroutines may use it.
type Maker struct {
	options   Options
	seal      mask
	watermark mask
}

// ErrOptions says that the options can't make a certificate.
var ErrOptions = errors.New("certificate options")

// New prepares what all certificates share: it draws the seal and the watermark.
func New(o Options) (*Maker, error) {
	if len(o.Fonts.Regular) == 0 || o.Fonts.Bold == nil || o.Keys == nil || o.VerifyURL == "" {
		return nil, fmt.Errorf("%w: fonts, keys and the verification address are needed", ErrOptions)
	}
	api.DisableConfigDir()
	if o.Notes == nil {
		o.Notes = usualNotes
	}
	m := &Maker{options: o}
	var err error
	if o.SealImage != nil {
		m.seal = maskOf(o.SealImage)
	} else if m.seal, err = drawSeal(o.Fonts, o.Seal); err != nil {
		return nil, fmt.Errorf("draw seal: %w", err)
	}
	if o.Watermark != "" {
		if m.watermark, err = drawWatermark(o.Fonts, o.Watermark); err != nil {
			return nil, fmt.Errorf("draw watermark: %w", err)
		}
	}
	return m, nil
}

// Make makes the signed certificate. A *fonts.MissingError says that a character can't
// be printed, a certificate.ErrFacts error that the facts are not for print. The result
// differs at each call (signature, document id), the facts in it do not.
func (m *Maker) Make(f certificate.Facts) ([]byte, error) {
	attached, err := m.attachment(f)
	if err != nil {
		return nil, fmt.Errorf("certificate %s: %w", f.Number, err)
	}
	s, err := m.layout(f)
	if err != nil {
		return nil, fmt.Errorf("lay out certificate %s: %w", f.Number, err)
	}
	stamped, err := m.stamp(s, f, attached)
	if err != nil {
		return nil, fmt.Errorf("stamp certificate %s: %w", f.Number, err)
	}
	signed, err := m.sign(stamped, f)
	if err != nil {
		return nil, fmt.Errorf("sign certificate %s: %w", f.Number, err)
	}
	return signed, nil
}

// Draft draws the pages alone, without seal, facts and signature: nobody may be given it.
// It is there to be measured.
func (m *Maker) Draft(f certificate.Facts) ([]byte, error) {
	s, err := m.layout(f)
	if err != nil {
		return nil, fmt.Errorf("lay out certificate %s: %w", f.Number, err)
	}
	drawn, err := s.finish()
	return drawn.data, err
}

// VerifyAddress is what the QR code of a certificate says.
func (m *Maker) VerifyAddress(code certificate.CheckCode) string {
	separator := "?"
	if strings.Contains(m.options.VerifyURL, "?") {
		separator = "&"
	}
	return m.options.VerifyURL + separator + "code=" + string(code)
}
