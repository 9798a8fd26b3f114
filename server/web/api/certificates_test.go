package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/server/certificate"
	"shebao/server/pdf/pdftest"
	shared "shebao/shared/api"
	model "shebao/shared/certificate"
)

// register knows one certificate.
type register struct {
	one    model.Facts
	status certificate.Status
	cause  model.Cause
	ended  time.Time
	fail   error
	asked  int
}

func (r *register) Verify(_ context.Context, taxpayer, code string) (certificate.Finding, bool, error) {
	r.asked++
	if r.fail != nil || taxpayer != r.one.TaxpayerID || code != string(r.one.CheckCode) {
		return certificate.Finding{}, false, r.fail
	}
	return certificate.Finding{Record: model.Record{Facts: r.one, Cause: r.cause, Ended: r.ended, Reason: r.reason()}, Intact: true, Genuine: true, Status: r.status}, true, nil
}

// reason is the note for the holder, which no institution gets to see.
func (r *register) reason() string {
	if r.cause == "" {
		return ""
	}
	return "家庭内部原因"
}

// most allows so many events of all keys together.
type most int

func (m *most) Allow(context.Context, string, int, time.Duration) error {
	if *m--; *m < 0 {
		return shared.TooMany(time.Minute)
	}
	return nil
}

func TestVerifyCertificate(t *testing.T) {
	r := &register{one: pdftest.Facts(t, 2), status: certificate.Valid}
	limit := most(1000)
	app := fiber.New()
	Certificates(Mount(app, "test", "1"), r, Institutions{"bank": "bank-key", "closed": ""}, &limit, slog.New(slog.DiscardHandler))
	call := func(t *testing.T, key, taxpayer, code string) (int, string) {
		t.Helper()
		body, err := json.Marshal(map[string]string{"taxpayerId": taxpayer, "checkCode": code})
		if err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequest(http.MethodPost, "/api/v1/certificates/verify", strings.NewReader(string(body)))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", key)
		resp, err := app.Test(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }() // it was read
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b)
	}
	const key = "Bearer bank-key"
	t.Run("a match answers what the paper shows and no more", func(t *testing.T) {
		status, answer := call(t, key, r.one.TaxpayerID, string(r.one.CheckCode))
		var got struct {
			Match  bool
			Status string
			Paper  paper `json:"certificate"`
		}
		if err := json.Unmarshal([]byte(answer), &got); status != http.StatusOK || err != nil || !got.Match || got.Status != "valid" {
			t.Fatalf("%d %s %v", status, answer, err)
		}
		if got.Paper.Number != r.one.Number || len(got.Paper.Rows) != 2 || got.Paper.Total != int64(r.one.Total) || got.Paper.Name != r.one.Name {
			t.Errorf("%s", answer)
		}
		if strings.Contains(answer, r.one.Document.Number) || strings.Contains(answer, string(r.one.CheckCode)) {
			t.Errorf("it holds the document's number or the code: %s", answer)
		}
	})
	t.Run("a withdrawn one says the class of reasons and since when, not the note for its holder", func(t *testing.T) {
		r.status, r.cause, r.ended = certificate.Withdrawn, model.Misstated, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		status, answer := call(t, key, r.one.TaxpayerID, string(r.one.CheckCode))
		r.status, r.cause, r.ended = certificate.Valid, "", time.Time{}
		var got struct{ Status, Cause, WithdrawnAt string }
		if err := json.Unmarshal([]byte(answer), &got); status != http.StatusOK || err != nil ||
			got.Status != "withdrawn" || got.Cause != "misstated" || got.WithdrawnAt != "2026-11-20T09:00:00Z" {
			t.Errorf("%d %s %v", status, answer, err)
		}
		if strings.Contains(answer, "家庭内部原因") {
			t.Errorf("it holds the note: %s", answer)
		}
	})
	t.Run("whatever does not fit is one answer", func(t *testing.T) {
		for _, pair := range [][2]string{{r.one.TaxpayerID, "0000000000000000"}, {"x", string(r.one.CheckCode)}, {"x", "y"}} {
			if status, answer := call(t, key, pair[0], pair[1]); status != http.StatusOK || strings.TrimSpace(answer) != `{"match":false}` {
				t.Errorf("%d %s", status, answer)
			}
		}
	})
	t.Run("without a key the register is not asked", func(t *testing.T) {
		r.asked = 0
		for _, wrong := range []string{"", "Bearer ", "Bearer bank", "bank-key"} {
			if status, _ := call(t, wrong, r.one.TaxpayerID, string(r.one.CheckCode)); status != http.StatusUnauthorized || r.asked != 0 {
				t.Errorf("%q: %d", wrong, status)
			}
		}
	})
	t.Run("a failure says nothing of the inside", func(t *testing.T) {
		r.fail = errors.New("dial tcp 10.0.0.3: secret")
		if status, answer := call(t, key, "x", "y"); status != http.StatusServiceUnavailable || strings.Contains(answer, "secret") {
			t.Errorf("%d %s", status, answer)
		}
		r.fail = nil
	})
	t.Run("too many questions are refused", func(t *testing.T) {
		limit = 1
		if status, _ := call(t, key, "x", "y"); status != http.StatusTooManyRequests {
			t.Errorf("%d", status)
		}
	})
}
