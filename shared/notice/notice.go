// Package notice holds the model of a notice (消息): one message to a person about
// something that happened to their payments, agreements or certificates.
package notice

import "time"

// Kind says what a notice is about.
type Kind string

// The kinds. The first two are the final states of a payment.
const (
	Paid     Kind = "paid"     // a debit went through
	Unpaid   Kind = "failed"   // a debit did not
	Planned  Kind = "planned"  // a batch debit will be made
	Signed   Kind = "signed"   // an agreement was signed
	Unsigned Kind = "unsigned" // an agreement was not
	Revoked  Kind = "revoked"  // an agreement was revoked
	Ended    Kind = "ended"    // the bank ended an agreement

	Refunded    Kind = "refunded"    // money went back
	NotRefunded Kind = "notrefunded" // a refund was refused, or the bank did not make it
	Voided      Kind = "voided"      // a certificate was withdrawn

	Password Kind = "password" // the password was changed
)

// Important tells that the person is told by SMS too: money did not move as expected,
// a mandate changed, a paper that they may have handed on is no longer valid, or somebody who
// may not be them changed the password.
func (k Kind) Important() bool {
	return k == Unpaid || k == Revoked || k == Ended || k == Voided || k == Password
}

// Notice is one message to a person.
type Notice struct {
	ID     string    `json:"id"` // the same event gives the same id
	Person string    `json:"person"`
	Kind   Kind      `json:"kind"`
	Title  string    `json:"title"`
	Text   string    `json:"text"`
	Link   string    `json:"link"` // path of the page about it, "" for none
	At     time.Time `json:"at"`   // when it was told
	Unread bool      `json:"unread"`
	Key    string    `json:"key"` // its place in the list: later ones are greater
}
