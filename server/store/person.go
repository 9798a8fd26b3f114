package store

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/idcard"
	"shebao/shared/period"
	"shebao/shared/person"
)

const people = "people"

var personIndexes = []index{
	{collection: people, name: "document", unique: true, keys: bson.D{{Key: "docIdx", Value: 1}}},
	{collection: people, name: "phone", keys: bson.D{{Key: "phoneIdx", Value: 1}}},
}

// personDoc is a person of the population register. What identifies them is sealed and
// found through keyed hashes.
type personDoc struct {
	ID          string `bson:"_id"`
	Name        string `bson:"name"` // sealed
	NameIdx     string `bson:"nameIdx"`
	Type        string `bson:"type"`
	Number      string `bson:"number"` // sealed
	Document    string `bson:"docIdx"`
	Phone       string `bson:"phone"` // sealed
	PhoneIdx    string `bson:"phoneIdx"`
	Nationality string `bson:"nat"`
	Birth       string `bson:"birth"` // sealed
}

func documentIndex(v Vault, d idcard.Document) string {
	return v.Index("document", string(d.Type)+":"+d.Number)
}

func personField(id, field string) string { return "person:" + id + ":" + field }

func (s *Store) personToDoc(p person.Person) (personDoc, error) {
	d := personDoc{
		ID: p.ID, Type: string(p.Document.Type), Document: documentIndex(s.vault, p.Document),
		PhoneIdx: s.vault.Index("phone", p.Phone), NameIdx: s.nameIndex(p.Name), Nationality: p.Nationality,
	}
	for _, f := range []struct {
		to          *string
		name, value string
	}{{&d.Name, "name", p.Name}, {&d.Number, "number", p.Document.Number}, {&d.Phone, "phone", p.Phone}, {&d.Birth, "birth", dayText(p.Birth)}} {
		var err error
		if *f.to, err = s.vault.Seal(f.value, personField(p.ID, f.name)); err != nil {
			return personDoc{}, fmt.Errorf("seal %s of person %s: %w", f.name, p.ID, err)
		}
	}
	return d, nil
}

func (s *Store) personFromDoc(d personDoc) (person.Person, error) {
	p := person.Person{ID: d.ID, Document: idcard.Document{Type: idcard.Type(d.Type)}, Nationality: d.Nationality}
	birth := ""
	for _, f := range []struct {
		to           *string
		name, sealed string
	}{{&p.Name, "name", d.Name}, {&p.Document.Number, "number", d.Number}, {&p.Phone, "phone", d.Phone}, {&birth, "birth", d.Birth}} {
		var err error
		if *f.to, err = s.vault.Open(f.sealed, personField(d.ID, f.name)); err != nil {
			return person.Person{}, fmt.Errorf("open %s of person %s: %w", f.name, d.ID, err)
		}
	}
	if birth != "" {
		var err error
		if p.Birth, err = period.ParseDate(birth); err != nil {
			return person.Person{}, fmt.Errorf("birth of person %s: %w", d.ID, err)
		}
	}
	return p, nil
}

// raw lets find and findOne return the document itself, which needs the vault to be read.
func (d personDoc) value() personDoc { return d }

// AddPerson stores a person; false when the id or the document is known already.
func (s *Store) AddPerson(ctx context.Context, p person.Person) (bool, error) {
	d, err := s.personToDoc(p)
	if err != nil {
		return false, err
	}
	return s.add(ctx, people, d)
}

// Person returns a person by our own key.
func (s *Store) Person(ctx context.Context, id string) (person.Person, bool, error) {
	return s.findPerson(ctx, byID(id))
}

// PersonByDocument finds a person by document; false when there is none.
func (s *Store) PersonByDocument(ctx context.Context, d idcard.Document) (person.Person, bool, error) {
	return s.findPerson(ctx, bson.D{{Key: "docIdx", Value: documentIndex(s.vault, d)}})
}

// fewIn is how many values of a field are asked for at a time: each document found is
// compared with all of them.
const fewIn = 25

// PeopleByDocuments finds the people who have the documents, in no order, with their id, name
// and document only.
func (s *Store) PeopleByDocuments(ctx context.Context, ds []idcard.Document) ([]person.Person, error) {
	if len(ds) == 0 {
		return nil, nil
	}
	keys, by := make([]string, len(ds)), make(map[string]idcard.Document, len(ds))
	for i, d := range ds {
		keys[i] = documentIndex(s.vault, d)
		by[keys[i]] = d
	}
	out := make([]person.Person, 0, len(ds))
	for part := range slices.Chunk(keys, fewIn) {
		docs, err := find[personDoc, personDoc](ctx, s.db.Collection(people), bson.D{{Key: "docIdx", Value: bson.D{{Key: "$in", Value: part}}}},
			options.Find().SetProjection(bson.D{{Key: "name", Value: 1}, {Key: "docIdx", Value: 1}}))
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			name, err := s.vault.Open(d.Name, personField(d.ID, "name"))
			if err != nil {
				return nil, fmt.Errorf("open name of person %s: %w", d.ID, err)
			}
			out = append(out, person.Person{ID: d.ID, Name: name, Document: by[d.Document]})
		}
	}
	return out, nil
}

func (s *Store) findPerson(ctx context.Context, filter bson.D) (person.Person, bool, error) {
	d, ok, err := findOne[personDoc, personDoc](ctx, s.db.Collection(people), filter)
	if err != nil || !ok {
		return person.Person{}, false, err
	}
	p, err := s.personFromDoc(d)
	return p, err == nil, err
}

// FindExact finds a person by name and document; false when either is not theirs.
func (s *Store) FindExact(ctx context.Context, name string, d idcard.Document) (person.Person, bool, error) {
	p, ok, err := s.PersonByDocument(ctx, d)
	if err != nil || !ok || p.Name != name {
		return person.Person{}, false, err
	}
	return p, true, nil
}

// KnowsPhone tells whether some person is registered with the phone.
func (s *Store) KnowsPhone(ctx context.Context, phone string) (bool, error) {
	_, ok, err := findOne[personDoc, personDoc](ctx, s.db.Collection(people),
		bson.D{{Key: "phoneIdx", Value: s.vault.Index("phone", phone)}}, options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}}))
	return ok, err
}
