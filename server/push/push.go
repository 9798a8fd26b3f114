// Package push holds the rules of notices on phones (Web Push): who wants to be told on
// which device, that an event is told there at most once, and that a locked screen shows
// nothing personal. It knows neither HTTP nor the database; it declares the ports it needs.
package push

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"shebao/shared/lang"
	"shebao/shared/notice"
)

// Device is a browser on which a person wants to be told: a push subscription.
type Device struct {
	ID       string // of the endpoint; the same endpoint gives the same id
	Person   string
	Session  string // in which it was switched on
	Endpoint string // address at the browser vendor's push service; who knows it can push
	Key      string // the browser's public key (p256dh), base64url
	Auth     string // the browser's secret (auth), base64url
	Since    time.Time
}

// Message is one notice for one device.
type Message struct {
	ID     string // {notice}:{device}
	Notice string
	Person string
	Device string
	Kind   notice.Kind
	Path   string // of the page about it
	At     time.Time
	Tried  int
}

// Store keeps devices and messages. Every write is durable when the method returns.
type Store interface {
	// PutDevice stores a device. One with the same id is replaced, whosever it was.
	PutDevice(ctx context.Context, d Device) error
	// Device returns a device; false when there is none.
	Device(ctx context.Context, id string) (Device, bool, error)
	// Devices lists a person's devices, newest first.
	Devices(ctx context.Context, person string, limit int) ([]Device, error)
	// DevicesOf lists the devices of many people; ID and Person are enough.
	DevicesOf(ctx context.Context, persons []string) ([]Device, error)
	// RemoveDevice removes the person's device; person "" is anybody's. None is no error.
	RemoveDevice(ctx context.Context, person, id string) error
	// RemoveDevicesIn removes the devices that were switched on in the session.
	RemoveDevicesIn(ctx context.Context, session string) error
	// RemoveDevicesOf removes all devices of the person.
	RemoveDevicesOf(ctx context.Context, person string) error
	// AddMessages stores those whose id is not taken; ids stay taken for a week.
	AddMessages(ctx context.Context, list []Message) error
	// ClaimMessage takes the message that has waited longest: for one caller only, and
	// never again unless it is given back. Tried counts this time.
	ClaimMessage(ctx context.Context, now time.Time) (Message, bool, error)
	// ReturnMessage gives a claimed message back to wait until due.
	ReturnMessage(ctx context.Context, id string, due time.Time) error
}

// Verdict is what became of a message.
type Verdict string

// The verdicts.
const (
	Delivered Verdict = "delivered" // the push service has it
	Gone      Verdict = "gone"      // there is no such subscription any more
	Later     Verdict = "later"     // certainly not taken: it may be tried again
	Lost      Verdict = "lost"      // refused for good, or nobody knows
)

// Sender hands messages to push services.
type Sender interface {
	// Allowed tells whether the endpoint is at a push service that may be called.
	Allowed(endpoint string) error
	// Send encrypts the body for the device and hands it over. wait is how long the push
	// service asks to leave it alone, with Later.
	Send(ctx context.Context, d Device, body []byte) (v Verdict, wait time.Duration, err error)
}

// Languages know in which language a person reads.
type Languages interface {
	// Language is what the person chose for their screens; false when they never did.
	Language(ctx context.Context, who string) (lang.Tag, bool, error)
}

// The limits.
const (
	MaxDevices = 10             // of one person; an eleventh replaces the oldest
	MaxTries   = 4              // of one message
	Fresh      = 24 * time.Hour // older messages are not sent any more
)

// Config is what a Service works with.
type Config struct {
	Store   Store
	Sender  Sender
	Service string // the service's name, the title of what is shown
	// Languages and Say have people told in their language; without them it is zh-CN.
	Languages Languages
	Say       func(t lang.Tag, zh string) string
	Now       func() time.Time
	Log       *slog.Logger
	Poll      time.Duration // between looks for messages; 3 s when zero
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	wake chan struct{}
}

// New returns a service; messages are sent by Run.
func New(c Config) *Service {
	if c.Poll == 0 {
		c.Poll = 3 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c, wake: make(chan struct{}, 1)}
}

// Wanted tells whether a notice of the kind is pushed: payment results and planned debits.
func Wanted(k notice.Kind) bool { return k == notice.Paid || k == notice.Unpaid || k == notice.Planned }

// Queue has the notices sent to the devices of their people. Asking again changes nothing.
func (s *Service) Queue(ctx context.Context, ns []notice.Notice) error {
	var people []string
	seen := map[string]bool{}
	for _, n := range ns {
		if Wanted(n.Kind) && !seen[n.Person] {
			seen[n.Person] = true
			people = append(people, n.Person)
		}
	}
	if len(people) == 0 {
		return nil
	}
	devices, err := s.Store.DevicesOf(ctx, people)
	if err != nil {
		return fmt.Errorf("devices of %d people: %w", len(people), err)
	}
	if len(devices) == 0 {
		return nil
	}
	of := map[string][]Device{}
	for _, d := range devices {
		of[d.Person] = append(of[d.Person], d)
	}
	var list []Message
	for _, n := range ns {
		if !Wanted(n.Kind) {
			continue
		}
		for _, d := range of[n.Person] {
			list = append(list, Message{
				ID: n.ID + ":" + d.ID, Notice: n.ID, Person: n.Person, Device: d.ID, Kind: n.Kind, Path: n.Link, At: s.Now(),
			})
		}
	}
	if err := s.Store.AddMessages(ctx, list); err != nil {
		return fmt.Errorf("add %d messages: %w", len(list), err)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}
