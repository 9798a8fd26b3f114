package captcha_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/captcha"
	"shebao/server/store"
	"shebao/server/store/storetest"
)

// desk is two servers on one store, with a clock.
type desk struct {
	a, b  *captcha.Service
	store *store.Store
	now   time.Time
	ids   atomic.Int64
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{store: storetest.Open(t), now: time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)}
	newID := func(prefix string) string { return fmt.Sprintf("%s%026d", prefix, d.ids.Add(1)) }
	now := func() time.Time { return d.now }
	d.a, d.b = &captcha.Service{Store: d.store, Now: now, NewID: newID}, &captcha.Service{Store: d.store, Now: now, NewID: newID}
	return d
}

// asked is a question that was looked at, with its answer.
func (d *desk) asked(t *testing.T) (id, answer string) {
	t.Helper()
	id = d.a.New()
	if _, err := d.a.Image(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	digits, err := d.store.HoldCaptcha(t.Context(), id, nil, d.now, d.now)
	if err != nil || len(digits) != captcha.Digits {
		t.Fatal(digits, err)
	}
	for _, v := range digits {
		answer += fmt.Sprint(v)
	}
	return id, answer
}

func (d *desk) check(t *testing.T, s *captcha.Service, id, answer string) bool {
	t.Helper()
	ok, err := s.Check(t.Context(), id, answer)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestCaptcha(t *testing.T) {
	d := open(t)
	t.Run("the right answer counts once, on any server", func(t *testing.T) {
		id, answer := d.asked(t)
		if !d.check(t, d.b, id, answer) {
			t.Error("refused")
		}
		if d.check(t, d.a, id, answer) {
			t.Error("used twice")
		}
	})
	t.Run("a wrong answer uses the question up", func(t *testing.T) {
		id, answer := d.asked(t)
		for _, wrong := range []string{"", "12345", answer + "0", "abcdef"} {
			if d.check(t, d.a, id, wrong) {
				t.Errorf("%q counts", wrong)
			}
		}
		if d.check(t, d.a, id, answer) {
			t.Error("the question is still open")
		}
	})
	t.Run("spaces and full width are forgiven", func(t *testing.T) {
		id, answer := d.asked(t)
		wide := ""
		for _, r := range answer {
			wide += string(r-'0'+'０') + " "
		}
		if !d.check(t, d.a, id, wide) {
			t.Errorf("%q is refused for %s", wide, answer)
		}
	})
	t.Run("ten minutes later it is over", func(t *testing.T) {
		id, answer := d.asked(t)
		d.now = d.now.Add(captcha.Lasts)
		if d.check(t, d.a, id, answer) {
			t.Error("an expired answer counts")
		}
	})
	t.Run("of many at once one counts", func(t *testing.T) {
		id, answer := d.asked(t)
		var counted atomic.Int32
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				if ok, err := d.a.Check(t.Context(), id, answer); err != nil {
					t.Error(err)
				} else if ok {
					counted.Add(1)
				}
			})
		}
		all.Wait()
		if counted.Load() != 1 {
			t.Errorf("%d count", counted.Load())
		}
	})
	t.Run("a question that nobody looked at has no answer", func(t *testing.T) {
		if d.check(t, d.a, d.a.New(), "000000") {
			t.Error("counts")
		}
	})
	t.Run("picture and recording ask the same and an id from elsewhere is refused", func(t *testing.T) {
		id := d.a.New()
		picture, err := d.a.Image(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		drawn, err := png.Decode(bytes.NewReader(picture))
		if err != nil || drawn.Bounds().Dx() != captcha.Width || drawn.Bounds().Dy() != captcha.Height {
			t.Fatal(err)
		}
		first, err := d.store.HoldCaptcha(t.Context(), id, []byte{9}, d.now, d.now)
		if err != nil {
			t.Fatal(err)
		}
		sound, err := d.b.Audio(t.Context(), id)
		if err != nil || !bytes.HasPrefix(sound, []byte("RIFF")) {
			t.Fatal(err)
		}
		second, err := d.store.HoldCaptcha(t.Context(), id, []byte{9}, d.now, d.now)
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%v, then %v: %v", first, second, err)
		}
		for _, other := range []string{"", "k", "../../x", id + "A", "x" + id[1:]} {
			if _, err := d.a.Image(t.Context(), other); !errors.Is(err, captcha.ErrID) {
				t.Errorf("%q: %v", other, err)
			}
		}
	})
}
