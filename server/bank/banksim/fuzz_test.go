package banksim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
)

// FuzzMessages posts signed messages of any content: the bank answers, and
// money moves only for the mandate that exists.
func FuzzMessages(f *testing.F) {
	paths := []string{
		bank.PathSign, bank.PathConfirm, bank.PathRevoke, bank.PathDebit,
		bank.PathQuery, bank.PathBatch, bank.PathBatchFetch, bank.PathStatement, bank.PathRefund,
	}
	r := start(f, banksim.Options{})
	d := r.seed(plain)
	good, _ := json.Marshal(d)
	for n := range paths {
		f.Add(uint8(n), good)
		f.Add(uint8(n), []byte(`{"authority":"11101010000","date":"2026-11-23","serial":"1","bank":"103"}`))
	}
	f.Add(uint8(0), []byte(`{"authority":"11101010000","date":"2026-11-23","serial":"2","bank":"103","account":"6228480000000000018","holder":"李明","document":"201","number":"1","phone":"13800000001"}`))
	f.Add(uint8(7), []byte(`{"authority":"11101010000","bank":"","day":"2026-11-23"}`))
	f.Add(uint8(5), []byte("H|DB1|11101010000|2026-11-23|F1|103|0|0\nT|0|0|\n"))
	carry := r.Transport()
	var nonce atomic.Int64
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		req, err := http.NewRequest(http.MethodPost, "http://bank"+paths[int(n)%len(paths)], bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		key.SignRequest(req, body, r.clock.Now(), fmt.Sprint(nonce.Add(1)))
		res, err := carry.RoundTrip(req)
		if err != nil || res.StatusCode != 200 && res.StatusCode != 400 && res.StatusCode != 413 {
			t.Fatalf("answer %v, %v", res, err)
		}
		_ = res.Body.Close()
		ledger, err := r.Ledger(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ledger {
			if p.Mandate != d.Mandate || p.Account != d.Account || p.Amount <= 0 {
				t.Fatalf("posting %+v", p)
			}
		}
	})
}
