package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/contribution"
	"shebao/shared/contribution"
	"shebao/shared/money"
)

const settings = "settings"

var settingIndexes = []index{
	{
		collection: settings, name: "in_force", // what debit runs look through
		keys: bson.D{{Key: "scheme", Value: 1}, {Key: "_id", Value: 1}}, partial: bson.D{{Key: "live", Value: true}},
	},
	{
		collection: settings, name: "voided", // what a planned run still takes
		keys: bson.D{{Key: "scheme", Value: 1}, {Key: "ended", Value: 1}}, partial: bson.D{{Key: "live", Value: false}},
	},
}

// bookDoc is one enrolment's settings: the newest at the top level, where queries find
// it, the earlier ones as history. One document, so one write replaces one.
type bookDoc struct {
	Enrolment string       `bson:"_id"`
	Person    string       `bson:"person"`
	Scheme    string       `bson:"scheme"`
	Newest    settingDoc   `bson:",inline"`
	Past      []settingDoc `bson:"past"` // newest first
	Live      bool         `bson:"live"`
	Rev       int64        `bson:"rev"`
}

type settingDoc struct {
	ID      string    `bson:"id"`
	Tier    int64     `bson:"tier"`
	Subsidy int64     `bson:"subsidy"`
	From    string    `bson:"from"`
	To      string    `bson:"to"`
	Set     time.Time `bson:"set"`
	Ended   time.Time `bson:"ended"`
	Void    bool      `bson:"void"`
}

func settingToDoc(v contribution.Setting) settingDoc {
	return settingDoc{
		ID: v.ID, Tier: int64(v.Tier), Subsidy: int64(v.Subsidy), From: dayText(v.From), To: dayText(v.To),
		Set: v.Set, Ended: v.Ended, Void: v.Void,
	}
}

func (d settingDoc) of(b bookDoc) contribution.Setting {
	return contribution.Setting{
		ID: d.ID, Person: b.Person, Enrolment: b.Enrolment, Scheme: contribution.Scheme(b.Scheme), Tier: money.Fen(d.Tier),
		Subsidy: money.Fen(d.Subsidy), From: day(d.From), To: day(d.To), Set: d.Set, Ended: instant(d.Ended), Void: d.Void,
	}
}

func bookToDoc(b rules.Book) bookDoc {
	first := b.Settings[0]
	d := bookDoc{
		Enrolment: b.Enrolment, Person: b.Person, Scheme: string(first.Scheme), Newest: settingToDoc(first),
		Past: []settingDoc{}, Live: first.Ended.IsZero(), Rev: b.Rev,
	}
	for _, s := range b.Settings[1:] {
		d.Past = append(d.Past, settingToDoc(s))
	}
	return d
}

// firstBook is the stored form of a book that holds one setting.
func firstBook(v contribution.Setting) bookDoc {
	return bookToDoc(rules.Book{Enrolment: v.Enrolment, Person: v.Person, Settings: []contribution.Setting{v}, Rev: 1})
}

func (d bookDoc) value() rules.Book {
	b := rules.Book{Enrolment: d.Enrolment, Person: d.Person, Rev: d.Rev, Settings: []contribution.Setting{d.Newest.of(d)}}
	for _, p := range d.Past {
		b.Settings = append(b.Settings, p.of(d))
	}
	return b
}

// Book returns everything ever set for an enrolment; a book with Rev 0 when nothing was.
func (s *Store) Book(ctx context.Context, enrolment string) (rules.Book, error) {
	b, ok, err := findOne[bookDoc, rules.Book](ctx, s.db.Collection(settings), byID(enrolment))
	if err != nil || !ok {
		return rules.Book{Enrolment: enrolment}, err
	}
	return b, nil
}

// SwapBook stores the book if the stored one still has its Rev; false when it has not.
func (s *Store) SwapBook(ctx context.Context, b rules.Book) (bool, error) {
	d := bookToDoc(b)
	d.Rev = b.Rev + 1
	if b.Rev == 0 {
		return s.add(ctx, settings, d)
	}
	n := d.Newest
	res, err := s.db.Collection(settings).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: d.Enrolment}, {Key: "rev", Value: b.Rev}},
		set(bson.D{
			{Key: "id", Value: n.ID},
			{Key: "tier", Value: n.Tier},
			{Key: "subsidy", Value: n.Subsidy},
			{Key: "from", Value: n.From},
			{Key: "to", Value: n.To},
			{Key: "set", Value: n.Set},
			{Key: "ended", Value: n.Ended},
			{Key: "void", Value: n.Void},
			{Key: "past", Value: d.Past},
			{Key: "live", Value: d.Live},
			{Key: "rev", Value: d.Rev},
		}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", settings, err)
	}
	return res.MatchedCount == 1, nil
}

// SettingInForce returns the enrolment's setting that is neither replaced nor voided.
func (s *Store) SettingInForce(ctx context.Context, enrolment string) (contribution.Setting, bool, error) {
	b, err := s.Book(ctx, enrolment)
	if err != nil {
		return contribution.Setting{}, false, err
	}
	v, ok := b.Current()
	return v, ok, nil
}

// SettingsInForce lists settings in force of a scheme in order of enrolment, those
// after the enrolment given, at most limit.
func (s *Store) SettingsInForce(
	ctx context.Context, scheme contribution.Scheme, after string, limit int,
) ([]contribution.Setting, error) {
	list := make([]contribution.Setting, 0, limit)
	err := scanAll(ctx, s.db.Collection(settings),
		bson.D{{Key: "live", Value: true}, {Key: "scheme", Value: string(scheme)}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)).SetBatchSize(int32(limit)), //nolint:gosec // G115: some thousand
		collect(&list, scanSetting))
	return list, err
}

// SettingsVoidedSince lists, in order of enrolment, the settings of a scheme that were voided
// after since and have no successor; those of enrolments after the one given, up to last
// ("": all).
func (s *Store) SettingsVoidedSince(
	ctx context.Context, scheme contribution.Scheme, since time.Time, after, last string,
) ([]contribution.Setting, error) {
	ids := bson.D{{Key: "$gt", Value: after}}
	if last != "" {
		ids = append(ids, bson.E{Key: "$lte", Value: last})
	}
	var list []contribution.Setting
	err := scanAll(ctx, s.db.Collection(settings),
		bson.D{{Key: "live", Value: false}, {Key: "scheme", Value: string(scheme)}, {Key: "ended", Value: bson.D{{Key: "$gt", Value: since}}}, {Key: "_id", Value: ids}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}), collect(&list, scanSetting))
	return list, err
}

// AddSetting stores the first setting of an enrolment; false when it has a book already.
func (s *Store) AddSetting(ctx context.Context, v contribution.Setting) (bool, error) {
	return s.SwapBook(ctx, rules.Book{Enrolment: v.Enrolment, Person: v.Person, Settings: []contribution.Setting{v}})
}

// instant maps the stored form of "never" back to the zero time.
func instant(t time.Time) time.Time {
	if t.Year() < 1971 {
		return time.Time{}
	}
	return t
}
