//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime is what this process, or its children that ended, have taken so far.
func processorTime(of whose) time.Duration {
	who := syscall.RUSAGE_SELF
	if of == children {
		who = syscall.RUSAGE_CHILDREN
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
