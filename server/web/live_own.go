package web

import (
	"bufio"
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"shebao/shared/api"
)

// Live is the address of the live events of something for a page that shows its state.
func Live(kind, id, shown string) string {
	return "/live/" + kind + "/" + url.PathEscape(id) + "?shown=" + url.QueryEscape(shown)
}

// LiveOwn serves the events of things that belong to residents at /live/{kind}/{id} until
// ctx ends: one event "page" as soon as the state is no longer the one shown. look tells
// whose it is and its state; false for what does not exist.
func LiveOwn(ctx context.Context, kind string, watch Watch, look func(ctx context.Context, id string) (owner, state string, ok bool, err error)) func(fiber.Router) {
	return func(app fiber.Router) {
		app.Get("/live/"+kind+"/:id", func(c *fiber.Ctx) error {
			id, shown := c.Params("id"), c.Query("shown")
			who := sessionOf(c)
			owner, _, ok, err := look(c.UserContext(), id) //nolint:contextcheck // ctx is the program's, this one the request's
			if err != nil {
				return err
			}
			if !ok || who.Person == "" || who.Officer || owner != who.Person {
				return api.NotFound("")
			}
			c.Set(fiber.HeaderContentType, "text/event-stream")
			c.Set(fiber.HeaderCacheControl, "no-store")
			c.Set("X-Accel-Buffering", "no") // proxies must not hold events back
			c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
				within, cancel := context.WithTimeout(ctx, liveLasts)
				defer cancel()
				stream(within, w, watch, id, func(ctx context.Context) (string, bool, error) {
					_, now, ok, err := look(ctx, id)
					return now, err == nil && ok && now != shown, err
				})
			})
			return nil
		})
	}
}
