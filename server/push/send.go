package push

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"shebao/shared/lang"
	"shebao/shared/notice"
	"shebao/shared/words"
)

// Run sends the messages that wait, until ctx ends. Several processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.SendAll(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "messages to phones", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// SendAll sends the messages that are due now. A message is claimed before it is sent and
// given back only when it certainly did not arrive: one whose sender ends in the middle
// may be missing on a phone, it never comes twice. The list of notices has it anyway.
func (s *Service) SendAll(ctx context.Context) error {
	for ctx.Err() == nil {
		m, ok, err := s.Store.ClaimMessage(ctx, s.Now())
		if err != nil || !ok {
			return err
		}
		if err := s.send(ctx, m); err != nil {
			return fmt.Errorf("message %s: %w", m.ID, err)
		}
	}
	return nil
}

func (s *Service) send(ctx context.Context, m Message) error {
	d, ok, err := s.Store.Device(ctx, m.Device)
	if err != nil || !ok || d.Person != m.Person || s.Now().Sub(m.At) > Fresh {
		return err // switched off, or somebody else's by now, or too late to be of use
	}
	in, err := s.language(ctx, m.Person)
	if err != nil {
		return err
	}
	body, err := json.Marshal(payload{
		Title: s.say(in, s.Service), Body: s.say(in, text(m.Kind)), Tag: m.Notice, Path: m.Path, Lang: in.Code(),
	})
	if err != nil {
		return err
	}
	verdict, wait, err := s.Sender.Send(ctx, d, body)
	switch verdict {
	case Gone:
		return s.Store.RemoveDevice(ctx, "", d.ID)
	case Later:
		if m.Tried >= MaxTries {
			s.Log.WarnContext(ctx, "message to a phone given up", "message", m.ID, "error", err)
			return nil
		}
		return s.Store.ReturnMessage(context.WithoutCancel(ctx), m.ID, s.Now().Add(max(wait, pause(m.Tried))))
	case Lost:
		s.Log.WarnContext(ctx, "message to a phone lost", "message", m.ID, "error", err)
	case Delivered:
	}
	return nil
}

// pause is the time before the next try: 30 s, 2 min, 8 min.
func pause(tried int) time.Duration { return 30 * time.Second << (2 * (tried - 1)) }

// payload is what the service worker is told.
type payload struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Tag   string `json:"tag"` // of the event: told twice it would be shown once
	Path  string `json:"path"`
	Lang  string `json:"lang"` // of Title and Body
}

// language is the person's, zh-CN when they never chose one.
func (s *Service) language(ctx context.Context, who string) (lang.Tag, error) {
	if s.Languages == nil {
		return lang.Chinese, nil
	}
	t, _, err := s.Languages.Language(ctx, who)
	return t, err
}

func (s *Service) say(t lang.Tag, zh string) string {
	if s.Say == nil {
		return zh
	}
	return s.Say(t, zh)
}

// text says that something happened and not what: anybody may see a locked screen.
func text(k notice.Kind) string {
	if k == notice.Planned {
		return words.PushPlanned
	}
	return words.PushResult
}
