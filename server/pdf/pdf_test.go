package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"shebao/server/pdf"
	"shebao/server/pdf/fonts"
	"shebao/server/pdf/pdftest"
	"shebao/shared/certificate"
)

// tool runs one of Poppler's programs on the file; a machine without them fails.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s (package poppler-utils): %v\n%s%s", name, err, out, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Fatalf("%s complains: %s", name, stderr.String())
	}
	return string(out)
}

func file(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMake(t *testing.T) {
	m := pdftest.Maker(t, pdftest.Keys(t))
	for rows, pages := range map[int]int{1: 1, 25: 1, 26: 2, 300: 12, 1000: 40} {
		t.Run(fmt.Sprintf("%d_rows", rows), func(t *testing.T) {
			f := pdftest.Facts(t, rows)
			data := pdftest.Make(t, m, f)
			path := file(t, data)

			t.Run("the_signature_is_valid_and_covers_the_whole_document", func(t *testing.T) {
				out := tool(t, "pdfsig", "-nocert", path)
				for _, want := range []string{"Signature is Valid.", "Total document signed", "SHA-256"} {
					if !strings.Contains(out, want) {
						t.Fatalf("no %q in\n%s", want, out)
					}
				}
				if !regexp.MustCompile(`/DocMDP [1-9]\d* 0 R`).Match(data) {
					t.Fatal("the catalog does not say that nothing may be changed")
				}
				if n := strings.Count(out, "Signature #"); n != 1 {
					t.Fatalf("%d signatures", n)
				}
			})
			t.Run("every_text_can_be_extracted_from_its_page", func(t *testing.T) {
				texts := strings.Split(strings.TrimSuffix(tool(t, "pdftotext", "-raw", path, "-"), "\f"), "\f")
				if len(texts) != pages {
					t.Fatalf("%d pages", len(texts))
				}
				for i, expected := range pdf.Texts(f) {
					page := strings.NewReplacer(" ", "", "\n", "", "\u00a0", "").Replace(texts[i])
					for _, want := range append(expected, "社会保险费缴费证明", f.Number, fmt.Sprintf("第%d页/共%d页", i+1, pages)) {
						if !strings.Contains(page, strings.ReplaceAll(want, " ", "")) {
							t.Fatalf("page %d has no %q:\n%s", i+1, want, texts[i])
						}
					}
				}
			})
			t.Run("fonts_are_embedded_and_have_character_maps", func(t *testing.T) {
				lines := strings.Split(strings.TrimSpace(tool(t, "pdffonts", path)), "\n")[2:]
				if len(lines) != 2 {
					t.Fatalf("%d fonts", len(lines))
				}
				for _, line := range lines {
					if !strings.Contains(line, "yes yes yes") {
						t.Fatal(line)
					}
				}
			})
			t.Run("the_QR_code_is_read_from_a_picture_of_150_dpi", func(t *testing.T) {
				if got, want := qr(t, path, pages), m.VerifyAddress(f.CheckCode); got != want {
					t.Fatalf("%q, want %q", got, want)
				}
			})
			t.Run("it_stays_small", func(t *testing.T) {
				limit := 130_000
				if rows > 25 {
					limit = 300_000
				}
				if len(data) > limit {
					t.Fatalf("%d bytes", len(data))
				}
			})
		})
	}
	t.Run("names_of_all_planes_and_scripts_are_printed", func(t *testing.T) {
		for _, name := range []string{"欧阳𠮷", "㛃龘䶮", "𠀀𪚥", "买买提·吐尔逊", "MARIA DEL CARMEN O'NEILL", "Zoë Kraków"} {
			f := pdftest.Facts(t, 1)
			f.Name = name
			data, err := m.Make(f)
			var missing *fonts.MissingError
			if errors.As(err, &missing) { // said, not swallowed: what counts is that nothing vanishes
				t.Logf("%s: %v", name, err)
				if name == "欧阳𠮷" {
					t.Fatal(err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if text := tool(t, "pdftotext", "-raw", file(t, data), "-"); !strings.Contains(text, name) {
				t.Fatalf("no %q in\n%s", name, text)
			}
		}
	})
	t.Run("a_character_without_a_glyph_is_an_error_that_names_it", func(t *testing.T) {
		f := pdftest.Facts(t, 1)
		f.Name = "李\U0003134F"
		_, err := m.Make(f)
		var missing *fonts.MissingError
		if !errors.As(err, &missing) || len(missing.Runes) != 1 || missing.Runes[0] != 0x3134F {
			t.Fatalf("%v", err)
		}
	})
	t.Run("facts_that_do_not_add_up_are_not_printed", func(t *testing.T) {
		f := pdftest.Facts(t, 3)
		f.Total++
		if _, err := m.Make(f); !errors.Is(err, certificate.ErrFacts) {
			t.Fatalf("%v", err)
		}
	})
}

// qr is what the QR code on the last page says, seen at 150 dots an inch.
func qr(t *testing.T, path string, page int) string {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "page")
	n := fmt.Sprint(page)
	tool(t, "pdftoppm", "-r", "150", "-png", "-singlefile", "-f", n, "-l", n, path, prefix)
	f, err := os.Open(prefix + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

func TestSealHidesNothing(t *testing.T) {
	set, err := fonts.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	k := pdftest.Keys(t)
	f := pdftest.Facts(t, 25)
	black := image.NewNRGBA(image.Rect(0, 0, 8, 8)) // a deployer's seal of the worst kind: all ink
	for i := range black.Pix {
		black.Pix[i] = 0xFF
	}
	m, err := pdf.New(pdf.Options{Fonts: set, Keys: k, VerifyURL: "https://example.test/verify", SealImage: black})
	if err != nil {
		t.Fatal(err)
	}
	with := dark(t, file(t, pdftest.Make(t, m, f)))
	without := dark(t, file(t, pdftest.Make(t, pdftest.Maker(t, k), f)))
	if with < without*9/10 { // the seal lies under the text: it takes no ink away
		t.Fatalf("%d dark pixels with a white-out seal, %d without", with, without)
	}
}

func dark(t *testing.T, path string) int {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "page")
	tool(t, "pdftoppm", "-r", "75", "-gray", "-singlefile", path, prefix)
	b, err := os.ReadFile(prefix + ".pgm")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range b[len(b)-600*800:] {
		if v < 100 {
			n++
		}
	}
	return n
}

// cpu is the processor time of this process so far, in microseconds: machines that run
// benchmarks have other things to do.
func cpu(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return (u.Utime.Nano() + u.Stime.Nano()) / 1000
}

func BenchmarkMake(b *testing.B) {
	m := pdftest.Maker(b, pdftest.Keys(b))
	for _, rows := range []int{1, 10, 300, 1000} {
		f := pdftest.Facts(b, rows)
		b.Run(fmt.Sprintf("layout_%d_rows", rows), func(b *testing.B) {
			start := cpu(b)
			for b.Loop() {
				if _, err := m.Draft(f); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cpu(b)-start)/1000/float64(b.N), "cpu-ms/op")
		})
		b.Run(fmt.Sprintf("signed_%d_rows", rows), func(b *testing.B) {
			size, start := 0, cpu(b)
			b.ReportAllocs()
			for b.Loop() {
				data, err := m.Make(f)
				if err != nil {
					b.Fatal(err)
				}
				size = len(data)
			}
			b.ReportMetric(float64(cpu(b)-start)/1000/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(size)/1024, "KB")
		})
	}
}
