package contribution_test

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
	"shebao/server/store"
	"shebao/server/vault"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// crashSteps are all the places at which the child process kills itself.
var crashSteps = []string{
	"declare.added", "declare.claimed", "pay.before", "pay.stored", "pay.claimed", "pay.sending", "pay.answered",
	"pay.recorded", "follow.settled", "follow.dues", "follow.told", "follow.closed", "follow.released", "void.voided", "void.released",
}

// job is what the child is told.
type job struct {
	Dir, Bank, Step string
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

// books is the core over a store in a directory and a bank over loopback.
type books struct {
	*contribution.Service
	store *store.Store
	local *localmongo.Server
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
	client, err := bank.NewClient(bank.Options{URL: bankURL, Key: crashKey, Now: time.Now, Random: rand.Reader})
	if err != nil {
		return nil, err
	}
	b.Service = contribution.New(contribution.Config{
		Store: b.store, Bank: client, Agreements: &agreements{Store: b.store}, Rates: rates, Now: time.Now,
		NewID: func(p string) string { return p + rand.Text() }, Checkpoint: checkpoint, Patience: 20 * time.Second,
	})
	return b, nil
}

func (b *books) close() error {
	return errors.Join(b.store.Close(context.Background()), b.local.Close())
}

// crashChild declares and pays one due and dies at the step.
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
	ids, err := crashDeclare(ctx, b)
	if err != nil {
		return err
	}
	if j.Step == "void.voided" || j.Step == "void.released" {
		return b.Void(ctx, contribution.VoidRequest{Person: "p", Declarations: ids})
	}
	agr := "pays"
	if j.Step == "follow.released" {
		agr = "empty"
	}
	_, err = b.Pay(ctx, contribution.PayRequest{Payer: "p", Declarations: ids, Agreement: agr, Key: "key " + j.Step, Channel: model.ChannelMobile})
	return err
}

func crashDeclare(ctx context.Context, b *books) ([]string, error) {
	ds, err := b.Declare(ctx, contribution.DeclareRequest{
		Payer: "p", Insured: "p", Scheme: model.Pension, Channel: model.ChannelMobile,
		Choices: []contribution.Choice{{Due: crashDue, Amount: money.Yuan(1000)}},
	})
	if err != nil {
		return nil, err
	}
	return []string{ds[0].ID}, nil
}

const crashDue = "due:p:pension:2021:assessed:1"

// crashSeed fills a fresh store.
func crashSeed(ctx context.Context, b *books) error {
	today := period.DateOf(time.Now())
	_, err := b.store.AddEnrolment(ctx, model.Enrolment{
		ID: "enr:p:pension", Person: "p", Scheme: model.Pension, Category: "10", Authority: authority, From: today.AddYears(-1),
	})
	if err != nil {
		return err
	}
	_, err = b.store.AddDue(ctx, model.Due{
		ID: crashDue, Person: "p", Enrolment: "enr:p:pension", Scheme: model.Pension, Kind: model.Assessed, Year: 2021,
		Period: period.YearPeriod(2021), Authority: authority, Amount: money.Yuan(1000), Opens: today.AddDays(-1),
		Deadline: today.AddDays(30), State: model.DueOpen,
	})
	for id, card := range map[string]string{"pays": paysCard, "empty": emptyCard} {
		if err != nil {
			return err
		}
		_, err = b.store.AddAgreement(ctx, agreement.Agreement{
			ID: id, Payer: "p", Authority: authority, Bank: "313", Mandate: id, State: agreement.Verified,
			Ref:     bankapi.Ref{Authority: authority, Date: today.String(), Serial: id},
			Applied: time.Now().AddDate(0, 0, -2), Effective: today.AddDays(-1),
		}, card)
	}
	return err
}

