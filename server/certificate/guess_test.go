package certificate_test

import (
	"crypto/rand"
	"fmt"
	"reflect"
	"testing"

	"shebao/server/certificate"
	model "shebao/shared/certificate"
)

// TestGuess tries 10,000 wrong codes from 1,000 addresses, half of them with the number
// of somebody who has a certificate.
func TestGuess(t *testing.T) {
	w := newWorld(t)
	w.issued(t, years(2021, 2025))
	const unknown = "11010519491231002X"
	allowed := map[string]int{}
	for i := range 10_000 {
		taxpayer := []string{liming, unknown}[i%2]
		address := fmt.Sprintf("192.0.2.%d:%d", i%250, i%1000)
		if w.MayCheck(t.Context(), address, taxpayer) == nil {
			allowed[taxpayer]++
		}
		code, err := model.NewCheckCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		f, ok, err := w.Verify(t.Context(), taxpayer, string(code))
		if ok || err != nil || !reflect.DeepEqual(f, certificate.Finding{}) {
			t.Fatalf("try %d with %s: %+v %t %v", i, taxpayer, f, ok, err)
		}
	}
	if allowed[liming] != allowed[unknown] || allowed[liming] == 0 || allowed[liming] > 30 {
		t.Errorf("%d tries for a number with a certificate and %d for one without got past the limit", allowed[liming], allowed[unknown])
	}
}

// BenchmarkWrongCode puts the time of a wrong code for a number with a certificate beside
// that for a number without one.
func BenchmarkWrongCode(b *testing.B) {
	w := newWorld(b)
	w.issued(b, years(2021, 2025))
	for name, taxpayer := range map[string]string{"number_with_a_certificate": liming, "number_without_one": "11010519491231002X"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, ok, err := w.Verify(b.Context(), taxpayer, "0000000000000000"); ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}
