package preview

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// argument is the hidden command that compiles the renderer into a folder.
const argument = "compile-page-renderer"

// RunChild does the child's work and ends the process, if this process is a child; else
// it returns at once. Main, and TestMain of packages that call Warm, call it first.
func RunChild() {
	if len(os.Args) != 3 || os.Args[1] != argument {
		return
	}
	step := context.Background()
	p := New(Options{CacheDir: os.Args[2]})
	if err := p.start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := p.release(step); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// compile fills the cache in a child process of low priority: compiling takes seconds of
// a processor and hundreds of megabytes, which this process would keep for a while.
func (p *PDFium) compile(ctx context.Context) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find own program: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, argument, p.cache) //nolint:gosec // our own program
	// nothing of our environment: it has secrets, and the child needs none
	cmd.Env = []string{"GOMEMLIMIT=256MiB", "GOTRACEBACK=none", "HOME=/nonexistent"}
	cmd.SysProcAttr = attributes()
	runtime.LockOSThread() // the child dies with the thread that started it
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("compile page renderer: %w", err)
	}
	yield(cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("compile page renderer: %w", err)
	}
	return nil
}
