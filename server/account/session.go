package account

import (
	"context"
	"fmt"
	"time"
)

// start begins a session with a fresh token, whatever the caller had before.
func (s *Service) start(ctx context.Context, a Account) (string, Session, error) {
	token, id, err := s.newToken()
	if err != nil {
		return "", Session{}, err
	}
	now := s.Now()
	ses := Session{ID: id, Kind: a.Kind, Subject: a.Subject, Account: a.ID, Name: a.Name, Started: now, Seen: now}
	ses.Ends = s.ends(ses)
	if err := s.Sessions.AddSession(ctx, ses); err != nil {
		return "", Session{}, fmt.Errorf("start session: %w", err)
	}
	return token, ses, nil
}

// Officers' sessions are shorter than residents' can be.
const (
	officerIdle = 15 * time.Minute
	officerMax  = 8 * time.Hour
)

func (s *Service) ends(ses Session) time.Time {
	idle, most := ses.Seen.Add(s.Idle), ses.Started.Add(s.Max)
	if ses.Kind == Officer {
		idle, most = ses.Seen.Add(min(s.Idle, officerIdle)), ses.Started.Add(min(s.Max, officerMax))
	}
	if most.Before(idle) {
		return most
	}
	return idle
}

// longestWarning is how long before the end of an idle session its person is asked
// whether to stay (WCAG 2.2.1 asks for 20 seconds at least).
const longestWarning = 2 * time.Minute

// Warn is how long before Ends the person is asked whether to stay.
func (ses Session) Warn() time.Duration {
	return min(longestWarning, ses.Ends.Sub(ses.Seen)/3)
}

// Look finds the live session of a token; false when the session has ended or never was.
// It ends when it would have ended anyway.
func (s *Service) Look(ctx context.Context, token string) (Session, bool, error) {
	if len(token) != web64.EncodedLen(tokenSize) {
		return Session{}, false, nil
	}
	ses, ok, err := s.Sessions.Session(ctx, sessionID(token))
	if err != nil {
		return Session{}, false, fmt.Errorf("find session: %w", err)
	}
	ses.Ends = s.ends(ses)
	if !ok || !s.Now().Before(ses.Ends) {
		return Session{}, false, nil
	}
	return ses, true, nil
}

// Resume finds the live session of a token as Look does and notes that its person has
// asked for something: it lasts longer.
func (s *Service) Resume(ctx context.Context, token string) (Session, bool, error) {
	ses, ok, err := s.Look(ctx, token)
	if err != nil || !ok {
		return Session{}, false, err
	}
	if now := s.Now(); now.Sub(ses.Seen) >= min(s.Touch, s.Idle/4) {
		ses.Seen = now
		ses.Ends = s.ends(ses)
		if err := s.Sessions.TouchSession(ctx, ses.ID, ses.Seen, ses.Ends); err != nil {
			return Session{}, false, fmt.Errorf("resume session: %w", err)
		}
	}
	return ses, true, nil
}

// Logout ends the session (退出登录): its token is worth nothing anywhere from now on.
func (s *Service) Logout(ctx context.Context, ses Session, address string) error {
	if err := s.Sessions.EndSession(ctx, ses.ID); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	s.note(ctx, Event{ses.Kind, ses.Subject, "logout", "ok", address})
	return nil
}

// LogoutEverywhere ends the person's sessions on all devices, this one too.
func (s *Service) LogoutEverywhere(ctx context.Context, ses Session, address string) error {
	if err := s.Sessions.EndSessions(ctx, ses.Account, ""); err != nil {
		return fmt.Errorf("log out everywhere: %w", err)
	}
	s.note(ctx, Event{ses.Kind, ses.Subject, "logout_all", "ok", address})
	return nil
}
