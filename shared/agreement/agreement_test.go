package agreement_test

import (
	"errors"
	"testing"

	"shebao/shared/agreement"
	"shebao/shared/period"
	"shebao/shared/state"
)

var (
	all = []agreement.State{
		agreement.Signing, agreement.Verifying, agreement.Confirming, agreement.Verified, agreement.Failed, agreement.Revoking,
		agreement.Revoked, agreement.Ended,
	}
	effective = period.Date{Year: 2026, Month: 11, Day: 24}
)

func TestStates(t *testing.T) {
	t.Run("people see five states and 撤销中", func(t *testing.T) {
		want := []string{"验证中", "验证中", "验证中", "验证成功", "验证失败", "撤销中", "已撤销", "失效"}
		for i, s := range all {
			if s.Label() != want[i] {
				t.Errorf("%s is %s, want %s", s, s.Label(), want[i])
			}
		}
	})
	t.Run("what is over stays over", func(t *testing.T) {
		for _, e := range agreement.States.Edges() {
			if !e.From.Live() {
				t.Errorf("%s leads from %s to %s", e.Event, e.From, e.To)
			}
		}
	})
	t.Run("an agreement is verified only while it is being signed", func(t *testing.T) {
		for _, s := range all {
			_, err := agreement.States.Next(s, agreement.Verify)
			if s.InProgress() != (err == nil) || err != nil && !errors.Is(err, state.ErrIllegal) {
				t.Errorf("%s: %v", s, err)
			}
		}
	})
	t.Run("the bank ends only what is verified", func(t *testing.T) {
		if from := agreement.States.From(agreement.End); len(from) != 1 || from[0] != agreement.Verified {
			t.Error(from)
		}
	})
}

func TestObstacle(t *testing.T) {
	want := map[agreement.State]agreement.Obstacle{
		agreement.Signing: agreement.NotVerified, agreement.Verifying: agreement.NotVerified, agreement.Confirming: agreement.NotVerified,
		agreement.Verified: agreement.None, agreement.Failed: agreement.NotVerified, agreement.Revoking: agreement.WasRevoked,
		agreement.Revoked: agreement.WasRevoked, agreement.Ended: agreement.HasEnded,
	}
	for _, s := range all {
		a := agreement.Agreement{State: s, Authority: "11101010000", Effective: effective}
		t.Run(string(s)+" on its first day", func(t *testing.T) {
			if got := a.ObstacleOn(effective, "11101010000"); got != want[s] {
				t.Errorf("%s, want %s", got, want[s])
			}
		})
	}
	a := agreement.Agreement{State: agreement.Verified, Authority: "11101010000", Effective: effective}
	t.Run("the day before it can't be used", func(t *testing.T) {
		if got := a.ObstacleOn(effective.AddDays(-1), "11101010000"); got != agreement.NotYet || got.Label() != "次日生效" {
			t.Error(got)
		}
	})
	t.Run("another authority's fee can't be paid with it", func(t *testing.T) {
		if got := a.ObstacleOn(effective, "11101080000"); got != agreement.WrongAuthority || got.Label() != "税务机关不一致" {
			t.Error(got)
		}
	})
}
