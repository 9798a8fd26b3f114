package certificate

import (
	"time"

	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// Range is what a certificate is asked for.
type Range struct {
	Months period.Period       // 费款所属期
	Scheme contribution.Scheme // "" for every scheme
}

// Record is one edition of a certificate in the register. Its facts never change once it
// is Ready; what replaces it is another Record with the same number and a higher edition.
type Record struct {
	ID           string // says nothing, stands in addresses
	Person       string // holder
	Range        Range
	Number       string // 证明编号
	Edition      int
	Total        money.Fen // fen
	Count        int       // rows
	Facts        Facts     // zero in lists
	Proof        []byte    // our signature of the facts in canonical form, made when it became Ready
	Declarations []string  // ids of the contributions it states
	State        State
	Reason       string    // why it failed or was withdrawn, for its holder
	Cause        Cause     // why it was withdrawn, for everybody; "" until then
	EndedBy      string    // officer who withdrew it, "" for the program
	Applied      time.Time // 申请时间
	Made         time.Time // zero until Ready
	Ended        time.Time // when it was withdrawn
	Untold       bool      // it was withdrawn and its holder is still to be told
	Next         time.Time // when somebody may go on with it (lease end)
	Tries        int
	Rev          int // changes so far
}
