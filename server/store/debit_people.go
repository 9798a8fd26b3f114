package store

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	contrib "shebao/server/contribution"
	rules "shebao/server/debit"
	"shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/person"
)

// inOnce bounds the values of one $in: more would not be looked up in an index.
const inOnce = 250

// findIn runs the query for the values of a field, some at a time and two at once, and
// returns what it finds in no order.
func findIn[D document[V], V any](ctx context.Context, c *mongo.Collection, field string, values []string, more bson.D) ([]V, error) {
	parts := slices.Collect(slices.Chunk(values, inOnce))
	found := make([][]V, len(parts))
	failed := make([]error, len(parts))
	slots := make(chan struct{}, 4)
	var all sync.WaitGroup
	for i, part := range parts {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			filter := append(bson.D{{Key: field, Value: bson.D{{Key: "$in", Value: part}}}}, more...)
			found[i], failed[i] = find[D, V](ctx, c, filter, options.Find().SetBatchSize(2*inOnce))
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(found...), nil
}

// SettingsOf returns the settings in force of the enrolments, in no order.
func (s *Store) SettingsOf(ctx context.Context, enrolments []string) ([]contribution.Setting, error) {
	books, err := findIn[bookDoc, contrib.Book](ctx, s.db.Collection(settings), "_id", enrolments, bson.D{{Key: "live", Value: true}})
	list := make([]contribution.Setting, len(books))
	for i, b := range books {
		list[i] = b.Settings[0]
	}
	return list, err
}

// BeingDebited lists a person's declarations in a scheme that are being debited, at most 20.
func (s *Store) BeingDebited(ctx context.Context, person string, scheme contribution.Scheme) ([]contribution.Declaration, error) {
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations),
		bson.D{{Key: "people", Value: person}, {Key: "scheme", Value: string(scheme)}, {Key: "pay", Value: string(contribution.Debiting)}},
		options.Find().SetLimit(20))
}

// EnrolmentsByID returns those that exist, in no order.
func (s *Store) EnrolmentsByID(ctx context.Context, ids []string) ([]contribution.Enrolment, error) {
	return findIn[enrolmentDoc, contribution.Enrolment](ctx, s.db.Collection(enrolments), "_id", ids, nil)
}

// AddDues stores new dues; those that are there stay.
func (s *Store) AddDues(ctx context.Context, list []contribution.Due) error {
	docs := make([]any, len(list))
	for i, d := range list {
		docs[i] = dueToDoc(d)
	}
	_, err := s.addMany(ctx, dues, docs)
	return err
}

// DuesOf returns those that exist, in no order.
func (s *Store) DuesOf(ctx context.Context, ids []string) ([]contribution.Due, error) {
	return findIn[dueDoc, contribution.Due](ctx, s.db.Collection(dues), "_id", ids, nil)
}

// VerifiedAgreements lists the verified agreements of the payers, in no order.
func (s *Store) VerifiedAgreements(ctx context.Context, payers []string) ([]agreement.Agreement, error) {
	return findIn[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements), "payer", payers,
		bson.D{{Key: "state", Value: string(agreement.Verified)}})
}

// sealedAgreement is an agreement with its sealed account number.
type sealedAgreement struct {
	agreement.Agreement
	sealed string
}

type sealedDoc agreementDoc

func (d sealedDoc) value() sealedAgreement { return sealedAgreement{agreementDoc(d).value(), d.Sealed} }

// Mandates returns agreements with their whole account numbers, in no order.
func (s *Store) Mandates(ctx context.Context, ids []string) ([]rules.Mandate, error) {
	list, err := findIn[sealedDoc, sealedAgreement](ctx, s.db.Collection(agreements), "_id", ids, nil)
	if err != nil {
		return nil, err
	}
	out := make([]rules.Mandate, len(list))
	for i, a := range list {
		number, err := s.vault.Open(a.sealed, sealedAccount(a.ID))
		if err != nil {
			return nil, fmt.Errorf("open account of agreement %s: %w", a.ID, err)
		}
		out[i] = rules.Mandate{Agreement: a.Agreement, Number: number}
	}
	return out, nil
}

// nameDoc is a person's sealed name.
type nameDoc struct {
	ID   string `bson:"_id"`
	Name string `bson:"name"`
}

func (d nameDoc) value() nameDoc { return d }

// MaskedNames returns the masked names of the people that exist, by id.
func (s *Store) MaskedNames(ctx context.Context, ids []string) (map[string]string, error) {
	list, err := findIn[nameDoc, nameDoc](ctx, s.db.Collection(people), "_id", ids, nil)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(list))
	for _, d := range list {
		name, err := s.vault.Open(d.Name, personField(d.ID, "name"))
		if err != nil {
			return nil, fmt.Errorf("open name of person %s: %w", d.ID, err)
		}
		names[d.ID] = person.MaskName(name)
	}
	return names, nil
}
