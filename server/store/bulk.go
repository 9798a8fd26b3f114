package store

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
	"shebao/shared/person"
)

// Bulk is many new records that are stored together.
type Bulk struct {
	People     []person.Person
	Enrolments []contribution.Enrolment
	Dues       []contribution.Due
	Settings   []contribution.Setting
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
	for _, collection := range []string{people, enrolments, dues, settings} {
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
