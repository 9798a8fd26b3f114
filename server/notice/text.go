package notice

import (
	"context"
	"fmt"
	"time"

	"shebao/shared/lang"
	model "shebao/shared/notice"
)

// Run sends the texts that wait, until ctx ends. Several processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.SendTexts(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "texts of notices", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// SendTexts sends the texts that are due now. A text may go out twice when its sender
// ends in the middle, never more than MaxTexts times.
func (s *Service) SendTexts(ctx context.Context) error {
	if s.SMS == nil || s.People == nil {
		return nil
	}
	for ctx.Err() == nil {
		now := s.Now()
		n, try, ok, err := s.Store.LeaseText(ctx, now, now.Add(textPause))
		if err != nil || !ok {
			return err
		}
		if err := s.text(ctx, n); err != nil {
			s.Log.WarnContext(ctx, "text of notice not sent", "notice", n.ID, "try", try, "error", err)
			if try < MaxTexts {
				continue
			}
		}
		if err := s.Store.CloseText(ctx, n.ID); err != nil {
			return fmt.Errorf("close text of notice %s: %w", n.ID, err)
		}
	}
	return nil
}

// text sends the notice to the person's phone. Without a phone there is nothing to send.
func (s *Service) text(ctx context.Context, n model.Notice) error {
	p, ok, err := s.People.Person(ctx, n.Person)
	if err != nil || !ok || p.Phone == "" {
		return err
	}
	head := ""
	if s.Service != "" {
		head = "【" + s.Service + "】"
	}
	words, err := s.words(ctx, n)
	if err != nil {
		return err
	}
	return s.SMS.Send(ctx, p.Phone, head+words)
}

// words are the notice in the language that its person chose. The head before them is the
// name under which the gateway knows the sender, so it is never translated.
func (s *Service) words(ctx context.Context, n model.Notice) (string, error) {
	if s.Languages == nil || s.Say == nil {
		return n.Title + "：" + n.Text, nil
	}
	t, _, err := s.Languages.Language(ctx, n.Person)
	if err != nil {
		return "", fmt.Errorf("load language of %s: %w", n.Person, err)
	}
	colon := "："
	if t == lang.English {
		colon = ": "
	}
	return s.Say(t, n.Title) + colon + s.Say(t, n.Text), nil
}
