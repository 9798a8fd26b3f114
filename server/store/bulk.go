package store

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/person"
)

// Bulk is many new records that are stored together.
type Bulk struct {
	People     []person.Person
	Enrolments []contribution.Enrolment
	Dues       []contribution.Due
	Settings   []contribution.Setting
	Agreements []Signed
}

// Signed is an agreement with its whole account number.
type Signed struct {
	agreement.Agreement
	Account string
}

// AddBulk stores the records; those that are there already stay as they are. It is not
// one unit: after an error it can be asked again.
func (s *Store) AddBulk(ctx context.Context, b Bulk) error {
	docs := map[string][]any{}
	for _, p := range b.People {
		d, err := s.personToDoc(p)
		if err != nil {
			return err
		}
		docs[people] = append(docs[people], d)
	}
	for _, e := range b.Enrolments {
		docs[enrolments] = append(docs[enrolments], enrolmentToDoc(e))
	}
	for _, d := range b.Dues {
		docs[dues] = append(docs[dues], dueToDoc(d))
	}
	for _, v := range b.Settings {
		docs[settings] = append(docs[settings], firstBook(v))
	}
	for _, a := range b.Agreements {
		d, err := s.signedToDoc(a)
		if err != nil {
			return err
		}
		docs[agreements] = append(docs[agreements], d)
	}
	for _, collection := range []string{people, enrolments, dues, settings, agreements} {
		if len(docs[collection]) == 0 {
			continue
		}
		_, err := s.db.Collection(collection).InsertMany(ctx, docs[collection], options.InsertMany().SetOrdered(false))
		if err != nil && !mongo.IsDuplicateKeyError(err) {
			return fmt.Errorf("insert into %s: %w", collection, err)
		}
	}
	return nil
}

func (s *Store) signedToDoc(a Signed) (agreementDoc, error) {
	d := agreementToDoc(a.Agreement)
	var err error
	if d.Sealed, err = s.vault.Seal(a.Account, sealedAccount(a.ID)); err != nil {
		return d, fmt.Errorf("seal account of agreement %s: %w", a.ID, err)
	}
	d.AccountIdx = s.vault.Index("account", a.Account)
	return d, nil
}

// sealedAccount binds a sealed account number to its agreement.
func sealedAccount(agreement string) string { return "agreement:" + agreement + ":account" }
