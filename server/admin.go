package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"shebao/server/config"
	"shebao/server/localmongo"
)

// backup is the command that copies the embedded store to a new file.
func backup(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: shebao backup FILE")
	}
	cfg, err := config.Load(os.Getenv, os.ReadFile)
	if err != nil {
		return err
	}
	if cfg.MongoURI != "" {
		return errors.New("backup copies the embedded store; use mongodump for a MongoDB server")
	}
	if err := localmongo.BackupDir(ctx, cfg.DataDir, args[0]); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "copied to %s; keep vault.keys with it, without that file personal data can't be read\n", args[0])
	return err
}

// health is the command that asks a running service whether it is ready.
func health(ctx context.Context, _ []string, out io.Writer) error {
	cfg, err := config.Load(os.Getenv, os.ReadFile)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only the status counts
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	_, err = fmt.Fprintln(out, "ready")
	return err
}
