package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"shebao/server/certificate"
	model "shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
)

// Verifier finds certificates. *certificate.Service is one.
type Verifier interface {
	Verify(ctx context.Context, taxpayer, code string) (certificate.Finding, bool, error)
}

// Limiter refuses with api.TooMany what happens too often.
type Limiter interface {
	Allow(ctx context.Context, key string, limit int, window time.Duration) error
}

// Institutions are the API keys of those who verify certificates, by name. An empty key
// opens nothing.
type Institutions map[string]string

// How often one institution may ask, and about one taxpayer.
const (
	checksByInstitution = 600 // in a minute
	checksOfTaxpayer    = 30  // in an hour
)

// named finds the institution of a bearer token without telling by time how much of it is right.
func (k Institutions) named(authorization string) (string, bool) {
	token, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok {
		return "", false
	}
	sent := sha256.Sum256([]byte(token))
	found := ""
	for name, key := range k {
		want := sha256.Sum256([]byte(key))
		if key != "" && subtle.ConstantTimeCompare(sent[:], want[:]) == 1 {
			found = name
		}
	}
	return found, found != ""
}

type verifyInput struct {
	Authorization string `header:"Authorization" doc:"Bearer and the institution's API key"`
	Body          struct {
		Taxpayer string `json:"taxpayerId" minLength:"1" maxLength:"40" doc:"纳税人识别号"`
		Code     string `json:"checkCode" minLength:"1" maxLength:"40" doc:"证明校验码"`
	}
}

type verifyOutput struct {
	Body struct {
		Match       bool               `json:"match" doc:"false for any number and code that do not belong together"`
		Intact      bool               `json:"intact,omitempty" doc:"内容完整"`
		Genuine     bool               `json:"genuine,omitempty" doc:"真实签发"`
		Status      certificate.Status `json:"status,omitempty" enum:"valid,withdrawn,reissued" doc:"状态"`
		Cause       model.Cause        `json:"cause,omitempty" enum:"reversed,misstated,improper,returned" doc:"class of reasons of a withdrawn certificate"`
		Ended       *time.Time         `json:"withdrawnAt,omitempty"`
		Certificate *paper             `json:"certificate,omitempty" doc:"what the paper shows"`
	}
}

// paper is what the paper shows.
type paper struct {
	Number  string     `json:"number"`
	Edition int        `json:"edition"`
	Name    string     `json:"name"`
	From    string     `json:"from" doc:"first month, 2026-01"`
	To      string     `json:"to" doc:"last month, 2026-12"`
	Total   int64      `json:"total" doc:"fen"`
	Issuer  string     `json:"issuer"`
	Issued  time.Time  `json:"issuedAt"`
	Rows    []paperRow `json:"rows"`
}

type paperRow struct {
	Scheme    contribution.Scheme `json:"scheme"`
	From      string              `json:"from"`
	To        string              `json:"to"`
	Authority string              `json:"authority"`
	PaidOn    string              `json:"paidOn"`
	Ticket    string              `json:"ticket"`
	Amount    int64               `json:"amount" doc:"fen"`
}

// Certificates adds POST /api/v1/certificates/verify: verification for institutions.
func Certificates(api huma.API, rules Verifier, keys Institutions, limit Limiter, log *slog.Logger) {
	huma.Register(api, huma.Operation{
		OperationID: "verify-certificate", Method: http.MethodPost, Path: "/api/v1/certificates/verify",
		Summary: "Verify a certificate of contributions by taxpayer id and check code", Tags: []string{"certificates"},
		Description: "Answers what the paper shows and whether it may be relied on. Whatever does not fit is one and the same answer.",
		Security:    []map[string][]string{{"institution": {}}},
	}, func(ctx context.Context, in *verifyInput) (*verifyOutput, error) {
		name, ok := keys.named(in.Authorization)
		if !ok {
			return nil, huma.Error401Unauthorized("API key is missing or wrong")
		}
		for key, most := range map[string]struct {
			limit  int
			window time.Duration
		}{
			"verify-institution:" + name:                            {checksByInstitution, time.Minute},
			"verify-taxpayer:" + idcard.Normalise(in.Body.Taxpayer): {checksOfTaxpayer, time.Hour},
		} {
			if err := limit.Allow(ctx, key, most.limit, most.window); certificate.TooOften(err) {
				return nil, huma.Error429TooManyRequests("ask less often")
			} else if err != nil {
				return nil, unavailable(ctx, log, err)
			}
		}
		found, ok, err := rules.Verify(ctx, in.Body.Taxpayer, in.Body.Code)
		if err != nil {
			return nil, unavailable(ctx, log, err)
		}
		out := &verifyOutput{}
		if !ok {
			return out, nil
		}
		out.Body.Match, out.Body.Intact, out.Body.Genuine, out.Body.Status = true, found.Intact, found.Genuine, found.Status
		if found.Status == certificate.Withdrawn {
			out.Body.Cause = found.Record.Cause
			if ended := found.Record.Ended; !ended.IsZero() {
				out.Body.Ended = &ended
			}
		}
		out.Body.Certificate = paperOf(found)
		return out, nil
	})
}

func paperOf(found certificate.Finding) *paper {
	f := found.Record.Facts
	p := &paper{
		Number: f.Number, Edition: f.Edition, Name: f.Name, From: f.Period.From.String(), To: f.Period.To.String(), Total: int64(f.Total),
		Issuer: f.Issuer, Issued: f.IssuedAt, Rows: make([]paperRow, len(f.Rows)),
	}
	for i, r := range f.Rows {
		p.Rows[i] = paperRow{
			Scheme: r.Scheme, From: r.Period.From.String(), To: r.Period.To.String(), Authority: r.Authority, PaidOn: r.PaidOn.String(),
			Ticket: r.Ticket, Amount: int64(r.Amount),
		}
	}
	return p
}

// unavailable says nothing of the inside.
func unavailable(ctx context.Context, log *slog.Logger, err error) error {
	log.ErrorContext(ctx, "verify a certificate", "error", err)
	return huma.Error503ServiceUnavailable("try again later")
}
