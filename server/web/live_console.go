package web

import (
	"bufio"
	"context"

	"github.com/gofiber/fiber/v2"

	"shebao/shared/api"
)

// LiveConsole serves officers the events of long work at /admin/live/{kind}/{id} until ctx
// ends: one event "page" as soon as look, the work's state as a page shows it, is not the
// query's shown any more. look is false for work that does not exist.
func LiveConsole(ctx context.Context, kind string, watch Watch, look func(ctx context.Context, id string) (string, bool, error)) func(fiber.Router) {
	return func(app fiber.Router) {
		app.Get("/admin/live/"+kind+"/:id", func(c *fiber.Ctx) error {
			id, shown := c.Params("id"), c.Query("shown")
			if who := sessionOf(c); who.Person == "" || !who.Officer {
				return api.NotFound("")
			}
			if _, ok, err := look(c.UserContext(), id); err != nil || !ok { //nolint:contextcheck // the request ends before the program does
				if err == nil {
					err = api.NotFound("")
				}
				return err
			}
			c.Set(fiber.HeaderContentType, "text/event-stream")
			c.Set(fiber.HeaderCacheControl, "no-store")
			c.Set("X-Accel-Buffering", "no") // proxies must not hold events back
			c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
				within, cancel := context.WithTimeout(ctx, liveLasts)
				defer cancel()
				stream(within, w, watch, id, func(ctx context.Context) (string, bool, error) {
					now, ok, err := look(ctx, id)
					return now, err == nil && ok && now != shown, err
				})
			})
			return nil
		})
	}
}
