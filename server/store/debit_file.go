package store

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/debit"
)

const debitFiles = "debitfiles"

var debitFileIndexes = []index{
	{collection: debitFiles, name: "run", keys: bson.D{{Key: "run", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: debitFiles, name: "work", keys: bson.D{{Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
	{collection: debitFiles, name: "open", keys: bson.D{{Key: "run", Value: 1}, {Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
}

type debitFileDoc struct {
	ID        string           `bson:"_id"`
	Run       string           `bson:"run"`
	Round     int              `bson:"round"`
	Authority string           `bson:"auth"`
	Bank      string           `bson:"bank"`
	Date      string           `bson:"date"`
	Serial    string           `bson:"serial"`
	State     string           `bson:"state"`
	Planned   totalDoc         `bson:"planned"`
	Sent      totalDoc         `bson:"sent"`
	Paid      totalDoc         `bson:"paid"`
	Failed    totalDoc         `bson:"failed"`
	Skipped   totalDoc         `bson:"skipped"`
	Doubt     totalDoc         `bson:"doubt"`
	Codes     map[string]int64 `bson:"codes"`
	Code      string           `bson:"code"`
	Trace     string           `bson:"trace"`
	SentAt    time.Time        `bson:"sentAt"`
	Taken     time.Time        `bson:"taken"`
	Ended     time.Time        `bson:"ended"`
	Open      bool             `bson:"open"`
	Next      time.Time        `bson:"next"`
	Tries     int              `bson:"tries"`
	Rev       int64            `bson:"rev"`
}

func fileToDoc(f debit.File) debitFileDoc {
	return debitFileDoc{
		ID: f.ID, Run: f.Run, Round: f.Round, Authority: f.Authority, Bank: f.Bank, Date: dayText(f.Date), Serial: f.Serial,
		State: string(f.State), Planned: totalToDoc(f.Planned), Sent: totalToDoc(f.Sent), Paid: totalToDoc(f.Paid),
		Failed: totalToDoc(f.Failed), Skipped: totalToDoc(f.Skipped), Doubt: totalToDoc(f.Doubt), Codes: f.Codes, Code: f.Code,
		Trace: f.Trace, SentAt: f.SentAt, Taken: f.Taken, Ended: f.Ended, Open: f.Open, Next: f.Next, Tries: f.Tries, Rev: f.Rev,
	}
}

func (d debitFileDoc) value() debit.File {
	return debit.File{
		ID: d.ID, Run: d.Run, Round: d.Round, Authority: d.Authority, Bank: d.Bank, Date: day(d.Date), Serial: d.Serial,
		State: debit.FileState(d.State), Planned: d.Planned.total(), Sent: d.Sent.total(), Paid: d.Paid.total(),
		Failed: d.Failed.total(), Skipped: d.Skipped.total(), Doubt: d.Doubt.total(), Codes: d.Codes, Code: d.Code, Trace: d.Trace,
		SentAt: instant(d.SentAt), Taken: instant(d.Taken), Ended: instant(d.Ended), Open: d.Open, Next: d.Next, Tries: d.Tries, Rev: d.Rev,
	}
}

// AddFiles stores new files; those that are there stay.
func (s *Store) AddFiles(ctx context.Context, files []debit.File) error {
	docs := make([]any, len(files))
	for i, f := range files {
		docs[i] = fileToDoc(f)
	}
	return s.addMany(ctx, debitFiles, docs)
}

// File returns a file.
func (s *Store) File(ctx context.Context, id string) (debit.File, bool, error) {
	return findOne[debitFileDoc, debit.File](ctx, s.db.Collection(debitFiles), byID(id))
}

// FilesOf lists a run's files in order of ID.
func (s *Store) FilesOf(ctx context.Context, run string) ([]debit.File, error) {
	return find[debitFileDoc, debit.File](ctx, s.db.Collection(debitFiles), bson.D{{Key: "run", Value: run}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
}

// OpenFiles lists a run's files that somebody must go on with, at most limit.
func (s *Store) OpenFiles(ctx context.Context, run string, limit int) ([]debit.File, error) {
	return find[debitFileDoc, debit.File](ctx, s.db.Collection(debitFiles),
		bson.D{{Key: "run", Value: run}, {Key: "open", Value: true}}, options.Find().SetLimit(int64(limit)))
}

// SwapFile stores the file if the stored one still has its Rev; false when it has not.
func (s *Store) SwapFile(ctx context.Context, f debit.File) (bool, error) {
	return swapRev(ctx, s.db.Collection(debitFiles), f.ID, f.Rev, func() any {
		f.Rev++
		return fileToDoc(f)
	})
}

// LeaseFile takes the open file that has waited longest past its Next and moves Next to until.
func (s *Store) LeaseFile(ctx context.Context, now, until time.Time) (debit.File, bool, error) {
	return lease[debitFileDoc, debit.File](ctx, s.db.Collection(debitFiles), now, until)
}
