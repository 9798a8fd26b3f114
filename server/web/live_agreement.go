package web

import (
	"bufio"
	"context"

	"github.com/gofiber/fiber/v2"

	"shebao/shared/agreement"
	"shebao/shared/api"
)

// AgreementSource tells what became of an agreement.
type AgreementSource interface {
	Agreement(ctx context.Context, id string) (agreement.Agreement, bool, error)
}

// LiveAgreements serves the events of agreements to their payers until ctx ends: one
// event "page" as soon as the state is no longer the one shown.
func LiveAgreements(ctx context.Context, source AgreementSource, watch Watch) func(fiber.Router) {
	return func(app fiber.Router) {
		app.Get("/live/agreements/:id", func(c *fiber.Ctx) error {
			id, shown := c.Params("id"), c.Query("shown")
			who := sessionOf(c)
			a, ok, err := source.Agreement(c.UserContext(), id) //nolint:contextcheck // ctx is the program's, this one the request's
			if err != nil {
				return err
			}
			if !ok || who.Person == "" || who.Officer || a.Payer != who.Person {
				return api.NotFound("")
			}
			c.Set(fiber.HeaderContentType, "text/event-stream")
			c.Set(fiber.HeaderCacheControl, "no-store")
			c.Set("X-Accel-Buffering", "no") // proxies must not hold events back
			c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
				within, cancel := context.WithTimeout(ctx, liveLasts)
				defer cancel()
				stream(within, w, watch, id, func(ctx context.Context) (string, bool, error) {
					a, ok, err := source.Agreement(ctx, id)
					return string(a.State), err == nil && ok && string(a.State) != shown, err
				})
			})
			return nil
		})
	}
}
