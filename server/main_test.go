package main

import (
	"os"
	"testing"

	"shebao/server/pdf/preview"
	"shebao/server/pdf/sandbox"
)

// TestMain lets the children that the program starts do their work: here they are this
// test, started again.
func TestMain(m *testing.M) {
	sandbox.RunChild()
	preview.RunChild()
	os.Exit(m.Run())
}
