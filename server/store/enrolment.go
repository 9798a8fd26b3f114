package store

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
	"shebao/shared/money"
)

const enrolments = "enrolments"

var enrolmentIndexes = []index{
	{collection: enrolments, name: "person", keys: bson.D{{Key: "person", Value: 1}, {Key: "scheme", Value: 1}}},
}

type enrolmentDoc struct {
	ID        string `bson:"_id"`
	Person    string `bson:"person"`
	Scheme    string `bson:"scheme"`
	Category  string `bson:"category"`
	Authority string `bson:"auth"`
	Agency    string `bson:"agency"`
	Number    string `bson:"number"`
	From      string `bson:"from"`
	To        string `bson:"to"`
	Ended     bool   `bson:"ended,omitempty"`
	Subsidy   int64  `bson:"subsidy,omitempty"`
}

func enrolmentToDoc(e contribution.Enrolment) enrolmentDoc {
	return enrolmentDoc{
		ID: e.ID, Person: e.Person, Scheme: string(e.Scheme), Category: e.Category, Authority: e.Authority, Agency: e.Agency,
		Number: e.Number, From: dayText(e.From), To: dayText(e.To), Ended: e.Ended, Subsidy: int64(e.Subsidy),
	}
}

func (d enrolmentDoc) value() contribution.Enrolment {
	return contribution.Enrolment{
		ID: d.ID, Person: d.Person, Scheme: contribution.Scheme(d.Scheme), Category: d.Category, Authority: d.Authority,
		Agency: d.Agency, Number: d.Number, From: day(d.From), To: day(d.To), Ended: d.Ended, Subsidy: money.Fen(d.Subsidy),
	}
}

// Enrolments lists a person's enrolments in a scheme.
func (s *Store) Enrolments(ctx context.Context, person string, scheme contribution.Scheme) ([]contribution.Enrolment, error) {
	return find[enrolmentDoc, contribution.Enrolment](ctx, s.db.Collection(enrolments),
		bson.D{{Key: "person", Value: person}, {Key: "scheme", Value: string(scheme)}}, options.Find().SetLimit(20))
}

// AllEnrolments lists a person's enrolments in every scheme.
func (s *Store) AllEnrolments(ctx context.Context, person string) ([]contribution.Enrolment, error) {
	return find[enrolmentDoc, contribution.Enrolment](ctx, s.db.Collection(enrolments),
		bson.D{{Key: "person", Value: person}}, options.Find().SetLimit(20))
}

// EnrolmentsOf lists every enrolment of the people, in no order.
func (s *Store) EnrolmentsOf(ctx context.Context, people []string) ([]contribution.Enrolment, error) {
	var all []contribution.Enrolment
	for part := range slices.Chunk(people, fewIn) {
		list, err := find[enrolmentDoc, contribution.Enrolment](ctx, s.db.Collection(enrolments),
			bson.D{{Key: "person", Value: bson.D{{Key: "$in", Value: part}}}}, options.Find())
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// AddEnrolments stores those that are not there yet.
func (s *Store) AddEnrolments(ctx context.Context, es []contribution.Enrolment) error {
	docs := make([]any, len(es))
	for i, e := range es {
		docs[i] = enrolmentToDoc(e)
	}
	return s.addMany(ctx, enrolments, docs)
}

// AddEnrolment stores a new enrolment; false when it is there already.
func (s *Store) AddEnrolment(ctx context.Context, e contribution.Enrolment) (bool, error) {
	return s.add(ctx, enrolments, enrolmentToDoc(e))
}
