package pdf

import (
	"encoding/json"
	"fmt"

	"shebao/server/pdf/keys"
	"shebao/shared/certificate"
)

// AttachmentName is the name of the attached file with the facts.
const AttachmentName = "certificate.json"

// Attachment is the attached file: the facts in canonical form, byte for byte, and a
// signature of them that holds without the PDF around it.
type Attachment struct {
	Facts     json.RawMessage `json:"facts"`
	Key       string          `json:"key"`       // keys.Fingerprint of the signer's certificate
	Signature []byte          `json:"signature"` // of AttachmentMessage(Facts)
}

// AttachmentMessage is what the attachment's signature signs.
func AttachmentMessage(facts []byte) []byte {
	return append([]byte("shebao certificate facts\n"), facts...)
}

func (m *Maker) attachment(f certificate.Facts) ([]byte, error) {
	facts, err := f.Canonical()
	if err != nil {
		return nil, err
	}
	signature, err := m.options.Keys.Sign(AttachmentMessage(facts))
	if err != nil {
		return nil, err
	}
	// put together by hand: json.Marshal would escape < and > inside the facts
	rest, err := json.Marshal(struct {
		Key       string `json:"key"`
		Signature []byte `json:"signature"`
	}{keys.Fingerprint(m.options.Keys.Leaf), signature})
	if err != nil {
		return nil, fmt.Errorf("encode attachment: %w", err)
	}
	out := append([]byte(`{"facts":`), facts...)
	out = append(out, ',')
	return append(out, rest[1:]...), nil
}
