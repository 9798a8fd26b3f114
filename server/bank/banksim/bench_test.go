package banksim_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
)

// BenchmarkDebit measures debits by clients at once: over loopback and inside
// the process, with a durable store and in memory.
func BenchmarkDebit(b *testing.B) {
	for _, clients := range []int{1, 8, 32} {
		for _, store := range []string{"disk", "memory"} {
			for _, way := range []string{"loopback", "inprocess"} {
				b.Run(fmt.Sprintf("%s/%s/clients=%d", store, way, clients), func(b *testing.B) {
					o := banksim.Options{Now: time.Now}
					if store == "disk" {
						o.Dir = b.TempDir()
					}
					r := start(b, o)
					client := r.client
					if way == "inprocess" {
						client = r.newClient(bank.Options{Now: time.Now, Transport: r.Transport()})
					}
					debits(b, r, client, clients)
				})
			}
		}
	}
}

func debits(b *testing.B, r *rig, client *bank.Client, clients int) {
	b.Helper()
	d := r.seed(plain)
	d.Amount = 1
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			m := d
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				m.Serial = fmt.Sprintf("B%d", n)
				got, err := client.Debit(b.Context(), m)
				if err != nil || got.Code != bankapi.OK {
					b.Errorf("answer %+v, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "debits/s")
	if got := len(r.ledger()); got != b.N {
		b.Errorf("%d postings for %d debits", got, b.N)
	}
}
