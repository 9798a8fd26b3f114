package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/contribution"
)

const (
	grants     = "grants"     // who may pay for whom for an hour
	principals = "principals" // 常用缴费人
)

var principalIndexes = []index{
	{collection: grants, name: "over", keys: bson.D{{Key: "expires", Value: 1}}, ttl: time.Minute},
	{collection: principals, name: "owner", keys: bson.D{{Key: "owner", Value: 1}, {Key: "added", Value: 1}}},
}

type grantDoc struct {
	ID        string    `bson:"_id"`
	Owner     string    `bson:"owner"`
	Principal string    `bson:"principal"`
	Name      string    `bson:"name"` // masked
	Consent   string    `bson:"consent"`
	Expires   time.Time `bson:"expires"`
}

func grantID(id string) string { return "principal:" + id }

func (d grantDoc) value() rules.Grant {
	return rules.Grant{
		ID: d.ID[len(grantID("")):], Owner: d.Owner, Principal: d.Principal, Name: d.Name, Consent: d.Consent, Expires: d.Expires,
	}
}

// AddGrant stores a new grant.
func (s *Store) AddGrant(ctx context.Context, g rules.Grant) error {
	ok, err := s.add(ctx, grants, grantDoc{
		ID: grantID(g.ID), Owner: g.Owner, Principal: g.Principal, Name: g.Name, Consent: g.Consent, Expires: g.Expires,
	})
	if err == nil && !ok {
		return ErrExists
	}
	return err
}

// Grant returns a grant, which may be over; false when there is none.
func (s *Store) Grant(ctx context.Context, id string) (rules.Grant, bool, error) {
	return findOne[grantDoc, rules.Grant](ctx, s.db.Collection(grants), byID(grantID(id)))
}

type principalDoc struct {
	ID        string    `bson:"_id"`
	Owner     string    `bson:"owner"`
	Principal string    `bson:"principal"`
	Label     string    `bson:"label"`
	Name      string    `bson:"name"`     // masked
	Document  string    `bson:"document"` // kind and masked number
	Added     time.Time `bson:"added"`
}

func (d principalDoc) value() rules.SavedPrincipal { return rules.SavedPrincipal(d) }

// SavedPrincipals lists an owner's 常用缴费人, oldest first, at most rules.MaxSaved.
func (s *Store) SavedPrincipals(ctx context.Context, owner string) ([]rules.SavedPrincipal, error) {
	return find[principalDoc, rules.SavedPrincipal](ctx, s.db.Collection(principals), bson.D{{Key: "owner", Value: owner}},
		options.Find().SetSort(bson.D{{Key: "added", Value: 1}}).SetLimit(rules.MaxSaved))
}

// SavePrincipal stores one; false when it is there already.
func (s *Store) SavePrincipal(ctx context.Context, p rules.SavedPrincipal) (bool, error) {
	return s.add(ctx, principals, principalDoc(p))
}

// RenamePrincipal changes the label of the owner's; false when there is none.
func (s *Store) RenamePrincipal(ctx context.Context, owner, id, label string) (bool, error) {
	res, err := s.db.Collection(principals).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "owner", Value: owner}}, set(bson.D{{Key: "label", Value: label}}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", principals, err)
	}
	return res.MatchedCount == 1, nil
}

// RemovePrincipal forgets the owner's; false when there is none.
func (s *Store) RemovePrincipal(ctx context.Context, owner, id string) (bool, error) {
	res, err := s.db.Collection(principals).DeleteOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "owner", Value: owner}})
	if err != nil {
		return false, fmt.Errorf("delete from %s: %w", principals, err)
	}
	return res.DeletedCount == 1, nil
}
