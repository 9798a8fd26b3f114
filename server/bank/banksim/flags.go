package banksim

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"shebao/server/bank"
)

// ParseFlags reads the command line of `shebao banksim` into options and the
// address to listen on. The secret comes from the file in -secret-file or
// SHEBAO_BANK_SECRET_FILE, or from SHEBAO_BANK_SECRET, never from the command
// line. usage gets the help text; the error is
// flag.ErrHelp when it was asked for.
func ParseFlags(args []string, getenv func(string) string, usage io.Writer) (Options, string, error) {
	var o Options
	set := flag.NewFlagSet("banksim", flag.ContinueOnError)
	set.SetOutput(usage)
	addr := set.String("addr", "127.0.0.1:8090", "address to listen on")
	set.StringVar(&o.Dir, "dir", "data/banksim", "folder of the store; empty keeps everything in memory")
	id := set.String("key-id", "shebao", "id of the shared key")
	secret := set.String("secret-file", getenv("SHEBAO_BANK_SECRET_FILE"), "file with the shared secret, at least 32 bytes")
	set.DurationVar(&o.Validity, "validity", 30*time.Second, "how old a message may be")
	set.DurationVar(&o.LateAfter, "late-after", 5*time.Second, "until a debit answered 98 or 05 ends")
	set.DurationVar(&o.BatchAfter, "batch-after", 2*time.Second, "until the items of a batch file are debited")
	window := set.String("day-end", "", "daily window in which debits are answered 90, 23:30-00:10")
	faults := set.String("faults", "", `rates per thousand as JSON, {"seed":1,"lost_after":20}`)
	if err := set.Parse(args); err != nil {
		return o, "", err
	}
	if set.NArg() > 0 {
		return o, "", fmt.Errorf("bank simulator: unknown argument %q", set.Arg(0))
	}
	var err error
	if o.DayEnd, err = ParseWindow(*window); err != nil {
		return o, "", err
	}
	if *faults != "" {
		dec := json.NewDecoder(strings.NewReader(*faults))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&o.Faults); err != nil {
			return o, "", fmt.Errorf("bank simulator: -faults: %w", err)
		}
	}
	text := []byte(getenv("SHEBAO_BANK_SECRET"))
	if *secret != "" {
		if text, err = os.ReadFile(*secret); err != nil {
			return o, "", fmt.Errorf("bank simulator: secret: %w", err)
		}
		text = []byte(strings.TrimSpace(string(text)))
	}
	key := bank.Key{ID: *id, Secret: text}
	if len(text) == 0 {
		return o, "", errors.New("bank simulator: no secret; set SHEBAO_BANK_SECRET or -secret-file")
	}
	if err := key.Check(); err != nil {
		return o, "", err
	}
	o.Keys = []bank.Key{key}
	return o, *addr, nil
}
