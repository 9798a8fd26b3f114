package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
	"shebao/shared/money"
)

const settings = "settings"

var settingIndexes = []index{
	{collection: settings, name: "history", keys: bson.D{{Key: "enr", Value: 1}, {Key: "set", Value: -1}}},
	{
		collection: settings, name: "in_force", unique: true, // one setting in force for an enrolment
		keys: bson.D{{Key: "enr", Value: 1}}, partial: bson.D{{Key: "live", Value: true}},
	},
}

type settingDoc struct {
	ID        string    `bson:"_id"`
	Person    string    `bson:"person"`
	Enrolment string    `bson:"enr"`
	Scheme    string    `bson:"scheme"`
	Tier      int64     `bson:"tier"`
	Subsidy   int64     `bson:"subsidy"`
	From      string    `bson:"from"`
	To        string    `bson:"to"`
	Set       time.Time `bson:"set"`
	Ended     time.Time `bson:"ended"`
	Void      bool      `bson:"void"`
	Live      bool      `bson:"live"`
}

func settingToDoc(v contribution.Setting) settingDoc {
	return settingDoc{
		ID: v.ID, Person: v.Person, Enrolment: v.Enrolment, Scheme: string(v.Scheme), Tier: int64(v.Tier), Subsidy: int64(v.Subsidy),
		From: dayText(v.From), To: dayText(v.To), Set: v.Set, Ended: v.Ended, Void: v.Void, Live: v.Ended.IsZero(),
	}
}

func (d settingDoc) value() contribution.Setting {
	return contribution.Setting{
		ID: d.ID, Person: d.Person, Enrolment: d.Enrolment, Scheme: contribution.Scheme(d.Scheme), Tier: money.Fen(d.Tier),
		Subsidy: money.Fen(d.Subsidy), From: day(d.From), To: day(d.To), Set: d.Set, Ended: instant(d.Ended), Void: d.Void,
	}
}

// SettingInForce returns the enrolment's setting that is neither replaced nor voided.
func (s *Store) SettingInForce(ctx context.Context, enrolment string) (contribution.Setting, bool, error) {
	return findOne[settingDoc, contribution.Setting](ctx, s.db.Collection(settings),
		bson.D{{Key: "enr", Value: enrolment}, {Key: "live", Value: true}})
}

// Settings lists the enrolment's settings, newest first, at most limit.
func (s *Store) Settings(ctx context.Context, enrolment string, limit int) ([]contribution.Setting, error) {
	return find[settingDoc, contribution.Setting](ctx, s.db.Collection(settings), bson.D{{Key: "enr", Value: enrolment}},
		options.Find().SetSort(bson.D{{Key: "set", Value: -1}}).SetLimit(int64(limit)))
}

// AddSetting stores a new setting; false when its id is taken or another one is in force.
func (s *Store) AddSetting(ctx context.Context, v contribution.Setting) (bool, error) {
	return s.add(ctx, settings, settingToDoc(v))
}

// EndSetting ends a setting that is in force; false when it is not any more.
func (s *Store) EndSetting(ctx context.Context, v contribution.Setting) (bool, error) {
	res, err := s.db.Collection(settings).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: v.ID}, {Key: "live", Value: true}},
		set(bson.D{{Key: "live", Value: false}, {Key: "ended", Value: v.Ended}, {Key: "void", Value: v.Void}}))
	if err != nil {
		return false, fmt.Errorf("end setting %s: %w", v.ID, err)
	}
	return res.MatchedCount == 1, nil
}

// instant maps the stored form of "never" back to the zero time.
func instant(t time.Time) time.Time {
	if t.Year() < 1971 {
		return time.Time{}
	}
	return t
}
