// Package keys holds the signing key of certificates and whom a verifier trusts. It
// signs bytes; it knows nothing of PDF.
package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrKeys says that key files are there and not usable.
var ErrKeys = errors.New("signing keys")

// Keys is one signing key with its certificates.
type Keys struct {
	Leaf   *x509.Certificate   // the certificate of the signing key
	Chain  []*x509.Certificate // its issuers, the nearest first
	Former []*x509.Certificate // leaves of earlier keys: still trusted, no longer used
	signer crypto.Signer
}

// Signer is the private key.
func (k *Keys) Signer() crypto.Signer { return k.signer }

// Trust is whose signatures count: those of exactly these certificates. An issuer is
// not enough, since a public one signs for others too.
type Trust struct {
	Leaves  []*x509.Certificate
	Issuers []*x509.Certificate // may accompany a leaf in a signature; they vouch for nothing
}

// Trust is the trust in this key and the former ones.
func (k *Keys) Trust() Trust {
	return Trust{Leaves: append([]*x509.Certificate{k.Leaf}, k.Former...), Issuers: k.Chain}
}

// Find is the trusted certificate with the fingerprint, or nil.
func (t Trust) Find(fingerprint string) *x509.Certificate {
	for _, leaf := range t.Leaves {
		if Fingerprint(leaf) == fingerprint {
			return leaf
		}
	}
	return nil
}

// Fingerprint is the SHA-256 of the certificate, hexadecimal.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// Sign signs the message with SHA-256: ECDSA (ASN.1) or RSA PKCS #1 v1.5 by the kind of key.
func (k *Keys) Sign(message []byte) ([]byte, error) {
	sum := sha256.Sum256(message)
	sig, err := k.signer.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return sig, nil
}

// Check verifies what Sign made.
func Check(c *x509.Certificate, message, signature []byte) error {
	algorithm := x509.ECDSAWithSHA256
	if _, ok := c.PublicKey.(*rsa.PublicKey); ok {
		algorithm = x509.SHA256WithRSA
	}
	return c.CheckSignature(algorithm, message, signature)
}

// The files of a key directory. ca.key is only used to make further leaves.
const (
	leafKeyFile  = "leaf.key"
	leafCertFile = "leaf.crt"
	caKeyFile    = "ca.key"
	caCertFile   = "ca.crt"
	formerGlob   = "former-*.crt"
)

// Load reads the keys of a directory that Generate made, with the certificates of
// former keys (former-*.crt) if there are. The error is fs.ErrNotExist when there are none.
func Load(dir string) (*Keys, error) {
	k, err := LoadFiles(filepath.Join(dir, leafCertFile), filepath.Join(dir, leafKeyFile))
	if err != nil {
		return nil, err
	}
	ca, err := readCertificates(filepath.Join(dir, caCertFile))
	if err != nil {
		return nil, err
	}
	k.Chain = ca
	former, err := filepath.Glob(filepath.Join(dir, formerGlob))
	if err != nil {
		return nil, fmt.Errorf("%w: list former certificates: %w", ErrKeys, err)
	}
	for _, path := range former {
		cs, err := readCertificates(path)
		if err != nil {
			return nil, err
		}
		k.Former = append(k.Former, cs[0])
	}
	return k, nil
}

// LoadFiles reads a deployer's own key: certFile has the leaf and then its issuers
// (PEM), keyFile the private key (PEM, PKCS #8 or SEC 1; P-256 or RSA).
func LoadFiles(certFile, keyFile string) (*Keys, error) {
	certs, err := readCertificates(certFile)
	if err != nil {
		return nil, err
	}
	block, err := readPEM(keyFile)
	if err != nil {
		return nil, err
	}
	signer, err := parseKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrKeys, filepath.Base(keyFile), err)
	}
	public, ok := certs[0].PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(signer.Public()) {
		return nil, fmt.Errorf("%w: key and certificate do not belong together", ErrKeys)
	}
	return &Keys{Leaf: certs[0], Chain: certs[1:], signer: signer}, nil
}

func parseKey(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	switch k := parsed.(type) {
	case *ecdsa.PrivateKey:
		return k, nil
	case *rsa.PrivateKey:
		return k, nil
	default:
		return nil, fmt.Errorf("a key of kind %T can't sign certificates", parsed)
	}
}

func readPEM(path string) (*pem.Block, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the deployer names it
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%w: %s is not PEM", ErrKeys, filepath.Base(path))
	}
	return block, nil
}

func readCertificates(path string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the deployer names it
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	var certs []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrKeys, filepath.Base(path), err)
		}
		certs = append(certs, c)
	}
	if len(certs) == 0 {
		return nil, fmt.Errorf("%w: %s has no certificate", ErrKeys, filepath.Base(path))
	}
	return certs, nil
}
