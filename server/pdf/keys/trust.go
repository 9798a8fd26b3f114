package keys

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// LoadTrust reads whom to trust without any private key: from a directory that Generate
// made, or from a PEM file with signers' certificates and, if there are, their issuers.
func LoadTrust(path string) (Trust, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Trust{}, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	files := []string{path}
	if info.IsDir() {
		former, err := filepath.Glob(filepath.Join(path, formerGlob))
		if err != nil {
			return Trust{}, fmt.Errorf("%w: list former certificates: %w", ErrKeys, err)
		}
		files = append([]string{filepath.Join(path, leafCertFile), filepath.Join(path, caCertFile)}, former...)
	}
	var t Trust
	for _, file := range files {
		certs, err := readCertificates(file)
		if err != nil {
			return Trust{}, err
		}
		for _, c := range certs {
			if c.IsCA {
				t.Issuers = append(t.Issuers, c)
			} else {
				t.Leaves = append(t.Leaves, c)
			}
		}
	}
	if len(t.Leaves) == 0 {
		return Trust{}, fmt.Errorf("%w: %s has no signer's certificate", ErrKeys, filepath.Base(path))
	}
	return t, nil
}

// PEM is the trust as a file that LoadTrust reads. It has nothing secret.
func (t Trust) PEM() []byte {
	var b bytes.Buffer
	for _, c := range append(t.Leaves[:len(t.Leaves):len(t.Leaves)], t.Issuers...) {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}
