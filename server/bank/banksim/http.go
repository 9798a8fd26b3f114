package banksim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"shebao/server/bank"
	"shebao/shared/bankapi"
)

const maxMessage = 16 << 10

// Handler serves the bank's interface (signed) and /sim/… (signed or from this machine).
func (s *Sim) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sim/") {
			s.admin(w, r)
			return
		}
		s.serve(w, r)
	})
}

func (s *Sim) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bankapi.MaxFile))
	if err != nil {
		http.Error(w, "message too long", http.StatusRequestEntityTooLarge)
		return
	}
	key, nonce, err := s.authenticate(r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	s.count.Messages.Add(1)
	a := answer{s: s, w: w, key: key, nonce: nonce}
	if r.Method != http.MethodPost {
		a.write(http.StatusMethodNotAllowed, problem{bankapi.BadMessage, "method"})
		return
	}
	m, err := s.route(r.URL.Path, body)
	switch {
	case errors.Is(err, errNoPath):
		a.write(http.StatusNotFound, problem{bankapi.BadMessage, "path"})
	case err != nil:
		s.count.BadMessage.Add(1)
		a.write(http.StatusBadRequest, problem{bankapi.BadMessage, err.Error()})
	default:
		s.perform(a, r.URL.Path, m)
	}
}

// problem is the answer to a message that was not understood.
type problem struct {
	Code    bankapi.Code `json:"code"`
	Message string       `json:"message"`
}

var (
	errSignature = errors.New("wrong signature")
	errTime      = errors.New("time outside the window")
	errNonce     = errors.New("nonce was used before")
	errNoPath    = errors.New("no such path")
)

func (s *Sim) authenticate(r *http.Request, body []byte) (bank.Key, string, error) {
	key, ok := s.keys[r.Header.Get(bank.HeaderKey)]
	if !ok {
		s.count.BadSignature.Add(1)
		return key, "", errSignature
	}
	at, nonce, err := key.VerifyRequest(r, body)
	if err != nil {
		s.count.BadSignature.Add(1)
		return key, "", errSignature
	}
	now := s.now()
	if age := now.Sub(at); age > s.o.Validity || age < -s.o.Validity {
		s.count.OldTime.Add(1)
		return key, "", errTime
	}
	if !s.nonces.first(key.ID+"\n"+nonce, now) {
		s.count.ReplayedNonce.Add(1)
		return key, "", errNonce
	}
	return key, nonce, nil
}

// routed is a decoded message with what to do about it. run may be called
// twice; the effect and the answer are those of once.
type routed struct {
	ref     bankapi.Ref
	account Account // of a debit
	run     func(f forced, garbleFile bool) (any, error)
}

type checked interface{ Check() error }

// decode reads one JSON object of known fields and checks it.
func decode[T checked](body []byte) (T, error) {
	var m, none T
	if len(body) > maxMessage {
		return none, errors.New("message too long")
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return none, errors.New("not a message of this kind")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return none, errors.New("more than one message")
	}
	return m, m.Check()
}

// bound makes the operation of a message from its decision.
func bound[T checked](s *Sim, body []byte, ref func(T) bankapi.Ref, decide func(*tx, T, time.Time) (any, error)) (routed, error) {
	m, err := decode[T](body)
	if err != nil {
		return routed{}, err
	}
	return routed{ref: ref(m), run: func(forced, bool) (any, error) {
		var out any
		err := s.store.do(func(t *tx) (err error) {
			out, err = decide(t, m, s.now())
			return err
		})
		return out, err
	}}, nil
}

func (s *Sim) route(path string, body []byte) (routed, error) {
	switch path {
	case bank.PathDebit:
		return s.routeDebit(body)
	case bank.PathRefund:
		return s.routeRefund(body)
	case bank.PathQuery:
		return bound(s, body, func(m bankapi.Query) bankapi.Ref { return m.Ref },
			func(t *tx, m bankapi.Query, now time.Time) (any, error) { return s.query(t, m, now) })
	case bank.PathConfirm:
		return bound(s, body, func(m bankapi.Confirm) bankapi.Ref { return m.Ref },
			func(t *tx, m bankapi.Confirm, now time.Time) (any, error) { return s.confirm(t, m, now) })
	case bank.PathRevoke:
		return bound(s, body, func(m bankapi.Revoke) bankapi.Ref { return m.Ref },
			func(t *tx, m bankapi.Revoke, now time.Time) (any, error) { return s.revoke(t, m, now) })
	case bank.PathSign:
		return s.routeSign(body)
	case bank.PathBatch:
		return s.routeBatch(body)
	case bank.PathBatchFetch:
		return filed(bound(s, body, func(m bankapi.BatchQuery) bankapi.Ref { return m.Ref },
			func(t *tx, m bankapi.BatchQuery, now time.Time) (any, error) { return s.fetch(t, m, now) }))
	case bank.PathStatement:
		return filed(bound(s, body,
			func(m bankapi.StatementQuery) bankapi.Ref {
				return bankapi.Ref{Authority: m.Authority, Date: m.Day, Serial: m.Bank}
			},
			func(t *tx, m bankapi.StatementQuery, now time.Time) (any, error) {
				return s.statement(t, m, now)
			}))
	}
	return routed{}, errNoPath
}

