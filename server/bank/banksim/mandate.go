package banksim

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
)

// The states of a mandate.
const (
	stateActive  = "active"
	stateRevoked = "revoked"
	stateEnded   = "ended" // by the bank
)

const (
	smsTries = 5
	smsLife  = 5 * time.Minute
)

type mandate struct{ authority, account, bank, state string }

// live tells whether the authority has an active mandate for the account.
func (t *tx) live(authority, account string) (bool, error) {
	var number string
	return t.one(`SELECT number FROM mandate WHERE authority = ? AND account = ? AND state = 'active'`, []any{authority, account}, &number)
}

// sms is a message for the holder's phone, sent after the commit.
type sms struct{ phone, text string }

// sign starts a mandate and says which SMS to send.
func (s *Sim) sign(t *tx, m bankapi.Mandate, now time.Time) (bankapi.Result, *sms, error) {
	content, err := contentOf(m)
	if err != nil {
		return bankapi.Result{}, nil, err
	}
	known, ok, err := t.instruction(m.Ref)
	if err != nil {
		return bankapi.Result{}, nil, err
	}
	if ok {
		r, err := s.repeat(t, known, kindSign, content)
		return r, nil, err
	}
	i := s.receive(m.Ref, kindSign, content, now)
	i.Bank, i.Account = m.Bank, m.Account
	refusal, err := s.signRefusal(t, m)
	if err != nil {
		return bankapi.Result{}, nil, err
	}
	if refusal != "" {
		i = s.end(i, refusal, now)
		t.insert(i)
		return i.result(), nil, nil
	}
	n, err := rand.Int(s.random(), big.NewInt(1_000_000))
	if err != nil {
		return bankapi.Result{}, nil, fmt.Errorf("make SMS code: %w", err)
	}
	code := fmt.Sprintf("%06d", n)
	i.Code, i.Message = bankapi.Accepted, "短信验证码已发送至预留手机号"
	t.insert(i)
	err = t.exec(`INSERT INTO signing (authority, date, serial, sms, tries, expires) VALUES (?,?,?,?,?,?)`,
		m.Authority, m.Date, m.Serial, code, smsTries, micro(now.Add(smsLife)))
	return i.result(), &sms{m.Phone, strings.ReplaceAll(s.data.SMS, "{code}", code)}, err
}

func (s *Sim) signRefusal(t *tx, m bankapi.Mandate) (bankapi.Code, error) {
	a := s.accounts[m.Account]
	switch {
	case !usable(m.Account), a.Bank != "" && a.Bank != m.Bank:
		return bankapi.BadCard, nil
	case a.Sign != "":
		return a.Sign, nil
	}
	h, err := s.open(t, m)
	switch {
	case err != nil:
		return "", err
	case h.bank != m.Bank:
		return bankapi.BadCard, nil
	case h.name != m.Holder, h.document != m.Document, h.id != m.Number:
		return bankapi.Mismatch, nil
	}
	live, err := t.live(m.Authority, m.Account)
	if live {
		return bankapi.MandateExists, err
	}
	return "", err
}

// confirm ends a signing with the SMS code.
func (s *Sim) confirm(t *tx, m bankapi.Confirm, now time.Time) (bankapi.Result, error) {
	i, ok, err := t.instruction(m.Ref)
	if err != nil {
		return bankapi.Result{}, err
	}
	if !ok || i.Kind != kindSign || i.Bank != m.Bank {
		return bankapi.Result{Ref: m.Ref, Code: bankapi.NotFound, Message: s.data.Messages[bankapi.NotFound]}, nil
	}
	if i.Code != bankapi.Accepted { // it has ended already
		return i.result(), nil
	}
	var code string
	var tries int
	var expires int64
	if _, err := t.one(`SELECT sms, tries, expires FROM signing WHERE authority = ? AND date = ? AND serial = ?`,
		[]any{m.Authority, m.Date, m.Serial}, &code, &tries, &expires); err != nil {
		return bankapi.Result{}, err
	}
	if now.After(fromMicro(expires)) {
		i = s.end(i, bankapi.SMSOver, now)
		return i.result(), t.settle(i)
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(m.SMS)) != 1 {
		return s.wrongSMS(t, i, tries-1, now)
	}
	live, err := t.live(i.Authority, i.Account)
	if err != nil {
		return bankapi.Result{}, err
	}
	if live { // another signing for the account was faster
		i = s.end(i, bankapi.MandateExists, now)
		return i.result(), t.settle(i)
	}
	i = s.end(i, bankapi.OK, now)
	i.Mandate = "M" + i.Trace
	if err := t.settle(i); err != nil {
		return bankapi.Result{}, err
	}
	return i.result(), t.addMandate(i.Mandate, mandate{i.Authority, i.Account, i.Bank, stateActive}, now)
}

