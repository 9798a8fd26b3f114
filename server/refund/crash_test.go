package refund_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/server/localmongo"
	"shebao/server/refund"
	"shebao/server/store"
	"shebao/server/vault"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
	model "shebao/shared/refund"
)

// crashSteps are all the places at which the child process kills itself.
var crashSteps = []string{
	"apply.before", "apply.added", "audit.recorded", "send.before", "send.sending", "send.answered", "send.recorded",
	"reverse.declaration", "reverse.due", "follow.reversed", "follow.certificates", "follow.told", "follow.closed",
}

// job is what the child is told.
type job struct {
	Dir, Bank, Step, Declaration string
}

func TestMain(m *testing.M) {
	if text := os.Getenv("SHEBAO_TEST_CRASH"); text != "" {
		if err := crashChild(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var crashKey = bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}

// books is the rules over a store in a directory and a bank over loopback.
type books struct {
	*refund.Service
	store *store.Store
	local *localmongo.Server
	bank  *bank.Client
}

func openBooks(ctx context.Context, dir, bankURL string, checkpoint func(string)) (*books, error) {
	ring, err := vault.LoadRing(filepath.Join(dir, "keys"), rand.Reader)
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(ring)
	if err != nil {
		return nil, err
	}
	b := &books{}
	if b.local, err = localmongo.Open(ctx, localmongo.Options{Dir: dir}); err != nil {
		return nil, err
	}
	if b.store, err = store.Open(ctx, store.Options{URI: b.local.URI(), Dialer: b.local.Dialer(), Vault: v}); err != nil {
		return nil, err
	}
	if b.bank, err = bank.NewClient(bank.Options{URL: bankURL, Key: crashKey, Now: time.Now, Random: rand.Reader}); err != nil {
		return nil, err
	}
	core := contribution.New(contribution.Config{Store: b.store, Bank: b.bank, Agreements: mandates{b.store}, Rates: rates, Now: time.Now, Checkpoint: checkpoint})
	b.Service = refund.New(refund.Config{
		Store: b.store, Records: b.store, Contributions: core, Certificates: &papers{ended: map[string]int{}}, Bank: b.bank, Trail: &trail{},
		Notices: &notices{told: map[string]refund.Notice{}}, Now: time.Now, Checkpoint: checkpoint, Patience: 20 * time.Second,
	})
	return b, nil
}

func (b *books) close() error {
	return errors.Join(b.store.Close(context.Background()), b.local.Close())
}

// crashSeed fills a fresh store with a payment that the bank has made, of a declaration of
// the same id: references are unique at the bank, which all stores of the test share.
func crashSeed(ctx context.Context, b *books, serial string) error {
	today := period.DateOf(time.Now())
	p := shared.Payment{
		ID: serial, Payer: "p", Amount: money.Yuan(795), Authority: authority, Bank: "103", Account: "6228 **** **** 0018", Channel: shared.ChannelMobile,
		State: shared.Succeeded, Created: time.Now(), Ended: time.Now(),
		Items: []shared.Item{{Declaration: serial, Due: "due:p", Amount: money.Yuan(795), Ticket: "3"}},
	}
	p.Ref.Authority, p.Ref.Date, p.Ref.Serial = authority, today.String(), serial
	d := shared.Declaration{
		ID: serial, Due: "due:p", Insured: "p", Payer: "p", Scheme: shared.Medical, Authority: authority, Year: today.Year + 1,
		Period: period.YearPeriod(today.Year + 1), Amount: p.Amount, Deadline: today.AddDays(30), State: shared.Declared, Pay: shared.Paid, Payment: p.ID,
	}
	_, err := b.store.AddPayment(ctx, p)
	if err == nil {
		err = b.store.AddDeclarations(ctx, []shared.Declaration{d})
	}
	if err == nil {
		_, err = b.store.AddDue(ctx, shared.Due{
			ID: "due:p", Person: "p", Scheme: shared.Medical, Year: d.Year, Period: d.Period, Authority: authority, Amount: p.Amount,
			Opens: today, Deadline: today.AddDays(30), State: shared.DuePaid, Declaration: d.ID,
		})
	}
	if err == nil {
		_, err = b.bank.Debit(ctx, bankDebit(p))
	}
	return err
}

// crashChild takes a refund from its application to the bank and dies at the step.
func crashChild(text string) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	ctx := context.Background()
	b, err := openBooks(ctx, j.Dir, j.Bank, func(step string) {
		if step == j.Step {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // nothing more may happen while the signal is on its way
		}
	})
	if err != nil {
		return err
	}
	return refundByHand(ctx, b, j.Declaration)
}

// Approve approves what stands at the moment.
func (b *books) Approve(ctx context.Context, by, id string) (model.Refund, error) {
	x, err := b.Load(ctx, id)
	if err != nil {
		return x, err
	}
	return b.Service.Approve(ctx, by, id, x.Seen())
}

// refundByHand does what the resident and the officers do until the refund has its end.
func refundByHand(ctx context.Context, b *books, declaration string) error {
	x, err := b.Apply(ctx, refund.Application{Person: "p", Declaration: declaration, Reason: model.Mistake})
	if err != nil {
		return err
	}
	switch x.State { //nolint:exhaustive // the others are the program's
	case model.Applied:
		if _, err = b.Check(ctx, operator, x.ID, "已核对"); err != nil {
			return err
		}
		_, err = b.Approve(ctx, reviewer, x.ID)
	case model.Checked:
		_, err = b.Approve(ctx, reviewer, x.ID)
	case model.Failed:
		if _, err = b.Retry(ctx, operator, x.ID, "再办"); err != nil {
			return err
		}
		_, err = b.Approve(ctx, reviewer, x.ID)
	}
	return err
}

func TestCrash(t *testing.T) {
	sim, url := crashBank(t)
	for i, step := range crashSteps {
		t.Run("killed_at_"+step, func(t *testing.T) {
			serial := fmt.Sprintf("pcrash%d", i)
			dir := t.TempDir()
			b, err := openBooks(t.Context(), dir, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(crashSeed(t.Context(), b, serial), b.close()); err != nil {
				t.Fatal(err)
			}
			crash(t, job{Dir: dir, Bank: url, Step: step, Declaration: serial})
			if b, err = openBooks(t.Context(), dir, url, nil); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := b.close(); err != nil {
					t.Error(err)
				}
			}()
			x := finish(t, b, serial)
			all, err := sim.Returns(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, p := range all {
				if p.Original.Serial == serial {
					n++
					if p.Serial != x.Ref.Serial || p.Amount != money.Yuan(795) {
						t.Errorf("given back %+v", p)
					}
				}
			}
			if n != 1 {
				t.Errorf("the debit was given back %d times", n)
			}
		})
	}
}

// crash runs the child until it has killed itself at the step.
func crash(t *testing.T, j job) {
	t.Helper()
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "SHEBAO_TEST_CRASH="+string(text))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the child did not die: %v\n%s", err, out)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the child did not die at the step: %v\n%s", err, out)
	}
}

