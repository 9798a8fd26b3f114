package account

import (
	"context"

	rules "shebao/server/account"
	"shebao/server/web"
)

// SessionRules are the rules of sessions and form tokens.
type SessionRules interface {
	Resume(ctx context.Context, token string) (rules.Session, bool, error)
	Look(ctx context.Context, token string) (rules.Session, bool, error)
	Token(session, visitor string) string
	CheckToken(session, visitor, token string) bool
	Mark(subject string) string
}

// Sessions tells the page server who is calling.
type Sessions struct {
	SessionRules
	Notices Notices
}

var _ web.Sessions = Sessions{}

// Resume finds the live session of a cookie token, with what the frame shows of the
// person, and makes it last longer.
func (s Sessions) Resume(ctx context.Context, token string) (web.Session, bool, error) {
	ses, ok, err := s.SessionRules.Resume(ctx, token)
	if err != nil || !ok {
		return web.Session{}, false, err
	}
	return s.shown(ctx, ses)
}

// Look finds the live session as Resume does; it ends when it would have ended anyway.
func (s Sessions) Look(ctx context.Context, token string) (web.Session, bool, error) {
	ses, ok, err := s.SessionRules.Look(ctx, token)
	if err != nil || !ok {
		return web.Session{}, false, err
	}
	return s.shown(ctx, ses)
}

// shown adds what the frame shows of the person.
func (s Sessions) shown(ctx context.Context, ses rules.Session) (web.Session, bool, error) {
	out := web.Session{
		ID: ses.ID, Person: ses.Subject, Name: ses.Name, Officer: ses.Kind == rules.Officer, Ends: ses.Ends, Warn: ses.Warn(),
	}
	if out.Officer {
		return out, true, nil
	}
	var err error
	if out.Unread, err = s.Notices.Unread(ctx, ses.Subject); err != nil {
		return web.Session{}, false, err
	}
	return out, true, nil
}
