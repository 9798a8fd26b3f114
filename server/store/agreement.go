package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/agreement"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
)

const agreements = "agreements"

var agreementIndexes = []index{
	{collection: agreements, name: "payer", keys: bson.D{{Key: "payer", Value: 1}, {Key: "applied", Value: -1}}},
	{
		collection: agreements, name: "mandate", unique: true, // one live agreement for an authority and account
		keys: bson.D{{Key: "auth", Value: 1}, {Key: "accountIdx", Value: 1}}, partial: bson.D{{Key: "live", Value: true}},
	},
	{collection: agreements, name: "open", keys: bson.D{{Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
}

type agreementDoc struct {
	ID         string    `bson:"_id"`
	Payer      string    `bson:"payer"`
	Authority  string    `bson:"auth"`
	Bank       string    `bson:"bank"`
	Account    string    `bson:"account"` // masked
	Sealed     string    `bson:"sealed"`  // the whole account number
	AccountIdx string    `bson:"accountIdx"`
	Holder     string    `bson:"holder"`
	Phone      string    `bson:"phone"`       // masked
	SealedTel  string    `bson:"sealedPhone"` // the whole phone number, while the agreement is being signed
	Mandate    string    `bson:"mandate,omitempty"`
	Date       string    `bson:"date"`
	Serial     string    `bson:"serial"`
	State      string    `bson:"state"`
	Reason     string    `bson:"reason,omitempty"`
	Code       string    `bson:"code,omitempty"`
	Applied    time.Time `bson:"applied"`
	Effective  string    `bson:"effective"`
	Ended      time.Time `bson:"ended,omitempty"`
	Sent       time.Time `bson:"sent,omitempty"`
	Earlier    []refDoc  `bson:"earlier,omitempty"`
	Tries      int       `bson:"tries"`
	Doubt      time.Time `bson:"doubt,omitempty"`
	Ending     refDoc    `bson:"ending,omitempty"`
	Live       bool      `bson:"live"` // the account can't be signed again
	Open       bool      `bson:"open"` // somebody must go on with it
	Next       time.Time `bson:"next"`
	Waits      int       `bson:"waits"`
	Rev        int       `bson:"rev"`
}

// refDoc is an instruction to the agreement's authority.
type refDoc struct {
	Date   string `bson:"date"`
	Serial string `bson:"serial"`
}

func (d refDoc) ref(authority string) bankapi.Ref {
	if d.Serial == "" {
		return bankapi.Ref{}
	}
	return bankapi.Ref{Authority: authority, Date: d.Date, Serial: d.Serial}
}

func agreementToDoc(a agreement.Agreement) agreementDoc {
	var earlier []refDoc
	for _, r := range a.Earlier {
		earlier = append(earlier, refDoc{r.Date, r.Serial})
	}
	return agreementDoc{
		ID: a.ID, Payer: a.Payer, Authority: a.Authority, Bank: a.Bank, Account: a.Account, Holder: a.Holder, Phone: a.Phone,
		Mandate: a.Mandate, Date: a.Ref.Date, Serial: a.Ref.Serial, State: string(a.State), Reason: a.Reason, Code: string(a.Code),
		Applied: a.Applied, Effective: dayText(a.Effective), Ended: a.Ended, Sent: a.Sent, Earlier: earlier, Tries: a.Tries,
		Doubt: a.Doubt, Ending: refDoc{a.Ending.Date, a.Ending.Serial},
		Live: a.State.Live(), Open: a.Open, Next: a.Next, Waits: a.Waits, Rev: a.Rev,
	}
}

func (d agreementDoc) value() agreement.Agreement {
	var earlier []bankapi.Ref
	for _, r := range d.Earlier {
		earlier = append(earlier, r.ref(d.Authority))
	}
	return agreement.Agreement{
		ID: d.ID, Payer: d.Payer, Authority: d.Authority, Bank: d.Bank, Account: d.Account, Holder: d.Holder, Phone: d.Phone,
		Mandate: d.Mandate, Ref: refDoc{d.Date, d.Serial}.ref(d.Authority),
		State: agreement.State(d.State), Reason: d.Reason, Code: bankapi.Code(d.Code), Applied: d.Applied,
		Effective: day(d.Effective), Ended: instant(d.Ended), Sent: instant(d.Sent), Earlier: earlier, Tries: d.Tries,
		Doubt: instant(d.Doubt), Ending: d.Ending.ref(d.Authority), Open: d.Open, Next: instant(d.Next), Waits: d.Waits, Rev: d.Rev,
	}
}

// AddAgreement stores a new agreement with its whole account number; false when the id
// is taken or the account has a live agreement with the authority.
func (s *Store) AddAgreement(ctx context.Context, a agreement.Agreement, account string) (bool, error) {
	return s.AddApplication(ctx, a, rules.Numbers{Account: account})
}

// AddApplication stores a new agreement with its whole numbers; false when the id is
// taken or the account has a live agreement with the authority.
func (s *Store) AddApplication(ctx context.Context, a agreement.Agreement, n rules.Numbers) (bool, error) {
	doc := agreementToDoc(a)
	var err error
	if doc.Sealed, err = s.vault.Seal(n.Account, sealedAccount(a.ID)); err != nil {
		return false, fmt.Errorf("seal account of agreement %s: %w", a.ID, err)
	}
	if n.Phone != "" {
		if doc.SealedTel, err = s.vault.Seal(n.Phone, "agreement:"+a.ID+":phone"); err != nil {
			return false, fmt.Errorf("seal phone of agreement %s: %w", a.ID, err)
		}
	}
	doc.AccountIdx = s.vault.Index("account", n.Account)
	return s.add(ctx, agreements, doc)
}

// Agreement returns an agreement.
func (s *Store) Agreement(ctx context.Context, id string) (agreement.Agreement, bool, error) {
	return findOne[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements), byID(id))
}

// LiveAgreement returns the live agreement of an account with the authority.
func (s *Store) LiveAgreement(ctx context.Context, authority, account string) (agreement.Agreement, bool, error) {
	return findOne[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements), bson.D{
		{Key: "auth", Value: authority}, {Key: "accountIdx", Value: s.vault.Index("account", account)}, {Key: "live", Value: true},
	})
}

// AccountNumber returns the whole account number of an agreement.
func (s *Store) AccountNumber(ctx context.Context, id string) (string, error) {
	n, err := s.Numbers(ctx, id)
	return n.Account, err
}

// Numbers returns the whole numbers of an agreement; the phone is "" once it is signed.
func (s *Store) Numbers(ctx context.Context, id string) (rules.Numbers, error) {
	var d agreementDoc
	err := s.db.Collection(agreements).FindOne(ctx, byID(id),
		options.FindOne().SetProjection(bson.D{{Key: "sealed", Value: 1}, {Key: "sealedPhone", Value: 1}})).Decode(&d)
	if err != nil {
		return rules.Numbers{}, fmt.Errorf("load numbers of agreement %s: %w", id, asErr(err))
	}
	var n rules.Numbers
	if n.Account, err = s.vault.Open(d.Sealed, sealedAccount(id)); err != nil {
		return rules.Numbers{}, fmt.Errorf("open account of agreement %s: %w", id, err)
	}
	if d.SealedTel != "" {
		if n.Phone, err = s.vault.Open(d.SealedTel, "agreement:"+id+":phone"); err != nil {
			return rules.Numbers{}, fmt.Errorf("open phone of agreement %s: %w", id, err)
		}
	}
	return n, nil
}

// Agreements lists a payer's agreements, newest first, at most 100.
func (s *Store) Agreements(ctx context.Context, payer string) ([]agreement.Agreement, error) {
	return find[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements), bson.D{{Key: "payer", Value: payer}},
		options.Find().SetSort(bson.D{{Key: "applied", Value: -1}}).SetLimit(100))
}

