package vault

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrPermissions says that others than the owner can read a key file.
var ErrPermissions = errors.New("others can read the key file: chmod 600 it")

// LoadRing reads the ring file, or makes it with fresh keys, readable by its
// owner alone. Two processes that start at once end up with the same ring.
func LoadRing(path string, random io.Reader) (Ring, error) {
	text, err := loadOrCreate(path, func() (string, error) {
		r, err := NewRing(random)
		return r.Text(), err
	})
	if err != nil {
		return Ring{}, err
	}
	r, err := ParseRing(text)
	if err != nil {
		return Ring{}, fmt.Errorf("read %s: %w", path, err)
	}
	return r, nil
}

// RotateFile adds a fresh key to the ring file and returns the new ring. The
// file is replaced as a whole: a crash leaves the old one or the new one.
func RotateFile(path string, random io.Reader) (Ring, error) {
	text, err := read(path)
	if err != nil {
		return Ring{}, err
	}
	r, err := ParseRing(text)
	if err != nil {
		return Ring{}, fmt.Errorf("read %s: %w", path, err)
	}
	if r, err = r.Rotated(random); err != nil {
		return Ring{}, err
	}
	tmp, err := write(path, r.Text())
	if err != nil {
		return Ring{}, err
	}
	if err := os.Rename(tmp, path); err != nil {
		return Ring{}, fmt.Errorf("replace key file: %w", err)
	}
	return r, syncDir(path)
}

// LoadKey reads a file with a single key of 32 bytes in hexadecimal, or makes it
// as LoadRing does.
func LoadKey(path string, random io.Reader) ([]byte, error) {
	text, err := loadOrCreate(path, func() (string, error) {
		key := make([]byte, 32)
		if _, err := io.ReadFull(random, key); err != nil {
			return "", fmt.Errorf("make key: %w", err)
		}
		return hex.EncodeToString(key) + "\n", nil
	})
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("read %s: it must hold 64 hexadecimal digits", path)
	}
	return key, nil
}

func loadOrCreate(path string, create func() (string, error)) (string, error) {
	text, err := read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if text, err = create(); err != nil {
		return "", err
	}
	tmp, err := write(path, text)
	if err != nil {
		return "", err
	}
	defer os.Remove(tmp) //nolint:errcheck // left behind it harms nothing
	// A link, unlike a rename, does not replace what another process has made.
	if err := os.Link(tmp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make key file: %w", err)
	}
	if err := syncDir(path); err != nil {
		return "", err
	}
	return read(path)
}

func read(path string) (string, error) {
	f, err := os.Open(path) //nolint:gosec // the deployer names the file
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("read %s: %w", path, ErrPermissions)
	}
	b, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	return string(b), nil
}

// write puts text into a new file beside path, durably, and returns its name.
func write(path, text string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("write key file: %w", err)
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("write key file: %w", err)
	}
	return f.Name(), nil
}

func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("sync key folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync key folder: %w", err)
	}
	return nil
}
