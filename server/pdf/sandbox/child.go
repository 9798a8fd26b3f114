package sandbox

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"shebao/server/pdf/keys"
	"shebao/server/pdf/verify"
)

// RunChild does the child's work and ends the process, if this process is a child; else
// it returns at once. Main, and TestMain of packages that use a Reader, call it first.
func RunChild() {
	if len(os.Args) != 2 || os.Args[1] != argument {
		return
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

func serve(in io.Reader, out io.Writer) error {
	if err := limit(); err != nil {
		return fmt.Errorf("set limits: %w", err)
	}
	var r request
	if err := json.NewDecoder(io.LimitReader(in, 2*verify.MaxSize)).Decode(&r); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	var trust keys.Trust
	for _, list := range []struct {
		der  [][]byte
		into *[]*x509.Certificate
	}{{r.Leaves, &trust.Leaves}, {r.Issuers, &trust.Issuers}} {
		for _, der := range list.der {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				return fmt.Errorf("read certificate: %w", err)
			}
			*list.into = append(*list.into, c)
		}
	}
	return json.NewEncoder(out).Encode(verify.Read(r.File, trust))
}
