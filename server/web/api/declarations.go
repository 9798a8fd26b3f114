// Package api is the JSON interface for programs: counters, banks and agencies that
// send in declarations. Its operations are described to callers by OpenAPI.
package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	rules "shebao/server/contribution"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
)

// Importer takes declarations of other channels. *contribution.Imports is one.
type Importer interface {
	Take(ctx context.Context, channel contribution.Channel, rows []rules.ImportRow) ([]rules.ImportResult, error)
}

// Keys are the API keys of the channels. An empty key opens nothing.
type Keys map[contribution.Channel]string

// channel finds the channel of a bearer token without telling by time how much of it is right.
func (k Keys) channel(authorization string) (contribution.Channel, bool) {
	token, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok {
		return "", false
	}
	sent := sha256.Sum256([]byte(token))
	var found contribution.Channel
	for c, key := range k {
		want := sha256.Sum256([]byte(key))
		if key != "" && subtle.ConstantTimeCompare(sent[:], want[:]) == 1 {
			found = c
		}
	}
	return found, found != ""
}

type declareInput struct {
	Authorization string `header:"Authorization" doc:"Bearer and the channel's API key"`
	Body          struct {
		Declarations []declareRow `json:"declarations" minItems:"1" maxItems:"200"`
	}
}

type declareRow struct {
	Reference string              `json:"reference" minLength:"1" maxLength:"64" doc:"the channel's own reference, repeated in the result"`
	Name      string              `json:"name" minLength:"2" maxLength:"60"`
	Type      idcard.Type         `json:"documentType" doc:"code of the document, 201 for 居民身份证"`
	Number    string              `json:"documentNumber" minLength:"1" maxLength:"30"`
	Scheme    contribution.Scheme `json:"scheme" enum:"pension,medical"`
	Kind      contribution.Kind   `json:"kind" enum:"regular,assessed"`
	Year      int                 `json:"year" minimum:"2000" maximum:"2100"`
	Amount    int64               `json:"amount" minimum:"1" doc:"fen; must be what is owed"`
}

type declareOutput struct {
	Body struct {
		Results []declareResult `json:"results" doc:"one for each declaration sent, in order"`
	}
}

type declareResult struct {
	Reference   string `json:"reference"`
	Declaration string `json:"declaration,omitempty" doc:"id of the declaration that stands"`
	Code        string `json:"code,omitempty" doc:"stable code of the refusal"`
	Message     string `json:"message,omitempty" doc:"why it was refused, for people"`
}

// Declarations adds POST /api/v1/declarations: declarations made in other channels.
func Declarations(api huma.API, importer Importer, keys Keys, log *slog.Logger) {
	huma.Register(api, huma.Operation{
		OperationID: "import-declarations", Method: http.MethodPost, Path: "/api/v1/declarations",
		Summary: "Send in declarations made at a counter, a bank or an agency", Tags: []string{"declarations"},
		Description: "Each row stands or is refused on its own. Sending a row again answers the declaration that stands.",
		Security:    []map[string][]string{{"channel": {}}},
	}, func(ctx context.Context, in *declareInput) (*declareOutput, error) {
		channel, ok := keys.channel(in.Authorization)
		if !ok {
			return nil, huma.Error401Unauthorized("API key is missing or wrong")
		}
		rows := make([]rules.ImportRow, len(in.Body.Declarations))
		for i, r := range in.Body.Declarations {
			rows[i] = rules.ImportRow{
				Reference: r.Reference, Name: r.Name, Type: r.Type, Number: r.Number, Scheme: r.Scheme, Kind: r.Kind, Year: r.Year,
				Amount: money.Fen(r.Amount),
			}
		}
		results, err := importer.Take(ctx, channel, rows)
		if err != nil {
			return nil, failed(ctx, log, err)
		}
		out := &declareOutput{}
		for _, r := range results {
			one := declareResult{Reference: r.Reference, Declaration: r.Declaration}
			if r.Refusal != nil {
				one.Code, one.Message = r.Refusal.Code, r.Refusal.Message
			}
			out.Body.Results = append(out.Body.Results, one)
		}
		return out, nil
	})
}

// failed says nothing of the inside.
func failed(ctx context.Context, log *slog.Logger, err error) error {
	var refused *rules.Refusal
	if errors.As(err, &refused) {
		return huma.Error422UnprocessableEntity(refused.Message)
	}
	log.ErrorContext(ctx, "import of declarations", "error", err)
	return huma.Error503ServiceUnavailable("try again later")
}
