//go:build !linux

package preview

import "syscall"

func attributes() *syscall.SysProcAttr { return nil }

func yield(int) {}
