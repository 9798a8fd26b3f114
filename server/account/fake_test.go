package account_test

import (
	"context"
	"sync"
	"time"

	"shebao/server/account"
	"shebao/shared/idcard"
	"shebao/shared/person"
)

// memory keeps everything in maps under one lock. It is the ports' contract at
// its plainest.
type memory struct {
	mu       sync.Mutex
	people   []person.Person
	accounts map[string]account.Account
	sessions map[string]account.Session
	codes    map[string]*triedCode
	tries    map[string]*tried
	counts   map[string]int
	touches  int
	sent     []message
	events   []account.Event
}

type triedCode struct {
	account.Code
	tries int
}

type tried struct {
	n    int
	last time.Time
}

type message struct{ phone, text string }

func newMemory(people ...person.Person) *memory {
	return &memory{
		people: people, accounts: map[string]account.Account{}, sessions: map[string]account.Session{},
		codes: map[string]*triedCode{}, tries: map[string]*tried{}, counts: map[string]int{},
	}
}

func (m *memory) lock() func() {
	m.mu.Lock()
	return m.mu.Unlock
}

func (m *memory) PersonByDocument(_ context.Context, d idcard.Document) (person.Person, bool, error) {
	defer m.lock()()
	for _, p := range m.people {
		if p.Document == d {
			return p, true, nil
		}
	}
	return person.Person{}, false, nil
}

func (m *memory) KnowsPhone(_ context.Context, phone string) (bool, error) {
	defer m.lock()()
	for _, p := range m.people {
		if p.Phone == phone {
			return true, nil
		}
	}
	return false, nil
}

func (m *memory) AddAccount(_ context.Context, a account.Account) (bool, error) {
	defer m.lock()()
	for _, b := range m.accounts {
		if b.Kind == a.Kind && (b.Login == a.Login || b.Subject == a.Subject || (a.Phone != "" && b.Phone == a.Phone)) {
			return false, nil
		}
	}
	m.accounts[a.ID] = a
	return true, nil
}

func (m *memory) find(match func(account.Account) bool) (account.Account, bool, error) {
	defer m.lock()()
	for _, a := range m.accounts {
		if match(a) {
			return a, true, nil
		}
	}
	return account.Account{}, false, nil
}

func (m *memory) AccountByLogin(_ context.Context, kind account.Kind, login string) (account.Account, bool, error) {
	return m.find(func(a account.Account) bool { return a.Kind == kind && a.Login == login })
}

func (m *memory) AccountByPhone(_ context.Context, kind account.Kind, phone string) (account.Account, bool, error) {
	return m.find(func(a account.Account) bool { return a.Kind == kind && a.Phone == phone })
}

func (m *memory) SwapHash(_ context.Context, id, from, to string) (bool, error) {
	defer m.lock()()
	a, ok := m.accounts[id]
	if !ok || a.Hash != from {
		return false, nil
	}
	a.Hash = to
	m.accounts[id] = a
	return true, nil
}

func (m *memory) AddSession(_ context.Context, ses account.Session) error {
	defer m.lock()()
	m.sessions[ses.ID] = ses
	return nil
}

func (m *memory) Session(_ context.Context, id string) (account.Session, bool, error) {
	defer m.lock()()
	ses, ok := m.sessions[id]
	return ses, ok, nil
}

func (m *memory) TouchSession(_ context.Context, id string, seen, ends time.Time) error {
	defer m.lock()()
	if ses, ok := m.sessions[id]; ok {
		ses.Seen, ses.Ends = seen, ends
		m.sessions[id] = ses
		m.touches++
	}
	return nil
}

func (m *memory) EndSession(_ context.Context, id string) error {
	defer m.lock()()
	delete(m.sessions, id)
	return nil
}

func (m *memory) EndSessions(_ context.Context, acc, except string) error {
	defer m.lock()()
	for id, ses := range m.sessions {
		if ses.Account == acc && id != except {
			delete(m.sessions, id)
		}
	}
	return nil
}

func (m *memory) PutCode(_ context.Context, c account.Code, since time.Time) (bool, error) {
	defer m.lock()()
	key := string(c.Purpose) + c.Phone
	if old := m.codes[key]; old != nil && old.Sent.After(since) {
		return false, nil
	}
	m.codes[key] = &triedCode{Code: c}
	return true, nil
}

func (m *memory) TryCode(_ context.Context, p account.Purpose, phone string, now time.Time, most int) (account.Code, bool, error) {
	defer m.lock()()
	c := m.codes[string(p)+phone]
	if c == nil || !c.Expires.After(now) || c.tries >= most {
		return account.Code{}, false, nil
	}
	c.tries++
	return c.Code, true, nil
}

func (m *memory) LookCode(_ context.Context, p account.Purpose, phone string) (account.Code, int, bool, error) {
	defer m.lock()()
	c := m.codes[string(p)+phone]
	if c == nil {
		return account.Code{}, 0, false, nil
	}
	return c.Code, c.tries, true, nil
}

func (m *memory) TakeCode(_ context.Context, p account.Purpose, phone, hash string) (bool, error) {
	defer m.lock()()
	key := string(p) + phone
	if c := m.codes[key]; c == nil || c.Hash != hash {
		return false, nil
	}
	delete(m.codes, key)
	return true, nil
}

func (m *memory) Try(_ context.Context, key string, now, since time.Time, most int) (bool, error) {
	defer m.lock()()
	t := m.tries[key]
	if t == nil || !t.last.After(since) {
		t = &tried{}
		m.tries[key] = t
	}
	if t.n >= most {
		return false, nil
	}
	t.n++
	t.last = now
	return true, nil
}

func (m *memory) ForgetTries(_ context.Context, key string) error {
	defer m.lock()()
	delete(m.tries, key)
	return nil
}

func (m *memory) Count(_ context.Context, key string, start, _ time.Time) (int, error) {
	defer m.lock()()
	key += start.UTC().Format(time.RFC3339)
	m.counts[key]++
	return m.counts[key], nil
}

func (m *memory) Send(_ context.Context, phone, text string) error {
	defer m.lock()()
	m.sent = append(m.sent, message{phone, text})
	return nil
}

func (m *memory) Note(_ context.Context, e account.Event) error {
	defer m.lock()()
	m.events = append(m.events, e)
	return nil
}