func (s *Sim) wrongSMS(t *tx, i Instruction, left int, now time.Time) (bankapi.Result, error) {
	if left <= 0 {
		i = s.end(i, bankapi.SMSOver, now)
		return i.result(), t.settle(i)
	}
	return bankapi.Result{Ref: i.Ref, Code: bankapi.WrongSMS, Message: s.data.Messages[bankapi.WrongSMS], Tries: left},
		t.exec(`UPDATE signing SET tries = ? WHERE authority = ? AND date = ? AND serial = ?`, left, i.Authority, i.Date, i.Serial)
}

func (t *tx) addMandate(number string, m mandate, now time.Time) error {
	return t.exec(`INSERT INTO mandate (number, authority, account, bank, state, signed) VALUES (?,?,?,?,?,?)`,
		number, m.authority, m.account, m.bank, m.state, micro(now))
}

// revoke ends a mandate. One that is not active is answered NoMandate.
func (s *Sim) revoke(t *tx, m bankapi.Revoke, now time.Time) (bankapi.Result, error) {
	content, err := contentOf(m)
	if err != nil {
		return bankapi.Result{}, err
	}
	known, ok, err := t.instruction(m.Ref)
	if err != nil {
		return bankapi.Result{}, err
	}
	if ok {
		return s.repeat(t, known, kindRevoke, content)
	}
	i := s.receive(m.Ref, kindRevoke, content, now)
	i.Bank, i.Mandate = m.Bank, m.Mandate
	found, ok, err := t.mandate(m.Mandate)
	if err != nil {
		return bankapi.Result{}, err
	}
	if !ok || found.authority != m.Authority || found.bank != m.Bank || found.state != stateActive {
		i = s.end(i, bankapi.NoMandate, now)
		t.insert(i)
		return i.result(), nil
	}
	i.Account = found.account
	i = s.end(i, bankapi.OK, now)
	if err := t.endMandate(m.Mandate, stateRevoked); err != nil {
		return bankapi.Result{}, err
	}
	t.insert(i)
	return i.result(), nil
}

// Seed is a mandate that was signed before the simulator started.
type Seed struct {
	Mandate   string    `json:"mandate"` // its number
	Authority string    `json:"authority"`
	Bank      string    `json:"bank"`
	Account   string    `json:"account"`
	Holder    string    `json:"holder"`
	Document  string    `json:"document"`
	Number    string    `json:"number"` // document number
	Phone     string    `json:"phone"`
	Balance   money.Fen `json:"balance,omitempty"` // fen, for a new account; 0 for the usual one
	Revoked   bool      `json:"revoked,omitempty"`
}

// Seed registers mandates, all or none. One whose number is known is left as it
// is, so seeding again after a restart changes nothing.
func (s *Sim) Seed(_ context.Context, seeds ...Seed) error {
	for _, one := range seeds {
		if err := one.check(s.now()); err != nil {
			return fmt.Errorf("seed mandate %s: %w", one.Mandate, err)
		}
	}
	return s.store.do(func(t *tx) error {
		for _, one := range seeds {
			if err := s.seed(t, one); err != nil {
				return fmt.Errorf("seed mandate %s: %w", one.Mandate, err)
			}
		}
		return nil
	})
}

func (o Seed) message(now time.Time) bankapi.Mandate {
	return bankapi.Mandate{
		Ref:  bankapi.Ref{Authority: o.Authority, Date: dayOf(now), Serial: o.Mandate},
		Bank: o.Bank, Account: o.Account, Holder: o.Holder, Document: o.Document, Number: o.Number, Phone: o.Phone,
	}
}

func (o Seed) check(now time.Time) error {
	if err := o.message(now).Check(); err != nil {
		return err
	}
	if o.Balance < 0 || !usable(o.Account) {
		return errors.New("bad balance or account")
	}
	return nil
}

func (s *Sim) seed(t *tx, o Seed) error {
	_, ok, err := t.mandate(o.Mandate)
	if ok || err != nil {
		return err
	}
	now := s.now()
	_, had, err := t.account(o.Account)
	if err != nil {
		return err
	}
	h, err := s.open(t, o.message(now))
	if err != nil {
		return err
	}
	if o.Balance > 0 && !had {
		h.balance = o.Balance
		t.putAccount(o.Account, h)
	}
	state := stateActive
	if o.Revoked {
		state = stateRevoked
	}
	return t.addMandate(o.Mandate, mandate{o.Authority, o.Account, o.Bank, state}, now)
}
