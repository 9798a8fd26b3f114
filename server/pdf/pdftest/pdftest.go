// Package pdftest makes synthetic certificates for the tests of the packages around pdf.
package pdftest

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"shebao/server/pdf"
	"shebao/server/pdf/fonts"
	"shebao/server/pdf/keys"
	"shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
)

// Now is when the tests' certificates are issued.
var Now = time.Date(2026, 11, 23, 15, 4, 5, 0, period.Zone)

// Facts are those of a certificate with so many rows.
func Facts(tb testing.TB, rows int) certificate.Facts {
	tb.Helper()
	code, err := certificate.NewCheckCode(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	f := certificate.Facts{
		Number: fmt.Sprintf("BJ20261123%08d", rows), Edition: 1, Name: "欧阳𠮷",
		Document:   idcard.Document{Type: idcard.ResidentID, Number: "110105198810010016"},
		TaxpayerID: "110105198810010016", CheckCode: code, Issuer: "社保费办理（演示）", IssuedAt: Now,
		Period: period.Period{From: period.Month{Year: 2016, Month: 1}, To: period.Month{Year: 2027, Month: 12}},
	}
	authorities := []string{"国家税务总局北京市东城区税务局", "国家税务总局北京市朝阳区税务局", "国家税务总局北京市门头沟区税务局"}
	for i := range rows {
		year := 2016 + i%12
		r := certificate.Row{
			Scheme: contribution.Pension, Period: period.YearPeriod(year), Authority: authorities[i%3],
			PaidOn: period.Date{Year: year, Month: 1 + i%12, Day: 1 + i%28}, Ticket: fmt.Sprintf("3110102611%08d", i),
			Amount: money.Yuan(int64(1000+i%9*1000)) + money.Fen(i%7),
		}
		if i%2 == 1 {
			r.Scheme, r.Amount = contribution.Medical, money.Yuan(795)
			r.Period = period.Period{From: period.Month{Year: year, Month: 3}, To: period.Month{Year: year, Month: 3}}
		}
		f.Rows = append(f.Rows, r)
	}
	f.Total = certificate.Sum(f.Rows)
	return f
}

// Keys are fresh signing keys.
func Keys(tb testing.TB) *keys.Keys {
	tb.Helper()
	k, err := keys.LoadOrGenerate(tb.TempDir()+"/keys", "社保费办理（演示）", Now)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// Maker is one with the keys and the looks of an unconfigured copy.
func Maker(tb testing.TB, k *keys.Keys) *pdf.Maker {
	tb.Helper()
	set, err := fonts.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	m, err := pdf.New(pdf.Options{
		Fonts: set, Keys: k, VerifyURL: "http://127.0.0.1:8080/verify", Watermark: "演示",
		Seal: pdf.Seal{Ring: "社保费办理（演示）", Center: "样章", Band: "缴费证明专用"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// Make makes the certificate.
func Make(tb testing.TB, m *pdf.Maker, f certificate.Facts) []byte {
	tb.Helper()
	b, err := m.Make(f)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}
