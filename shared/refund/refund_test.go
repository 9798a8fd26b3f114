package refund_test

import (
	"slices"
	"testing"

	"shebao/shared/contribution"
	"shebao/shared/period"
	"shebao/shared/refund"
)

func day(text string) period.Date {
	d, err := period.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestAllowed(t *testing.T) {
	medical := contribution.Declaration{Scheme: contribution.Medical, Period: period.YearPeriod(2027), Deadline: day("2026-12-31")}
	pension := contribution.Declaration{Scheme: contribution.Pension, Period: period.YearPeriod(2026), Deadline: day("2026-12-31")}
	back := contribution.Declaration{Scheme: contribution.Pension, Period: period.YearPeriod(2021), Deadline: day("2027-02-03")}
	for _, c := range []struct {
		name string
		of   contribution.Declaration
		on   string
		want []refund.Reason
	}{
		{"medical before its benefits", medical, "2026-12-31", []refund.Reason{refund.Double, refund.Before, refund.Mistake}},
		{"medical from the first day of benefits", medical, "2027-01-01", []refund.Reason{refund.Double}},
		{"pension in its year", pension, "2026-12-31", []refund.Reason{refund.Double, refund.Mistake}},
		{"pension after its year", pension, "2027-01-01", []refund.Reason{refund.Double}},
		{"an assessed due until its own deadline", back, "2027-02-03", []refund.Reason{refund.Double, refund.Mistake}},
		{"an assessed due after it", back, "2027-02-04", []refund.Reason{refund.Double}},
		{"no scheme", contribution.Declaration{}, "2026-12-31", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := refund.Allowed(c.of, day(c.on)); !slices.Equal(got, c.want) {
				t.Errorf("allowed %v, want %v", got, c.want)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	for reason, want := range map[refund.Reason]contribution.DueState{
		refund.Double: contribution.DueClosed, refund.Before: contribution.DueOpen, refund.Mistake: contribution.DueOpen,
	} {
		got, err := contribution.DueStates.Next(contribution.DuePaid, reason.After())
		if err != nil || got != want {
			t.Errorf("after %s the due is %s (%v), want %s", reason, got, err, want)
		}
	}
}

func TestTable(t *testing.T) {
	events := []refund.Event{
		refund.Apply, refund.Withdraw, refund.Check, refund.Approve, refund.Refuse, refund.Send, refund.Moved, refund.Declined, refund.Lost,
		refund.Vanished, refund.Retry,
	}
	t.Run("nothing leads out of a final state, something out of every other", func(t *testing.T) {
		for _, s := range refund.States() {
			out := 0
			for _, e := range events {
				if _, err := refund.Table.Next(s, e); err == nil {
					out++
				}
			}
			if s.Final() != (out == 0) {
				t.Errorf("%d ways lead out of %s", out, s)
			}
		}
	})
	t.Run("the bank is reached only after an approval", func(t *testing.T) {
		if from := refund.Table.From(refund.Send); !slices.Equal(from, []refund.State{refund.Approved}) {
			t.Errorf("sent from %v", from)
		}
		if from := refund.Table.From(refund.Approve); !slices.Equal(from, []refund.State{refund.Checked}) {
			t.Errorf("approved from %v", from)
		}
	})
	t.Run("what may have moved money is never given up or withdrawn", func(t *testing.T) {
		for _, s := range []refund.State{refund.Approved, refund.Sending, refund.InDoubt} {
			for _, e := range []refund.Event{refund.Withdraw, refund.Refuse, refund.Retry, refund.Check} {
				if _, err := refund.Table.Next(s, e); err == nil {
					t.Errorf("%s is legal in %s", e, s)
				}
			}
		}
	})
	t.Run("everything has a name on screens", func(t *testing.T) {
		for _, s := range refund.States() {
			if s.Label() == string(s) {
				t.Errorf("%s has no label", s)
			}
		}
		for _, e := range events {
			if e.Label() == string(e) {
				t.Errorf("%s has no label", e)
			}
		}
	})
}
