package refund_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/refund"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	model "shebao/shared/refund"
)

// everyFault is a bank on its worst day.
var everyFault = banksim.Faults{
	LostBefore: 80, LostAfter: 80, ErrorBefore: 40, ErrorAfter: 60, Garbled: 60, Duplicate: 60, LatePaid: 80, LateUnpaid: 60, DayEnd: 30, SystemError: 30,
}

// office is residents and officers who all press buttons at once.
type office struct {
	*rig
	mu   sync.Mutex
	paid map[string]shared.Declaration // by person
	ids  map[string]bool
}

func (o *office) note(x model.Refund) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if x.ID != "" {
		o.ids[x.ID] = true
	}
}

func (o *office) any(dice *rand.Rand) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := dice.IntN(len(o.ids) + 1)
	for id := range o.ids {
		if n--; n < 0 {
			return id
		}
	}
	return "r-none"
}

// act does one random thing as somebody; each button is pressed twice.
func (o *office) act(dice *rand.Rand, people []string) error {
	who := people[dice.IntN(len(people))]
	id := o.any(dice)
	by := []string{operator, reviewer, "o-third"}[dice.IntN(3)]
	do := func() error { return nil }
	switch dice.IntN(12) {
	case 0, 1, 2:
		reason := []model.Reason{model.Before, model.Double, model.Mistake}[dice.IntN(3)]
		do = func() error {
			x, err := o.Apply(o.ctx(), refund.Application{Person: who, Declaration: o.paid[who].ID, Reason: reason, Says: "凭证 1"})
			o.note(x)
			return err
		}
	case 3:
		if dice.IntN(4) == 0 {
			do = func() error { _, err := o.Withdraw(o.ctx(), who, id); return err }
		}
	case 4, 5, 6:
		do = func() error { _, err := o.Check(o.ctx(), by, id, "已核对"); return err }
	case 7, 8:
		do = func() error { _, err := o.Approve(o.ctx(), by, id); return err }
	case 9:
		if dice.IntN(6) == 0 {
			do = func() error { _, err := o.Refuse(o.ctx(), by, id, "不符合"); return err }
		}
	case 10:
		do = func() error { _, err := o.Retry(o.ctx(), by, id, "再办"); return err }
	default:
		o.clock.Advance(time.Duration(dice.IntN(4000)) * time.Millisecond)
		do = func() error { return o.Recover(o.ctx()) }
	}
	var failed error
	var mu sync.Mutex
	var twice sync.WaitGroup
	for range 2 {
		twice.Go(func() {
			err := do()
			var no *refund.Refusal
			if err != nil && !errors.As(err, &no) {
				mu.Lock()
				defer mu.Unlock()
				failed = err
			}
		})
	}
	twice.Wait()
	return failed
}

func TestRandomRefundsUnderEveryFault(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	o := &office{rig: newRig(t, func(c *refund.Config, _ *banksim.Options) { c.Patience = time.Minute }), paid: map[string]shared.Declaration{}, ids: map[string]bool{}}
	var people []string
	for range 60 {
		who, d := o.ready()
		o.paid[who] = d
		people = append(people, who)
	}
	faults := everyFault
	faults.Seed = seed
	if err := o.sim.SetFaults(faults); err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	for n := range 8 {
		clients.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			for range 220 {
				if err := o.act(dice, people); err != nil {
					t.Errorf("client %d: %v", n, err)
					return
				}
			}
		})
	}
	clients.Wait()
	if err := o.sim.SetFaults(banksim.Faults{}); err != nil {
		t.Fatal(err)
	}
	o.clock.Advance(2 * time.Minute)
	var all []string
	for id := range o.ids {
		all = append(all, id)
	}
	o.settle(all...)
	o.check(people)
}

// check holds the books against the bank's ledger.
func (o *office) check(people []string) {
	o.t.Helper()
	back := o.returned()
	states, live := map[model.State]int{}, map[string]int{}
	done := map[string]model.Refund{}
	var ours, banks money.Fen
	for id := range o.ids {
		x := o.load(id)
		states[x.State]++
		if !x.State.Final() {
			live[x.Declaration]++
		}
		p, moved := back[x.Ref.Serial]
		if moved != (x.State == model.Refunded) || moved && (p.Amount != x.Amount || p.Original != x.Original) {
			o.t.Errorf("refund %s is %s over %s, the bank gave back %+v (%t)", id, x.State, x.Amount, p, moved)
		}
		if x.State == model.Refunded {
			ours += x.Amount
			done[x.Declaration] = x
		}
		if x.Maker != "" && x.Maker == x.Checker {
			o.t.Errorf("refund %s was checked and approved by one officer", id)
		}
		if x.Audited != len(x.History) {
			o.t.Errorf("refund %s has %d steps, %d are recorded", id, len(x.History), x.Audited)
		}
	}
	for _, p := range back {
		banks += p.Amount
	}
	for d, n := range live {
		if n > 1 {
			o.t.Errorf("%d live refunds of declaration %s", n, d)
		}
	}
	for _, who := range people {
		o.checkPerson(who, done)
	}
	if ours != banks {
		o.t.Errorf("refunded %s, the bank gave back %s", ours, banks)
	}
	o.t.Logf("%d refunds %v, %s given back", len(o.ids), states, banks)
	if states[model.Refunded] == 0 || states[model.Failed]+states[model.Refused] == 0 {
		o.t.Error("the run has no refund that came about, or none that did not")
	}
}

// checkPerson holds the declaration, its due and its balance against the refund.
func (o *office) checkPerson(who string, done map[string]model.Refund) {
	o.t.Helper()
	d := o.declaration(o.paid[who].ID)
	due := o.due(d.Due)
	x, gone := done[d.ID]
	want := shared.DuePaid
	if gone {
		want = shared.DueOpen
		if x.Reason == model.Double {
			want = shared.DueClosed
		}
	}
	if (d.Pay == shared.Reversed) != gone || due.State != want {
		o.t.Errorf("%s: declaration %s, due %s, refunded %t for %s", who, d.Pay, due.State, gone, x.Reason)
	}
	if told := o.papers.ended[d.ID]; (told > 0) != gone {
		o.t.Errorf("%s: certificates were told %d times, refunded %t", who, told, gone)
	}
}
