package localmongo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"shebao/server/localmongo/internal/sq"
)

// BackupDir is Backup for the store in dir, which another process may have open.
func BackupDir(ctx context.Context, dir, path string) error {
	c, err := sq.Open(filepath.Join(dir, "store.db"), sq.ReadOnly)
	if err != nil {
		return fmt.Errorf("back up %s: %w", dir, err)
	}
	return errors.Join(copyTo(ctx, c, path), c.Close())
}
