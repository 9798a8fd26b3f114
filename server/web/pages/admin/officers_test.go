package admin

import (
	"net/url"
	"strings"
	"testing"

	"shebao/server/officer"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func (w *world) pressOfficers(form url.Values) (web.Answer[page.AdminOfficers], error) {
	w.t.Helper()
	return w.changeOfficer(w.t.Context(), w.as(model.Admin, nil, form))
}

func (w *world) officer(id string) model.Officer {
	w.t.Helper()
	o, ok, err := w.store.Officer(w.t.Context(), id)
	if err != nil || !ok {
		w.t.Fatal(ok, err)
	}
	return o
}

func TestOfficers(t *testing.T) {
	t.Run("a button that is not there does nothing", func(t *testing.T) {
		w := newWorld(t)
		if err := w.Officers.Set(t.Context(), "o-admin", "o-operator", officer.Disabled); err != nil {
			t.Fatal(err)
		}
		for _, do := range []string{"", "activate", "enabled"} {
			_, err := w.pressOfficers(url.Values{page.AdminFieldDo: {do}, page.AdminFieldID: {"o-operator"}})
			wantCode(t, err, api.CodeNotFound)
		}
		if !w.officer("o-operator").Disabled {
			t.Error("a disabled officer may work again")
		}
	})
	t.Run("who is not there is not disabled, and that is not recorded as done", func(t *testing.T) {
		w := newWorld(t)
		_, err := w.pressOfficers(url.Values{page.AdminFieldDo: {doDisable}, page.AdminFieldID: {"o-nobody"}})
		wantCode(t, err, api.CodeNotFound)
		if e := w.audited("officer_disable"); e.Result != "refused" || e.Subject != "o-nobody" {
			t.Errorf("audited %+v", e)
		}
	})
	t.Run("what can't be undone is asked first, and the question names the officer", func(t *testing.T) {
		w := newWorld(t)
		s, err := w.officerList(t.Context(), w.as(model.Admin, nil, nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range s.List.Rows {
			for _, c := range row {
				if (c.Do == doReset || c.Do == doDisable) && !strings.Contains(c.Ask, row[0].Text+"（"+row[1].Text) {
					t.Errorf("%s %s asks %q", c.Do, row[0].Text, c.Ask)
				}
			}
		}
	})
	t.Run("who was added or reset opens nothing but the page of their credentials", func(t *testing.T) {
		w := newWorld(t)
		add := url.Values{page.AdminFieldDo: {doAdd}, page.AdminFieldUser: {"li"}, page.AdminFieldName: {"李"}, page.AdminFieldRole: {"reviewer"}}
		a, err := w.pressOfficers(add)
		if err != nil || a.State().Fresh == nil {
			t.Fatalf("%+v, %v", a.State().Problems, err)
		}
		if e := w.audited("officer_add"); e.Subject != "o-li" || e.Details["role"] != "reviewer" || e.Details["by"] != "o-admin" {
			t.Errorf("audited %+v", e)
		}
		r := &web.Request{Person: "o-li", Session: "s1", Now: w.clock.Now(), Address: "192.0.2.1", ID: "q1", Form: url.Values{}}
		_, err = w.visit(t.Context(), r, "")
		wantCode(t, err, api.CodeForbidden)
		v, err := w.here(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		s, err := w.credentials(v)
		if err != nil || !s.Initial || s.Secret == a.State().Fresh.Secret || len(s.QR) == 0 {
			t.Fatalf("%+v, %v", s, err)
		}
		secret, err := officer.ParseSecret(s.Secret)
		if err != nil {
			t.Fatal(err)
		}
		r.Form = url.Values{
			page.LoginFieldPassword: {"Eigen-pass-1"}, page.PasswordFieldAgain: {"Eigen-pass-1"}, page.AdminFieldSecret: {s.Secret}, page.AdminFieldCode: {"000000"},
		}
		b, err := w.changeCredentials(t.Context(), r)
		if err != nil || len(b.State().Problems) != 1 || b.State().Secret != s.Secret {
			t.Errorf("a wrong code: %+v, %v", b.State(), err)
		}
		r.Form.Set(page.AdminFieldCode, officer.Code(secret, officer.Step(w.clock.Now()), 6))
		if b, err = w.changeCredentials(t.Context(), r); err != nil || len(b.State().Recovery) != 8 {
			t.Fatalf("%+v, %v", b.State(), err)
		}
		if e := w.audited("officer_own"); e.Who != "o-li" {
			t.Errorf("audited %+v", e)
		}
		if _, err = w.visit(t.Context(), r, model.SeeResidents); err != nil {
			t.Errorf("now their own: %v", err)
		}
		if _, err := w.pressOfficers(url.Values{page.AdminFieldDo: {doReset}, page.AdminFieldID: {"o-li"}}); err != nil {
			t.Fatal(err)
		}
		if e := w.audited("officer_reset"); e.Details["role"] != "reviewer" || e.Who != "o-admin" {
			t.Errorf("audited %+v", e)
		}
		_, err = w.visit(t.Context(), r, "")
		wantCode(t, err, api.CodeForbidden)
	})
}
