package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"shebao/shared/agreement"
)

// AgreementSource tells what became of an agreement.
type AgreementSource interface {
	Agreement(ctx context.Context, id string) (agreement.Agreement, bool, error)
}

// LiveAgreements serves the events of agreements to their payers until ctx ends.
func LiveAgreements(ctx context.Context, source AgreementSource, watch Watch) func(fiber.Router) {
	return LiveOwn(ctx, "agreements", watch, func(ctx context.Context, id string) (owner, state string, ok bool, err error) {
		a, ok, err := source.Agreement(ctx, id)
		return a.Payer, string(a.State), ok, err
	})
}
