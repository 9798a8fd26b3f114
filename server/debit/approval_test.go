package debit_test

import (
	"strings"
	"testing"

	"shebao/server/debit"
	model "shebao/shared/debit"
)

func TestApproval(t *testing.T) {
	r := newRig(t, nil)
	r.payer(1, east, "313")
	run := r.dryRun(draft())
	_, err := r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
	refused(t, err, debit.RefuseState)
	_, err = r.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	t.Run("the maker can't approve", func(t *testing.T) {
		_, err := r.Approve(r.ctx(), "maker", run.ID, r.seen(run.ID))
		refused(t, err, debit.RefuseSamePerson)
	})
	t.Run("nobody without a name can", func(t *testing.T) {
		_, err := r.Approve(r.ctx(), "", run.ID, r.seen(run.ID))
		refused(t, err, debit.RefuseOfficer)
	})
	t.Run("a rejection needs a reason and goes back to the maker", func(t *testing.T) {
		_, err := r.Reject(r.ctx(), "checker", run.ID, " ", r.seen(run.ID))
		refused(t, err, debit.RefuseReason)
		got, err := r.Reject(r.ctx(), "checker", run.ID, "日期不对", r.seen(run.ID))
		if err != nil || got.State != model.Ready || got.Reason != "日期不对" {
			t.Errorf("%+v %v", got, err)
		}
	})
	t.Run("who submits is the maker from then on", func(t *testing.T) {
		_, err := r.Submit(r.ctx(), "checker", run.ID)
		r.no(err)
		_, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
		refused(t, err, debit.RefuseSamePerson)
	})
	if len(r.ledger()) != 0 {
		t.Error("money moved before an approval")
	}
	_, err = r.Approve(r.ctx(), "maker", run.ID, r.seen(run.ID))
	r.no(err)
	report := r.finish(run.ID)
	if report.Total.Paid.Count != 1 || report.Total.PerMille() != 1000 {
		t.Errorf("%+v", report.Total)
	}
	var actions []string
	for _, e := range r.trail {
		actions = append(actions, e.Action+" "+e.Officer)
	}
	want := "run_create maker,run_submit maker,run_reject checker,run_submit checker,run_approve maker"
	if got := strings.Join(actions, ","); got != want {
		t.Errorf("trail %s", got)
	}
}

func TestApproval_isOfWhatTheOfficerSaw(t *testing.T) {
	r := newRig(t, nil)
	r.payer(1, east, "313")
	run := r.dryRun(draft())
	run, err := r.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	old := run.Seen()
	_, err = r.Reject(r.ctx(), "other", run.ID, "日期不对", old)
	r.no(err)
	run, err = r.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	_, err = r.Approve(r.ctx(), "checker", run.ID, old)
	refused(t, err, debit.RefuseChanged)
	_, err = r.Reject(r.ctx(), "checker", run.ID, "日期不对", old)
	refused(t, err, debit.RefuseChanged)
	if run, err = r.Approve(r.ctx(), "checker", run.ID, run.Seen()); err != nil || run.State != model.Running {
		t.Errorf("%s, %v", run.State, err)
	}
}
