package certificate

import (
	"context"
	"errors"
	"fmt"
	"time"

	model "shebao/shared/certificate"
)

// Why making failed, for people.
const (
	reasonUnprintable = "姓名中有本系统暂不能打印的字，请到办税服务厅开具"
	reasonTrouble     = "系统繁忙，未能制作，请重新制作"
)

// Run makes what was applied for, by this process or another, until ctx ends. Several
// processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "make certificates", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.soon:
		}
	}
}

// Wait returns when no certificate is being made by this process, or ctx ends.
func (s *Service) Wait(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		s.background.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (s *Service) nudge() {
	select {
	case s.soon <- struct{}{}:
	default: // it is awake
	}
}

// Work makes everything that is due now, and tells of what ended, once.
func (s *Service) Work(ctx context.Context) error {
	slots := make(chan struct{}, makeTogether)
	var failed error
	for ctx.Err() == nil {
		slots <- struct{}{}
		now := s.Now()
		c, ok, err := s.Store.LeaseCertificate(ctx, now, now.Add(s.Lease))
		if err != nil || !ok {
			failed = err
			<-slots
			break
		}
		s.background.Go(func() {
			defer func() { <-slots }()
			work, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Lease)
			defer cancel()
			if err := s.goOn(work, c); err != nil {
				s.Log.ErrorContext(work, "work on certificate", "certificate", c.ID, "state", c.State, "tries", c.Tries+1, "error", err)
			}
		})
	}
	for range makeTogether { // all of this round have ended
		slots <- struct{}{}
	}
	if failed != nil {
		return fmt.Errorf("lease certificate: %w", failed)
	}
	return nil
}

// goOn does what a leased certificate waits for.
func (s *Service) goOn(ctx context.Context, c model.Record) error {
	if c.State == model.Withdrawn {
		return s.announce(ctx, c)
	}
	return s.produce(ctx, c)
}

// produce makes one document and marks the certificate Ready. It may be repeated at any
// point: until then nobody has seen the document. What it states may have been paid back
// since it was applied for.
func (s *Service) produce(ctx context.Context, c model.Record) error {
	stands, err := s.stands(ctx, c)
	if err != nil {
		return err
	}
	if !stands {
		return s.withdraw(ctx, c, reversal(reasonReversed))
	}
	problem := s.document(ctx, &c)
	switch {
	case problem == nil:
		c.Reason, c.Made = "", s.Now()
		ready, err := s.swap(ctx, model.Making, model.Complete, c)
		if err == nil && ready {
			s.note(ctx, Entry{Person: c.Person, Action: "made", Subject: c.ID, Result: "ok"})
		}
		return err
	case errors.Is(problem, ErrUnprintable) || errors.Is(problem, model.ErrFacts):
		c.Reason = reasonUnprintable
	case c.Tries+1 >= makeTries:
		c.Reason = reasonTrouble
	default:
		c.Tries++
		c.Facts = model.Facts{} // unchanged
		c.Next = s.Now().Add(time.Duration(c.Tries*c.Tries) * time.Second)
		_, err := s.Store.SwapCertificate(ctx, model.Making, c)
		return errors.Join(problem, err)
	}
	_, err = s.swap(ctx, model.Making, model.Fail, c)
	s.note(ctx, Entry{Person: c.Person, Action: "failed", Subject: c.ID, Result: "failed"})
	return errors.Join(problem, err)
}

func (s *Service) document(ctx context.Context, c *model.Record) error {
	canonical, err := c.Facts.Canonical()
	if err != nil {
		return fmt.Errorf("facts of certificate %s: %w", c.ID, err)
	}
	if c.Proof, err = s.Attester.Attest(canonical); err != nil {
		return fmt.Errorf("attest certificate %s: %w", c.ID, err)
	}
	document, err := s.Maker.Make(c.Facts)
	if err != nil {
		return fmt.Errorf("make certificate %s: %w", c.ID, err)
	}
	if err := s.Store.PutCertificateFile(ctx, c.ID, document); err != nil {
		return fmt.Errorf("store document of certificate %s: %w", c.ID, err)
	}
	return nil
}