// AgreementStates lists a payer's verified agreements, at most 100, with only what tells
// whether they can be used: State, Authority and Effective.
func (s *Store) AgreementStates(ctx context.Context, payer string) ([]agreement.Agreement, error) {
	return find[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements),
		bson.D{{Key: "payer", Value: payer}, {Key: "state", Value: string(agreement.Verified)}},
		options.Find().SetProjection(bson.D{{Key: "state", Value: 1}, {Key: "auth", Value: 1}, {Key: "effective", Value: 1}}).SetLimit(100))
}

// SwapAgreement writes next if the stored state is still from and nothing has changed
// since next.Rev was read; the stored revision then is one more.
func (s *Store) SwapAgreement(ctx context.Context, from agreement.State, next agreement.Agreement) (bool, error) {
	d := agreementToDoc(next)
	fields := bson.D{
		{Key: "state", Value: d.State},
		{Key: "reason", Value: d.Reason},
		{Key: "code", Value: d.Code},
		{Key: "mandate", Value: d.Mandate},
		{Key: "effective", Value: d.Effective},
		{Key: "ended", Value: d.Ended},
		{Key: "date", Value: d.Date},
		{Key: "serial", Value: d.Serial},
		{Key: "sent", Value: d.Sent},
		{Key: "earlier", Value: d.Earlier},
		{Key: "tries", Value: d.Tries},
		{Key: "doubt", Value: d.Doubt},
		{Key: "ending", Value: d.Ending},
		{Key: "live", Value: d.Live},
		{Key: "open", Value: d.Open},
		{Key: "next", Value: d.Next},
		{Key: "waits", Value: d.Waits},
		{Key: "rev", Value: d.Rev + 1},
	}
	if !next.State.InProgress() {
		fields = append(fields, bson.E{Key: "sealedPhone", Value: ""}) // nobody needs it any more
	}
	res, err := s.db.Collection(agreements).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: d.ID}, {Key: "state", Value: string(from)}, {Key: "rev", Value: d.Rev}}, set(fields))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", agreements, err)
	}
	return res.MatchedCount == 1, nil
}

// LeaseAgreement takes the open agreement that has waited longest and moves Next to until.
func (s *Store) LeaseAgreement(ctx context.Context, now, until time.Time) (agreement.Agreement, bool, error) {
	var d agreementDoc
	err := s.db.Collection(agreements).FindOneAndUpdate(ctx,
		bson.D{{Key: "open", Value: true}, {Key: "next", Value: bson.D{{Key: "$lte", Value: now}}}},
		set(bson.D{{Key: "next", Value: until}}),
		options.FindOneAndUpdate().SetSort(bson.D{{Key: "next", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return agreement.Agreement{}, false, nil
	case err != nil:
		return agreement.Agreement{}, false, fmt.Errorf("lease in %s: %w", agreements, err)
	default:
		return d.value(), true, nil
	}
}
