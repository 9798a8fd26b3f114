package banksim_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
)

func TestRestart_keepsEverything(t *testing.T) {
	dir := t.TempDir()
	r := start(t, banksim.Options{Dir: dir})
	d := r.seed(plain)
	first := r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
	late := r.seed("6222020000000000026")
	late.Ref = r.ref()
	r.code(bankapi.Timeout)(r.client.Debit(t.Context(), late))
	gone := r.ref()
	ask := bankapi.Query{Ref: gone, Bank: d.Bank, Sent: r.clock.Now().Add(-time.Hour)}
	r.code(bankapi.NotFound)(r.client.Query(t.Context(), ask))
	pending := r.mandate(demoPays)
	r.code(bankapi.Accepted)(r.client.Sign(t.Context(), pending))
	sms := r.lastSMS()
	if _, err := banksim.New(banksim.Options{Dir: dir, Keys: []bank.Key{key}, Now: r.clock.Now}); err == nil {
		t.Fatal("two simulators on one folder")
	}
	r.stop()

	r = start(t, banksim.Options{Dir: dir})
	r.serial.Store(100)
	if again := r.code(bankapi.OK)(r.client.Debit(t.Context(), d)); again != first {
		t.Errorf("answer %+v, before %+v", again, first)
	}
	r.code(bankapi.Timeout)(r.query(late))
	r.clock.Move(5 * time.Second)
	r.code(bankapi.OK)(r.query(late))
	tomb := d
	tomb.Ref = gone
	r.code(bankapi.NotFound)(r.client.Debit(t.Context(), tomb))
	r.code(bankapi.OK)(r.confirm(pending, sms))
	next := d
	next.Ref = r.ref()
	if got := r.code(bankapi.OK)(r.client.Debit(t.Context(), next)); got.Trace == first.Trace {
		t.Error("the trace number is used twice")
	}
	if l := r.ledger(); len(l) != 3 {
		t.Errorf("ledger %+v", l)
	}
}

const childDir = "BANKSIM_TEST_DIR"

// TestMain is also the simulator that TestKill kills.
func TestMain(m *testing.M) {
	dir := os.Getenv(childDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	sim, err := banksim.New(banksim.Options{Dir: dir, Keys: []bank.Key{key}, Now: time.Now})
	if err != nil {
		panic(err)
	}
	if err := sim.Run(context.Background(), os.Getenv("BANKSIM_TEST_ADDR")); err != nil {
		panic(err)
	}
}

func TestKill_losesNoAcknowledgedDebit(t *testing.T) {
	dir := t.TempDir()
	o := banksim.Options{Dir: dir, Now: time.Now}
	r := start(t, o)
	d := r.seed(plain)
	addr := r.addr
	r.stop()

	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childDir+"="+dir, "BANKSIM_TEST_ADDR="+addr)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	killed := make(chan struct{})
	var mu sync.Mutex
	answered := map[string]bankapi.Result{}
	enough := make(chan struct{})
	var wg sync.WaitGroup
	client := r.newClient(bank.Options{Now: time.Now})
	for n := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				m := d
				m.Serial = fmt.Sprintf("K%d-%05d", n, i)
				got, err := client.Debit(context.Background(), m)
				mu.Lock()
				if err == nil {
					if answered[m.Serial] = got; len(answered) == 200 {
						close(enough)
					}
				}
				mu.Unlock()
				select {
				case <-killed:
					return
				default:
				}
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(20 * time.Second):
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	close(killed)
	wg.Wait()
	if len(answered) < 200 {
		t.Fatalf("only %d debits before the kill", len(answered))
	}

	r = start(t, o)
	posted := map[string]string{}
	for _, p := range r.ledger() {
		posted[p.Serial] = p.Trace
	}
	for serial, got := range answered {
		if got.Code != bankapi.OK || posted[serial] != got.Trace {
			t.Errorf("%s was answered %s %s, the ledger has %q", serial, got.Code, got.Trace, posted[serial])
		}
	}
	t.Logf("%d answered, %d posted", len(answered), len(posted))
}

func TestParseFlags(t *testing.T) {
	secret := strings.Repeat("s", 32)
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := func(m map[string]string) func(string) string { return func(k string) string { return m[k] } }
	var help strings.Builder
	w := bufio.NewWriter(&help)
	o, addr, err := banksim.ParseFlags([]string{"-addr", "127.0.0.1:1", "-dir", "", "-day-end", "23:00-01:00", "-faults", `{"seed":3,"lost_after":20}`},
		env(map[string]string{"SHEBAO_BANK_SECRET_FILE": file}), w)
	if err != nil || addr != "127.0.0.1:1" || o.Dir != "" || o.DayEnd.From != 1380 || o.Faults.LostAfter != 20 || string(o.Keys[0].Secret) != secret {
		t.Errorf("%+v, %s, %v", o, addr, err)
	}
	for name, c := range map[string]struct {
		args   []string
		secret string
	}{
		"no secret":    {nil, ""},
		"short secret": {nil, "short"},
		"unknown flag": {[]string{"-x"}, secret},
		"bad window":   {[]string{"-day-end", "x"}, secret},
		"bad faults":   {[]string{"-faults", `{"lost":1}`}, secret},
		"an argument":  {[]string{"x"}, secret},
		"no such file": {[]string{"-secret-file", file + "x"}, secret},
	} {
		if _, _, err := banksim.ParseFlags(c.args, env(map[string]string{"SHEBAO_BANK_SECRET": c.secret}), w); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
