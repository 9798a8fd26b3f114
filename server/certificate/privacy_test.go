package certificate_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shebao/server/localmongo"
	"shebao/server/store"
	"shebao/server/vault"
	model "shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/period"
)

func TestDatabase(t *testing.T) {
	t.Run("no file of the database holds name, number, check code or document in clear", func(t *testing.T) {
		dir := t.TempDir()
		code := fill(t, dir)
		looked := 0
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if bytes.Contains(data, []byte("112026112300000001")) {
				looked++
			}
			for _, secret := range []string{name, liming, string(code), "%PDF-"} {
				if bytes.Contains(data, []byte(secret)) {
					t.Errorf("%s holds %s", filepath.Base(path), secret)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if looked == 0 {
			t.Error("no file holds the certificate number: the test looks in the wrong place")
		}
	})
}

// fill stores a certificate with its document in an embedded database and closes it.
func fill(t *testing.T, dir string) model.CheckCode {
	t.Helper()
	ctx := context.Background()
	ring, err := vault.NewRing(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(ring)
	if err != nil {
		t.Fatal(err)
	}
	local, err := localmongo.Open(ctx, localmongo.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(ctx, store.Options{URI: local.URI(), Dialer: local.Dialer(), Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	code, err := model.NewCheckCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 15, 4, 5, 0, period.Zone)
	c := model.Record{
		ID: "c1", Person: "li", Range: years(2025, 2025), Number: "112026112300000001", Edition: 1, State: model.Making, Applied: at, Next: at,
		Facts: model.Facts{
			Number: "112026112300000001", Edition: 1, Name: name, Document: idcard.Document{Type: idcard.ResidentID, Number: liming}, TaxpayerID: liming,
			Period: years(2025, 2025).Months, Total: 1, CheckCode: code, Issuer: "演示", IssuedAt: at,
			Rows: []model.Row{{
				Scheme: contribution.Pension, Period: period.YearPeriod(2025), Authority: "税务局", PaidOn: period.DateOf(at), Ticket: "3", Amount: 1,
			}},
		},
	}
	added, err := s.AddCertificate(ctx, c, "slot")
	if err != nil || !added {
		t.Fatal(added, err)
	}
	document := []byte("%PDF-1.7 " + name + liming)
	if err := s.PutCertificateFile(ctx, "c1", document); err != nil {
		t.Fatal(err)
	}
	if back, ok, err := s.CertificateFile(ctx, "c1"); err != nil || !ok || !bytes.Equal(back, document) {
		t.Fatal(ok, err)
	}
	if found, ok, err := s.CertificateByCheck(ctx, liming, string(code)); err != nil || !ok || found.Facts.Name != name {
		t.Fatal(ok, err)
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
	return code
}
