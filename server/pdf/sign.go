package pdf

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/digitorus/pdf"
	"github.com/digitorus/pdfsign/sign"

	"shebao/shared/certificate"
)

// signatureToBe stands for the signature's object number until that is known. It leaves
// room for a large one.
const signatureToBe = "SignatureObjectToBe"

// sign appends the certification signature that permits no change. Nothing may touch
// the document afterwards.
func (m *Maker) sign(document []byte, f certificate.Facts) ([]byte, error) {
	reader, err := pdf.NewReader(bytes.NewReader(document), int64(len(document)))
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	number := reader.XrefInformation.ItemCount + 1
	if document, err = pointToSignature(document, number); err != nil {
		return nil, err
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
	if !bytes.Contains(out.Bytes(), fmt.Appendf(nil, "\n%d 0 obj\n<<\n /Type /Sig\n", number)) {
		return nil, errors.New("the signature has another object number than expected")
	}
	return out.Bytes(), nil
}

// pointToSignature puts the signature's object number where the catalog's permissions
// name it, without moving anything.
func pointToSignature(document []byte, number int64) ([]byte, error) {
	place := []byte("/" + signatureToBe)
	if bytes.Count(document, place) != 1 {
		return nil, errors.New("no place for the signature's object number")
	}
	pointer := fmt.Sprintf(" %d 0 R", number)
	pointer += strings.Repeat(" ", len(place)-len(pointer))
	return bytes.Replace(document, place, []byte(pointer), 1), nil
}
