package pdf

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"fmt"

	"github.com/digitorus/pdf"
	"github.com/digitorus/pdfsign/sign"

	"shebao/shared/certificate"
)

// sign appends the certification signature that permits no change. Nothing may touch
// the document afterwards.
func (m *Maker) sign(document []byte, f certificate.Facts) ([]byte, error) {
	reader, err := pdf.NewReader(bytes.NewReader(document), int64(len(document)))
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	k := m.options.Keys
	var out bytes.Buffer
	err = sign.Sign(bytes.NewReader(document), &out, reader, int64(len(document)), sign.SignData{
		Signature: sign.SignDataSignature{
			Info:       sign.SignDataSignatureInfo{Name: f.Issuer, Reason: "社会保险费缴费证明 " + f.Number, Date: f.IssuedAt},
			CertType:   sign.CertificationSignature,
			DocMDPPerm: sign.DoNotAllowAnyChangesPerms,
		},
		Signer:            k.Signer(),
		DigestAlgorithm:   crypto.SHA256,
		Certificate:       k.Leaf,
		CertificateChains: [][]*x509.Certificate{append([]*x509.Certificate{k.Leaf}, k.Chain...)},
	})
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
