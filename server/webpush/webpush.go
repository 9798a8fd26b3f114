package webpush

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	lib "github.com/SherClockHolmes/webpush-go"

	"shebao/server/push"
	"shebao/server/webpush/hosts"
)

// Options say who sends and whereto.
type Options struct {
	Key     Key
	Contact string // mailto: or https: address that push services write to when something is wrong
	Hosts   hosts.List
}

// Client sends messages. Safe for concurrent use.
type Client struct {
	Options
	http *http.Client
}

var _ push.Sender = (*Client)(nil)

// The limits of one message.
const (
	patience  = 10 * time.Second // for the push service's answer
	lasts     = 24 * 60 * 60     // seconds that a push service keeps it for a phone that is off
	size      = 2048             // bytes of a record: every message is as long as any other
	longest   = time.Hour        // a push service can ask for
	maxAnswer = 4 << 10          // bytes that are read
)

// New returns a client. It follows no redirects, uses no proxy and connects to public
// addresses only.
func New(o Options) *Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: o.Hosts.Control}
	return &Client{Options: o, http: &http.Client{
		Timeout:       patience,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Allowed tells whether the endpoint may be called.
func (c *Client) Allowed(endpoint string) error { return c.Hosts.Allowed(endpoint) }

// Send encrypts the body for the device and hands it over, once.
func (c *Client) Send(ctx context.Context, d push.Device, body []byte) (push.Verdict, time.Duration, error) {
	if err := c.Allowed(d.Endpoint); err != nil {
		return push.Gone, 0, err // the list is shorter than it was
	}
	res, err := lib.SendNotificationWithContext(ctx, body,
		&lib.Subscription{Endpoint: d.Endpoint, Keys: lib.Keys{Auth: d.Auth, P256dh: d.Key}},
		&lib.Options{
			HTTPClient: c.http, RecordSize: size, Subscriber: strings.TrimPrefix(c.Contact, "mailto:"), TTL: lasts, Urgency: lib.UrgencyNormal,
			VAPIDPublicKey: c.Key.public, VAPIDPrivateKey: c.Key.private,
		})
	if err != nil {
		return unsent(err), 0, withoutAddress(err)
	}
	defer func() { _ = res.Body.Close() }() // only read
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer))
	switch s := res.StatusCode; {
	case s >= 200 && s < 300:
		return push.Delivered, 0, nil
	case s == http.StatusNotFound, s == http.StatusGone:
		return push.Gone, 0, nil
	case s == http.StatusTooManyRequests, s == http.StatusServiceUnavailable:
		return push.Later, retryAfter(res.Header.Get("Retry-After")), fmt.Errorf("the push service answers %d", s)
	default:
		return push.Lost, 0, fmt.Errorf("the push service answers %d", s)
	}
}

// unsent tells a connection that never came about from one whose answer was lost.
func unsent(err error) push.Verdict {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return push.Later
	}
	return push.Lost
}

// withoutAddress leaves the endpoint out of an error: who knows it can push to the phone.
func withoutAddress(err error) error {
	var dial *net.OpError
	switch {
	case errors.Is(err, hosts.ErrUnknown):
		return hosts.ErrUnknown
	case errors.As(err, &dial):
		return fmt.Errorf("reach the push service: %s failed", dial.Op)
	default:
		return errors.New("no answer of the push service")
	}
}

func retryAfter(header string) time.Duration {
	n, err := strconv.Atoi(header)
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, longest)
}
