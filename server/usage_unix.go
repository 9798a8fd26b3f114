//go:build unix

package main

import (
	"os"
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

// peakMB is the most memory that a process that ended had resident.
func peakMB(p *os.ProcessState) int64 {
	u, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return int64(u.Maxrss) >> 10
}
