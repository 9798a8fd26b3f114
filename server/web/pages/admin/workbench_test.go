package admin

import (
	"strconv"
	"testing"
	"time"

	"shebao/shared/contribution"
	"shebao/shared/debit"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

// addRun stores a run that was made so many minutes ago.
func (w *world) addRun(t *testing.T, r debit.Run, ago int) {
	t.Helper()
	r.Scheme, r.Created = contribution.Pension, w.clock.Now().Add(-time.Duration(ago)*time.Minute)
	if ok, err := w.store.AddRun(t.Context(), r); !ok || err != nil {
		t.Fatal(ok, err)
	}
}

func TestRuns_waitHoweverOldTheyAre(t *testing.T) {
	w := newWorld(t)
	w.addRun(t, debit.Run{ID: "old", State: debit.Submitted, Round: 1, Maker: "o-operator", Chosen: debit.Total{Count: 2, Amount: 600_000}}, 900)
	w.addRun(t, debit.Run{ID: "mine", State: debit.Ready, Round: 1, Maker: "o-operator", Chosen: debit.Total{Count: 1, Amount: 100}}, 800)
	w.addRun(t, debit.Run{ID: "theirs", State: debit.Ready, Round: 1, Maker: "o-another"}, 700)
	for n := range 25 {
		w.addRun(t, debit.Run{ID: "done" + strconv.Itoa(n), State: debit.Finished, Round: 1, Maker: "o-operator"}, n)
	}
	for role, want := range map[model.Role]string{model.Reviewer: "old 6,000.00", model.Operator: "mine 1.00"} {
		v := w.as(role, nil, nil)
		n, err := w.waitingRuns(t.Context(), v.Officer)
		if err != nil || n != 1 {
			t.Errorf("%s: %d wait, %v", role, n, err)
		}
		var table page.Table
		if err := w.queueRuns(t.Context(), v, &table); err != nil || len(table.Rows) != 1 {
			t.Fatalf("%s: %+v, %v", role, table.Rows, err)
		}
		row := table.Rows[0]
		if got := row[4].Href[len(page.PathAdminRuns)+1:] + " " + row[3].Text; got != want {
			t.Errorf("%s: %s, want %s", role, got, want)
		}
	}
}

func TestRuns_aRetryRoundShowsWhatItDebits(t *testing.T) {
	w := newWorld(t)
	again := debit.Total{Count: 3, Amount: 900_000}
	w.addRun(t, debit.Run{
		ID: "r", State: debit.Submitted, Round: 2, Maker: "o-operator", Chosen: debit.Total{Count: 26, Amount: 7_600_000},
		History: []debit.Move{{Round: 2, Did: debit.Retry, By: "o-operator", At: w.clock.Now(), People: again}},
	}, 5)
	var table page.Table
	if err := w.queueRuns(t.Context(), w.as(model.Reviewer, nil, nil), &table); err != nil || table.Rows[0][3].Text != "9,000.00" {
		t.Errorf("%+v, %v", table.Rows, err)
	}
}
