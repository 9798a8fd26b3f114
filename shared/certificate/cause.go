package certificate

// Cause is the class of reasons for which a certificate is withdrawn. Everybody who
// verifies the certificate sees it; the Reason of the Record is for its holder only.
type Cause string

// The causes.
const (
	Reversed  Cause = "reversed"  // a contribution on it was paid back or reversed
	Misstated Cause = "misstated" // it states something wrong
	Improper  Cause = "improper"  // it should not have been issued
	Returned  Cause = "returned"  // its holder asked for it
)

// Causes lists those that an officer can give. Reversed is the program's own: whether a
// contribution was paid back is in the books.
func Causes() []Cause { return []Cause{Misstated, Improper, Returned} }

// Label is the cause in people's words.
func (c Cause) Label() string {
	switch c {
	case Reversed:
		return "所列缴费已退费或冲正"
	case Misstated:
		return "所载信息有误"
	case Improper:
		return "不符合开具条件"
	case Returned:
		return "持证人申请作废"
	default:
		return string(c)
	}
}
