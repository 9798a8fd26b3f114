// Package notice holds the rules of notices (消息): each event is told once, important
// ones by SMS too, and people read them in their list. It knows neither HTTP nor the
// database; it declares the ports it needs.
package notice

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"shebao/shared/lang"
	model "shebao/shared/notice"
	"shebao/shared/person"
)

// Store keeps notices. Every write is durable when the method returns.
type Store interface {
	// AddNotice stores a new notice; false when its id is taken. With due, the notice
	// waits for its SMS from then on.
	AddNotice(ctx context.Context, n model.Notice, due time.Time) (bool, error)
	// AddNotices stores those that are not there yet.
	AddNotices(ctx context.Context, list []Waiting) error
	// Notices lists a person's notices before the key ("" from the newest), newest first.
	Notices(ctx context.Context, person, before string, limit int) ([]model.Notice, error)
	// UnreadNotices counts a person's unread notices up to the limit.
	UnreadNotices(ctx context.Context, person string, limit int) (int, error)
	// MarkNotice marks one notice of the person as read and returns it; false when it
	// is not theirs.
	MarkNotice(ctx context.Context, person, id string) (model.Notice, bool, error)
	// MarkNotices marks those of the person up to and including the key as read.
	MarkNotices(ctx context.Context, person, upTo string) error
	// LeaseText takes the notice whose SMS has waited longest, moves its time to until
	// and counts the try, atomically.
	LeaseText(ctx context.Context, now, until time.Time) (n model.Notice, try int, ok bool, err error)
	// CloseText marks that the notice's SMS was sent, or given up.
	CloseText(ctx context.Context, id string) error
}

// Waiting is a new notice and when its SMS is due; zero for none.
type Waiting struct {
	model.Notice
	Due time.Time
}

// SMS sends texts to phones.
type SMS interface {
	// Send hands over one text. An error may leave open whether it was sent.
	Send(ctx context.Context, phone, text string) error
}

// People know a person's phone.
type People interface {
	// Person returns a person by our own key.
	Person(ctx context.Context, id string) (person.Person, bool, error)
}

// Languages know in which language a person reads.
type Languages interface {
	// Language is what the person chose for their screens; false when they never did.
	Language(ctx context.Context, who string) (lang.Tag, bool, error)
}

// Phones tell people on their phones, those who asked for it.
type Phones interface {
	// Queue has the notices sent; asking again for the same ones changes nothing.
	Queue(ctx context.Context, ns []model.Notice) error
}

// The limits of lists.
const (
	PageSize  = 20
	MaxUnread = 99 // more are not counted
)

// MaxTexts is how often an SMS is tried.
const MaxTexts = 3

// textPause is the time between two tries of an SMS.
const textPause = time.Minute

// Config is what a Service works with. SMS and People may be nil: then no texts are sent.
// Without Phones none are told.
type Config struct {
	Store   Store
	Phones  Phones
	SMS     SMS
	People  People
	Service string // the service's name, at the head of texts
	// Languages and Say have texts in the person's language; without them they are zh-CN.
	Languages Languages
	Say       func(t lang.Tag, zh string) string
	Now       func() time.Time
	Log       *slog.Logger
	Poll      time.Duration // between looks for texts that wait; 5 s when zero
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
}

// New returns a service; texts are sent by Run.
func New(c Config) *Service {
	if c.Poll == 0 {
		c.Poll = 5 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c}
}

// Tell adds a notice to the person's list; telling the same id again changes nothing.
// An important one also goes out by SMS. Key, At and Unread are set here.
func (s *Service) Tell(ctx context.Context, n model.Notice) error {
	n, due := s.stamp(n)
	if _, err := s.Store.AddNotice(ctx, n, due); err != nil {
		return fmt.Errorf("add notice %s: %w", n.ID, err)
	}
	return s.push(ctx, n)
}

// push tells phones after the list has the notices: a caller that is told of an error asks
// again, and nothing is told twice.
func (s *Service) push(ctx context.Context, ns ...model.Notice) error {
	if s.Phones == nil {
		return nil
	}
	if err := s.Phones.Queue(ctx, ns); err != nil {
		return fmt.Errorf("tell phones of %d notices: %w", len(ns), err)
	}
	return nil
}

// TellAll adds notices as Tell does, many at once. After an error it can be asked again.
func (s *Service) TellAll(ctx context.Context, ns []model.Notice) error {
	list := make([]Waiting, len(ns))
	for i, n := range ns {
		list[i].Notice, list[i].Due = s.stamp(n)
	}
	if err := s.Store.AddNotices(ctx, list); err != nil {
		return fmt.Errorf("add %d notices: %w", len(ns), err)
	}
	return s.push(ctx, ns...)
}

// stamp fills in what is set here, and tells when the notice's SMS is due.
func (s *Service) stamp(n model.Notice) (model.Notice, time.Time) {
	now := s.Now()
	n.At, n.Unread = now, true
	n.Key = fmt.Sprintf("%013d:%s", now.UnixMilli(), n.ID)
	if n.Kind.Important() && s.SMS != nil && s.People != nil {
		return n, now
	}
	return n, time.Time{}
}

// Page is one page of a person's list.
type Page struct {
	Notices []model.Notice
	Unread  int    // of all, at most MaxUnread
	Next    string // before which the next page begins, "" at the end
}

// List returns the person's notices before the key, newest first; "" begins at the newest.
func (s *Service) List(ctx context.Context, person, before string) (Page, error) {
	list, err := s.Store.Notices(ctx, person, before, PageSize+1)
	if err != nil {
		return Page{}, fmt.Errorf("list notices of %s: %w", person, err)
	}
	p := Page{Notices: list}
	if len(list) > PageSize {
		p.Notices = list[:PageSize]
		p.Next = p.Notices[PageSize-1].Key
	}
	p.Unread, err = s.Unread(ctx, person)
	return p, err
}

// Unread counts the person's unread notices, at most MaxUnread.
func (s *Service) Unread(ctx context.Context, person string) (int, error) {
	n, err := s.Store.UnreadNotices(ctx, person, MaxUnread)
	if err != nil {
		return 0, fmt.Errorf("count notices of %s: %w", person, err)
	}
	return n, nil
}

// Read marks one notice of the person as read and returns it; false when it is not theirs.
func (s *Service) Read(ctx context.Context, person, id string) (model.Notice, bool, error) {
	n, ok, err := s.Store.MarkNotice(ctx, person, id)
	if err != nil {
		return n, false, fmt.Errorf("mark notice %s: %w", id, err)
	}
	return n, ok, nil
}

// ReadAll marks the person's notices up to and including the key as read: those that
// came after the list was shown stay unread.
func (s *Service) ReadAll(ctx context.Context, person, upTo string) error {
	if err := s.Store.MarkNotices(ctx, person, upTo); err != nil {
		return fmt.Errorf("mark notices of %s: %w", person, err)
	}
	return nil
}
