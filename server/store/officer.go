package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/officer"
	"shebao/shared/officer"
)

const officers = "officers"

// officerDoc is an officer. The secret is sealed; of recovery codes only keyed hashes are kept.
type officerDoc struct {
	ID       string    `bson:"_id"`
	User     string    `bson:"user"`
	Name     string    `bson:"name"` // sealed
	Role     string    `bson:"role"`
	Disabled bool      `bson:"disabled"`
	Initial  bool      `bson:"initial"`
	Created  time.Time `bson:"created"`
	By       string    `bson:"by"`
	Secret   string    `bson:"secret"` // sealed
	Recovery []string  `bson:"recovery"`
	Step     int64     `bson:"step"` // newest time step whose code was used
}

// value lets find and findOne return the document itself, which needs the vault to be read.
func (d officerDoc) value() officerDoc { return d }

func officerField(id, field string) string { return "officer:" + id + ":" + field }

func (s *Store) officerFromDoc(d officerDoc) (officer.Officer, error) {
	name, err := s.vault.Open(d.Name, officerField(d.ID, "name"))
	if err != nil {
		return officer.Officer{}, fmt.Errorf("open name of officer %s: %w", d.ID, err)
	}
	return officer.Officer{
		ID: d.ID, User: d.User, Name: name, Role: officer.Role(d.Role), Disabled: d.Disabled, Initial: d.Initial, Created: d.Created, By: d.By,
	}, nil
}

// sealKeys is the stored form of an officer's keys.
func (s *Store) sealKeys(id string, k rules.Keys) (secret string, recovery []string, err error) {
	secret, err = s.vault.Seal(base64.StdEncoding.EncodeToString(k.Secret), officerField(id, "secret"))
	if err != nil {
		return "", nil, fmt.Errorf("seal secret of officer %s: %w", id, err)
	}
	recovery = make([]string, len(k.Recovery))
	for i, code := range k.Recovery {
		recovery[i] = s.recoveryIndex(id, code)
	}
	return secret, recovery, nil
}

func (s *Store) recoveryIndex(id, code string) string {
	return s.vault.Index("officer-recovery", id+":"+code)
}

// AddOfficer stores an officer; false when the id is taken.
func (s *Store) AddOfficer(ctx context.Context, o officer.Officer, k rules.Keys) (bool, error) {
	name, err := s.vault.Seal(o.Name, officerField(o.ID, "name"))
	if err != nil {
		return false, fmt.Errorf("seal name of officer %s: %w", o.ID, err)
	}
	secret, recovery, err := s.sealKeys(o.ID, k)
	if err != nil {
		return false, err
	}
	return s.add(ctx, officers, officerDoc{
		ID: o.ID, User: o.User, Name: name, Role: string(o.Role), Disabled: o.Disabled, Initial: o.Initial, Created: o.Created, By: o.By,
		Secret: secret, Recovery: recovery,
	})
}

// Officer returns an officer.
func (s *Store) Officer(ctx context.Context, id string) (officer.Officer, bool, error) {
	d, ok, err := findOne[officerDoc, officerDoc](ctx, s.db.Collection(officers), byID(id))
	if err != nil || !ok {
		return officer.Officer{}, false, err
	}
	o, err := s.officerFromDoc(d)
	return o, err == nil, err
}

// Officers lists all officers by user name, at most 500.
func (s *Store) Officers(ctx context.Context) ([]officer.Officer, error) {
	docs, err := find[officerDoc, officerDoc](ctx, s.db.Collection(officers),
		bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: ""}}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(500))
	if err != nil {
		return nil, err
	}
	out := make([]officer.Officer, len(docs))
	for i, d := range docs {
		if out[i], err = s.officerFromDoc(d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OfficerSecret returns the secret of the one-time codes.
func (s *Store) OfficerSecret(ctx context.Context, id string) ([]byte, error) {
	d, ok, err := findOne[officerDoc, officerDoc](ctx, s.db.Collection(officers), byID(id))
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("secret of officer %s: %w", id, err)
	}
	text, err := s.vault.Open(d.Secret, officerField(id, "secret"))
	if err != nil {
		return nil, fmt.Errorf("open secret of officer %s: %w", id, err)
	}
	return base64.StdEncoding.DecodeString(text)
}

// UseStep notes the newest time step whose code was used; false when it is not newer.
func (s *Store) UseStep(ctx context.Context, id string, step int64) (bool, error) {
	return s.changeOfficer(ctx, bson.D{{Key: "_id", Value: id}, {Key: "step", Value: bson.D{{Key: "$lt", Value: step}}}},
		set(bson.D{{Key: "step", Value: step}}))
}

// TakeRecovery uses up a recovery code; false when there is no such code.
func (s *Store) TakeRecovery(ctx context.Context, id, code string) (bool, error) {
	hidden := s.recoveryIndex(id, code)
	return s.changeOfficer(ctx, bson.D{{Key: "_id", Value: id}, {Key: "recovery", Value: hidden}},
		bson.D{{Key: "$pull", Value: bson.D{{Key: "recovery", Value: hidden}}}})
}

// ReplaceKeys gives the officer new keys, initial ones; false when there is no such officer.
func (s *Store) ReplaceKeys(ctx context.Context, id string, k rules.Keys) (bool, error) {
	return s.putKeys(ctx, byID(id), id, k, bson.D{{Key: "initial", Value: true}, {Key: "step", Value: int64(0)}})
}

// OwnKeys replaces initial keys by the officer's own; false when they are not initial.
func (s *Store) OwnKeys(ctx context.Context, id string, k rules.Keys, step int64) (bool, error) {
	return s.putKeys(ctx, bson.D{{Key: "_id", Value: id}, {Key: "initial", Value: true}}, id, k,
		bson.D{{Key: "initial", Value: false}, {Key: "step", Value: step}})
}

func (s *Store) putKeys(ctx context.Context, filter bson.D, id string, k rules.Keys, more bson.D) (bool, error) {
	secret, recovery, err := s.sealKeys(id, k)
	if err != nil {
		return false, err
	}
	return s.changeOfficer(ctx, filter, set(append(bson.D{{Key: "secret", Value: secret}, {Key: "recovery", Value: recovery}}, more...)))
}

// DisableOfficer marks whether the officer may log in.
func (s *Store) DisableOfficer(ctx context.Context, id string, to rules.State) error {
	_, err := s.changeOfficer(ctx, byID(id), set(bson.D{{Key: "disabled", Value: to == rules.Disabled}}))
	return err
}

func (s *Store) changeOfficer(ctx context.Context, filter, update bson.D) (bool, error) {
	res, err := s.db.Collection(officers).UpdateOne(ctx, filter, update)
	if err != nil {
		return false, fmt.Errorf("update %s: %w", officers, err)
	}
	return res.MatchedCount == 1, nil
}
