package e2e

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// refuse runs the program, which must end by itself with exit code 1 and one clear
// message, and returns the message.
func refuse(t *testing.T, within time.Duration, env ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "serve")
	cmd.Env = append(append(os.Environ(), "SHEBAO_ADDR=127.0.0.1:0"), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("ended with %v within %s\n%s%s", err, within, &out, &errs)
	}
	if strings.Contains(out.String(), "http://") {
		t.Errorf("it said that it serves:\n%s", &out)
	}
	var said []string
	for line := range strings.Lines(errs.String()) {
		if strings.HasPrefix(line, "shebao:") {
			said = append(said, line)
		}
	}
	if len(said) != 1 {
		t.Errorf("%d messages:\n%s", len(said), &errs)
	}
	return errs.String()
}

func TestStartRefused(t *testing.T) {
	t.Parallel()
	says := func(t *testing.T, message string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(message, p) {
				t.Errorf("the message does not say %q: %s", p, message)
			}
		}
	}
	t.Run("a_MongoDB_server_that_can't_be_reached", func(t *testing.T) {
		dir := t.TempDir()
		message := refuse(t, 10*time.Second, "SHEBAO_DATA_DIR="+dir, "SHEBAO_MONGODB_URI=mongodb://127.0.0.1:1/?replicaSet=rs0")
		says(t, message, "database")
		if _, err := os.Stat(filepath.Join(dir, "store.db")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("an embedded store was started all the same: %v", err)
		}
	})
	t.Run("settings_that_make_no_sense", func(t *testing.T) {
		message := refuse(t, 5*time.Second, "SHEBAO_DATA_DIR="+t.TempDir(), "SHEBAO_AUDIT_DAYS=7", "SHEBAO_ENV=test")
		says(t, message, "SHEBAO_AUDIT_DAYS", "SHEBAO_ENV")
	})
	t.Run("a_second_program_on_the_same_data", func(t *testing.T) {
		p := start(t, t.TempDir())
		says(t, refuse(t, 10*time.Second, "SHEBAO_DATA_DIR="+p.dir), "embedded store", p.dir)
	})
	t.Run("a_corrupt_store", func(t *testing.T) {
		dir := t.TempDir()
		start(t, dir).stop()
		file := filepath.Join(dir, "store.db")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := range data[:min(len(data), 64<<10)] {
			data[i] ^= 0x5a
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		says(t, refuse(t, 10*time.Second, "SHEBAO_DATA_DIR="+dir), "embedded store", dir, "damaged")
	})
	t.Run("a_port_that_is_taken", func(t *testing.T) {
		p := start(t, t.TempDir())
		addr := strings.TrimPrefix(p.url, "http://")
		says(t, refuse(t, 10*time.Second, "SHEBAO_DATA_DIR="+t.TempDir(), "SHEBAO_ADDR="+addr), "SHEBAO_ADDR", addr)
	})
	t.Run("a_data_folder_that_can't_be_written", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		says(t, refuse(t, 5*time.Second, "SHEBAO_DATA_DIR="+filepath.Join(file, "data")), "data directory")
	})
}

func TestNothingPersonalInTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, dir)
	w := p.visit(t, devices["without_javascript"])
	w.login(liming)
	w.toDues()
	w.do(w.Tick(thisYear), w.Press("提交"))
	w.payWith("北京银行")
	w.do(w.See("缴费成功"))
	p.kill()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, filepath.Join(dir, "bank")+string(filepath.Separator)) {
			return err // the simulated bank is not ours
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, secret := range []string{liming, "13800000001", "6217000000000000012", "6222020000000000018", "李明", "欧阳𠮷"} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s has %q in clear", path, secret)
			}
		}
		return nil
	})
	if err != nil || files < 2 {
		t.Fatalf("%d files: %v", files, err)
	}
	if log := p.log.String(); strings.Contains(strings.SplitN(log, "短信", 2)[1], liming) || strings.Contains(log, "13800000001") {
		t.Errorf("the log has personal data:\n%s", log)
	}
}
