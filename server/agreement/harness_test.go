package agreement_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/agreement"
	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/clock"
	"shebao/server/store"
	"shebao/server/store/storetest"
	model "shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/notice"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/region"
)

const (
	dongcheng = "11101010000"
	haidian   = "11101080000"
	pays      = "6217000000000000012" // 北京银行
	plain     = "6228480000000000018" // 农业银行
	mismatch  = "6222020000000000059" // 工商银行, 户名不符 at signing
	typed     = "13800000001"
)

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

var authorities = []region.Authority{
	{Code: dongcheng, Name: "国家税务总局北京市东城区税务局", District: "东城区", Area: "110101"},
	{Code: haidian, Name: "国家税务总局北京市海淀区税务局", District: "海淀区", Area: "110108"},
}

// register knows two people, both enrolled with 海淀 first and 东城 second.
type register struct{}

func (register) Person(_ context.Context, id string) (person.Person, bool, error) {
	p := person.Person{
		ID: id, Name: "李明", Phone: typed, Nationality: "CHN",
		Document: idcard.Document{Type: idcard.ResidentID, Number: "110101199003071233"},
	}
	switch id {
	case "li":
	case "ouyang":
		p.Name, p.Document.Number = "欧阳𠮷", "110105198810010016"
	default:
		return person.Person{}, false, nil
	}
	return p, true, nil
}

func (register) Enrolments(_ context.Context, id string, s contribution.Scheme) ([]contribution.Enrolment, error) {
	at := dongcheng
	if s == contribution.Pension {
		at = haidian
	}
	return []contribution.Enrolment{
		{Person: id, Scheme: s, Authority: "11101020000", Ended: true},
		{Person: id, Scheme: s, Authority: at},
		{Person: id, Scheme: s, Authority: at},
	}, nil
}

// letters keeps notices by id.
type letters struct {
	mu   sync.Mutex
	byID map[string]notice.Notice
}

func (l *letters) Tell(_ context.Context, n notice.Notice) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byID == nil {
		l.byID = map[string]notice.Notice{}
	}
	l.byID[n.ID] = n
	return nil
}

func (l *letters) of(kind notice.Kind) []notice.Notice {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []notice.Notice
	for _, n := range l.byID {
		if n.Kind == kind {
			found = append(found, n)
		}
	}
	return found
}

// log collects what is logged, to look for personal data.
type logText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// rig is the rules on a real store and a real bank simulator, with one clock.
type rig struct {
	t       *testing.T
	clock   *clock.Fake
	store   *store.Store
	sim     *banksim.Sim
	client  *bank.Client
	letters *letters
	log     *logText
	*agreement.Service

	ids atomic.Int64
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, clock: clock.NewFake(start), store: storetest.Open(t), letters: &letters{}, log: &logText{}}
	key := bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}
	var err error
	if r.sim, err = banksim.New(banksim.Options{Keys: []bank.Key{key}, Now: r.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.sim.Close(); err != nil {
			t.Error(err)
		}
	})
	r.client, err = bank.NewClient(bank.Options{
		URL: "http://127.0.0.1", Key: key, Transport: r.sim.Transport(), Now: r.clock.Now, Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	c := agreement.Config{
		Store: r.store, Bank: r.client, People: register{}, Enrolments: register{}, Notices: r.letters,
		Authorities: func() []region.Authority { return authorities }, Now: r.clock.Now, Patience: 20 * time.Second,
		NewID: func(p string) string { return p + strconv.FormatInt(r.ids.Add(1), 10) },
		Log:   slog.New(slog.NewTextHandler(r.log, nil)),
	}
	r.Service = agreement.New(c)
	return r
}

func (r *rig) ctx() context.Context { return r.t.Context() }

// form is a right application of 李明 for an account.
func form(account string) agreement.Application {
	bank := map[string]string{"6217": "313", "6222": "102", "6228": "103"}[account[:4]]
	return agreement.Application{
		Payer: "li", Authority: dongcheng, Bank: bank, Holder: "李明", Account: account, Phone: typed, Consent: true,
	}
}

// apply fails the test unless the application leads to the state.
func (r *rig) apply(in agreement.Application, want model.State) model.Agreement {
	r.t.Helper()
	a, err := r.Apply(r.ctx(), in)
	if err != nil {
		r.t.Fatal(err)
	}
	if a.State != want {
		r.t.Fatalf("state %s (%s), want %s", a.State, a.Reason, want)
	}
	return a
}

// is fails the test unless the stored agreement is in the state.
func (r *rig) is(id string, want model.State) model.Agreement {
	r.t.Helper()
	a, ok, err := r.store.Agreement(r.ctx(), id)
	if err != nil || !ok {
		r.t.Fatal(ok, err)
	}
	if a.State != want {
		r.t.Fatalf("state %s (%s), want %s", a.State, a.Reason, want)
	}
	return a
}

// code is the SMS code that the bank sent last.
func (r *rig) code() string {
	r.t.Helper()
	inbox := r.sim.Inbox()
	if len(inbox) == 0 {
		r.t.Fatal("the bank sent no SMS")
	}
	return regexp.MustCompile(`[0-9]{6}`).FindString(inbox[len(inbox)-1].Text)
}

// wrong is a code that the bank did not send.
func (r *rig) wrong() string {
	if r.code() == "000000" {
		return "000001"
	}
	return "000000"
}

// signed signs an agreement for the account that pays.
func (r *rig) signed() model.Agreement {
	r.t.Helper()
	a := r.apply(form(pays), model.Verifying)
	a, err := r.Confirm(r.ctx(), a.Payer, a.ID, r.code())
	if err != nil || a.State != model.Verified {
		r.t.Fatal(a.State, err)
	}
	return a
}

// pass lets time go by and the recovery loop work.
func (r *rig) pass(d time.Duration) {
	r.t.Helper()
	for end := r.clock.Now().Add(d); ; {
		if err := r.Recover(r.ctx()); err != nil {
			r.t.Fatal(err)
		}
		left := end.Sub(r.clock.Now())
		if left <= 0 {
			return
		}
		r.clock.Advance(min(left, max(time.Second, d/40)))
	}
}

func (r *rig) faults(f banksim.Faults) {
	r.t.Helper()
	if err := r.sim.SetFaults(f); err != nil {
		r.t.Fatal(err)
	}
}
