package certificate

import (
	"fmt"
	"testing"

	"shebao/server/pdf/pdftest"
)

// BenchmarkCertificate has the figures of one certificate beside each other: making it
// complete and signed, and verifying it by code and by file, in the store and in a child
// process as the service does.
func BenchmarkCertificate(b *testing.B) {
	s := newSite(b)
	maker := pdftest.Maker(b, s.keys)
	for _, rows := range []int{10, 300} {
		f := pdftest.Facts(b, rows)
		b.Run(fmt.Sprintf("make_%d_rows", rows), func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = len(pdftest.Make(b, maker, f))
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
	c := s.issued()
	_, document := s.get("/certificates/"+c.ID+"/pdf", "li")
	for name, code := range map[string]string{"verify_right_code": string(c.Facts.CheckCode), "verify_wrong_code": "0000000000000000"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, ok, err := s.rules.Verify(b.Context(), liming, code); err != nil || ok != (code != "0000000000000000") {
					b.Fatal(ok, err)
				}
			}
		})
	}
	b.Run("verify_another_number", func(b *testing.B) {
		for b.Loop() {
			if _, ok, err := s.rules.Verify(b.Context(), "11010519491231002X", string(c.Facts.CheckCode)); err != nil || ok {
				b.Fatal(ok, err)
			}
		}
	})
	b.Run("verify_file", func(b *testing.B) {
		for b.Loop() {
			if r, err := s.Verify(b.Context(), []byte(document)); err != nil || !r.Current {
				b.Fatal(r.Reason, err)
			}
		}
	})
}
