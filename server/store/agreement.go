package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

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
	Phone      string    `bson:"phone"`
	Mandate    string    `bson:"mandate,omitempty"`
	Date       string    `bson:"date"`
	Serial     string    `bson:"serial"`
	State      string    `bson:"state"`
	Reason     string    `bson:"reason,omitempty"`
	Code       string    `bson:"code,omitempty"`
	Applied    time.Time `bson:"applied"`
	Effective  string    `bson:"effective"`
	Ended      time.Time `bson:"ended,omitempty"`
	Live       bool      `bson:"live"` // verifying or verified
	Open       bool      `bson:"open"` // verifying: somebody must ask the bank
	Next       time.Time `bson:"next"`
}

func live(s agreement.State) bool { return s == agreement.Verifying || s == agreement.Verified }

func agreementToDoc(a agreement.Agreement) agreementDoc {
	return agreementDoc{
		ID: a.ID, Payer: a.Payer, Authority: a.Authority, Bank: a.Bank, Account: a.Account, Holder: a.Holder, Phone: a.Phone,
		Mandate: a.Mandate, Date: a.Ref.Date, Serial: a.Ref.Serial, State: string(a.State), Reason: a.Reason, Code: string(a.Code),
		Applied: a.Applied, Effective: dayText(a.Effective), Ended: a.Ended,
		Live: live(a.State), Open: a.State == agreement.Verifying, Next: a.Applied,
	}
}

func (d agreementDoc) value() agreement.Agreement {
	return agreement.Agreement{
		ID: d.ID, Payer: d.Payer, Authority: d.Authority, Bank: d.Bank, Account: d.Account, Holder: d.Holder, Phone: d.Phone,
		Mandate: d.Mandate, Ref: bankapi.Ref{Authority: d.Authority, Date: d.Date, Serial: d.Serial},
		State: agreement.State(d.State), Reason: d.Reason, Code: bankapi.Code(d.Code), Applied: d.Applied,
		Effective: day(d.Effective), Ended: instant(d.Ended),
	}
}

// AddAgreement stores a new agreement with its whole account number; false when the id
// is taken or the account has a live agreement with the authority.
func (s *Store) AddAgreement(ctx context.Context, a agreement.Agreement, account string) (bool, error) {
	doc := agreementToDoc(a)
	var err error
	if doc.Sealed, err = s.vault.Seal(account, "agreement:"+a.ID+":account"); err != nil {
		return false, fmt.Errorf("seal account of agreement %s: %w", a.ID, err)
	}
	doc.AccountIdx = s.vault.Index("account", account)
	return s.add(ctx, agreements, doc)
}

// Agreement returns an agreement.
func (s *Store) Agreement(ctx context.Context, id string) (agreement.Agreement, bool, error) {
	return findOne[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements), byID(id))
}

// AccountNumber returns the whole account number of an agreement.
func (s *Store) AccountNumber(ctx context.Context, id string) (string, error) {
	var d agreementDoc
	err := s.db.Collection(agreements).FindOne(ctx, byID(id),
		options.FindOne().SetProjection(bson.D{{Key: "sealed", Value: 1}})).Decode(&d)
	if err != nil {
		return "", fmt.Errorf("load account of agreement %s: %w", id, asErr(err))
	}
	return s.vault.Open(d.Sealed, "agreement:"+id+":account")
}

// Agreements lists a payer's agreements, newest first, at most 100.
func (s *Store) Agreements(ctx context.Context, payer string) ([]agreement.Agreement, error) {
	return find[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements), bson.D{{Key: "payer", Value: payer}},
		options.Find().SetSort(bson.D{{Key: "applied", Value: -1}}).SetLimit(100))
}

// SwapAgreement writes the state and the bank's facts of next if the stored state is still from.
func (s *Store) SwapAgreement(ctx context.Context, from agreement.State, next agreement.Agreement) (bool, error) {
	d := agreementToDoc(next)
	res, err := s.db.Collection(agreements).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: d.ID}, {Key: "state", Value: string(from)}},
		set(bson.D{
			{Key: "state", Value: d.State}, {Key: "reason", Value: d.Reason}, {Key: "code", Value: d.Code},
			{Key: "mandate", Value: d.Mandate}, {Key: "effective", Value: d.Effective}, {Key: "ended", Value: d.Ended},
			{Key: "live", Value: d.Live}, {Key: "open", Value: d.Open},
		}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", agreements, err)
	}
	return res.MatchedCount == 1, nil
}
