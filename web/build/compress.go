package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/andybalholm/brotli"
)

// effort is how hard to compress.
type effort int

const (
	quick effort = 4
	best  effort = 11
)

func compressible(name string) bool { return filepath.Ext(name) != ".png" }

func (b *builder) brotli(body []byte) ([]byte, error) {
	return b.once(body, ".br"+strconv.Itoa(int(b.effort)), func(w io.Writer) io.WriteCloser {
		return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: int(b.effort), LGWin: 24})
	})
}

func (b *builder) gzip(body []byte) ([]byte, error) {
	n := min(int(b.effort), gzip.BestCompression)
	return b.once(body, ".gz"+strconv.Itoa(n), func(w io.Writer) io.WriteCloser {
		z, err := gzip.NewWriterLevel(w, n)
		if err != nil {
			panic(err) // the level is ours
		}
		return z
	})
}

// once compresses body, or reads what was compressed before from the cache.
func (b *builder) once(body []byte, ext string, to func(io.Writer) io.WriteCloser) ([]byte, error) {
	file := filepath.Join(b.cache, digest(body)+ext)
	if z, err := os.ReadFile(file); err == nil { //nolint:gosec // our own cache
		return z, nil
	}
	var buf bytes.Buffer
	w := to(&buf)
	if _, err := w.Write(body); err != nil {
		return nil, wrap("compress", err)
	}
	if err := w.Close(); err != nil {
		return nil, wrap("compress", err)
	}
	return buf.Bytes(), wrap("keep what was compressed", os.WriteFile(file, buf.Bytes(), 0o600))
}
