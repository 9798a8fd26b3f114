package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/app/view"
)

// style writes the style sheet into the first document that a browser gets, and again
// when it has changed. Later documents link to it: by then the service worker has fetched
// it, and without one the link costs what it always did. Only browsers say what a request
// is for, so a program that reads pages gets the link.
func (s *Server) style(c *fiber.Ctx) view.Style {
	now := s.Assets.URL(styleSheet)
	if c.Get("Sec-Fetch-Dest") != "document" || c.Cookies(cookieStyle) == now {
		return view.Style{}
	}
	s.setCookie(c, cookie{cookieStyle, now, 365 * 24 * time.Hour})
	return s.within
}

const styleSheet = "app.css"

// styleWithin reads the style sheet of the build.
func styleWithin(c Config) view.Style {
	sheet, ok := c.Assets.ByURL(c.Assets.URL(styleSheet))
	if !ok {
		return view.Style{}
	}
	css, _ := c.Assets.Body(sheet, "")
	return view.Within(string(css))
}
