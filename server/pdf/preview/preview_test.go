package preview_test

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shebao/server/pdf/pdftest"
	"shebao/server/pdf/preview"
)

// resident is this process's memory, as the kernel says it.
func resident(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	for _, line := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(line, "VmRSS") {
			return line
		}
	}
	return "unknown"
}

func TestMain(m *testing.M) {
	preview.RunChild()
	os.Exit(m.Run())
}

func TestPage(t *testing.T) {
	document := pdftest.Make(t, pdftest.Maker(t, pdftest.Keys(t)), pdftest.Facts(t, 26))
	cache := filepath.Join(os.TempDir(), "shebao-preview-test-cache") // compiled code, kept between runs
	p := preview.New(preview.Options{CacheDir: cache, Idle: time.Second})
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	start := time.Now()
	if err := p.Warm(t.Context()); err != nil || p.Running() {
		t.Fatalf("warm: %v, running %v", err, p.Running())
	}
	t.Logf("warm: %v, %s", time.Since(start), resident(t))
	t.Run("is_a_picture_of_the_page_with_ink_on_it", func(t *testing.T) {
		for _, page := range []int{1, 2} {
			start := time.Now()
			b, err := p.Page(t.Context(), document, page, 150)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("page %d: %v, %d KB, %s", page, time.Since(start), len(b)/1024, resident(t))
			if len(b) > 250<<10 {
				t.Errorf("a phone loads %d bytes", len(b))
			}
			img, err := png.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if s := img.Bounds().Size(); s.X < 1230 || s.X > 1250 || s.Y < 1745 || s.Y > 1765 {
				t.Fatalf("%v for A4 in 150 dots an inch", s)
			}
			dark := 0
			for y := range img.Bounds().Dy() {
				for x := range img.Bounds().Dx() {
					if r, _, _, _ := img.At(x, y).RGBA(); r < 0x4000 {
						dark++
					}
				}
			}
			if dark < 5000 {
				t.Fatalf("only %d dark pixels", dark)
			}
		}
	})
	t.Run("a_page_that_is_not_there_is_an_error", func(t *testing.T) {
		for _, page := range []int{-1, 0, 3} {
			if _, err := p.Page(t.Context(), document, page, 72); !errors.Is(err, preview.ErrPage) {
				t.Fatalf("page %d: %v", page, err)
			}
		}
	})
	t.Run("a_broken_document_is_an_error", func(t *testing.T) {
		if _, err := p.Page(t.Context(), document[:500], 1, 72); err == nil {
			t.Fatal("no error")
		}
	})
	t.Run("an_idle_renderer_closes_and_starts_again", func(t *testing.T) {
		deadline := time.After(20 * time.Second)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for p.Running() {
			select {
			case <-deadline:
				t.Fatal("still running")
			case <-tick.C:
			}
		}
		start := time.Now()
		if _, err := p.Page(t.Context(), document, 1, 72); err != nil {
			t.Fatal(err)
		}
		t.Logf("restart with the compiled code kept: %v", time.Since(start))
	})
}
