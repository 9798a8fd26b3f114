package debit_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shebao/server/bank/banksim"
	"shebao/server/debit"
	"shebao/server/sheet"
	model "shebao/shared/debit"
	"shebao/shared/money"
)

func names() debit.Names {
	return debit.Names{
		Authority: func(code string) string { return map[string]string{east: "东城", west: "西城"}[code] },
		Bank:      func(code string) string { return map[string]string{"313": "北京银行"}[code] },
		People: func(_ context.Context, ids []string) (map[string]string, error) {
			out := map[string]string{}
			for _, id := range ids {
				out[id] = "测*" + id
			}
			return out, nil
		},
	}
}

func TestExport_everybodyStandsInItOnceWithTheirReason(t *testing.T) {
	r := newRig(t, nil)
	r.payer(1, east, "313")
	r.payer(2, west, "313")
	poor := r.person("poor", east, money.Yuan(3000))
	r.sign(poor, east, "313", banksim.SyntheticAccount(3), money.Yuan(1))
	r.person("noagreement", west, money.Yuan(1000))
	run := r.approved(draft())
	r.finish(run.ID)
	for format, read := range map[sheet.Format]func([]byte) [][]string{sheet.CSV: readText(t), sheet.XLSX: readBook(t)} {
		t.Run(string(format), func(t *testing.T) {
			var report, all, left bytes.Buffer
			r.no(r.WriteReport(r.ctx(), &report, format, run.ID, names()))
			r.no(r.WriteItems(r.ctx(), &all, format, debit.ItemFilter{Run: run.ID}, names()))
			r.no(r.WriteItems(r.ctx(), &left, format, debit.ItemFilter{Run: run.ID, State: model.LeftOut, Exclusion: model.NoAgreement}, names()))
			lines := map[string]string{}
			for _, row := range read(report.Bytes())[1:] {
				lines[row[0]+" "+row[1]] = strings.ReplaceAll(strings.Join(row[2:], " "), ",", "")
			}
			for key, want := range map[string]string{
				"东城 北京银行": "2 6000.00 1 3000.00 1 3000.00 0 0.00 0 0.00 50.0%",
				"东城 合计":   "2 6000.00 1 3000.00 1 3000.00 0 0.00 0 0.00 50.0%",
				"合计 北京银行": "3 9000.00 2 6000.00 1 3000.00 0 0.00 0 0.00 66.7%",
				"合计 合计":   "3 9000.00 2 6000.00 1 3000.00 0 0.00 0 0.00 66.7%",
			} {
				if lines[key] != want {
					t.Errorf("%s is %q, want %q", key, lines[key], want)
				}
			}
			rows := read(all.Bytes())
			if len(rows) != 5 {
				t.Fatalf("%d rows", len(rows))
			}
			for _, row := range rows[1:] {
				if row[0] == poor && (row[1] != "测*poor" || row[7] != "扣款失败" || row[8] != "51" || row[9] == "" || row[10] == "") {
					t.Errorf("%v", row)
				}
			}
			if rows := read(left.Bytes()); len(rows) != 2 || rows[1][0] != "noagreement" || rows[1][9] != model.NoAgreement.Label() {
				t.Errorf("left out: %v", rows)
			}
		})
	}
	refused(t, r.WriteItems(r.ctx(), &bytes.Buffer{}, sheet.CSV, debit.ItemFilter{Run: "none"}, names()), debit.RefuseUnknown)
}

func readText(t *testing.T) func([]byte) [][]string {
	t.Helper()
	return func(b []byte) [][]string {
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
}

func readBook(t *testing.T) func([]byte) [][]string {
	t.Helper()
	return func(b []byte) [][]string {
		f, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }() // it was only read
		rows, err := f.GetRows(f.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
}
