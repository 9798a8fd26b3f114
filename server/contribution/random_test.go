package contribution_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/shared/agreement"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// everyFault is a bank on its worst day.
var everyFault = banksim.Faults{
	LostBefore: 60, LostAfter: 60, ErrorBefore: 40, ErrorAfter: 40, Garbled: 40, Duplicate: 60, LatePaid: 60, LateUnpaid: 40, SystemError: 30,
}

// crowd is people who all press buttons at once.
type crowd struct {
	*rig
	people   []string
	amounts  *contribution.Amounts
	agrs     map[string]string // the usable agreement of each, under mu
	pressed  atomic.Int64
	mu       sync.Mutex
	payments map[string]bool
	changed  struct{ set, voided, revoked atomic.Int64 }
}

func newCrowd(t *testing.T, seed uint64, size int) *crowd {
	t.Helper()
	t.Logf("seed %d", seed)
	c := &crowd{agrs: map[string]string{}, payments: map[string]bool{}}
	c.rig = newRig(t, func(cc *contribution.Config, so *banksim.Options) {
		so.Faults = everyFault
		so.Faults.Seed = seed
		cc.Patience = time.Minute
	})
	c.amounts = contribution.NewAmounts(contribution.AmountConfig{
		Store: c.store, Dues: c.Service, Rates: rates, Now: c.clock.Now,
		NewID: func(prefix string) string { return prefix + strconv.FormatInt(c.ids.Add(1), 10) },
	})
	for i := range size {
		who := c.person()
		c.people = append(c.people, who)
		c.agrs[who] = c.sign(who, banksim.SyntheticAccount(i))
		for n := range 6 {
			c.assess(who, n, money.Yuan(int64(100+n)), period.DateOf(start).AddDays(300))
		}
	}
	return c
}

// act does one random thing as one person.
func (c *crowd) act(dice *rand.Rand) error {
	who := c.people[dice.IntN(len(c.people))]
	if dice.IntN(12) == 0 {
		if err := c.change(dice, who); err != nil && !isRefusal(err) {
			return err
		}
	}
	scheme := []model.Scheme{model.Pension, model.Medical}[dice.IntN(2)]
	views, err := c.Dues(c.ctx(), who, scheme)
	if err != nil || len(views) == 0 {
		return err
	}
	v := views[dice.IntN(len(views))]
	switch dice.IntN(10) {
	case 0, 1, 2:
		_, err = c.Declare(c.ctx(), contribution.DeclareRequest{
			Payer: who, Insured: who, Scheme: scheme, Channel: model.ChannelMobile,
			Choices: []contribution.Choice{{Due: v.Due.ID, Amount: v.Amount}},
		})
	case 3:
		if v.Live != nil {
			err = c.Void(c.ctx(), contribution.VoidRequest{Person: who, Declarations: []string{v.Live.ID}})
		}
	case 4:
		c.clock.Advance(time.Duration(dice.IntN(3000)) * time.Millisecond)
		err = c.Recover(c.ctx())
	default:
		c.press(dice, who, views)
	}
	if err != nil && !isRefusal(err) {
		return err
	}
	return nil
}

// change sets or voids the yearly amount, or revokes the agreement and signs another.
func (c *crowd) change(dice *rand.Rand, who string) error {
	enrolment := "enr:" + who + ":pension"
	switch dice.IntN(8) {
	case 0:
		views, err := c.amounts.List(c.ctx(), who)
		if err != nil || len(views) != 1 || views[0].Setting == nil {
			return err
		}
		_, err = c.amounts.Void(c.ctx(), contribution.VoidAmountRequest{Person: who, Settings: []string{views[0].Setting.ID}})
		c.count(&c.changed.voided, err)
		return err
	case 1:
		return c.revoke(who)
	default:
		_, err := c.amounts.Set(c.ctx(), contribution.AmountRequest{
			Person: who, Enrolment: enrolment, Tier: money.Yuan(1000 + int64(dice.IntN(8001))),
		})
		c.count(&c.changed.set, err)
		return err
	}
}

func (c *crowd) count(n *atomic.Int64, err error) {
	if err == nil {
		n.Add(1)
	}
}

// revoke ends somebody's agreement, whatever is being debited under it.
func (c *crowd) revoke(who string) error {
	id := c.agreementOf(who)
	a, ok, err := c.store.Agreement(c.ctx(), id)
	if err != nil || !ok || a.State != agreement.Verified {
		return err
	}
	a.State, a.Ended = agreement.Revoked, c.clock.Now()
	if ok, err = c.store.SwapAgreement(c.ctx(), agreement.Verified, a); err != nil || !ok {
		return err
	}
	c.changed.revoked.Add(1)
	next := c.sign(who, banksim.SyntheticAccount(int(1000+c.ids.Add(1))))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.agrs[who] = next
	return nil
}

func (c *crowd) agreementOf(who string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.agrs[who]
}

