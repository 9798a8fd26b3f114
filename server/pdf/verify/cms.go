package verify

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/asn1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"

	"shebao/server/pdf/keys"
)

// errSignature says that a signature is not, to the last byte, one that we make.
var errSignature = errors.New("signature")

// errDigest says that a signature is ours and the signed bytes are not.
var errDigest = errors.New("signed bytes")

var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}

	// the parts of a signature that the signed attributes do not cover, as we write them
	derSHA256  = []byte{0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}
	derData    = []byte{0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01}
	derECDSA   = []byte{0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02}
	derRSA     = []byte{0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}
	context0   = tags.Tag(0).ContextSpecific().Constructed()
	derVersion = []byte{0x02, 0x01, 0x01}
)

// checkCMS verifies a detached CMS signature of the digest. It takes only what our own
// signer writes: one signer with a trusted certificate, SHA-256, no unsigned extras. So
// nobody can change a byte of it unseen, not even where CMS itself would not care.
func checkCMS(der []byte, digest [sha256.Size]byte, trust keys.Trust) error {
	input := cryptobyte.String(der)
	var info, explicit, data, digests cryptobyte.String
	var oid asn1.ObjectIdentifier
	if !input.ReadASN1(&info, tags.SEQUENCE) || !input.Empty() ||
		!info.ReadASN1ObjectIdentifier(&oid) || !oid.Equal(oidSignedData) ||
		!info.ReadASN1(&explicit, context0) || !info.Empty() ||
		!explicit.ReadASN1(&data, tags.SEQUENCE) || !explicit.Empty() ||
		!element(&data, derVersion) || !data.ReadASN1(&digests, tags.SET) || !element(&digests, derSHA256) || !digests.Empty() ||
		!element(&data, derData) {
		return errSignature
	}
	var certs, signers, signer cryptobyte.String
	if !data.ReadASN1(&certs, context0) || !data.ReadASN1(&signers, tags.SET) || !data.Empty() ||
		!signers.ReadASN1(&signer, tags.SEQUENCE) || !signers.Empty() {
		return errSignature
	}
	leaf := trusted(certs, trust)
	if leaf == nil {
		return errSignature
	}
	return checkSigner(signer, leaf, digest)
}

// element reads one element that must be these bytes.
func element(s *cryptobyte.String, want []byte) bool {
	var got cryptobyte.String
	var tag tags.Tag
	return s.ReadAnyASN1Element(&got, &tag) && bytes.Equal(got, want)
}

// trusted is the signer's certificate: the first must be a trusted leaf, the others
// issuers that we know.
func trusted(certs cryptobyte.String, trust keys.Trust) *x509.Certificate {
	var leaf *x509.Certificate
	for _, l := range trust.Leaves {
		if bytes.HasPrefix(certs, l.Raw) {
			leaf = l
		}
	}
	if leaf == nil {
		return nil
	}
	rest := certs[len(leaf.Raw):]
	for !rest.Empty() {
		known := false
		for _, issuer := range trust.Issuers {
			if bytes.HasPrefix(rest, issuer.Raw) {
				rest, known = rest[len(issuer.Raw):], true
				break
			}
		}
		if !known {
			return nil
		}
	}
	return leaf
}

func checkSigner(signer cryptobyte.String, leaf *x509.Certificate, digest [sha256.Size]byte) error {
	var b cryptobyte.Builder
	b.AddASN1(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(leaf.RawIssuer)
		b.AddASN1BigInt(leaf.SerialNumber)
	})
	identifier, err := b.Bytes()
	if err != nil {
		return errSignature
	}
	algorithm := derECDSA
	if leaf.PublicKeyAlgorithm == x509.RSA {
		algorithm = derRSA
	}
	var attributes, signature cryptobyte.String
	var tag tags.Tag
	if !element(&signer, derVersion) || !element(&signer, identifier) || !element(&signer, derSHA256) ||
		!signer.ReadAnyASN1Element(&attributes, &tag) || tag != context0 ||
		!element(&signer, algorithm) || !signer.ReadASN1(&signature, tags.OCTET_STRING) || !signer.Empty() {
		return errSignature
	}
	signed := append([]byte{byte(tags.SET)}, attributes[1:]...) // what is signed says SET, what is stored [0]
	if keys.Check(leaf, signed, signature) != nil {
		return errSignature
	}
	if got := messageDigest(attributes); subtle.ConstantTimeCompare(got, digest[:]) != 1 {
		return errDigest
	}
	return nil
}

// messageDigest is the digest in the signed attributes, nil if there is not exactly one.
func messageDigest(attributes cryptobyte.String) []byte {
	var list cryptobyte.String
	if !attributes.ReadASN1(&list, context0) {
		return nil
	}
	var found []byte
	for !list.Empty() {
		var attribute, values, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		if !list.ReadASN1(&attribute, tags.SEQUENCE) || !attribute.ReadASN1ObjectIdentifier(&oid) {
			return nil
		}
		if !oid.Equal(oidMessageDigest) {
			continue
		}
		if found != nil || !attribute.ReadASN1(&values, tags.SET) || !values.ReadASN1(&value, tags.OCTET_STRING) || !values.Empty() {
			return nil
		}
		found = value
	}
	return found
}
