package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"shebao/shared/api"
)

// Stray is a resident's request for a record that is not there or not theirs: which of
// the two, the answer does not tell.
type Stray struct {
	Person  string
	Path    string // without query
	Address string
}

// Strays tells note of every stray. It is to be mounted before the pages.
func Strays(note func(ctx context.Context, s Stray)) func(*fiber.App) {
	return func(app *fiber.App) {
		app.Use(func(c *fiber.Ctx) error {
			err := c.Next()
			var refused *api.Error
			if ses := sessionOf(c); errors.As(err, &refused) && refused.Status == http.StatusNotFound && ses.Person != "" && !ses.Officer {
				note(c.UserContext(), Stray{Person: ses.Person, Path: c.Path(), Address: addressOf(c)})
			}
			return err
		})
	}
}
