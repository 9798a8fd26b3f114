// Package pushtest is a push service on loopback for tests: it gives out subscriptions as
// a browser would get them, checks who sends (RFC 8292) and decrypts what arrives (RFC
// 8291) with code of its own.
package pushtest

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

var web64 = base64.RawURLEncoding

// Subscription is what a browser gives a site.
type Subscription struct {
	Endpoint, Key, Auth string
}

// Received is a message that arrived.
type Received struct {
	Endpoint string
	Title    string
	Body     string
	Tag      string
	Path     string
	Lang     string
	Text     string // the whole decrypted body
	TTL      string
	Size     int // bytes on the wire
}

// Service is the push service. Answer changes what it says.
type Service struct {
	*httptest.Server
	t      *testing.T
	public string // the sender's key that subscriptions are bound to

	mu       sync.Mutex
	browsers map[string]*browser // by path
	arrived  []Received
	answers  []int // given in order before 201; 0 hangs up
	retry    string
	asked    int
	changed  chan struct{}
}

type browser struct {
	private *ecdh.PrivateKey
	auth    []byte
}

// New starts a push service for the sender with the public key.
func New(t *testing.T, public string) *Service {
	t.Helper()
	s := &Service{t: t, public: public, browsers: map[string]*browser{}, changed: make(chan struct{}, 1)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.receive))
	t.Cleanup(s.Close)
	return s
}

// For sets the public key of the sender, when it is not known before.
func (s *Service) For(public string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.public = public
}

// Subscribe makes a subscription, as a browser does when a person agrees.
func (s *Service) Subscribe() Subscription {
	s.t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	auth := make([]byte, 16)
	if _, err := rand.Read(auth); err != nil {
		s.t.Fatal(err)
	}
	path := "/push/" + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers[path] = &browser{private, auth}
	return Subscription{Endpoint: s.URL + path, Key: web64.EncodeToString(private.PublicKey().Bytes()), Auth: web64.EncodeToString(auth)}
}

// End makes the subscription one that there is no more.
func (s *Service) End(sub Subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.browsers, strings.TrimPrefix(sub.Endpoint, s.URL))
}

// Answer has the next messages answered with the statuses instead of being taken; 0 takes
// the message and hangs up without a word. retryAfter is sent along.
func (s *Service) Answer(retryAfter string, statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retry, s.answers = retryAfter, statuses
}

// Arrived is everything that arrived so far.
func (s *Service) Arrived() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received(nil), s.arrived...)
}

// Asked is how often somebody sent something.
func (s *Service) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Wait waits until so many messages arrived.
func (s *Service) Wait(n int) []Received {
	s.t.Helper()
	late := time.After(20 * time.Second)
	for {
		if got := s.Arrived(); len(got) >= n {
			return got
		}
		select {
		case <-s.changed:
		case <-late:
			s.t.Fatalf("%d messages arrived, not %d", len(s.Arrived()), n)
		}
	}
}

func (s *Service) receive(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	b, ok := s.browsers[r.URL.Path]
	if !ok {
		w.WriteHeader(http.StatusGone)
		return
	}
	status := http.StatusCreated
	if len(s.answers) > 0 {
		status, s.answers = s.answers[0], s.answers[1:]
	}
	if status != 0 && status != http.StatusCreated {
		w.Header().Set("Retry-After", s.retry)
		w.WriteHeader(status)
		return
	}
	got, err := s.open(r, b)
	if err != nil {
		s.t.Errorf("a push service would refuse this: %v", err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.arrived = append(s.arrived, got)
	select {
	case s.changed <- struct{}{}:
	default:
	}
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
}

func (s *Service) open(r *http.Request, b *browser) (Received, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		return Received{}, err
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") == "" || len(body) > 4096 {
		return Received{}, fmt.Errorf("%s, %d bytes, %v", r.Method, len(body), r.Header)
	}
	if err := identified(r.Header.Get("Authorization"), s.URL, s.public); err != nil {
		return Received{}, err
	}
	text, err := decrypt(body, b.private, b.auth)
	if err != nil {
		return Received{}, err
	}
	got := Received{Endpoint: s.URL + r.URL.Path, Text: string(text), TTL: r.Header.Get("TTL"), Size: len(body)}
	return got, json.Unmarshal(text, &got)
}
