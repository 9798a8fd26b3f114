package contribution_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// BenchmarkPay measures declare → debit → settled on the embedded store, against a
// simulator without delay and without a disk.
func BenchmarkPay(b *testing.B) {
	for _, clients := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("%d_clients", clients), func(b *testing.B) {
			r := newRig(b, nil)
			people, agrs := make([]string, 64), make([]string, 64)
			for i := range people {
				people[i] = r.person()
				agrs[i] = r.sign(people[i], banksim.SyntheticAccount(i))
			}
			var n atomic.Int64
			b.SetParallelism((clients + 1) / 2) // times GOMAXPROCS
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					if err := r.payOne(people[i%64], agrs[i%64], int(i)); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

func (r *rig) payOne(who, agr string, n int) error {
	due := model.Due{
		ID: fmt.Sprintf("due:%s:pension:2021:assessed:%d", who, n), Person: who, Enrolment: "enr:" + who + ":pension", Scheme: model.Pension,
		Kind: model.Assessed, Year: 2021, Period: period.YearPeriod(2021), Authority: authority, Amount: money.Yuan(1000),
		Opens: period.DateOf(start), Deadline: period.DateOf(start), State: model.DueOpen,
	}
	if _, err := r.store.AddDue(r.ctx(), due); err != nil {
		return err
	}
	ds, err := r.Declare(r.ctx(), contribution.DeclareRequest{
		Payer: who, Insured: who, Scheme: model.Pension, Channel: model.ChannelMobile,
		Choices: []contribution.Choice{{Due: due.ID, Amount: due.Amount}},
	})
	if err != nil {
		return err
	}
	p, err := r.Pay(r.ctx(), contribution.PayRequest{
		Payer: who, Declarations: []string{ds[0].ID}, Agreement: agr, Key: fmt.Sprint(n), Channel: model.ChannelMobile,
	})
	if err == nil && p.State != model.Succeeded {
		err = fmt.Errorf("payment is %s: %s", p.State, p.Reason)
	}
	return err
}