// press pays some of what is declared, and presses twice.
func (c *crowd) press(dice *rand.Rand, who string, views []contribution.View) {
	var ids []string
	for _, v := range views {
		if v.Live != nil && v.Due.State == model.DueDeclared && len(ids) < 1+dice.IntN(3) {
			ids = append(ids, v.Live.ID)
		}
	}
	if len(ids) == 0 {
		return
	}
	key := "k" + strconv.FormatInt(c.pressed.Add(1), 10)
	agreed := c.agreementOf(who)
	var twice sync.WaitGroup
	for range 2 {
		twice.Go(func() {
			p, err := c.pay(who, agreed, key, ids...)
			if err != nil && !isRefusal(err) {
				c.t.Error(err)
			}
			if p.ID != "" {
				c.mu.Lock()
				c.payments[p.ID] = true
				c.mu.Unlock()
			}
		})
	}
	twice.Wait()
}

func TestRandomPaymentsUnderEveryFault(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	c := newCrowd(t, seed, 40)
	var clients sync.WaitGroup
	for n := range 8 {
		clients.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(n)))
			for c.made() < 500 && t.Context().Err() == nil && !t.Failed() {
				if err := c.act(dice); err != nil {
					t.Errorf("client %d: %v", n, err)
				}
				if dice.IntN(40) == 0 && c.allPaid() {
					return
				}
			}
		})
	}
	clients.Wait()
	if t.Failed() {
		return
	}
	if err := c.sim.SetFaults(banksim.Faults{}); err != nil {
		t.Fatal(err)
	}
	c.settleEverything()
	c.check()
}

func (c *crowd) made() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.payments)
}

func (c *crowd) allPaid() bool {
	for _, who := range c.people {
		for _, scheme := range []model.Scheme{model.Pension, model.Medical} {
			views, err := c.Dues(c.ctx(), who, scheme)
			if err != nil {
				return true
			}
			for _, v := range views {
				if v.Due.State != model.DuePaid && v.Amount > 0 { // without a setting nothing can be paid
					return false
				}
			}
		}
	}
	return true
}

func (c *crowd) settleEverything() {
	c.t.Helper()
	c.clock.Advance(2 * time.Minute)
	ids := make([]string, 0, len(c.payments))
	for id := range c.payments {
		ids = append(ids, id)
	}
	c.settleAll(ids...)
	c.clock.Advance(2 * time.Minute)
	if err := c.Recover(c.ctx()); err != nil {
		c.t.Fatal(err)
	}
}

// check holds the books against the bank's ledger.
func (c *crowd) check() {
	c.t.Helper()
	posted := c.postings()
	var ours, banks money.Fen
	states := map[model.PaymentState]int{}
	for id := range c.payments {
		p := c.payment(id)
		states[p.State]++
		if moved, ok := posted[id]; ok != (p.State == model.Succeeded) || ok && moved != p.Amount {
			c.t.Errorf("payment %s is %s over %s, the bank posted %s (%t)", id, p.State, p.Amount, moved, ok)
		}
	}
	for id, amount := range posted {
		banks += amount
		if !c.payments[id] {
			c.t.Errorf("the bank posted %s, which nobody was told of", id)
		}
	}
	paid := 0
	for _, who := range c.people {
		ours += c.checkPerson(who, &paid)
	}
	if ours != banks {
		c.t.Errorf("paid %s, the bank moved %s", ours, banks)
	}
	c.t.Logf("%d payments %v, %d dues paid, %s moved", len(c.payments), states, paid, banks)
	if states[model.Succeeded] == 0 || states[model.Failed] == 0 {
		c.t.Error("the run has no successes or no failures")
	}
	set, voided, revoked := c.changed.set.Load(), c.changed.voided.Load(), c.changed.revoked.Load()
	c.t.Logf("%d amounts set, %d voided, %d agreements revoked", set, voided, revoked)
	if set == 0 || voided == 0 || revoked == 0 {
		c.t.Error("the run has no amount that was set or voided, or no agreement that was revoked")
	}
}

func (c *crowd) checkPerson(who string, paid *int) money.Fen {
	c.t.Helper()
	var sum money.Fen
	for _, scheme := range []model.Scheme{model.Pension, model.Medical} {
		views, err := c.Dues(c.ctx(), who, scheme)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, v := range views {
			if problem := contradiction(v); problem != "" {
				c.t.Errorf("due %s: %s: %+v live %+v", v.Due.ID, problem, v.Due, v.Live)
			}
			if v.Due.State == model.DuePaid {
				sum += v.Live.Amount
				*paid++
			}
		}
	}
	return sum
}

// contradiction says how a due and its declaration disagree when nothing is under way.
func contradiction(v contribution.View) string {
	switch {
	case v.Due.State == model.DueOpen && v.Due.Declaration != "":
		return "open but held"
	case v.Due.State == model.DueOpen:
		return ""
	case v.Live == nil:
		return "held by nothing"
	case v.Live.State != model.Declared:
		return fmt.Sprintf("held by a %s declaration", v.Live.State)
	case v.Due.State == model.DuePaid && v.Live.Pay != model.Paid:
		return "paid, its declaration is not"
	case v.Due.State == model.DueDeclared && v.Live.Pay != model.Unpaid:
		return fmt.Sprintf("declared, its declaration is %s", v.Live.Pay)
	default:
		return ""
	}
}
