package web_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net"
	"net/http"
	"testing"
	"time"

	"shebao/server/web"
	"shebao/shared/page"
)

// listen has the desk's server really listen and returns its address.
func (d *desk) listen() string {
	d.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		d.t.Fatal(err)
	}
	go func() { _ = d.server.App().Listener(l) }()
	d.t.Cleanup(func() { _ = d.server.App().Shutdown() })
	return l.Addr().String()
}

// announce sends the head of a request with a body of so many bytes, and is what is answered
// before any of them came.
func announce(t *testing.T, at, path, cookie string, size int) int {
	t.Helper()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", path, cookie, size)
	if _, err := conn.Write([]byte(head)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if isTimeout(err) {
		return 0 // the server waits for the body
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// down are sessions whose store does not answer.
type down struct{ nobody }

func (down) Look(context.Context, string) (web.Session, bool, error) {
	return web.Session{}, false, errors.New("no store")
}

func TestUpload(t *testing.T) {
	const large = 3 << 20
	t.Run("only an officer may send a large file, and only where files are taken", func(t *testing.T) {
		d := newDesk(t)
		at := d.listen()
		for name, c := range map[string]struct {
			path, cookie string
			size, status int
		}{
			"nobody":                               {page.PathAdminImports, "x=1", large, http.StatusRequestEntityTooLarge},
			"a cookie that is none":                {page.PathAdminImports, "oid=x", large, http.StatusRequestEntityTooLarge},
			"a token that nobody has":              {page.PathAdminImports, "oid=" + d.token[1:] + "A", large, http.StatusRequestEntityTooLarge},
			"a resident under an officer's name":   {page.PathAdminImports, "oid=" + d.resident, large, http.StatusRequestEntityTooLarge},
			"an officer elsewhere":                 {page.PathAdminLogout, "oid=" + d.token, large, http.StatusRequestEntityTooLarge},
			"an officer with more than any file":   {page.PathAdminImports, "oid=" + d.token, 33 << 20, http.StatusRequestEntityTooLarge},
			"an officer with a file":               {page.PathAdminImports, "oid=" + d.token, large, 0},
			"an officer with a file and a visitor": {page.PathAdminImports, "vid=v1; oid=" + d.token, large, 0},
		} {
			if got := announce(t, at, c.path, c.cookie, c.size); got != c.status {
				t.Errorf("%s: %d, want %d", name, got, c.status)
			}
		}
		d.clock.Advance(15 * time.Minute)
		if got := announce(t, at, page.PathAdminImports, "oid="+d.token, large); got != http.StatusRequestEntityTooLarge {
			t.Errorf("an officer whose login has ended: %d", got)
		}
	})
	t.Run("nobody may while it can't be told who they are", func(t *testing.T) {
		at := listening(t, func(c *web.Config) { c.Sessions = down{} })
		if got := announce(t, at, page.PathAdminImports, "oid=x", large); got != http.StatusRequestEntityTooLarge {
			t.Errorf("%d", got)
		}
	})
	t.Run("an officer's file arrives whole", func(t *testing.T) {
		d := newDesk(t)
		at := d.listen()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		if err := form.WriteField(page.FieldToken, d.form.Get(page.FieldToken)); err != nil {
			t.Fatal(err)
		}
		file, err := form.CreateFormFile("file", "dues.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(bytes.Repeat([]byte("x"), large)); err != nil {
			t.Fatal(err)
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequest(http.MethodPost, "http://"+at+page.PathAdminImports, &body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.Header.Set("Cookie", "oid="+d.token)
		res, err := http.DefaultTransport.RoundTrip(r) // no redirect is followed
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != fmt.Sprintf("/admin?size=%d", large) {
			t.Errorf("%d to %s", res.StatusCode, to)
		}
	})
}
