package sandbox

import "syscall"

// limit takes from this process what reading a PDF does not need.
func limit() error {
	for _, l := range []struct {
		resource int
		value    uint64
	}{
		{syscall.RLIMIT_AS, Memory},
		{syscall.RLIMIT_CPU, uint64(Timeout.Seconds())},
		{syscall.RLIMIT_FSIZE, 0}, // writes no file
		{syscall.RLIMIT_CORE, 0},
	} {
		if err := syscall.Setrlimit(l.resource, &syscall.Rlimit{Cur: l.value, Max: l.value}); err != nil {
			return err
		}
	}
	return nil
}

// attributes let no child outlive this program.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
