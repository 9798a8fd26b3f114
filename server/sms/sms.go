// Package sms hands text messages over: to a gateway by HTTP, or in demo mode to
// an inbox that everybody can read.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Sender sends text messages.
type Sender interface {
	// Send hands a text over to be sent. It does not try twice.
	Send(ctx context.Context, phone, text string) error
}

// Message is a text message of the demo inbox.
type Message struct {
	Phone string
	Text  string
	At    time.Time
}

// Box keeps the messages of the demo inbox.
type Box interface {
	// AddMessage keeps a message.
	AddMessage(ctx context.Context, m Message) error
	// Messages lists the newest messages, newest first.
	Messages(ctx context.Context, limit int) ([]Message, error)
}

// Inbox is the Sender of demo mode: it puts every message where people can read it.
type Inbox struct {
	Box Box
	Now func() time.Time
}

// Send keeps the message in the box.
func (i Inbox) Send(ctx context.Context, phone, text string) error {
	if err := i.Box.AddMessage(ctx, Message{Phone: phone, Text: text, At: i.Now()}); err != nil {
		return fmt.Errorf("put into the inbox: %w", err)
	}
	return nil
}

// ErrRefused says that the gateway did not take the message.
var ErrRefused = errors.New("the SMS gateway refused the message")

// Gateway posts {"phone","text"} as JSON to a URL, with the key as bearer token.
// Any answer of 200 to 299 means taken.
type Gateway struct {
	URL    string
	Key    string
	Client *http.Client // with a timeout; http.DefaultClient when nil
}

// Send posts the message once. The errors hold neither phone nor text.
func (g Gateway) Send(ctx context.Context, phone, text string) error {
	body, err := json.Marshal(struct {
		Phone string `json:"phone"`
		Text  string `json:"text"`
	}{phone, text})
	if err != nil {
		return fmt.Errorf("send text message: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("send text message: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if g.Key != "" {
		req.Header.Set("Authorization", "Bearer "+g.Key)
	}
	client := g.Client
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("send text message: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // the answer has been read
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)); err != nil {
		return fmt.Errorf("send text message: %w", err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("%w: status %d", ErrRefused, res.StatusCode)
	}
	return nil
}
