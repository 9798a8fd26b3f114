// Command shebao is the social-insurance payment service (社保费办理): the server with
// the browser app inside, the bank simulator and the tools around them.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"shebao/server/pdf/preview"
	"shebao/server/pdf/sandbox"
)

// version is set by the linker.
var version = "dev"

// command is one thing the program can be asked to do.
type command struct {
	name, about string
	run         func(ctx context.Context, args []string, out io.Writer) error
}

func commands() []command {
	return []command{
		{"serve", "serve the service (the default)", serve},
		{"banksim", "run the bank simulator alone", bankSimulator},
		{"seed", "fill an empty store: -people N synthetic residents", seed},
		{"bench", "print figures: bench (store and payments beside the raw floor), bench run, bench import, bench certificate", bench},
		{"verify", "check a certificate without the service: verify [-ca FILE] CERTIFICATE.pdf", verifyFile},
		{"officer", "officer add NAME -role ROLE, officer reset NAME: prints the keys once", officerCommand},
		{"backup", "copy the embedded store of a running or stopped service: backup FILE", backup},
		{"health", "ask a running service whether it is ready; for containers", health},
		{"config", "list the settings", listConfig},
		{"version", "print the version", printVersion},
	}
}

// softMemory is what the garbage collector tries to keep the heap below: with the program
// itself (60 MB) and SQLite's caches a server is to stay below 300 MB. The
// environment's GOMEMLIMIT goes before it.
const softMemory = 128 << 20

func main() {
	sandbox.RunChild() // if this is a child that reads a stranger's file, it goes no further
	preview.RunChild() // nor if it compiles the page renderer
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "shebao:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	name := "serve"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	for _, c := range commands() {
		if c.name == name {
			return c.run(ctx, args, out)
		}
	}
	if name != "help" && name != "-h" && name != "--help" {
		return fmt.Errorf("there is no command %q; shebao help lists them", name)
	}
	for _, c := range commands() {
		if _, err := fmt.Fprintf(out, "  shebao %-8s %s\n", c.name, c.about); err != nil {
			return err
		}
	}
	return nil
}

func printVersion(_ context.Context, _ []string, out io.Writer) error {
	_, err := fmt.Fprintln(out, "shebao", version)
	return err
}
