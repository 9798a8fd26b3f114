package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// PathStay is asked by a page whose person pressed 继续使用: the request itself keeps the
// login alive. Officers' pages ask below /admin, where their session counts.
const PathStay = "/stay"

// stay is the answer: how long the login lasts now.
type stay struct {
	Left int `json:"left"` // seconds, rounded up; 0 when it has ended
	Warn int `json:"warn"` // so many seconds before the end the person is asked again
}

func (s *Server) stay(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(s.lasts(sessionOf(c)))
}

// lasts is rounded up: a page that left before the end would find the login alive.
func (s *Server) lasts(ses Session) stay {
	if ses.Person == "" {
		return stay{}
	}
	return stay{Left: int((ses.Ends.Sub(s.Now()) + time.Second - 1) / time.Second), Warn: int(ses.Warn / time.Second)}
}
