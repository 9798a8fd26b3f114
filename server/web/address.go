package web

import (
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"shebao/server/caller"
)

// keepAddress notes whom the request comes from. Fiber's IP, which believes whatever stands
// in the header, is not to be used.
func (s *Server) keepAddress(c *fiber.Ctx) {
	peer, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	headers := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor)
	forwarded := make([]string, len(headers))
	for i, h := range headers {
		forwarded[i] = string(h)
	}
	c.Locals(keyAddress, caller.Address(peer, forwarded, s.Proxies).String())
}

// addressOf is the caller's address, as text; what a limit counts is its caller.Network.
func addressOf(c *fiber.Ctx) string {
	address, ok := c.Locals(keyAddress).(string)
	if !ok {
		return ""
	}
	return address
}
