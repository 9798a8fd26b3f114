package agreement_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"shebao/server/agreement"
	model "shebao/shared/agreement"
	"shebao/shared/bankapi"
)

var errCrash = errors.New("the process ended here")

// memory is a Store whose writes sometimes fail, before or after they are done, as
// they do for a process that ends.
type memory struct {
	mu      sync.Mutex
	random  *rand.Rand
	crashes int // of a hundred writes
	byID    map[string]model.Agreement
	numbers map[string]agreement.Numbers
}

// crash is called before and after each write.
func (m *memory) crash() error {
	if m.random.IntN(200) < m.crashes {
		return errCrash
	}
	return nil
}

func (m *memory) live(authority, account string) (model.Agreement, bool) {
	for id, a := range m.byID {
		if a.Authority == authority && m.numbers[id].Account == account && a.State.Live() {
			return a, true
		}
	}
	return model.Agreement{}, false
}

func (m *memory) AddApplication(_ context.Context, a model.Agreement, n agreement.Numbers) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.crash(); err != nil {
		return false, err
	}
	if _, taken := m.live(a.Authority, n.Account); taken {
		return false, nil
	}
	m.byID[a.ID], m.numbers[a.ID] = a, n
	return true, m.crash()
}

func (m *memory) Agreement(_ context.Context, id string) (model.Agreement, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.byID[id]
	return a, ok, nil
}

func (m *memory) LiveAgreement(_ context.Context, authority, account string) (model.Agreement, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.live(authority, account)
	return a, ok, nil
}

func (m *memory) Numbers(_ context.Context, id string) (agreement.Numbers, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.numbers[id], nil
}

func (m *memory) Agreements(context.Context, string) ([]model.Agreement, error) { return nil, nil }

func (m *memory) SwapAgreement(_ context.Context, from model.State, next model.Agreement) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.crash(); err != nil {
		return false, err
	}
	if now := m.byID[next.ID]; now.State != from || now.Rev != next.Rev {
		return false, nil
	}
	if _, err := edge(from, next.State); err != nil {
		return false, err
	}
	next.Rev++
	m.byID[next.ID] = next
	return true, m.crash()
}

// edge is an error unless a legal transition leads from one state to the other.
func edge(from, to model.State) (model.Event, error) {
	if from == to {
		return "", nil
	}
	for _, e := range model.States.Edges() {
		if e.From == from && e.To == to {
			return e.Event, nil
		}
	}
	return "", fmt.Errorf("no edge leads from %s to %s", from, to)
}

func (m *memory) LeaseAgreement(_ context.Context, now, until time.Time) (model.Agreement, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, a := range m.byID {
		if a.Open && !a.Next.After(now) {
			a.Next = until
			m.byID[id] = a
			return a, true, m.crash()
		}
	}
	return model.Agreement{}, false, nil
}

// validity is how old a message may be when it reaches the unreliable bank.
const validity = 30 * time.Second

type instruction struct {
	code    bankapi.Code
	mandate string
	account string
	sms     string
	tries   int
	at      time.Time
}

// unreliable is a bank that loses messages and answers, delivers messages late or
// twice and does not always tell.
type unreliable struct {
	mu       sync.Mutex
	random   *rand.Rand
	now      func() time.Time
	faults   int // of a hundred messages, for each kind of fault
	byRef    map[bankapi.Ref]*instruction
	mandates map[string]string // active ones: number to authority and account
	late     []delivery
	sms      map[string]string // the newest code of an account
	serial   int
}

type delivery struct {
	sent, at time.Time
	do       func() bankapi.Result
}

func (u *unreliable) fault() bool { return u.random.IntN(100) < u.faults }

// arrive delivers what is under way.
func (u *unreliable) arrive() {
	u.mu.Lock()
	defer u.mu.Unlock()
	var rest []delivery
	for _, d := range u.late {
		switch {
		case d.at.After(u.now()):
			rest = append(rest, d)
		case u.now().Sub(d.sent) <= validity:
			d.do()
		}
	}
	u.late = rest
}

