package sms_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shebao/server/sms"
)

var (
	_ sms.Sender = sms.Inbox{}
	_ sms.Sender = sms.Gateway{}
)

func TestGateway(t *testing.T) {
	status := http.StatusAccepted
	var got struct{ Phone, Text string }
	var auth string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		auth = r.Header.Get("Authorization")
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
	}))
	defer srv.Close()
	g := sms.Gateway{URL: srv.URL, Key: "secret-key", Client: srv.Client()}

	t.Run("phone and text arrive with the key", func(t *testing.T) {
		if err := g.Send(t.Context(), "13800000001", "验证码：123456"); err != nil {
			t.Fatal(err)
		}
		if got.Phone != "13800000001" || got.Text != "验证码：123456" || auth != "Bearer secret-key" {
			t.Errorf("got %+v with %q", got, auth)
		}
	})
	t.Run("a refusal is an error without personal data", func(t *testing.T) {
		status = http.StatusTooManyRequests
		err := g.Send(t.Context(), "13800000001", "验证码：123456")
		if !errors.Is(err, sms.ErrRefused) || strings.Contains(err.Error(), "13800000001") || strings.Contains(err.Error(), "123456") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a gateway that is away is an error", func(t *testing.T) {
		srv.Close()
		if err := g.Send(t.Context(), "13800000001", "x"); err == nil || strings.Contains(err.Error(), "13800000001") {
			t.Errorf("got %v", err)
		}
	})
}

type box struct {
	messages []sms.Message
	err      error
}

func (b *box) AddMessage(_ context.Context, m sms.Message) error {
	b.messages = append(b.messages, m)
	return b.err
}

func (b *box) Messages(context.Context, int) ([]sms.Message, error) { return b.messages, nil }

func TestInbox(t *testing.T) {
	at := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	b := &box{}
	in := sms.Inbox{Box: b, Now: func() time.Time { return at }}
	if err := in.Send(t.Context(), "13800000001", "text"); err != nil {
		t.Fatal(err)
	}
	if want := (sms.Message{Phone: "13800000001", Text: "text", At: at}); len(b.messages) != 1 || b.messages[0] != want {
		t.Errorf("got %+v", b.messages)
	}
	b.err = errors.New("full")
	if err := in.Send(t.Context(), "1", "x"); !errors.Is(err, b.err) {
		t.Errorf("got %v", err)
	}
}