func TestCrash(t *testing.T) {
	sim, url := crashBank(t)
	for i, step := range crashSteps {
		t.Run("killed_at_"+step, func(t *testing.T) {
			before := len(crashLedger(t, sim))
			dir := t.TempDir()
			b, err := openBooks(t.Context(), dir, url, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(crashSeed(t.Context(), b), b.close()); err != nil {
				t.Fatal(err)
			}
			crash(t, job{Dir: dir, Bank: url, Step: step})
			if b, err = openBooks(t.Context(), dir, url, nil); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := b.close(); err != nil {
					t.Error(err)
				}
			}()
			p := finishByHand(t, b, i)
			ledger := crashLedger(t, sim)[before:]
			if len(ledger) != 1 || ledger[0].Serial != p.ID || ledger[0].Amount != money.Yuan(1000) {
				t.Errorf("the bank posted %+v for payment %s", ledger, p.ID)
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

// finishByHand does what the restarted program and the person do: recovery, and
// pressing the button again while the due is not paid.
func finishByHand(t *testing.T, b *books, n int) model.Payment {
	t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for try := 0; time.Now().Before(deadline); try++ {
		if err := errors.Join(b.TakeOver(t.Context()), b.Recover(t.Context())); err != nil {
			t.Fatal(err)
		}
		views, err := b.Dues(t.Context(), "p", model.Pension)
		if err != nil {
			t.Fatal(err)
		}
		v := dueView(t, views)
		if v.Due.State == model.DuePaid {
			return paidBy(t, b, v)
		}
		if err := payAgain(t, b, v, fmt.Sprintf("again%d-%d", n, try)); err != nil {
			t.Fatal(err)
		}
		select {
		case <-time.After(100 * time.Millisecond): // the bank's own clock moves on
		case <-t.Context().Done():
		}
	}
	t.Fatal("the due is not paid within a minute")
	return model.Payment{}
}

func dueView(t *testing.T, views []contribution.View) contribution.View {
	t.Helper()
	for _, v := range views {
		if v.Due.ID == crashDue {
			return v
		}
	}
	t.Fatal("the due is gone")
	return contribution.View{}
}

func payAgain(t *testing.T, b *books, v contribution.View, key string) error {
	t.Helper()
	if v.Due.State == model.DueOpen {
		_, err := crashDeclare(t.Context(), b)
		return ignoreRefusal(err)
	}
	if v.Live == nil || v.Live.Pay != model.Unpaid {
		return nil
	}
	_, err := b.Pay(t.Context(), contribution.PayRequest{
		Payer: "p", Declarations: []string{v.Live.ID}, Agreement: "pays", Key: key, Channel: model.ChannelMobile,
	})
	return ignoreRefusal(err)
}

func ignoreRefusal(err error) error {
	if err != nil && isRefusal(err) {
		return nil
	}
	return err
}

// paidBy waits until the payment that settled the due is closed and checks that the records agree.
func paidBy(t *testing.T, b *books, v contribution.View) model.Payment {
	t.Helper()
	if v.Live == nil || v.Live.Pay != model.Paid {
		t.Fatalf("the due is paid, its declaration is not: %+v", v.Live)
	}
	p, ok, err := b.store.Payment(t.Context(), v.Live.Payment)
	if err != nil || !ok || p.State != model.Succeeded {
		t.Fatalf("payment %s: %t %v %s", v.Live.Payment, ok, err, p.State)
	}
	return p
}

func crashBank(t *testing.T) (*banksim.Sim, string) {
	t.Helper()
	sim, err := banksim.New(banksim.Options{
		Dir: t.TempDir(), Keys: []bank.Key{crashKey}, Now: time.Now, Validity: 2 * time.Second, Margin: 500 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	for mandate, card := range map[string]string{"pays": paysCard, "empty": emptyCard} {
		err := sim.Seed(t.Context(), banksim.Seed{
			Mandate: mandate, Authority: authority, Bank: "313", Account: card, Holder: "测试人", Document: "201",
			Number: "110101199003071233", Phone: "13800000001",
		})
		if err != nil {
			t.Fatal(err)
		}
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

func crashLedger(t *testing.T, sim *banksim.Sim) banksim.Ledger {
	t.Helper()
	ledger, err := sim.Ledger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ledger
}
