package keys_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"shebao/server/pdf/keys"
)

var now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestGenerate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "keys")
	if _, err := keys.Load(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("keys where none are: %v", err)
	}
	k, err := keys.LoadOrGenerate(dir, "示例", now)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the_files_are_for_their_owner_only", func(t *testing.T) {
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 4 {
			t.Fatalf("%d files, %v", len(entries), err)
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Fatalf("%s %v %v", e.Name(), info.Mode(), err)
			}
		}
	})
	t.Run("the_leaf_is_the_CAs", func(t *testing.T) {
		roots := x509.NewCertPool()
		roots.AddCert(k.Chain[0])
		if _, err := k.Leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("loading_again_gives_the_same_key", func(t *testing.T) {
		again, err := keys.LoadOrGenerate(dir, "示例", now)
		if err != nil || !again.Leaf.Equal(k.Leaf) {
			t.Fatal(err)
		}
		sig, err := again.Sign([]byte("message"))
		if err != nil {
			t.Fatal(err)
		}
		if err := keys.Check(k.Leaf, []byte("message"), sig); err != nil {
			t.Fatal(err)
		}
		if keys.Check(k.Leaf, []byte("Message"), sig) == nil {
			t.Fatal("another message passes")
		}
	})
	t.Run("keys_that_are_there_are_never_replaced", func(t *testing.T) {
		if err := keys.Generate(dir, "示例", now); !errors.Is(err, fs.ErrExist) {
			t.Fatal(err)
		}
	})
	t.Run("former_leaves_stay_trusted", func(t *testing.T) {
		other, err := keys.LoadOrGenerate(filepath.Join(t.TempDir(), "keys"), "示例", now)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, "leaf.crt"))
		if err != nil {
			t.Fatal(err)
		}
		if other.Trust().Find(keys.Fingerprint(k.Leaf)) != nil {
			t.Fatal("trusted without reason")
		}
		next := filepath.Join(t.TempDir(), "keys")
		if _, err := keys.LoadOrGenerate(next, "示例", now); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(next, "former-1.crt"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		loaded, err := keys.Load(next)
		if err != nil || loaded.Trust().Find(keys.Fingerprint(k.Leaf)) == nil {
			t.Fatalf("not trusted: %v", err)
		}
	})
}

func TestGenerateAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	var wait sync.WaitGroup
	var all [6]*keys.Keys
	for i := range all {
		wait.Go(func() {
			k, err := keys.LoadOrGenerate(dir, "示例", now)
			if err != nil {
				t.Error(err)
				return
			}
			all[i] = k
		})
	}
	wait.Wait()
	for _, k := range all {
		if k == nil || !bytes.Equal(k.Leaf.Raw, all[0].Leaf.Raw) {
			t.Fatal("different keys")
		}
	}
}

func TestLoadFiles(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for _, dir := range []string{a, b} {
		if err := keys.Generate(dir, "示例", now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := keys.LoadFiles(a+"/leaf.crt", a+"/leaf.key"); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.LoadFiles(a+"/leaf.crt", b+"/leaf.key"); !errors.Is(err, keys.ErrKeys) {
		t.Fatalf("a key of another certificate: %v", err)
	}
	if _, err := keys.LoadFiles(a+"/leaf.key", a+"/leaf.key"); !errors.Is(err, keys.ErrKeys) {
		t.Fatalf("a key for a certificate: %v", err)
	}
}
