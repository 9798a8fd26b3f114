package bank_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/shared/bankapi"
)

var key = bank.Key{ID: "k", Secret: []byte("0123456789abcdef0123456789abcdef")}

var debit = bankapi.Debit{
	Ref:  bankapi.Ref{Authority: "11101010000", Date: "2026-11-23", Serial: "S1"},
	Bank: "103", Mandate: "M1", Account: "6228480000000000018", Amount: 100,
}

func client(t *testing.T, url string, change func(*bank.Options)) *bank.Client {
	t.Helper()
	o := bank.Options{URL: url, Key: key, Now: time.Now, Random: rand.Reader}
	if change != nil {
		change(&o)
	}
	c, err := bank.NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answer signs a body for the request.
func answer(w http.ResponseWriter, r *http.Request, body any) {
	text, _ := json.Marshal(body)
	key.SignAnswer(w.Header(), 200, text, time.Now(), r.Header.Get(bank.HeaderNonce))
	_, _ = w.Write(text)
}

func TestDebit_certainlyNotSent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	bad := debit
	bad.Amount = 0
	for name, call := range map[string]func() error{
		"connection refused": func() error { _, err := client(t, closed, nil).Debit(t.Context(), debit); return err },
		"context over":       func() error { _, err := client(t, closed, nil).Debit(ended, debit); return err },
		"bad message":        func() error { _, err := client(t, closed, nil).Debit(t.Context(), bad); return err },
		"no randomness": func() error {
			_, err := client(t, closed, func(o *bank.Options) { o.Random = strings.NewReader("") }).Debit(t.Context(), debit)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var e *bank.NotSentError
			if err := call(); !errors.As(err, &e) || !errors.Is(err, bankapi.ErrNotSent) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestDebit_lostAnswers(t *testing.T) {
	good := bankapi.Result{Ref: debit.Ref, Code: bankapi.OK}
	other := good
	other.Serial = "S2"
	hang := make(chan struct{})
	defer close(hang)
	for name, handle := range map[string]http.HandlerFunc{
		"connection closed": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"no signature":      func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(good) },
		"another nonce": func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set(bank.HeaderNonce, "x")
			answer(w, r, good)
		},
		"another reference": func(w http.ResponseWriter, r *http.Request) { answer(w, r, other) },
		"no code":           func(w http.ResponseWriter, r *http.Request) { answer(w, r, bankapi.Result{Ref: debit.Ref}) },
		"signed nonsense":   func(w http.ResponseWriter, r *http.Request) { answer(w, r, 7) },
		"500":               func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"endless": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, zeros{}) },
		"silence": func(_ http.ResponseWriter, _ *http.Request) { <-hang },
	} {
		t.Run(name, func(t *testing.T) {
			calls := make(chan struct{}, 10)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				calls <- struct{}{}
				handle(w, r)
			}))
			t.Cleanup(s.CloseClientConnections)
			c := client(t, s.URL, func(o *bank.Options) {
				if name == "silence" {
					o.Timeout = 50 * time.Millisecond
				}
			})
			_, err := c.Debit(t.Context(), debit)
			var e *bank.LostError
			if !errors.As(err, &e) || errors.Is(err, bankapi.ErrNotSent) {
				t.Errorf("error %v", err)
			}
			if len(calls) != 1 {
				t.Errorf("the bank was called %d times", len(calls))
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestDebit_aServerThatTakesTheConnectionAndDies(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	_, err = client(t, "http://"+l.Addr().String(), nil).Debit(t.Context(), debit)
	var e *bank.LostError
	if !errors.As(err, &e) {
		t.Errorf("error %v: an accepted connection is not certain", err)
	}
}

func TestDebit_errorsHoldNoPersonalData(t *testing.T) {
	_, err := client(t, "http://127.0.0.1:1", nil).Debit(t.Context(), debit)
	if err == nil || strings.Contains(err.Error(), debit.Account) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(err.Error(), debit.Serial) {
		t.Errorf("error %v does not name the instruction", err)
	}
}

func TestNewClient_refusesWhatCannotWork(t *testing.T) {
	for name, change := range map[string]func(*bank.Options){
		"no URL":       func(o *bank.Options) { o.URL = "" },
		"a path":       func(o *bank.Options) { o.URL = "http://bank/x" },
		"a scheme":     func(o *bank.Options) { o.URL = "ftp://bank" },
		"no key":       func(o *bank.Options) { o.Key = bank.Key{} },
		"short secret": func(o *bank.Options) { o.Key.Secret = []byte("short") },
		"no clock":     func(o *bank.Options) { o.Now = nil },
		"no random":    func(o *bank.Options) { o.Random = nil },
	} {
		o := bank.Options{URL: "http://bank", Key: key, Now: time.Now, Random: rand.Reader}
		change(&o)
		if _, err := bank.NewClient(o); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
