package agreement_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"shebao/server/agreement"
	"shebao/server/localmongo"
	"shebao/server/store"
	"shebao/server/vault"
	model "shebao/shared/agreement"
	"shebao/shared/period"
)

func TestDatabase(t *testing.T) {
	t.Run("no file of the database holds an account number or a phone in clear", func(t *testing.T) {
		dir := t.TempDir()
		fill(t, dir)
		looked := 0
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if bytes.Contains(data, []byte("6217 **** **** 0012")) {
				looked++
			}
			for _, secret := range []string{pays, typed, "李明"} {
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
			t.Error("no file holds the masked number: the test looks in the wrong place")
		}
	})
}

// fill stores an application in an embedded database and closes it.
func fill(t *testing.T, dir string) {
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
	a := model.Agreement{
		ID: "a1", Payer: "li", Authority: dongcheng, Bank: "313", Account: "6217 **** **** 0012", Holder: "李*", Phone: "138****0001",
		State: model.Verifying, Applied: start, Effective: period.DateOf(start),
	}
	added, err := s.AddApplication(ctx, a, agreement.Numbers{Account: pays, Phone: typed})
	if err != nil || !added {
		t.Fatal(added, err)
	}
	if n, err := s.Numbers(ctx, "a1"); err != nil || n.Account != pays || n.Phone != typed {
		t.Fatal(err)
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := local.Close(); err != nil {
		t.Fatal(err)
	}
}
