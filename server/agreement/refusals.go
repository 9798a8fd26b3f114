package agreement

import (
	"errors"
	"time"

	"shebao/shared/api"
	"shebao/shared/words"
)

// The refusals. Those about a typed field are api.Invalid instead.
var (
	RefuseExists     = api.Refuse("agreement_exists", words.AgreementExists)
	RefuseRevoked    = api.Refuse("agreement_revoked", words.AgreementRevoked)
	RefuseRevoke     = api.Refuse("agreement_not_revocable", words.RevokeImpos)
	RefuseWaiting    = api.Refuse("agreement_waiting", words.SignWaiting)
	RefuseNotWaiting = api.Refuse("agreement_not_waiting", words.SignNotWaiting)
	RefuseCodeOver   = api.Refuse("agreement_code_over", words.SignCodeOver)
	RefuseCodesOver  = api.Refuse("agreement_codes_over", words.SignCodesOver)
	RefuseTooMany    = api.Refuse("agreement_too_many", words.SignTooMany)
	RefusePerson     = api.Refuse("agreement_person", words.SignPerson)
	RefuseUnknown    = api.NotFound(words.AgreementClosed)
)

// tooSoon asks to wait before another SMS code.
func tooSoon(left time.Duration) *api.Error {
	e := api.TooMany(left)
	e.Message = words.CodeTooSoon
	return e
}

var errGone = errors.New("agreement is gone")