func (s *Sim) routeDebit(body []byte) (routed, error) {
	m, err := decode[bankapi.Debit](body)
	return routed{ref: m.Ref, account: s.accounts[m.Account], run: func(f forced, _ bool) (any, error) {
		var out bankapi.Result
		err := s.store.do(func(t *tx) (err error) {
			out, err = s.debit(t, m, f, s.now())
			return err
		})
		return out, err
	}}, err
}

func (s *Sim) routeRefund(body []byte) (routed, error) {
	m, err := decode[bankapi.Refund](body)
	return routed{ref: m.Ref, run: func(f forced, _ bool) (any, error) {
		var out bankapi.Result
		err := s.store.do(func(t *tx) (err error) {
			out, err = s.refund(t, m, f, s.now())
			return err
		})
		return out, err
	}}, err
}

func (s *Sim) routeSign(body []byte) (routed, error) {
	m, err := decode[bankapi.Mandate](body)
	return routed{ref: m.Ref, run: func(forced, bool) (any, error) {
		var out bankapi.Result
		var text *sms
		now := s.now()
		err := s.store.do(func(t *tx) (err error) {
			out, text, err = s.sign(t, m, now)
			return err
		})
		if err == nil {
			s.deliver(text, now)
		}
		return out, err
	}}, err
}

// routeBatch takes the file itself as the body. A file that can't be read gets
// a receipt with the file-level code and, when there is one, its reference.
func (s *Sim) routeBatch(body []byte) (routed, error) {
	text := string(body)
	b, err := bankapi.ParseBatch(text)
	var refused *bankapi.FileError
	if errors.As(err, &refused) {
		receipt := bankapi.BatchReceipt{
			Ref: headRef(text), Code: refused.Code, Message: s.data.Messages[refused.Code] + "：" + refused.Reason, Line: refused.Line,
		}
		return routed{ref: receipt.Ref, run: func(forced, bool) (any, error) { return receipt, nil }}, nil
	}
	return routed{ref: b.Ref, run: func(forced, bool) (any, error) {
		var out bankapi.BatchReceipt
		err := s.store.do(func(t *tx) (err error) {
			out, err = s.submit(t, b, text, s.now())
			return err
		})
		return out, err
	}}, err
}

// headRef is the reference in the header of a file that may be damaged elsewhere.
func headRef(text string) bankapi.Ref {
	line, _, _ := strings.Cut(text, "\n")
	if f := strings.Split(line, "|"); len(f) > 4 {
		return bankapi.Ref{Authority: f[2], Date: f[3], Serial: f[4]}
	}
	return bankapi.Ref{}
}

// filed damages the file of an answer when asked to.
func filed(m routed, err error) (routed, error) {
	run := m.run
	m.run = func(f forced, garbleFile bool) (any, error) {
		out, err := run(f, garbleFile)
		if a, ok := out.(bankapi.FileAnswer); ok && garbleFile && a.File != "" {
			a.File = string(garble([]byte(a.File)))
			return a, err
		}
		return out, err
	}
	return m, err
}

// perform carries a message out with the faults that fall on it.
func (s *Sim) perform(a answer, path string, m routed) {
	fault, delay, rates, turn := s.dice.roll(path, m.ref)
	if m.account.Fault != NoFault {
		fault = m.account.Fault
	}
	s.wait(delay + m.account.delay())
	if fault != NoFault {
		s.count.Faults.Add(1)
	}
	switch fault { //nolint:exhaustive // the others are about the answer
	case LostBefore:
		panic(http.ErrAbortHandler)
	case ErrorBefore:
		http.Error(a.w, "service unavailable", http.StatusServiceUnavailable)
		return
	}
	garbleFile := rates.GarbledFile > 0 && below(mix(rates.Seed, "file", path, m.ref.Key(), turn), rates.GarbledFile)
	out, err := m.run(fault.forced(), garbleFile)
	if err == nil && fault == Twice {
		out, err = m.run(fault.forced(), garbleFile)
	}
	if err != nil {
		s.o.Log.Error("bank simulator", "path", path, "error", err)
		http.Error(a.w, "internal error", http.StatusInternalServerError)
		return
	}
	switch fault { //nolint:exhaustive // the others are over
	case LostAfter:
		panic(http.ErrAbortHandler)
	case ErrorAfter:
		http.Error(a.w, "bad gateway", http.StatusBadGateway)
	case Garbled:
		a.damaged = true
		a.write(http.StatusOK, out)
	default:
		a.write(http.StatusOK, out)
	}
}

func (s *Sim) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-s.o.After(d):
	case <-s.quit:
	}
}

// answer writes signed answers.
type answer struct {
	s       *Sim
	w       http.ResponseWriter
	key     bank.Key
	nonce   string
	damaged bool
}

func (a answer) write(status int, out any) {
	body, err := json.Marshal(out)
	if err != nil {
		panic(fmt.Errorf("bank simulator: %w", err))
	}
	h := a.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	a.key.SignAnswer(h, status, body, a.s.now(), a.nonce)
	if a.damaged {
		body = garble(body)
	}
	a.w.WriteHeader(status)
	_, _ = a.w.Write(body)
}

// garble changes the last digit of the text: still readable, but not what was meant.
func garble(text []byte) []byte {
	for i := len(text) - 1; i >= 0; i-- {
		if c := text[i]; c >= '0' && c <= '9' {
			text[i] = '0' + (c-'0'+1)%10
			return text
		}
	}
	return append(text, '?')
}
