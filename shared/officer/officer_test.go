package officer_test

import (
	"testing"

	"shebao/shared/officer"
)

func TestRights(t *testing.T) {
	pairs := map[officer.Right]officer.Right{
		officer.ProposeRates: officer.ApproveRates, officer.MakeRuns: officer.ApproveRuns, officer.Reconcile: officer.ApproveRecon,
	}
	t.Run("no role both makes and approves a change of money", func(t *testing.T) {
		for _, r := range officer.Roles() {
			for maker, approve := range pairs {
				if r.May(maker) && r.May(approve) {
					t.Errorf("%s may %s and %s", r, maker, approve)
				}
			}
		}
	})
	t.Run("somebody may do each", func(t *testing.T) {
		for maker, approve := range pairs {
			if !officer.Operator.May(maker) || !officer.Reviewer.May(approve) {
				t.Errorf("nobody may %s or %s", maker, approve)
			}
		}
	})
	t.Run("the auditor and the administrator move no money", func(t *testing.T) {
		for maker, approve := range pairs {
			for _, r := range []officer.Role{officer.Admin, officer.Auditor, "", "root"} {
				if r.May(maker) || r.May(approve) {
					t.Errorf("%q may %s or %s", r, maker, approve)
				}
			}
		}
	})
	t.Run("an approver must be somebody else", func(t *testing.T) {
		o := officer.Officer{ID: "o1", Role: officer.Reviewer}
		if o.MayApprove(officer.ApproveRuns, "o1") || !o.MayApprove(officer.ApproveRuns, "o2") {
			t.Error("maker and approver")
		}
	})
	t.Run("a disabled officer may nothing", func(t *testing.T) {
		o := officer.Officer{ID: "o1", Role: officer.Operator, Disabled: true}
		if o.May(officer.Import) || !(officer.Officer{ID: "o1", Role: officer.Operator}).May(officer.Import) {
			t.Error("disabled")
		}
	})
	t.Run("whose credentials somebody else has seen neither makes nor approves anything", func(t *testing.T) {
		maker, approver := officer.Officer{ID: "o1", Role: officer.Operator, Initial: true}, officer.Officer{ID: "o2", Role: officer.Reviewer, Initial: true}
		for make, approve := range pairs {
			if maker.May(make) || approver.MayApprove(approve, "o1") {
				t.Errorf("may %s or %s", make, approve)
			}
		}
	})
}
