package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shebao/server/audit"
	"shebao/server/config"
	"shebao/server/demo"
	"shebao/shared/page"
	"shebao/shared/period"
)

// caller is a resident with a browser that runs no scripts.
type caller struct {
	t    *testing.T
	base string
	http http.Client
	body string // of the page that is shown
	at   *url.URL
}

func newCaller(t *testing.T, base, document string) *caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, base: base, http: http.Client{Jar: jar, Timeout: 30 * time.Second}}
	c.open("/login")
	c.send(url.Values{page.LoginFieldDocument: {document}, page.LoginFieldPassword: {demo.Password}, page.LoginFieldDo: {page.LoginDoEnter}})
	if c.at.Path != "/" {
		t.Fatalf("logged in, at %s", c.at)
	}
	return c
}

func (c *caller) take(res *http.Response, err error) int {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		c.t.Error(err)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.body, c.at = string(body), res.Request.URL
	return res.StatusCode
}

// open goes to a path and gives the status.
func (c *caller) open(path string) int {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.take(c.http.Do(req))
}

// send posts the fields to the page that is shown.
func (c *caller) send(fields url.Values) {
	c.t.Helper()
	token := regexp.MustCompile(`name="` + page.FieldToken + `" value="([^"]+)"`).FindStringSubmatch(c.body)
	if token == nil {
		token = regexp.MustCompile(`value="([^"]+)"[^>]*name="` + page.FieldToken + `"`).FindStringSubmatch(c.body)
	}
	if token == nil {
		c.t.Fatalf("no form on %s", c.at)
	}
	fields.Set(page.FieldToken, token[1])
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.at.String(), strings.NewReader(fields.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if status := c.take(c.http.Do(req)); status >= http.StatusInternalServerError {
		c.t.Errorf("%s answers %d", c.at, status)
	}
}

// value is the value of the named field whose tag has the text in it.
func (c *caller) value(name, with string) string {
	c.t.Helper()
	for _, tag := range regexp.MustCompile(`<(?:input|button)[^>]*>`).FindAllString(c.body, -1) {
		v := regexp.MustCompile(`value="([^"]*)"`).FindStringSubmatch(tag)
		if v != nil && strings.Contains(tag, `name="`+name+`"`) && strings.Contains(tag, with) {
			return v[1]
		}
	}
	c.t.Fatalf("no field %s with %s on %s", name, with, c.at)
	return ""
}

// runProgram is the whole program on a free port, in this process.
func runProgram(t *testing.T) (p *program, base string) {
	t.Helper()
	env := map[string]string{"SHEBAO_ADDR": "127.0.0.1:0", "SHEBAO_DATA_DIR": t.TempDir()}
	cfg, err := config.Load(func(name string) string { return env[name] }, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = newProgram(t.Context(), cfg, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return p, "http://" + p.addr()
}

func TestProgram(t *testing.T) {
	fullScan = func(namespace string, paths []string) {
		t.Errorf("a query on %s by %v looks at the whole collection", namespace, paths)
	}
	defer func() { fullScan = nil }()
	p, base := runProgram(t)

	t.Run("no screen and no payment looks at a whole collection", func(t *testing.T) {
		c := newCaller(t, base, "110101199003071233")
		for _, path := range []string{
			"/", "/services", "/shebao", "/pension", "/medical", "/pension/pay", "/pension/pay?step=enrolment", "/pension/pay?step=dues&kind=assessed",
			"/pension/declarations", "/pension/payments", "/medical/declarations", "/medical/payments", "/pension/amounts", "/pension/amounts/void",
			"/agreements", "/agreements/new", "/agreements/a-demo-p0001-1", "/agreements/a-demo-p0001-1/revoke", "/me", "/me/notices", "/me/people",
			"/medical/pay?step=other", "/demo/inbox", "/healthz", "/readyz", "/metrics",
		} {
			if status := c.open(path); status != http.StatusOK {
				t.Errorf("%s answers %d", path, status)
			}
		}
		c.open("/pension/pay?step=dues")
		c.send(url.Values{page.FieldPayDue: {c.value(page.FieldPayDue, "3,000.00")}})
		c.send(url.Values{page.FieldPayMethod: {"agreement"}})
		c.send(url.Values{page.FieldPayAgreement: {c.value(page.FieldPayAgreement, "北京银行")}, page.FieldPayKey: {c.value(page.FieldPayKey, "")}})
		if c.at.Query().Get(page.FieldPayStep) != string(page.StepDone) {
			t.Fatalf("paid, at %s", c.at)
		}
		c.open("/medical/pay?step=dues")
		c.send(url.Values{page.FieldPayDue: {c.value(page.FieldPayDue, "checkbox")}})
		c.open("/medical/declarations")
		id := c.value(page.FieldVoid, "button")
		c.open("/medical/declarations?void=" + id)
		c.send(url.Values{page.FieldReason: {"不缴了"}})
		if strings.Contains(c.body, id) {
			t.Error("the voided declaration is still listed")
		}
		c.open("/agreements/a-demo-p0001-2/revoke")
		c.send(url.Values{})
		c.open("/agreements/new")
		c.send(url.Values{
			page.SignFieldAuthority: {"11101020000"}, page.SignFieldBank: {"313"}, page.SignFieldHolder: {"李明"}, page.SignFieldAccount: {"6217000000000000012"},
			page.SignFieldPhone: {"13800000001"}, page.SignFieldConsent: {"1"},
		})
		if !strings.HasSuffix(c.at.Path, "/code") {
			t.Errorf("applied, at %s", c.at)
		}
	})
	t.Run("a record of somebody else is not there, and the try is kept", func(t *testing.T) {
		c := newCaller(t, base, "110105198810010016")
		paths := []string{"/agreements/a-demo-p0001-1", "/agreements/a-demo-p0001-1/revoke", "/payments/nobody", "/medical/payments/nobody"}
		for _, path := range paths {
			if status := c.open(path); status != http.StatusNotFound {
				t.Errorf("%s answers %d", path, status)
			}
		}
		today := period.DateOf(p.clock.Now())
		kept, err := p.audit.Find(t.Context(), audit.Filter{From: today, To: today, What: "record_not_theirs", Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if !slices.ContainsFunc(kept, func(r audit.Record) bool { return r.Event.Subject == path && r.Event.Who == "p0005" }) {
				t.Errorf("%s is not in the audit trail", path)
			}
		}
	})
}
