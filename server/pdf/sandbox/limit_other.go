//go:build !linux

package sandbox

import "syscall"

// limit does nothing: elsewhere than on Linux only the time limit and the garbage
// collector's soft limit hold. Production is Linux.
func limit() error { return nil }

func attributes() *syscall.SysProcAttr { return nil }
