// Package sandbox reads strangers' PDF files in a child process that may not take more
// than a little memory and time: this program, started again with a hidden argument.
package sandbox

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"shebao/server/pdf/keys"
	"shebao/server/pdf/verify"
)

// The child's limits. It is killed when it passes one, and the file is Unreadable.
const (
	Timeout   = 3 * time.Second
	Memory    = 512 << 20 // bytes of address space
	softSize  = "200MiB"  // the garbage collector works harder above this
	children  = 2         // at once; more wait
	replySize = 4 << 20
)

// argument is the hidden command. It is of no use to people: it reads a request on
// standard input and writes a report.
const argument = "read-pdf-in-sandbox"

// request goes to the child, before the file.
type request struct {
	Leaves  [][]byte `json:"leaves"` // DER
	Issuers [][]byte `json:"issuers"`
	File    []byte   `json:"file"`
}

// Reader reads files in children. Several goroutines may use it.
type Reader struct {
	trust   keys.Trust
	program string
	slots   chan struct{}
}

// New makes a reader of files that the trusted keys signed. Main must call RunChild
// before anything else.
func New(trust keys.Trust) (*Reader, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own program: %w", err)
	}
	return &Reader{trust: trust, program: program, slots: make(chan struct{}, children)}, nil
}

// Verify says what a file itself shows (verify.Read), within the limits. The error is
// the context's, or that no child could be started; the file is then not judged.
func (r *Reader) Verify(ctx context.Context, data []byte) (verify.Report, error) {
	if len(data) > verify.MaxSize {
		return verify.Report{Reason: verify.TooLarge}, nil
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return verify.Report{}, fmt.Errorf("wait for a PDF reader: %w", ctx.Err())
	}
	input, err := json.Marshal(request{Leaves: raw(r.trust.Leaves), Issuers: raw(r.trust.Issuers), File: data})
	if err != nil {
		return verify.Report{}, fmt.Errorf("ask PDF reader: %w", err)
	}
	output, err := r.run(ctx, input)
	if ctx.Err() != nil {
		return verify.Report{}, fmt.Errorf("read PDF: %w", ctx.Err())
	}
	var died *exec.ExitError
	if errors.As(err, &died) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, exec.ErrWaitDelay) {
		return verify.Report{Reason: verify.Unreadable}, nil
	}
	if err != nil {
		return verify.Report{}, fmt.Errorf("run PDF reader: %w", err)
	}
	var report verify.Report
	if err := json.Unmarshal(output, &report); err != nil {
		return verify.Report{}, fmt.Errorf("answer of PDF reader: %w", err)
	}
	return report, nil
}

func (r *Reader) run(ctx context.Context, input []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.program, argument) //nolint:gosec // our own program
	// nothing of our environment: it has secrets, and the child needs none
	cmd.Env = []string{"GOMEMLIMIT=" + softSize, "GOMAXPROCS=1", "GOTRACEBACK=none", "HOME=/nonexistent"}
	cmd.Stdin = bytes.NewReader(input)
	var output limited
	cmd.Stdout = &output
	cmd.WaitDelay = 200 * time.Millisecond
	cmd.SysProcAttr = attributes()
	runtime.LockOSThread() // the child dies with the thread that started it
	defer runtime.UnlockOSThread()
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return output.Bytes(), err
}

// limited keeps a reply of sane size.
type limited struct{ bytes.Buffer }

func (l *limited) Write(b []byte) (int, error) {
	if l.Len()+len(b) > replySize {
		return 0, io.ErrShortWrite
	}
	return l.Buffer.Write(b)
}

func raw(certs []*x509.Certificate) [][]byte {
	var all [][]byte
	for _, c := range certs {
		all = append(all, c.Raw)
	}
	return all
}
