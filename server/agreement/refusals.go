package agreement

import (
	"errors"
	"time"

	"shebao/shared/api"
	"shebao/shared/words"
)

// The refusals. Those about a typed field are api.Invalid instead.
var (
	ErrExists       = api.Refuse("agreement_exists", words.AgreementExists)
	ErrRevoked      = api.Refuse("agreement_revoked", words.AgreementRevoked)
	ErrNotRevocable = api.Refuse("agreement_not_revocable", words.RevokeImpos)
	ErrWaiting      = api.Refuse("agreement_waiting", words.SignWaiting)
	ErrNotWaiting   = api.Refuse("agreement_not_waiting", words.SignNotWaiting)
	ErrCodeOver     = api.Refuse("agreement_code_over", words.SignCodeOver)
	ErrCodesOver    = api.Refuse("agreement_codes_over", words.SignCodesOver)
	ErrTooMany      = api.Refuse("agreement_too_many", words.SignTooMany)
	ErrPerson       = api.Refuse("agreement_person", words.SignPerson)
	ErrUnknown      = api.NotFound(words.AgreementClosed)
)

// tooSoon asks to wait before another SMS code.
func tooSoon(left time.Duration) *api.Error {
	e := api.TooMany(left)
	e.Message = words.CodeTooSoon
	return e
}

var errGone = errors.New("agreement is gone")
