package agreement

import "shebao/shared/bankapi"

// verdict is what an answer about a signing means.
type verdict int

const (
	unknown    verdict = iota // ask again
	accepted                  // there is a mandate
	challenged                // the bank waits for the SMS code
	codeWrong                 // the code was wrong, another try is left
	codeOver                  // the code is used up or expired; another one is needed
	busy                      // the bank can't say or do it now
	refused                   // there is none and will be none under this reference
	vanished                  // the bank never got the instruction and will refuse it
)

// verdictOf judges an answer to a signing, a code or a query about them. Codes that
// are not known here are unknown.
func verdictOf(r bankapi.Result) verdict {
	switch r.Code { //nolint:exhaustive // codes of debits and files are unknown here
	case bankapi.OK:
		if r.Mandate == "" {
			return unknown
		}
		return accepted
	case bankapi.Accepted:
		return challenged
	case bankapi.WrongSMS:
		return codeWrong
	case bankapi.SMSOver:
		return codeOver
	case bankapi.NotFound:
		if r.Final {
			return vanished
		}
		return unknown
	case bankapi.DayEnd, bankapi.SystemError:
		if r.Trace != "" { // the instruction's own end, not the query's
			return refused
		}
		return busy
	case bankapi.BadCard, bankapi.NoMandate, bankapi.Restricted, bankapi.Mismatch, bankapi.MandateExists,
		bankapi.NoPhone, bankapi.OverLimit, bankapi.BadMessage:
		return refused
	default:
		return unknown
	}
}
