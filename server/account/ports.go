package account

import (
	"context"
	"time"

	"shebao/shared/idcard"
	"shebao/shared/person"
)

// Population is the population register.
type Population interface {
	// PersonByDocument finds a person; false when there is none.
	PersonByDocument(ctx context.Context, d idcard.Document) (person.Person, bool, error)
	// KnowsPhone tells whether some person is registered with the phone.
	KnowsPhone(ctx context.Context, phone string) (bool, error)
}

// Accounts keeps accounts. Kind and Login together are unique; so are Kind and
// Phone, and Kind and Subject.
type Accounts interface {
	// AddAccount stores a new account; false when its subject, login or phone has one.
	AddAccount(ctx context.Context, a Account) (bool, error)
	// AccountByLogin finds an account; false when there is none.
	AccountByLogin(ctx context.Context, kind Kind, login string) (Account, bool, error)
	// AccountByPhone finds an account; false when there is none.
	AccountByPhone(ctx context.Context, kind Kind, phone string) (Account, bool, error)
	// SwapHash replaces the password's hash if it is still from; false when it is not.
	SwapHash(ctx context.Context, id, from, to string) (bool, error)
}

// Sessions keeps sessions until they end.
type Sessions interface {
	// AddSession stores a new session.
	AddSession(ctx context.Context, ses Session) error
	// Session finds a session, perhaps one that has ended; false when there is none.
	Session(ctx context.Context, id string) (Session, bool, error)
	// TouchSession moves Seen and Ends. A session that is gone stays gone.
	TouchSession(ctx context.Context, id string, seen, ends time.Time) error
	// EndSession removes a session; one that is gone is no error.
	EndSession(ctx context.Context, id string) error
	// EndSessions removes every session of the account but the one with the id
	// except ("" for none).
	EndSessions(ctx context.Context, account, except string) error
}

// Code is a code that was sent, hidden in a keyed hash.
type Code struct {
	Purpose Purpose
	Phone   string
	Hash    string
	Sent    time.Time
	Expires time.Time
}

// Codes keeps the newest code of each purpose and phone. Every method is atomic.
type Codes interface {
	// PutCode replaces the phone's code for the purpose with c, which nobody has
	// tried; false, changing nothing, when the former one was sent after since.
	PutCode(ctx context.Context, c Code, since time.Time) (bool, error)
	// TryCode counts a try and returns the code; false when there is none that
	// expires after now and was tried less than most times.
	TryCode(ctx context.Context, p Purpose, phone string, now time.Time, most int) (Code, bool, error)
	// LookCode returns the phone's newest code for the purpose and how often it was tried,
	// counting nothing; false when there is none.
	LookCode(ctx context.Context, p Purpose, phone string) (c Code, tries int, ok bool, err error)
	// TakeCode removes the code if its hash is still that one: true for one caller only.
	TakeCode(ctx context.Context, p Purpose, phone, hash string) (bool, error)
}

// Tries counts attempts that may fail, by a key that contains personal data.
type Tries interface {
	// Try counts an attempt, atomically; false, counting nothing, when there were
	// most attempts already and the last one was after since. Attempts before that
	// time are forgotten, all or none.
	Try(ctx context.Context, key string, now, since time.Time, most int) (bool, error)
	// ForgetTries removes the key.
	ForgetTries(ctx context.Context, key string) error
}

// Limiter counts events in fixed windows, by a key that contains personal data.
type Limiter interface {
	// Count adds one to the key's count in the window that begins at start and
	// returns it, atomically. The count may be forgotten after ends.
	Count(ctx context.Context, key string, start, ends time.Time) (int, error)
}

// SMS sends text messages.
type SMS interface {
	// Send hands a text over to be sent. It is never called twice for one message.
	Send(ctx context.Context, phone, text string) error
}

// Event is something that happened to an account.
type Event struct {
	Kind    Kind
	Subject string // the person's or officer's id; "" when nobody is known by that login
	Action  string // register, reset, login, login_sms, logout, logout_all, password
	Result  string // ok, refused, locked
	Address string
}

// Trail keeps the audit trail.
type Trail interface {
	Note(ctx context.Context, e Event) error
}
