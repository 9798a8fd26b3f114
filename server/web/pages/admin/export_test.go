package admin

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"shebao/server/audit"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func TestExport(t *testing.T) {
	records := func(w *world) export {
		return export{path: page.PathAdminAudit + "/records", see: model.SeeAudit, what: "audit_export", open: w.auditRecords}
	}
	ask := func(w *world, role model.Role, format string) (web.Attachment, error) {
		r := &web.Request{Person: "o-" + string(role), Query: url.Values{"format": {format}}, Now: w.clock.Now()}
		return w.attach(t.Context(), r, records(w))
	}
	t.Run("a file holds what was asked for, and taking it is in the trail", func(t *testing.T) {
		w := newWorld(t)
		if err := w.Audit.Append(t.Context(), audit.Event{WhoKind: "officer", Who: "o-operator", What: "=evil", Result: "ok"}); err != nil {
			t.Fatal(err)
		}
		a, err := ask(w, model.Auditor, "csv")
		if err != nil {
			t.Fatal(err)
		}
		if a.Name != "审计记录.csv" || !strings.Contains(string(a.Data), ",o-operator,'=evil,") {
			t.Errorf("%s:\n%s", a.Name, a.Data)
		}
		if e := w.audited("audit_export"); e.Details["format"] != "csv" || e.Details["rows"] != "1" || e.Who != "o-auditor" {
			t.Errorf("audited %+v", e)
		}
		if a, err = ask(w, model.Auditor, "xlsx"); err != nil || a.Name != "审计记录.xlsx" || !strings.HasPrefix(string(a.Data), "PK") {
			t.Errorf("%s, %v", a.Name, err)
		}
	})
	t.Run("other formats are not there, other roles may not", func(t *testing.T) {
		w := newWorld(t)
		var e *api.Error
		if _, err := ask(w, model.Auditor, "pdf"); !errors.As(err, &e) || e.Status != http.StatusNotFound {
			t.Errorf("got %v", err)
		}
		if _, err := ask(w, model.Operator, "csv"); !errors.As(err, &e) || e.Status != http.StatusForbidden {
			t.Errorf("got %v", err)
		}
	})
}
