package agreement_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"shebao/server/agreement"
	"shebao/server/clock"
	model "shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/region"
)

// world is people, a bank and a store that all misbehave, from one seed.
type world struct {
	t       *testing.T
	random  *rand.Rand
	clock   *clock.Fake
	store   *memory
	bank    *unreliable
	letters *letters
	*agreement.Service
}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{t: t, random: rand.New(rand.NewPCG(seed, 1)), clock: clock.NewFake(start), letters: &letters{}}
	w.store = &memory{
		random: rand.New(rand.NewPCG(seed, 2)), crashes: 4, byID: map[string]model.Agreement{}, numbers: map[string]agreement.Numbers{},
	}
	w.bank = &unreliable{
		random: rand.New(rand.NewPCG(seed, 3)), now: w.clock.Now, faults: 6,
		byRef: map[bankapi.Ref]*instruction{}, mandates: map[string]string{}, sms: map[string]string{},
	}
	ids := 0
	var mu sync.Mutex
	w.Service = agreement.New(agreement.Config{
		Store: w.store, Bank: w.bank, People: register{}, Enrolments: register{}, Notices: w.letters,
		Authorities: func() []region.Authority { return authorities }, Now: w.clock.Now, Patience: time.Minute,
		NewID: func(p string) string {
			mu.Lock()
			defer mu.Unlock()
			ids++
			return fmt.Sprint(p, ids)
		},
		Log: slog.New(slog.DiscardHandler),
	})
	return w
}

var accounts = []string{pays, plain, "6216610000000000016"}

// act does something a person might do; whatever it answers is right as long as the
// laws hold in the end.
func (w *world) act() {
	account := accounts[w.random.IntN(len(accounts))]
	ctx := w.t.Context()
	a, ok, _ := w.store.LiveAgreement(ctx, dongcheng, account)
	if !ok {
		in := form(pays)
		in.Account, in.Bank = account, "104"
		_, _ = w.Apply(ctx, in)
		return
	}
	switch w.random.IntN(12) {
	case 0:
		_, _ = w.Abandon(ctx, "li", a.ID)
	case 1, 2:
		_, _ = w.Resend(ctx, "li", a.ID)
	case 3:
		_, _ = w.Confirm(ctx, "li", a.ID, "000000")
	case 4:
		_, _ = w.Revoke(ctx, "li", a.ID)
	case 5:
		if w.random.IntN(4) == 0 && a.State == model.Verified {
			w.bank.mu.Lock()
			delete(w.bank.mandates, a.Mandate)
			w.bank.mu.Unlock()
			for err := errCrash; err != nil; { // payments repeat it too
				err = w.EndByBank(ctx, a.ID, bankapi.NoMandate, "委托关系不存在")
			}
		}
	default:
		w.bank.mu.Lock()
		code := w.bank.sms[account]
		w.bank.mu.Unlock()
		_, _ = w.Confirm(ctx, "li", a.ID, code)
	}
}

func (w *world) tick(d time.Duration) {
	w.clock.Advance(d)
	w.bank.arrive()
	_ = w.Recover(w.t.Context()) // it may be told that the store failed
}

// heal ends all faults and gives everything the time to settle.
func (w *world) heal() {
	w.store.crashes, w.bank.faults = 0, 0
	for range 200 {
		w.tick(15 * time.Second)
	}
	for range 30 {
		w.tick(11 * time.Minute)
	}
}

// laws fails the test unless every agreement is settled and agrees with the bank.
func (w *world) laws(seed uint64) (verified int) {
	held := map[string]string{}
	of := map[string]string{}
	for id, a := range w.store.byID {
		if a.Open || a.State.InProgress() || a.State == model.Revoking {
			w.t.Errorf("seed %d: %s never settled: %s, open %t", seed, id, a.State, a.Open)
		}
		if a.State != model.Verified {
			continue
		}
		verified++
		if other := held[a.Mandate]; other != "" {
			w.t.Errorf("seed %d: %s and %s hold the mandate %s", seed, id, other, a.Mandate)
		}
		held[a.Mandate] = id
		account := a.Authority + "/" + w.store.numbers[id].Account
		if other := of[account]; other != "" {
			w.t.Errorf("seed %d: %s and %s are for the same account", seed, id, other)
		}
		of[account] = id
		if w.bank.mandates[a.Mandate] != account {
			w.t.Errorf("seed %d: %s is verified, but the bank has no mandate %s for it", seed, id, a.Mandate)
		}
	}
	for number := range w.bank.mandates {
		if held[number] == "" {
			w.t.Errorf("seed %d: the bank has the mandate %s, nobody here knows it", seed, number)
		}
	}
	return verified
}

func TestRandomAnswers(t *testing.T) {
	t.Run("whatever is lost, late or doubled, every agreement ends as the bank has it", func(t *testing.T) {
		verified, agreements := 0, 0
		for seed := range uint64(80) {
			w := newWorld(t, seed)
			for range 120 {
				w.act()
				w.tick(time.Duration(w.random.IntN(20)) * time.Second)
			}
			w.heal()
			verified += w.laws(seed)
			agreements += len(w.store.byID)
		}
		t.Logf("%d agreements, %d verified", agreements, verified)
		if verified == 0 || agreements < 200 {
			t.Error("too little happened to prove anything")
		}
	})
	t.Run("many at once", func(t *testing.T) {
		for seed := range uint64(20) {
			w := newWorld(t, 1000+seed)
			for range 40 {
				var wg sync.WaitGroup
				for range 4 {
					other := *w
					other.random = rand.New(rand.NewPCG(w.random.Uint64(), 0))
					wg.Go(other.act)
				}
				wg.Go(func() { _ = w.Recover(t.Context()) })
				wg.Wait()
				w.tick(time.Duration(w.random.IntN(20)) * time.Second)
			}
			w.heal()
			w.laws(seed)
		}
	})
}
