package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/account"
)

const accounts = "accounts"

var accountIndexes = []index{
	{collection: accounts, name: "login", unique: true, keys: bson.D{{Key: "loginIdx", Value: 1}}},
	{
		collection: accounts, name: "phone", unique: true, keys: bson.D{{Key: "phoneIdx", Value: 1}},
		partial: bson.D{{Key: "phoneIdx", Value: bson.D{{Key: "$exists", Value: true}}}},
	},
}

// accountDoc is an account; its _id is kind and subject. What identifies the person
// is sealed and found through keyed hashes.
type accountDoc struct {
	ID       string    `bson:"_id"`
	Kind     string    `bson:"kind"`
	Subject  string    `bson:"subject"`
	Login    string    `bson:"login"` // sealed
	LoginIdx string    `bson:"loginIdx"`
	Name     string    `bson:"name"`  // sealed
	Phone    string    `bson:"phone"` // sealed
	PhoneIdx string    `bson:"phoneIdx,omitempty"`
	Hash     string    `bson:"hash"`
	Created  time.Time `bson:"created"`
}

// value lets findOne return the document itself, which needs the vault to be read.
func (d accountDoc) value() accountDoc { return d }

func accountField(id, field string) string { return "account:" + id + ":" + field }

func (s *Store) loginIndex(kind account.Kind, login string) string {
	return s.vault.Index("login", string(kind)+":"+login)
}

func (s *Store) accountPhoneIndex(kind account.Kind, phone string) string {
	return s.vault.Index("account-phone", string(kind)+":"+phone)
}

func (s *Store) accountToDoc(a account.Account) (accountDoc, error) {
	d := accountDoc{
		ID: a.ID, Kind: string(a.Kind), Subject: a.Subject, LoginIdx: s.loginIndex(a.Kind, a.Login), Hash: a.Hash, Created: a.Created,
	}
	if a.Phone != "" {
		d.PhoneIdx = s.accountPhoneIndex(a.Kind, a.Phone)
	}
	for _, f := range []struct {
		to          *string
		name, value string
	}{{&d.Login, "login", a.Login}, {&d.Name, "name", a.Name}, {&d.Phone, "phone", a.Phone}} {
		var err error
		if *f.to, err = s.vault.Seal(f.value, accountField(a.ID, f.name)); err != nil {
			return accountDoc{}, fmt.Errorf("seal %s of account %s: %w", f.name, a.ID, err)
		}
	}
	return d, nil
}

func (s *Store) accountFromDoc(d accountDoc) (account.Account, error) {
	a := account.Account{ID: d.ID, Kind: account.Kind(d.Kind), Subject: d.Subject, Hash: d.Hash, Created: d.Created}
	for _, f := range []struct {
		to           *string
		name, sealed string
	}{{&a.Login, "login", d.Login}, {&a.Name, "name", d.Name}, {&a.Phone, "phone", d.Phone}} {
		var err error
		if *f.to, err = s.vault.Open(f.sealed, accountField(d.ID, f.name)); err != nil {
			return account.Account{}, fmt.Errorf("open %s of account %s: %w", f.name, d.ID, err)
		}
	}
	return a, nil
}

// AddAccount stores a new account; false when its subject, login or phone has one.
func (s *Store) AddAccount(ctx context.Context, a account.Account) (bool, error) {
	d, err := s.accountToDoc(a)
	if err != nil {
		return false, err
	}
	return s.add(ctx, accounts, d)
}

// AccountByLogin finds an account; false when there is none.
func (s *Store) AccountByLogin(ctx context.Context, kind account.Kind, login string) (account.Account, bool, error) {
	return s.findAccount(ctx, bson.D{{Key: "loginIdx", Value: s.loginIndex(kind, login)}})
}

// AccountByPhone finds an account; false when there is none.
func (s *Store) AccountByPhone(ctx context.Context, kind account.Kind, phone string) (account.Account, bool, error) {
	if phone == "" {
		return account.Account{}, false, nil
	}
	return s.findAccount(ctx, bson.D{{Key: "phoneIdx", Value: s.accountPhoneIndex(kind, phone)}})
}

func (s *Store) findAccount(ctx context.Context, filter bson.D) (account.Account, bool, error) {
	d, ok, err := findOne[accountDoc, accountDoc](ctx, s.db.Collection(accounts), filter)
	if err != nil || !ok {
		return account.Account{}, false, err
	}
	a, err := s.accountFromDoc(d)
	return a, err == nil, err
}

// SwapHash replaces the password's hash if it is still from; false when it is not.
func (s *Store) SwapHash(ctx context.Context, id, from, to string) (bool, error) {
	res, err := s.db.Collection(accounts).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "hash", Value: from}}, set(bson.D{{Key: "hash", Value: to}}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", accounts, err)
	}
	return res.MatchedCount == 1, nil
}
