package sandbox

import (
	"fmt"
	"os"
	"syscall"
)

// limit takes from this process what reading a PDF does not need.
func limit() error {
	reserved, err := addressSpace()
	if err != nil {
		return err
	}
	for _, l := range []struct {
		resource int
		value    uint64
	}{
		{syscall.RLIMIT_DATA, Memory},
		{syscall.RLIMIT_AS, reserved + Memory}, // the Go runtime reserves much that it never uses
		{syscall.RLIMIT_CPU, uint64(Timeout.Seconds())},
		{syscall.RLIMIT_FSIZE, 0}, // writes no file
		{syscall.RLIMIT_CORE, 0},
	} {
		if err := syscall.Setrlimit(l.resource, &syscall.Rlimit{Cur: l.value, Max: l.value}); err != nil {
			return fmt.Errorf("limit %d: %w", l.resource, err)
		}
	}
	return nil
}

// addressSpace is what this process has reserved at its start, bytes.
func addressSpace() (uint64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var pages uint64
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return 0, fmt.Errorf("own size: %w", err)
	}
	return pages * uint64(os.Getpagesize()), nil //nolint:gosec // a page size is positive
}

// attributes let no child outlive this program.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
