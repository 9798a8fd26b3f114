package certificate_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shebao/server/certificate"
	model "shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/notice"
)

var misstated = certificate.Withdrawal{Officer: "o-operator", Cause: model.Misstated, Reason: "姓名登记有误"}

// ends is what the trail says of withdrawals.
func (w *world) ends() []certificate.Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []certificate.Entry
	for _, e := range w.trail {
		if e.Action == "withdraw" {
			found = append(found, e)
		}
	}
	return found
}

func TestWithdraw(t *testing.T) {
	t.Run("the cause is what verification says, the reason what the holder is told", func(t *testing.T) {
		w := newWorld(t)
		c := w.issued(t, years(2021, 2025))
		if err := w.Withdraw(t.Context(), c.ID, misstated); err != nil {
			t.Fatal(err)
		}
		is(t, w.Withdraw(t.Context(), c.ID, misstated), certificate.ErrNotValid)
		f, ok, err := w.Verify(t.Context(), liming, string(c.Facts.CheckCode))
		if err != nil || !ok || f.Status != certificate.Withdrawn || f.Record.Cause != model.Misstated || !f.Genuine {
			t.Errorf("%+v %v %v", f, ok, err)
		}
		if _, _, err := w.Document(t.Context(), "li", c.ID); err == nil {
			t.Error("the document is still given out")
		}
		ends := w.ends()
		if len(ends) != 1 || ends[0].Officer != "o-operator" || ends[0].Person != "li" || ends[0].Details["reason"] != misstated.Reason {
			t.Errorf("%+v", ends)
		}
		n := w.told["n:"+c.ID+":withdrawn"]
		if n.Person != "li" || n.Kind != notice.Voided || !n.Kind.Important() || !strings.Contains(n.Text, c.Number) ||
			!strings.Contains(n.Text, model.Misstated.Label()) || !strings.Contains(n.Text, misstated.Reason) || strings.Contains(n.Text, name) {
			t.Errorf("%+v", n)
		}
		if again := w.apply(t, years(2021, 2025)); again.Number == c.Number {
			t.Error("the withdrawn number is used again")
		}
	})
	t.Run("only what was issued is withdrawn, and only for a cause and a reason", func(t *testing.T) {
		w := newWorld(t)
		c := w.apply(t, years(2021, 2025))
		is(t, w.Withdraw(t.Context(), c.ID, misstated), certificate.ErrNotIssued)
		is(t, w.Withdraw(t.Context(), "nothing", misstated), certificate.ErrUnknown)
		w.work(t)
		for name, bad := range map[string]certificate.Withdrawal{
			"no officer":     {Cause: model.Improper, Reason: "有误"},
			"no cause":       {Officer: "o", Reason: "有误"},
			"reversal":       {Officer: "o", Cause: model.Reversed, Reason: "有误"},
			"no reason":      {Officer: "o", Cause: model.Improper, Reason: " \n"},
			"a long reason":  {Officer: "o", Cause: model.Improper, Reason: strings.Repeat("误", 201)},
			"unheard causes": {Officer: "o", Cause: "other", Reason: "有误"},
		} {
			if err := w.Withdraw(t.Context(), c.ID, bad); !errors.Is(err, certificate.ErrCause) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := w.load(t, c.ID); got.State != model.Ready || len(w.ends()) != 0 {
			t.Errorf("it is %s", got.State)
		}
	})
	t.Run("a trail or notice that fails is made up for, and the end is told once", func(t *testing.T) {
		w := newWorld(t)
		c := w.issued(t, years(2021, 2025))
		w.deaf = errors.New("no notices now")
		if err := w.Withdraw(t.Context(), c.ID, misstated); err != nil {
			t.Fatal(err)
		}
		if got := w.load(t, c.ID); got.State != model.Withdrawn || !got.Untold {
			t.Errorf("%s, untold %v", got.State, got.Untold)
		}
		w.work(t) // the lease of the one who withdrew it has not ended
		w.deaf = nil
		w.work(t)
		if len(w.told) != 0 {
			t.Error("another process told while the first might still")
		}
		w.pass(time.Minute)
		w.work(t)
		if got := w.load(t, c.ID); len(w.told) != 1 || got.Untold || got.State != model.Withdrawn || got.Reason != misstated.Reason {
			t.Errorf("%d told, %+v", len(w.told), got)
		}
		before := len(w.ends())
		w.pass(time.Hour)
		w.work(t)
		if len(w.ends()) != before {
			t.Error("it is taken up again and again")
		}
	})
}

func TestReversed(t *testing.T) {
	t.Run("a reversed contribution ends every certificate that states it", func(t *testing.T) {
		w := newWorld(t)
		all, part := w.issued(t, years(2021, 2025)), w.issued(t, years(2021, 2022))
		waiting := w.apply(t, years(2023, 2025))
		w.reverse(t, "d-pension-2024-li-li")
		for range 2 { // it may be repeated
			if err := w.Reversed(t.Context(), []string{"d-pension-2024-li-li", "d-medical-2024-li-li"}, "重复缴费，已退费"); err != nil {
				t.Fatal(err)
			}
		}
		for id, want := range map[string]model.State{all.ID: model.Withdrawn, part.ID: model.Ready, waiting.ID: model.Withdrawn} {
			if got := w.load(t, id); got.State != want {
				t.Errorf("%s is %s", id, got.State)
			}
		}
		got := w.load(t, all.ID)
		if got.Cause != model.Reversed || got.Reason != "重复缴费，已退费" || got.EndedBy != "" || got.Untold {
			t.Errorf("%+v", got)
		}
		if len(w.ends()) != 2 || len(w.told) != 2 {
			t.Errorf("%d in the trail, %d told", len(w.ends()), len(w.told))
		}
		f, ok, err := w.Verify(t.Context(), liming, string(all.Facts.CheckCode))
		if err != nil || !ok || f.Status != certificate.Withdrawn || f.Record.Cause != model.Reversed {
			t.Errorf("%+v %v %v", f, ok, err)
		}
		if fresh := w.issued(t, years(2021, 2025)); fresh.Count != all.Count-1 || fresh.Number == all.Number {
			t.Errorf("%d rows under %s", fresh.Count, fresh.Number)
		}
	})
	t.Run("more certificates than one look lists", func(t *testing.T) {
		w := newWorld(t)
		d := contribution.Declaration{ID: "d-pension-2021-li-li"}
		for i := range 230 {
			c := model.Record{
				ID: fmt.Sprintf("x%04d", i), Person: "li", Number: fmt.Sprintf("N%04d", i), Edition: 1, State: model.Ready,
				Range: years(2021, 2021), Declarations: []string{"other", d.ID}, Applied: w.Now(), Made: w.Now(), Facts: w.issued(t, years(2021, 2021)).Facts,
			}
			code, err := model.NewCheckCode(w.Random)
			if err != nil {
				t.Fatal(err)
			}
			c.Facts.CheckCode = code
			if ok, err := w.store.AddCertificate(t.Context(), c, c.ID); err != nil || !ok {
				t.Fatal(ok, err)
			}
		}
		w.reverse(t, d.ID)
		if err := w.Reversed(t.Context(), []string{d.ID}, ""); err != nil {
			t.Fatal(err)
		}
		if n := len(w.ends()); n != 231 {
			t.Errorf("%d of 231 ended", n)
		}
	})
	t.Run("one that is being made meanwhile is never issued", func(t *testing.T) {
		w := newWorld(t)
		c := w.apply(t, years(2021, 2025))
		w.reverse(t, "d-medical-2022-li-li") // and the process that reversed it died before it said so
		w.work(t)
		if got := w.load(t, c.ID); got.State != model.Withdrawn || !got.Made.IsZero() || w.made != 0 {
			t.Errorf("%s, %d made", got.State, w.made)
		}
	})
	t.Run("what failed is left: made again it states what is paid then", func(t *testing.T) {
		w := newWorld(t)
		w.fail = certificate.ErrUnprintable
		c := w.issued(t, years(2021, 2025))
		w.fail = nil
		w.reverse(t, "d-medical-2022-li-li")
		if err := w.Reversed(t.Context(), []string{"d-medical-2022-li-li"}, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Retry(t.Context(), "li", c.ID); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if got := w.load(t, c.ID); got.State != model.Ready || got.Count != c.Count-1 {
			t.Errorf("%s with %d rows", got.State, got.Count)
		}
	})
	t.Run("verification finds a reversal that nobody reported and says why", func(t *testing.T) {
		w := newWorld(t)
		c := w.issued(t, years(2021, 2025))
		w.reverse(t, "d-medical-2022-li-li")
		f, ok, err := w.Verify(t.Context(), liming, string(c.Facts.CheckCode))
		if err != nil || !ok || f.Status != certificate.Withdrawn || f.Record.Cause != model.Reversed {
			t.Errorf("%+v %v %v", f.Status, ok, err)
		}
		if len(w.told) != 1 {
			t.Error("its holder is not told")
		}
		if r, ok, err := w.Lookup(t.Context(), c.Number); err != nil || !ok || r.State != model.Withdrawn {
			t.Errorf("%s %v %v", r.State, ok, err)
		}
		if _, ok, err := w.Lookup(t.Context(), "11nothing"); ok || err != nil {
			t.Error(ok, err)
		}
	})
}
