package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/certificate"
	"shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/money"
)

const (
	certificates     = "certificates"
	certificateFiles = "certificate_files"
)

var certificateIndexes = []index{
	{collection: certificates, name: "applied", keys: bson.D{
		{Key: "person", Value: 1}, {Key: "applied", Value: -1}, {Key: "_id", Value: -1},
	}},
	{collection: certificates, name: "all", keys: bson.D{{Key: "applied", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: certificates, name: "state", keys: bson.D{
		{Key: "state", Value: 1}, {Key: "applied", Value: -1}, {Key: "_id", Value: -1},
	}},
	{collection: certificates, name: "range", keys: bson.D{
		{Key: "person", Value: 1}, {Key: "from", Value: 1}, {Key: "to", Value: 1}, {Key: "scheme", Value: 1}, {Key: "applied", Value: -1},
	}},
	{collection: certificates, name: "slot", unique: true, keys: bson.D{{Key: "slot", Value: 1}}},
	{collection: certificates, name: "number", unique: true, keys: bson.D{{Key: "number", Value: 1}, {Key: "edition", Value: -1}}},
	{collection: certificates, name: "check", unique: true, keys: bson.D{{Key: "check", Value: 1}}},
	{collection: certificates, name: "states", keys: bson.D{{Key: "decls", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: certificates, name: "open", keys: bson.D{{Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
}

// certificateDoc is one edition. Who it is about and its code stand only in the sealed facts.
type certificateDoc struct {
	ID           string    `bson:"_id"`
	Person       string    `bson:"person"`
	From         string    `bson:"from"`
	To           string    `bson:"to"`
	Scheme       string    `bson:"scheme"` // "" for every scheme
	Slot         string    `bson:"slot"`
	Number       string    `bson:"number"`
	Edition      int       `bson:"edition"`
	Total        int64     `bson:"total"`
	Count        int       `bson:"count"`
	Facts        string    `bson:"facts"` // sealed canonical form
	Check        string    `bson:"check"` // keyed hash of taxpayer id and check code
	Proof        []byte    `bson:"proof,omitempty"`
	Declarations []string  `bson:"decls"`
	State        string    `bson:"state"`
	Reason       string    `bson:"reason,omitempty"`
	Cause        string    `bson:"cause,omitempty"`
	EndedBy      string    `bson:"ended_by,omitempty"`
	Applied      time.Time `bson:"applied"`
	Made         time.Time `bson:"made,omitempty"`
	Ended        time.Time `bson:"ended,omitempty"`
	Untold       bool      `bson:"untold,omitempty"`
	Open         bool      `bson:"open"` // it is to be made, or its end to be told
	Next         time.Time `bson:"next"`
	Tries        int       `bson:"tries"`
	Rev          int       `bson:"rev"`
}

// value lets find return the document itself, which needs the vault to be read.
func (d certificateDoc) value() certificateDoc { return d }

func factsOf(id string) string { return "certificate:" + id + ":facts" }

func fileOf(id string) string { return "certificate:" + id + ":file" }

func (s *Store) checkIndex(taxpayer, code string) string {
	return s.vault.Index("certificate", taxpayer+"\x00"+code)
}

// record is the certificate without its facts.
func (d certificateDoc) record() certificate.Record {
	return certificate.Record{
		ID: d.ID, Person: d.Person, Range: certificate.Range{Months: months(d.From, d.To), Scheme: contribution.Scheme(d.Scheme)},
		Number: d.Number, Edition: d.Edition, Total: money.Fen(d.Total), Count: d.Count, Proof: d.Proof, Declarations: d.Declarations,
		State: certificate.State(d.State), Reason: d.Reason, Cause: certificate.Cause(d.Cause), EndedBy: d.EndedBy,
		Applied: instant(d.Applied), Made: instant(d.Made), Ended: instant(d.Ended),
		Untold: d.Untold, Next: instant(d.Next), Tries: d.Tries, Rev: d.Rev,
	}
}

// opened is the certificate with its facts.
func (s *Store) opened(d certificateDoc) (certificate.Record, error) {
	c := d.record()
	canonical, err := s.vault.Open(d.Facts, factsOf(d.ID))
	if err != nil {
		return c, fmt.Errorf("open facts of certificate %s: %w", d.ID, err)
	}
	if c.Facts, err = certificate.ParseCanonical([]byte(canonical)); err != nil {
		return c, fmt.Errorf("read facts of certificate %s: %w", d.ID, err)
	}
	return c, nil
}

func (s *Store) sealFacts(c certificate.Record) (string, error) {
	canonical, err := c.Facts.Canonical()
	if err != nil {
		return "", fmt.Errorf("facts of certificate %s: %w", c.ID, err)
	}
	sealed, err := s.vault.Seal(string(canonical), factsOf(c.ID))
	if err != nil {
		return "", fmt.Errorf("seal facts of certificate %s: %w", c.ID, err)
	}
	return sealed, nil
}

// AddCertificate stores a new certificate; false when its slot, its number with the
// edition or its code is taken.
func (s *Store) AddCertificate(ctx context.Context, c certificate.Record, slot string) (bool, error) {
	facts, err := s.sealFacts(c)
	if err != nil {
		return false, err
	}
	return s.add(ctx, certificates, certificateDoc{
		ID: c.ID, Person: c.Person, From: c.Range.Months.From.String(), To: c.Range.Months.To.String(), Scheme: string(c.Range.Scheme),
		Slot: slot, Number: c.Number, Edition: c.Edition, Total: int64(c.Total), Count: c.Count, Facts: facts,
		Check: s.checkIndex(c.Facts.TaxpayerID, string(c.Facts.CheckCode)), Proof: c.Proof, Declarations: c.Declarations,
		State: string(c.State), Reason: c.Reason, Cause: string(c.Cause), EndedBy: c.EndedBy, Applied: c.Applied, Made: c.Made, Ended: c.Ended,
		Untold: c.Untold, Open: isOpen(c), Next: c.Next, Tries: c.Tries, Rev: c.Rev,
	})
}

func isOpen(c certificate.Record) bool { return c.State == certificate.Making || c.Untold }

// oneCertificate returns the certificate with the filter and its facts.
func (s *Store) oneCertificate(ctx context.Context, filter bson.D, o ...*options.FindOneOptions) (certificate.Record, bool, error) {
	d, ok, err := findOne[certificateDoc, certificateDoc](ctx, s.db.Collection(certificates), filter, o...)
	if err != nil || !ok {
		return certificate.Record{}, false, err
	}
	c, err := s.opened(d)
	return c, err == nil, err
}

// Certificate returns a certificate.
func (s *Store) Certificate(ctx context.Context, id string) (certificate.Record, bool, error) {
	return s.oneCertificate(ctx, byID(id))
}

// NewestCertificate returns the one last applied for by the person for the range.
func (s *Store) NewestCertificate(ctx context.Context, person string, r certificate.Range) (certificate.Record, bool, error) {
	return s.oneCertificate(ctx,
		bson.D{
			{Key: "person", Value: person},
			{Key: "from", Value: r.Months.From.String()},
			{Key: "to", Value: r.Months.To.String()},
			{Key: "scheme", Value: string(r.Scheme)},
		}, options.FindOne().SetSort(bson.D{{Key: "applied", Value: -1}}))
}

// CertificateByCheck returns the one with exactly this taxpayer id and check code.
func (s *Store) CertificateByCheck(ctx context.Context, taxpayer, code string) (certificate.Record, bool, error) {
	return s.oneCertificate(ctx, bson.D{{Key: "check", Value: s.checkIndex(taxpayer, code)}})
}

// unsealed leaves out what is large or needs the vault.
var unsealed = bson.D{{Key: "facts", Value: 0}, {Key: "proof", Value: 0}}

// LatestEdition returns the highest edition of the number that was issued, without its facts.
func (s *Store) LatestEdition(ctx context.Context, number string) (certificate.Record, bool, error) {
	issued := bson.E{Key: "made", Value: bson.D{{Key: "$gt", Value: time.Time{}}}} // not made is no time, or the zero one
	d, ok, err := findOne[certificateDoc, certificateDoc](ctx, s.db.Collection(certificates), bson.D{{Key: "number", Value: number}, issued},
		options.FindOne().SetSort(bson.D{{Key: "edition", Value: -1}}).SetProjection(unsealed))
	return d.record(), ok, err
}

// CertificatesBetween lists certificates without their facts, newest first.
// CertificateCursor of the last one is where the next call goes on.
func (s *Store) CertificatesBetween(ctx context.Context, f rules.Filter) ([]certificate.Record, error) {
	before := f.To.AddDays(1).Start()
	within := bson.D{{Key: "$gte", Value: f.From.Start()}, {Key: "$lt", Value: before}}
	var filter bson.D
	if f.Person != "" {
		filter = append(filter, bson.E{Key: "person", Value: f.Person})
	}
	if f.State != "" {
		filter = append(filter, bson.E{Key: "state", Value: string(f.State)})
	}
	var after bson.E
	if millis, id, ok := cutCursor(f.After); ok {
		n, err := strconv.ParseInt(millis, 10, 64)
		if at := time.UnixMilli(n); err == nil && at.Before(before) {
			within[1] = bson.E{Key: "$lte", Value: at}
			after = afterCursor("applied", at, id)
		}
	}
	filter = append(filter, bson.E{Key: "applied", Value: within})
	if after.Key != "" {
		filter = append(filter, after)
	}
	return s.listCertificates(ctx, filter, options.Find().SetSort(bson.D{{Key: "applied", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(f.Limit)))
}

// Editions lists the editions of a number without their facts, newest first, at most limit.
func (s *Store) Editions(ctx context.Context, number string, limit int) ([]certificate.Record, error) {
	return s.listCertificates(ctx, bson.D{{Key: "number", Value: number}},
		options.Find().SetSort(bson.D{{Key: "edition", Value: -1}}).SetLimit(int64(limit)))
}

// CertificateCursor is where CertificatesBetween goes on after the certificate.
func (s *Store) CertificateCursor(c certificate.Record) string {
	return strconv.FormatInt(c.Applied.UnixMilli(), 10) + "." + c.ID
}

// CertificatesStating lists those that state the declaration after the id, by id, without
// their facts, at most limit.
func (s *Store) CertificatesStating(ctx context.Context, declaration, after string, limit int) ([]certificate.Record, error) {
	return s.listCertificates(ctx, bson.D{{Key: "decls", Value: declaration}, {Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

func (s *Store) listCertificates(ctx context.Context, filter bson.D, o *options.FindOptions) ([]certificate.Record, error) {
	docs, err := find[certificateDoc, certificateDoc](ctx, s.db.Collection(certificates), filter, o.SetProjection(unsealed))
	if err != nil {
		return nil, err
	}
	list := make([]certificate.Record, len(docs))
	for i, d := range docs {
		list[i] = d.record()
	}
	return list, nil
}

// SwapCertificate writes next if the stored state is still from and nothing changed since
// next.Rev was read. Facts, when next has them, are written with what is derived from them.
func (s *Store) SwapCertificate(ctx context.Context, from certificate.State, next certificate.Record) (bool, error) {
	fields := bson.D{
		{Key: "state", Value: string(next.State)},
		{Key: "reason", Value: next.Reason},
		{Key: "cause", Value: string(next.Cause)},
		{Key: "ended_by", Value: next.EndedBy},
		{Key: "untold", Value: next.Untold},
		{Key: "made", Value: next.Made},
		{Key: "ended", Value: next.Ended},
		{Key: "open", Value: isOpen(next)},
		{Key: "next", Value: next.Next},
		{Key: "tries", Value: next.Tries},
		{Key: "rev", Value: next.Rev + 1},
	}
	if next.Facts.Number != "" {
		facts, err := s.sealFacts(next)
		if err != nil {
			return false, err
		}
		fields = append(fields, bson.E{Key: "facts", Value: facts}, bson.E{Key: "decls", Value: next.Declarations},
			bson.E{Key: "total", Value: int64(next.Total)}, bson.E{Key: "count", Value: next.Count}, bson.E{Key: "proof", Value: next.Proof},
			bson.E{Key: "check", Value: s.checkIndex(next.Facts.TaxpayerID, string(next.Facts.CheckCode))})
	}
	res, err := s.db.Collection(certificates).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: next.ID}, {Key: "state", Value: string(from)}, {Key: "rev", Value: next.Rev}}, set(fields))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", certificates, err)
	}
	return res.MatchedCount == 1, nil
}

// LeaseCertificate takes the one that has waited longest to be made, or for its end to be
// told, and moves Next to until.
func (s *Store) LeaseCertificate(ctx context.Context, now, until time.Time) (certificate.Record, bool, error) {
	var d certificateDoc
	err := s.db.Collection(certificates).FindOneAndUpdate(ctx,
		bson.D{{Key: "open", Value: true}, {Key: "next", Value: bson.D{{Key: "$lte", Value: now}}}},
		set(bson.D{{Key: "next", Value: until}}),
		options.FindOneAndUpdate().SetSort(bson.D{{Key: "next", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return certificate.Record{}, false, nil
	case err != nil:
		return certificate.Record{}, false, fmt.Errorf("lease in %s: %w", certificates, err)
	}
	c, err := s.opened(d)
	return c, err == nil, err
}

// fileDoc is the document of a certificate, sealed.
type fileDoc struct {
	ID   string `bson:"_id"`
	Data []byte `bson:"data"`
}

// PutCertificateFile stores the document of the certificate, in place of an earlier one.
func (s *Store) PutCertificateFile(ctx context.Context, id string, document []byte) error {
	sealed, err := s.vault.Seal(string(document), fileOf(id))
	if err != nil {
		return fmt.Errorf("seal document of certificate %s: %w", id, err)
	}
	_, err = s.db.Collection(certificateFiles).UpdateOne(ctx, byID(id), set(bson.D{{Key: "data", Value: []byte(sealed)}}),
		options.Update().SetUpsert(true))
	if err != nil {
		return fmt.Errorf("store in %s: %w", certificateFiles, err)
	}
	return nil
}

// CertificateFile returns the document.
func (s *Store) CertificateFile(ctx context.Context, id string) ([]byte, bool, error) {
	var d fileDoc
	err := s.db.Collection(certificateFiles).FindOne(ctx, byID(id)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("find one in %s: %w", certificateFiles, err)
	}
	opened, err := s.vault.Open(string(d.Data), fileOf(id))
	if err != nil {
		return nil, false, fmt.Errorf("open document of certificate %s: %w", id, err)
	}
	return []byte(opened), true, nil
}
