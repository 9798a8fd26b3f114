package localmongo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"shebao/server/localmongo/internal/sq"
)

// Backup writes a consistent copy of the store to a new file, while the store goes on working. The copy is the store as it
// was at one moment after the call; it can be opened as store.db in another directory. It fails with ErrExists when path
// exists.
func (s *Server) Backup(ctx context.Context, path string) error {
	if err := s.begin(); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer s.work.Done()
	c, err := sq.Open(s.path, sq.ReadOnly)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer func() { s.report("close backup", c.Close()) }()
	return copyTo(ctx, c, path)
}

// copyTo writes the file to a name beside path, makes it durable, and gives it its name.
func copyTo(ctx context.Context, c *sq.Conn, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("back up to %s: %w", path, ErrExists)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: the caller chooses the file
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		c.Interrupt()
	})
	err = c.Exec("vacuum into ?", part)
	if !stop() {
		<-interrupted // c must not be closed before
		if sq.Is(err, sq.Interrupt) {
			err = ctx.Err()
		}
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Link(part, path) // unlike a rename it never replaces a file
	}
	if e := os.Remove(part); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // G304: the caller chooses the directory
	if err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", dir, err)
	}
	return nil
}