// finish does what the restarted program and people do until everything has followed.
func finish(t *testing.T, b *books, declaration string) model.Refund {
	t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		if err := errors.Join(b.TakeOver(t.Context()), b.Recover(t.Context())); err != nil {
			t.Fatal(err)
		}
		list, err := b.store.RefundsOf(t.Context(), "p", "", 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 1 && list[0].State == model.Refunded && !list[0].Open {
			followed(t, b, declaration)
			return list[0]
		}
		var no *refund.Refusal
		if err := refundByHand(t.Context(), b, declaration); err != nil && !errors.As(err, &no) {
			t.Fatal(err)
		}
		select {
		case <-time.After(100 * time.Millisecond): // the bank's own clock moves on
		case <-t.Context().Done():
		}
	}
	t.Fatal("the refund has no end within a minute")
	return model.Refund{}
}

func followed(t *testing.T, b *books, declaration string) {
	t.Helper()
	ds, err := b.store.DeclarationsByID(t.Context(), []string{declaration})
	if err != nil || len(ds) != 1 || ds[0].Pay != shared.Reversed {
		t.Errorf("declarations %+v, %v", ds, err)
	}
	dues, err := b.store.DuesByID(t.Context(), []string{"due:p"})
	if err != nil || len(dues) != 1 || dues[0].State != shared.DueOpen || dues[0].Declaration != "" {
		t.Errorf("dues %+v, %v", dues, err)
	}
}

func crashBank(t *testing.T) (*banksim.Sim, string) {
	t.Helper()
	sim, err := banksim.New(banksim.Options{
		Dir: t.TempDir(), Keys: []bank.Key{crashKey}, Now: time.Now, Validity: 2 * time.Second, Margin: 500 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	err = sim.Seed(t.Context(), banksim.Seed{
		Mandate: "M-crash", Authority: authority, Bank: "103", Account: plain, Holder: "测试人", Document: "201",
		Number: "110101199003071233", Phone: "13800000001",
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sim.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, sim.Close()); err != nil {
			t.Error(err)
		}
	})
	return sim, "http://" + l.Addr().String()
}

func bankDebit(p shared.Payment) bankapi.Debit {
	return bankapi.Debit{Ref: p.Ref, Bank: p.Bank, Mandate: "M-crash", Account: plain, Amount: p.Amount, Purpose: "社会保险费"}
}
