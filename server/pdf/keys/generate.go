package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// How long generated certificates are valid, years. What a leaf signed while it was
// valid stays genuine.
const (
	caYears   = 20
	leafYears = 10
)

// documentSigning is the extended key usage for signing documents (RFC 9336).
var documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}

// LoadOrGenerate loads the directory's keys, making them first if there are none. Of
// several programs that do so at once, all get the same keys.
func LoadOrGenerate(dir, organization string, now time.Time) (*Keys, error) {
	k, err := Load(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	if err := Generate(dir, organization, now); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return Load(dir)
}

// Generate makes a CA and a leaf (both ECDSA P-256) in the directory, readable to the
// program's user only. It replaces nothing: where there are files, the error is fs.ErrExist.
func Generate(dir, organization string, now time.Time) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("generate signing keys: %w", fs.ErrExist)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fmt.Errorf("generate signing keys: %w", err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), ".keys-")
	if err != nil {
		return fmt.Errorf("generate signing keys: %w", err)
	}
	defer os.RemoveAll(temp) //nolint:errcheck // renamed away when all went well
	if err := generate(temp, organization, now); err != nil {
		return fmt.Errorf("generate signing keys: %w", err)
	}
	// a rename on a directory that has files fails: the first of several wins
	if err := os.Rename(temp, dir); err != nil {
		return fmt.Errorf("generate signing keys: %w", errors.Join(err, fs.ErrExist))
	}
	return nil
}

func generate(dir, organization string, now time.Time) error {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca, err := template(organization, organization+" CA", now, caYears)
	if err != nil {
		return err
	}
	ca.IsCA, ca.MaxPathLenZero, ca.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	leaf, err := template(organization, organization+" 缴费证明签名", now, leafYears)
	if err != nil {
		return err
	}
	leaf.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	leaf.UnknownExtKeyUsage = []asn1.ObjectIdentifier{documentSigning}
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} // without it some readers warn
	if err := writePair(dir, caCertFile, caKeyFile, ca, ca, caKey, caKey); err != nil {
		return err
	}
	return writePair(dir, leafCertFile, leafKeyFile, leaf, ca, leafKey, caKey)
}

func template(organization, name string, now time.Time, years int) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Country: []string{"CN"}, Organization: []string{organization}, CommonName: name},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.AddDate(years, 0, 0),
		BasicConstraintsValid: true,
	}, nil
}

func writePair(dir, certFile, keyFile string, cert, issuer *x509.Certificate, key *ecdsa.PrivateKey, issuerKey crypto.Signer) error {
	der, err := x509.CreateCertificate(rand.Reader, cert, issuer, key.Public(), issuerKey)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(dir, keyFile), "PRIVATE KEY", private); err != nil {
		return err
	}
	return writePEM(filepath.Join(dir, certFile), "CERTIFICATE", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
