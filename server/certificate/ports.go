// Package certificate holds the rules of certificates of contributions (社会保险费缴费证明):
// who may have one, what it states, how it is made, withdrawn and verified. It knows
// neither HTTP nor the database nor PDF; it declares the ports it needs.
package certificate

import (
	"context"
	"errors"
	"time"

	"shebao/server/contribution"
	model "shebao/shared/certificate"
	contributions "shebao/shared/contribution"
	"shebao/shared/notice"
	"shebao/shared/period"
	"shebao/shared/person"
)

// Store keeps certificates and their files. Every write is durable when the method
// returns; Swap is an atomic compare-and-set.
type Store interface {
	// AddCertificate stores a new certificate; false when its slot, its number with the
	// edition or its code is taken. Of several that follow the same one, one gets the slot.
	AddCertificate(ctx context.Context, c model.Record, slot string) (bool, error)
	// Certificate returns a certificate.
	Certificate(ctx context.Context, id string) (model.Record, bool, error)
	// NewestCertificate returns the one last applied for by the person for the range.
	NewestCertificate(ctx context.Context, person string, r model.Range) (model.Record, bool, error)
	// CertificateByCheck returns the one with exactly this taxpayer id and check code, by
	// one look-up that does not tell which of them is unknown.
	CertificateByCheck(ctx context.Context, taxpayer, code string) (model.Record, bool, error)
	// LatestEdition returns the highest edition of the number that was issued (Made is
	// not zero), whatever became of it, without its facts; false when none was.
	LatestEdition(ctx context.Context, number string) (model.Record, bool, error)
	// CertificatesBetween lists certificates without their facts, newest first.
	CertificatesBetween(ctx context.Context, f Filter) ([]model.Record, error)
	// Editions lists the editions of a number without their facts, newest first, at most limit.
	Editions(ctx context.Context, number string, limit int) ([]model.Record, error)
	// CertificatesStating lists those that state the declaration after the id ("" from the
	// first), by id, without their facts, at most limit.
	CertificatesStating(ctx context.Context, declaration, after string, limit int) ([]model.Record, error)
	// SwapCertificate writes state, reason, cause, proof, times and tries of next if the
	// stored state is still from and nothing changed since next.Rev was read. Facts and
	// declarations are written too when next has facts.
	SwapCertificate(ctx context.Context, from model.State, next model.Record) (bool, error)
	// LeaseCertificate takes the one in Making or Untold that has waited longest past its
	// Next and moves Next to until, atomically.
	LeaseCertificate(ctx context.Context, now, until time.Time) (model.Record, bool, error)
	// PutCertificateFile stores the document of the certificate, in place of an earlier one.
	PutCertificateFile(ctx context.Context, id string, document []byte) error
	// CertificateFile returns the document.
	CertificateFile(ctx context.Context, id string) ([]byte, bool, error)
	// NextTickets reserves n consecutive numbers of the sequence and returns the first.
	NextTickets(ctx context.Context, sequence string, n int) (int64, error)
}

// Filter asks for certificates by the day they were applied for.
type Filter struct {
	Person   string      // "" for everybody's
	State    model.State // "" for all
	From, To period.Date // both included
	After    string      // cursor of the last one already seen, "" from the start
	Limit    int
}

// Payments are the paid contributions. *store.Store is one.
type Payments interface {
	PaidIn(ctx context.Context, f contribution.PaidFilter) ([]contributions.Declaration, error)
	DeclarationsByID(ctx context.Context, ids []string) ([]contributions.Declaration, error)
}

// People is the population register by id.
type People interface {
	Person(ctx context.Context, id string) (person.Person, bool, error)
}

// Maker makes the document. An ErrUnprintable error says that trying again is useless.
type Maker interface {
	Make(f model.Facts) ([]byte, error)
}

// ErrUnprintable says that no document can be made of the facts, ever: a character of a
// name can't be printed, say.
var ErrUnprintable = errors.New("certificate can't be printed")

// Attester signs facts for the register and checks such signatures.
type Attester interface {
	Attest(canonical []byte) ([]byte, error)
	Attested(canonical, proof []byte) bool
}

// Limiter refuses with api.TooMany what happens too often.
type Limiter interface {
	Allow(ctx context.Context, key string, limit int, window time.Duration) error
}

// Notices tell people what happened. Telling the same id again changes nothing.
type Notices interface {
	Tell(ctx context.Context, n notice.Notice) error
}

// Trail keeps the audit trail.
type Trail interface {
	Record(ctx context.Context, e Entry) error
}

// Entry is one event of a certificate.
type Entry struct {
	Officer string // who did it, "" for the resident or the program
	Person  string // holder
	Action  string // apply, made, failed, withdraw
	Subject string // id of the certificate
	Result  string
	Details map[string]string // what else there is to know, nil for nothing
}
