package banksim

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
)

//go:embed data/bank.json
var bankJSON []byte

// Account is how one account number behaves. An account that is not listed
// opens on its first signing, has plenty of money and always pays.
type Account struct {
	Number    string       `json:"account"`
	Bank      string       `json:"bank"`       // the only bank it belongs to
	Note      string       `json:"note"`       // for the list of demo cards
	Empty     bool         `json:"empty"`      // opens without money
	PaysIn    bool         `json:"pays_in"`    // its holder pays money in after a debit was answered 51
	Limit     money.Fen    `json:"limit"`      // above it a debit is answered 61; 0: none
	Sign      bankapi.Code `json:"sign"`       // refuses a signing with this code
	Debit     bankapi.Code `json:"debit"`      // refuses every debit with this code
	First     bankapi.Code `json:"first"`      // first answer of a debit that ends later: 98 or 05
	Late      bankapi.Code `json:"late"`       // how it ends: 00 or a refusal
	Silent    bool         `json:"silent"`     // with First and without Late: that stays the answer, nothing is debited
	DelayMS   int64        `json:"delay_ms"`   // a debit waits so long before it is worked on
	EndsAfter int64        `json:"ends_after"` // the mandate ends after so many debits; 0: never
	Fault     Fault        `json:"fault"`      // of every debit
	Statement Difference   `json:"statement"`  // of its rows in day statements

	Refund      bankapi.Code `json:"refund"`       // refuses every refund to it with this code
	RefundFirst bankapi.Code `json:"refund_first"` // first answer of a refund that ends later: 98 or 05
	RefundLate  bankapi.Code `json:"refund_late"`  // how it ends: 00 or a refusal
}

type bankData struct {
	Opening  money.Fen               `json:"opening"` // balance of a new account, fen
	Accounts []Account               `json:"accounts"`
	Messages map[bankapi.Code]string `json:"messages"`
	SMS      string                  `json:"sms"`
}

func loadData() (bankData, error) {
	var d bankData
	dec := json.NewDecoder(strings.NewReader(string(bankJSON)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, fmt.Errorf("bank simulator: data: %w", err)
	}
	return d, nil
}

// DemoAccounts lists the account numbers with a behaviour of their own.
func DemoAccounts() ([]Account, error) {
	d, err := loadData()
	return d.Accounts, err
}

func (a Account) check() error {
	switch {
	case a.Silent != (a.First != "" && a.Late == ""), a.Late != "" && a.First == "", a.RefundFirst == "" != (a.RefundLate == ""):
		return errors.New("bank simulator: account " + a.Number + ": first and late belong together")
	case !waiting(a.First), !waiting(a.RefundFirst):
		return errors.New("bank simulator: account " + a.Number + ": first must be 98 or 05")
	case a.Late != "" && a.Late.Outcome() == bankapi.Unknown, a.RefundLate != "" && a.RefundLate.Outcome() == bankapi.Unknown,
		a.Debit != "" && a.Debit.Outcome() != bankapi.Refused, a.Refund != "" && a.Refund.Outcome() != bankapi.Refused:
		return errors.New("bank simulator: account " + a.Number + ": not a final code")
	case !a.Fault.known():
		return errors.New("bank simulator: account " + a.Number + ": unknown fault")
	case !a.Statement.known():
		return errors.New("bank simulator: account " + a.Number + ": unknown statement difference")
	}
	return nil
}

// waiting tells that the code may be the first answer of something that ends later.
func waiting(c bankapi.Code) bool { return c == "" || c == bankapi.Timeout || c == bankapi.Accepted }

func (a Account) delay() time.Duration { return time.Duration(a.DelayMS) * time.Millisecond }

// usable tells whether the number can be an account: 16 to 19 digits with a Luhn
// check, or an old passbook (存折) of another length.
func usable(number string) bool {
	if len(number) < 16 || len(number) > 19 {
		return true
	}
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// holder is what the bank keeps about an account.
type holder struct {
	bank, name, document, id, phone string
	balance                         money.Fen
	debits                          int64
}

// open makes the account when it is new.
func (s *Sim) open(t *tx, m bankapi.Mandate) (holder, error) {
	h, ok, err := t.account(m.Account)
	if ok || err != nil {
		return h, err
	}
	h = holder{bank: m.Bank, name: m.Holder, document: m.Document, id: m.Number, phone: m.Phone, balance: s.data.Opening}
	if s.accounts[m.Account].Empty {
		h.balance = 0
	}
	t.putAccount(m.Account, h)
	return h, nil
}
