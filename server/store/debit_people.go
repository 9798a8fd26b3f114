package store

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/debit"
	"shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/person"
)

// SettingsOf returns the settings in force of the enrolments, in no order.
func (s *Store) SettingsOf(ctx context.Context, enrolments []string) ([]contribution.Setting, error) {
	list := make([]contribution.Setting, 0, len(enrolments))
	err := scanIn(ctx, s.db.Collection(settings), "_id", enrolments, bson.D{{Key: "live", Value: true}}, collect(&list, scanSetting))
	return list, err
}

// BeingDebited lists a person's declarations in a scheme that are being debited, at most 20.
func (s *Store) BeingDebited(ctx context.Context, person string, scheme contribution.Scheme) ([]contribution.Declaration, error) {
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations),
		bson.D{{Key: "people", Value: person}, {Key: "scheme", Value: string(scheme)}, {Key: "pay", Value: string(contribution.Debiting)}},
		options.Find().SetLimit(20))
}

// EnrolmentsByID returns those that exist, in no order, without agency and number.
func (s *Store) EnrolmentsByID(ctx context.Context, ids []string) ([]contribution.Enrolment, error) {
	list := make([]contribution.Enrolment, 0, len(ids))
	err := scanIn(ctx, s.db.Collection(enrolments), "_id", ids, nil, collect(&list, scanEnrolment))
	return list, err
}

// AddDues stores new dues; those that are there stay.
func (s *Store) AddDues(ctx context.Context, list []contribution.Due) error {
	_, err := s.addEncoded(ctx, dues, len(list), func(e *encoder, i int) { encodeDue(e, list[i]) })
	return err
}

// DuesOf returns those that exist, in no order.
func (s *Store) DuesOf(ctx context.Context, ids []string) ([]contribution.Due, error) {
	list := make([]contribution.Due, 0, len(ids))
	err := scanIn(ctx, s.db.Collection(dues), "_id", ids, nil, collect(&list, scanDue))
	return list, err
}

// VerifiedAgreements lists the verified agreements of the payers, in no order, with what
// tells whether they can be used and where they are debited.
func (s *Store) VerifiedAgreements(ctx context.Context, payers []string) ([]agreement.Agreement, error) {
	list := make([]agreement.Agreement, 0, len(payers))
	err := scanIn(ctx, s.db.Collection(agreements), "payer", payers, bson.D{{Key: "state", Value: string(agreement.Verified)}},
		collect(&list, func(doc bson.Raw) (agreement.Agreement, error) {
			a, err := scanMandate(doc)
			return a.Agreement, err
		}))
	return list, err
}

// sealedAgreement is an agreement with its sealed account number.
type sealedAgreement struct {
	agreement.Agreement
	sealed string
}

// Mandates returns agreements with their whole account numbers, in no order.
func (s *Store) Mandates(ctx context.Context, ids []string) ([]rules.Mandate, error) {
	list := make([]sealedAgreement, 0, len(ids))
	if err := scanIn(ctx, s.db.Collection(agreements), "_id", ids, nil, collect(&list, scanMandate)); err != nil {
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

// MaskedNames returns the masked names of the people that exist, by id.
func (s *Store) MaskedNames(ctx context.Context, ids []string) (map[string]string, error) {
	names := make(map[string]string, len(ids))
	err := scanIn(ctx, s.db.Collection(people), "_id", ids, nil, func(doc bson.Raw) error {
		id, sealed := "", ""
		err := fields(doc, func(key []byte, v value) {
			switch string(key) {
			case "_id":
				id = v.text()
			case "name":
				sealed = v.text()
			}
		})
		if err != nil {
			return err
		}
		name, err := s.vault.Open(sealed, personField(id, "name"))
		if err != nil {
			return fmt.Errorf("open name of person %s: %w", id, err)
		}
		names[id] = person.MaskName(name)
		return nil
	})
	return names, err
}
