package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"shebao/shared/page"
)

// MaxBody bounds a request's body; uploads are checked against their own limit.
const MaxBody = 2 << 20

// Uploads of officers are files of up to 100,000 rows.
const maxUpload = 32 << 20

// lookWithin bounds the look at the session before a body is read.
const lookWithin = 5 * time.Second

// bodyLimit lets officers' uploads be larger than anything else. A body is held in memory
// before any handler runs, so the session is looked at when only the head is there; while
// that can't be done nobody's is larger. It runs on the connection's own goroutine, which
// has nothing else to do.
func (s *Server) bodyLimit(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	token := string(h.Cookie(cookieOfficer))
	if token == "" || string(h.Method()) != fiber.MethodPost || string(h.RequestURI()) != page.PathAdminImports {
		return fasthttp.RequestConfig{}
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookWithin)
	defer cancel()
	ses, ok, err := s.Sessions.Look(ctx, token)
	if err != nil {
		s.Log.ErrorContext(ctx, "session of an upload not found out", "error", err)
	}
	if err != nil || !ok || !ses.Officer {
		return fasthttp.RequestConfig{}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: maxUpload}
}
