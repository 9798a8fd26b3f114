package localmongo

import (
	"log/slog"
	"time"
)

const defaultReaders = 4

// Options say where a store lives and how it works. Only Dir is needed.
type Options struct {
	// Dir is the directory of the store; it is made when it does not exist. It holds store.db and what belongs to it.
	Dir string
	// Logger gets what goes wrong behind the commands. The default is slog.Default().
	Logger *slog.Logger
	// Now is the clock of TTL indexes and of $currentDate. The default is the system's.
	Now func() time.Time
	// SweepEvery is how often expired documents and idle cursors are removed. The default is one minute.
	SweepEvery time.Duration
	// Readers is how many connections read at the same time. The default is four.
	Readers int
	// CheckLimit is the size in bytes up to which the whole file is checked when the store opens; of a larger one only the
	// catalogue is read. The default is 256 MB.
	CheckLimit int64
	// OnFullScan, when set, is told of every query that looks at a whole collection, with the paths of its filter. It is for
	// tests that want none of them. It must not call the store.
	OnFullScan func(namespace string, paths []string)

	maxPages int64 // limits the file's size, for tests of a full disk
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default clock; everything else asks Options.Now
	}
	if o.SweepEvery <= 0 {
		o.SweepEvery = time.Minute
	}
	if o.Readers <= 0 {
		o.Readers = defaultReaders
	}
	if o.CheckLimit <= 0 {
		o.CheckLimit = 256 << 20
	}
	return o
}
