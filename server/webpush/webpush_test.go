package webpush_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shebao/server/push"
	"shebao/server/webpush"
	"shebao/server/webpush/hosts"
	"shebao/server/webpush/pushtest"
)

func newKey(t *testing.T) webpush.Key {
	t.Helper()
	key, err := webpush.LoadKey(filepath.Join(t.TempDir(), "push.key"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSend(t *testing.T) {
	key := newKey(t)
	service := pushtest.New(t, key.Public())
	send := func(sub pushtest.Subscription, list hosts.List) (push.Verdict, error) {
		c := webpush.New(webpush.Options{Key: key, Contact: "mailto:ops@shebao.example.cn", Hosts: list})
		v, _, err := c.Send(t.Context(), push.Device{ID: "d", Endpoint: sub.Endpoint, Key: sub.Key, Auth: sub.Auth}, []byte(`{"title":"题"}`))
		return v, err
	}
	allowed := hosts.List{service.URL}
	t.Run("a push service that checks and decrypts takes it", func(t *testing.T) {
		if v, err := send(service.Subscribe(), allowed); v != push.Delivered || err != nil {
			t.Fatal(v, err)
		}
		if got := service.Arrived(); len(got) != 1 || got[0].Text != `{"title":"题"}` || got[0].TTL != "86400" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("an endpoint that is not on the list any more is not called", func(t *testing.T) {
		before := service.Asked()
		v, err := send(service.Subscribe(), hosts.List{"fcm.googleapis.com"})
		if v != push.Gone || !errors.Is(err, hosts.ErrUnknown) || service.Asked() != before {
			t.Error(v, err)
		}
	})
	t.Run("a redirect leads nowhere", func(t *testing.T) {
		reached := false
		inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
		defer inner.Close()
		sly := httptest.NewServer(http.RedirectHandler(inner.URL, http.StatusTemporaryRedirect))
		defer sly.Close()
		sub := service.Subscribe()
		sub.Endpoint = sly.URL + "/x"
		if v, err := send(sub, hosts.List{sly.URL}); v != push.Lost || err == nil || reached {
			t.Error(v, err, reached)
		}
	})
	t.Run("an error does not tell the address", func(t *testing.T) {
		down := httptest.NewServer(nil)
		down.Close()
		sub := service.Subscribe()
		sub.Endpoint = down.URL + "/secret-address"
		v, err := send(sub, hosts.List{down.URL})
		if v != push.Later || err == nil || strings.Contains(err.Error(), "secret") {
			t.Error(v, err)
		}
	})
}

func TestKey(t *testing.T) {
	t.Run("the key file stays the same and is its owner's alone", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "push.key")
		first, err := webpush.LoadKey(file, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		again, err := webpush.LoadKey(file, rand.Reader)
		if err != nil || again.Public() != first.Public() || len(first.Public()) != 87 {
			t.Error(first.Public(), again.Public(), err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Error(info.Mode(), err)
		}
	})
	t.Run("the pair of RFC 8291 belongs together", func(t *testing.T) {
		key, err := webpush.ParseKey("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
		if err != nil || key.Public() != "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4" {
			t.Error(key.Public(), err)
		}
	})
	for _, bad := range []string{"x", "AAAA", strings.Repeat("A", 43), strings.Repeat("_", 43)} {
		if _, err := webpush.ParseKey(bad); !errors.Is(err, webpush.ErrKey) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
