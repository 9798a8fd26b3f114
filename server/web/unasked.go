package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"shebao/app/view"
	"shebao/shared/page"
)

// unasked tells whether the browser makes the request by itself, so that it must not keep
// the login of a person who may have gone: event streams, which are opened again for ever,
// what the app or a script of the page marks as its own, files of the program, and the login
// page that a page leads to when it finds the login at its end. A form is always a person's,
// and so is the answer that they are still there.
func (s *Server) unasked(c *fiber.Ctx) bool {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return false
	}
	switch path := c.Path(); {
	case path == PathStay, path == page.PathAdmin+PathStay:
		return false
	case strings.HasPrefix(path, "/live/"), strings.HasPrefix(path, page.PathAdmin+"/live/"):
		return true
	case c.Get(view.UnaskedHeader) != "", c.Cookies(view.UnaskedCookie) != "":
		return true
	case path == page.PathLogin, path == page.PathAdminLogin:
		return c.Query(page.LoginFieldEnded) != ""
	default:
		_, file := s.Assets.ByURL(path)
		return file
	}
}
