package admin

import (
	"net/url"
	"strings"
	"testing"

	"shebao/server/reconcile"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func TestDifference_keepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	x := w.openDifference(t, reconcile.OursOnly)
	long := strings.Repeat("长", 201)
	form := url.Values{page.AdminFieldDo: {doPropose}, page.AdminFieldKind: {"disprove"}, page.AdminFieldNote: {long}}
	a, err := w.actOnDifference(t.Context(), w.as(model.Operator, url.Values{"id": {url.PathEscape(x.ID)}}, form))
	if err != nil || len(a.State().Problems) != 1 || a.State().Problems[0].Field != page.AdminFieldNote {
		t.Fatalf("%+v, %v", a.State().Problems, err)
	}
	fields := a.State().Actions[0].Fields
	if fields[0].Value != "disprove" || fields[1].Value != long {
		t.Errorf("lost: %q and %d characters", fields[0].Value, len(fields[1].Value))
	}
	if first := fields[0].Options[0]; first.Value != "" || first.Label != "请选择" {
		t.Errorf("the first answer is %+v", first)
	}
}

func TestDifference_unknownStep(t *testing.T) {
	w := newWorld(t)
	x := w.openDifference(t, reconcile.OursOnly)
	for _, role := range []model.Role{model.Operator, model.Reviewer, model.Auditor} {
		_, err := w.actOnDifference(t.Context(), w.as(role, url.Values{"id": {url.PathEscape(x.ID)}}, url.Values{page.AdminFieldDo: {"nonsense"}}))
		wantCode(t, err, api.CodeNotFound)
	}
}

func TestDay_buttonsNameTheDayTheyActOn(t *testing.T) {
	w := newWorld(t)
	w.openDifference(t, reconcile.OursOnly)
	shown := url.Values{page.RunFieldAuthority: {"11101010000"}, page.AdminFieldDay: {"2026-11-22"}}
	s, err := w.recon(t.Context(), w.as(model.Reviewer, shown, nil))
	if err != nil || len(s.Actions) != 2 || !strings.HasSuffix(s.Acts, " 2026-11-22") {
		t.Fatalf("%+v, %v", s, err)
	}
	sent := url.Values{}
	for _, f := range s.Actions[1].Sends {
		sent.Set(f.Label, f.Value)
	}
	if s.Actions[0].Label != "核对 "+s.Acts || !strings.HasPrefix(s.Actions[1].Ask, "关账 "+s.Acts+"？") || sent.Get(page.AdminFieldDay) != "2026-11-22" ||
		sent.Get(page.RunFieldAuthority) != "11101010000" || sent.Get(page.AdminFieldSeen) == "" {
		t.Errorf("%+v", s.Actions)
	}
	t.Run("without the day they do nothing", func(t *testing.T) {
		_, err := w.actOnDay(t.Context(), w.as(model.Reviewer, shown, url.Values{page.AdminFieldDo: {doClose}}))
		wantCode(t, err, api.CodeNotFound)
		sent.Set(page.AdminFieldDo, "nonsense")
		_, err = w.actOnDay(t.Context(), w.as(model.Auditor, shown, sent))
		wantCode(t, err, api.CodeNotFound)
	})
	t.Run("the address counts for nothing", func(t *testing.T) {
		sent.Set(page.AdminFieldDo, doLook)
		sent.Set(page.AdminFieldDay, "2030-01-01")
		a, err := w.actOnDay(t.Context(), w.as(model.Reviewer, shown, sent))
		if err != nil || len(a.State().Problems) != 1 || a.State().Problems[0].Message != reconcile.RefuseFuture.Message || !strings.HasSuffix(a.State().Acts, " 2030-01-01") {
			t.Errorf("%+v, %v", a.State(), err)
		}
	})
	t.Run("as many differences are counted as are listed", func(t *testing.T) {
		for _, stat := range s.Stats {
			if stat.Label == "差异" && (stat.Value != "1 笔" || !strings.HasPrefix(stat.Note, "未办结 1 笔")) {
				t.Errorf("%+v", stat)
			}
		}
	})
}

func TestMovements(t *testing.T) {
	for want, x := range map[string]reconcile.Difference{
		"p1": {Payment: "p1"}, "r1": {Refund: "r1"}, "p1 / 退费 r1": {Payment: "p1", Refund: "r1"}, "": {},
	} {
		if got := movements(x); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
