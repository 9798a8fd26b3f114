package admin

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"shebao/server/intake"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func TestWorkbenchIsLive(t *testing.T) {
	w := newWorld(t)
	w.Intake = intake.New(intake.Config{Jobs: w.store})
	p := NewPulse(w.Deps, w.clock.Now)
	look := func() string {
		t.Helper()
		now, ok, err := p.Look(t.Context(), "now")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return now
	}
	s, err := w.workbench(t.Context(), w.as(model.Reviewer, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	f := s.InFrame(page.Frame{})
	_, shown, _ := strings.Cut(f.Live, "?shown=")
	if shown, err = url.QueryUnescape(shown); err != nil || f.Refresh == 0 || s.AsOf != "10:00:00" {
		t.Fatalf("%+v, as of %s, %v", f, s.AsOf, err)
	}
	if got := look(); got != shown {
		t.Errorf("an unchanged workbench is told to reload: %q, shown %q", got, shown)
	}
	w.inDoubt(t)
	if look() != shown {
		t.Error("every open screen asks anew")
	}
	w.clock.Advance(pulseFresh + time.Second)
	if look() == shown {
		t.Error("what waits now is not told")
	}
}
