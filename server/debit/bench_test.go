package debit_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/store"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/money"
	"shebao/shared/period"
)

// town stores so many payers at once, at one authority and three banks.
func (r *rig) town(n int) {
	r.t.Helper()
	for from := 0; from < n; from += 1000 {
		bulk := store.Bulk{}
		var mandates []banksim.Seed
		for i := from; i < min(n, from+1000); i++ {
			id := fmt.Sprintf("p%07d", i)
			bulk.Enrolments = append(bulk.Enrolments, shared.Enrolment{
				ID: enrolment(id), Person: id, Scheme: shared.Pension, Category: "10", Authority: east, From: period.Date{Year: 2020, Month: 1, Day: 1},
			})
			bulk.Settings = append(bulk.Settings, shared.Setting{
				ID: "set:" + id, Person: id, Enrolment: enrolment(id), Scheme: shared.Pension, Tier: money.Yuan(3000), Set: start,
				From: period.Date{Year: 2026, Month: 1, Day: 1}, To: period.Date{Year: 2026, Month: 12, Day: 31},
			})
			a := agreement.Agreement{
				ID: "agr:" + id, Payer: id, Authority: east, Bank: []string{"102", "105", "313"}[i%3], Account: bankcard.Mask(banksim.SyntheticAccount(i)),
				Mandate: "M" + id, State: agreement.Verified, Applied: start.AddDate(0, -1, 0), Effective: period.DateOf(start).AddMonths(-1),
				Ref: bankapi.Ref{Authority: east, Date: "2026-10-23", Serial: "sign" + id},
			}
			bulk.Agreements = append(bulk.Agreements, store.Signed{Agreement: a, Account: banksim.SyntheticAccount(i)})
			mandates = append(mandates, banksim.Seed{
				Mandate: a.Mandate, Authority: east, Bank: a.Bank, Account: banksim.SyntheticAccount(i), Holder: "测试人", Document: "201", Number: "110101199003071233",
				Phone: "13800000001",
			})
		}
		r.no(r.store.AddBulk(r.ctx(), bulk))
		r.no(r.sim.Seed(r.ctx(), mandates...))
	}
}

// BenchmarkDryRun selects candidates: one op is one candidate.
func BenchmarkDryRun(b *testing.B) {
	r := newRig(b, nil)
	r.town(b.N)
	spent := processorTime(b)
	b.ResetTimer()
	run := r.dryRun(draft())
	b.StopTimer()
	if run.Chosen.Count != int64(b.N) {
		b.Fatalf("%d of %d are chosen", run.Chosen.Count, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "candidates/s")
	spent("cpu-µs/candidate")
}

// BenchmarkRun takes items from approval to their end, simulator and store in the same
// process: one op is one item.
func BenchmarkRun(b *testing.B) {
	r := newRig(b, func(o *banksim.Options) { o.BatchAfter = time.Millisecond })
	r.town(b.N)
	run := r.dryRun(draft())
	spent := processorTime(b)
	b.ResetTimer()
	_, err := r.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	_, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
	r.no(err)
	for range 50 {
		r.no(r.Work(r.ctx()))
		if run, err = r.Load(r.ctx(), run.ID); err != nil || run.State == model.Finished {
			break
		}
		r.clock.Advance(time.Second)
	}
	b.StopTimer()
	report, err := r.Report(r.ctx(), run.ID)
	if err != nil || report.Total.Paid.Count != int64(b.N) {
		b.Fatalf("%d of %d are paid, %v", report.Total.Paid.Count, b.N, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
	spent("cpu-µs/item")
}

// processorTime reports what the process has used since, for each op: on a machine with
// other work it tells more than the time that passed.
func processorTime(b *testing.B) func(unit string) {
	b.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	return func(unit string) {
		b.ReportMetric(float64((used()-before).Microseconds())/float64(b.N), unit)
	}
}