// carry is one message on its way, with whatever falls on it.
func (u *unreliable) carry(ref bankapi.Ref, do func() bankapi.Result) (bankapi.Result, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	lost := fmt.Errorf("answer to %s lost", ref.Serial)
	switch {
	case u.fault():
		return bankapi.Result{}, fmt.Errorf("%s: %w", ref.Serial, bankapi.ErrNotSent)
	case u.fault():
		return bankapi.Result{}, lost // and the message too
	case u.fault():
		delay := time.Duration(u.random.IntN(40)) * time.Second
		u.late = append(u.late, delivery{u.now(), u.now().Add(delay), do})
		return bankapi.Result{}, lost
	case u.fault():
		do()
		return bankapi.Result{}, lost
	case u.fault():
		do()
		return bankapi.Result{Ref: ref, Code: bankapi.Timeout}, nil
	}
	r := do()
	if u.fault() {
		r = do()
	}
	return r, nil
}

func (u *unreliable) result(ref bankapi.Ref) bankapi.Result {
	i := u.byRef[ref]
	return bankapi.Result{Ref: ref, Code: i.code, Mandate: i.mandate, At: i.at, Final: i.code == bankapi.NotFound, Message: i.code.Words()}
}

func (u *unreliable) signed(authority, account string) bool {
	for _, of := range u.mandates {
		if of == authority+"/"+account {
			return true
		}
	}
	return false
}

func (u *unreliable) Sign(_ context.Context, m bankapi.Mandate) (bankapi.Result, error) {
	return u.carry(m.Ref, func() bankapi.Result {
		if _, known := u.byRef[m.Ref]; known {
			return u.result(m.Ref)
		}
		i := &instruction{account: m.Account, at: u.now()}
		u.byRef[m.Ref] = i
		switch {
		case u.signed(m.Authority, m.Account):
			i.code = bankapi.MandateExists
		case u.random.IntN(20) == 0:
			i.code = bankapi.Mismatch
		default:
			i.code, i.sms = bankapi.Accepted, fmt.Sprintf("%06d", u.random.IntN(1_000_000))
			u.sms[m.Account] = i.sms
		}
		return u.result(m.Ref)
	})
}

func (u *unreliable) Confirm(_ context.Context, m bankapi.Confirm) (bankapi.Result, error) {
	return u.carry(m.Ref, func() bankapi.Result {
		i, ok := u.byRef[m.Ref]
		switch {
		case !ok:
			return bankapi.Result{Ref: m.Ref, Code: bankapi.NotFound}
		case i.code != bankapi.Accepted:
		case u.now().Sub(i.at) > 5*time.Minute:
			i.code = bankapi.SMSOver
		case m.SMS != i.sms:
			if i.tries++; i.tries < 5 {
				return bankapi.Result{Ref: m.Ref, Code: bankapi.WrongSMS, Tries: 5 - i.tries}
			}
			i.code = bankapi.SMSOver
		case u.signed(m.Authority, i.account):
			i.code = bankapi.MandateExists
		default:
			u.serial++
			i.code, i.mandate, i.at = bankapi.OK, fmt.Sprintf("M%d", u.serial), u.now()
			u.mandates[i.mandate] = m.Authority + "/" + i.account
		}
		return u.result(m.Ref)
	})
}

func (u *unreliable) Revoke(_ context.Context, m bankapi.Revoke) (bankapi.Result, error) {
	return u.carry(m.Ref, func() bankapi.Result {
		if _, known := u.byRef[m.Ref]; !known {
			code := bankapi.OK
			if _, active := u.mandates[m.Mandate]; !active {
				code = bankapi.NoMandate
			}
			delete(u.mandates, m.Mandate)
			u.byRef[m.Ref] = &instruction{code: code, at: u.now()}
		}
		return u.result(m.Ref)
	})
}

func (u *unreliable) Query(_ context.Context, q bankapi.Query) (bankapi.Result, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.fault():
		return bankapi.Result{}, errors.New("no answer")
	case u.fault():
		return bankapi.Result{Ref: q.Ref, Code: bankapi.SystemError}, nil
	case u.fault():
		return bankapi.Result{Ref: q.Ref, Code: bankapi.Timeout}, nil
	}
	if _, known := u.byRef[q.Ref]; !known {
		if u.now().Sub(q.Sent) <= validity+5*time.Second {
			return bankapi.Result{Ref: q.Ref, Code: bankapi.NotFound}, nil
		}
		u.byRef[q.Ref] = &instruction{code: bankapi.NotFound, at: u.now()}
	}
	return u.result(q.Ref), nil
}
