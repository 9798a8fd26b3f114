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

	"github.com/gofiber/fiber/v2"

	rules "shebao/server/contribution"
	"shebao/shared/contribution"
)

// importer declares whatever comes, but refuses the reference "no" and breaks on "broken".
type importer struct {
	channel contribution.Channel
	rows    []rules.ImportRow
}

func (i *importer) Take(_ context.Context, c contribution.Channel, rows []rules.ImportRow) ([]rules.ImportResult, error) {
	i.channel, i.rows = c, rows
	out := make([]rules.ImportResult, len(rows))
	for n, r := range rows {
		out[n] = rules.ImportResult{Reference: r.Reference, Declaration: "d1"}
		switch r.Reference {
		case "no":
			out[n] = rules.ImportResult{Reference: r.Reference, Refusal: rules.RefusePaid}
		case "broken":
			return nil, errors.New("dial tcp 10.0.0.3: secret")
		}
	}
	return out, nil
}

const row = `{"reference":"REF","name":"李明","documentType":"201","documentNumber":"110101199003071233",` +
	`"scheme":"pension","kind":"regular","year":2026,"amount":300000}`

func body(references ...string) string {
	rows := make([]string, len(references))
	for i, r := range references {
		rows[i] = strings.Replace(row, "REF", r, 1)
	}
	return `{"declarations":[` + strings.Join(rows, ",") + `]}`
}

func TestImport(t *testing.T) {
	im := &importer{}
	app := fiber.New()
	Declarations(Mount(app, "test", "1"), im, Keys{contribution.ChannelHall: "hall-key", contribution.ChannelBank: ""}, slog.New(slog.DiscardHandler))
	call := func(t *testing.T, key, body string) (int, string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/api/v1/declarations", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if key != "" {
			r.Header.Set("Authorization", key)
		}
		resp, err := app.Test(r)
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
	t.Run("each row has its result, and the key is the channel", func(t *testing.T) {
		status, answer := call(t, "Bearer hall-key", body("a", "no"))
		var got struct{ Results []declareResult }
		if err := json.Unmarshal([]byte(answer), &got); status != http.StatusOK || err != nil || len(got.Results) != 2 {
			t.Fatalf("%d %s %v", status, answer, err)
		}
		if got.Results[0].Declaration != "d1" || got.Results[1].Code != "due_paid" || got.Results[1].Message == "" {
			t.Errorf("%+v", got.Results)
		}
		if im.channel != contribution.ChannelHall || im.rows[0].Amount != 300000 || im.rows[0].Year != 2026 {
			t.Errorf("%s %+v", im.channel, im.rows)
		}
	})
	t.Run("no key, a wrong one and the empty key of a closed channel are refused", func(t *testing.T) {
		for _, key := range []string{"", "Bearer", "Bearer ", "Bearer hall", "hall-key"} {
			if status, _ := call(t, key, body("a")); status != http.StatusUnauthorized {
				t.Errorf("%q: %d", key, status)
			}
		}
	})
	t.Run("what breaks the form is refused before the rules see it", func(t *testing.T) {
		im.rows = nil
		for _, b := range []string{
			body(), "{", strings.Replace(body("a"), "300000", "-1", 1), strings.Replace(body("a"), "300000", "0.5", 1),
			strings.Replace(body("a"), "pension", "other", 1),
		} {
			if status, answer := call(t, "Bearer hall-key", b); status < 400 || status > 422 || im.rows != nil {
				t.Errorf("%s: %d %s", b, status, answer)
			}
		}
	})
	t.Run("a failure says nothing of the inside", func(t *testing.T) {
		status, answer := call(t, "Bearer hall-key", body("broken"))
		if status != http.StatusServiceUnavailable || strings.Contains(answer, "secret") {
			t.Errorf("%d %s", status, answer)
		}
	})
	t.Run("it describes itself", func(t *testing.T) {
		resp, err := app.Test(httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil))
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp, err)
		}
		b, err := io.ReadAll(resp.Body)
		if err != nil || !strings.Contains(string(b), "import-declarations") || !strings.Contains(string(b), `"openapi":"3.1`) {
			t.Errorf("%.200s %v", b, err)
		}
		_ = resp.Body.Close() // it was read
	})
}
