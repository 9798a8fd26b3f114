//go:build !unix

package main

import (
	"os"
	"time"
)

// processorTime is not known here.
func processorTime(whose) time.Duration { return 0 }

// peakMB is not known here.
func peakMB(*os.ProcessState) int64 { return 0 }
