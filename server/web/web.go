package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/app/view"
	"shebao/server/translate"
	"shebao/shared/lang"
	"shebao/shared/page"
	assets "shebao/web"
)

// Sessions tells who is calling and keeps forms safe.
type Sessions interface {
	// Resume returns the live session of a cookie token, which lasts longer for it; false
	// when there is none.
	Resume(ctx context.Context, token string) (Session, bool, error)
	// Look returns the live session as Resume does and leaves it as it is.
	Look(ctx context.Context, token string) (Session, bool, error)
	// Token is the CSRF token for a session's forms; session "" stands for a visitor
	// known only by the visitor cookie.
	Token(session, visitor string) string
	// CheckToken tells whether a form's token is the session's (or visitor's).
	CheckToken(session, visitor, token string) bool
	// Mark is what a browser may know a person again by; it tells nothing about them.
	Mark(person string) string
}

// Session is who is calling.
type Session struct {
	ID      string // as stored, never the cookie token
	Person  string
	Name    string // unmasked
	Officer bool
	Unread  int
	Ends    time.Time     // when it ends unless its person asks for something
	Warn    time.Duration // so long before Ends the person is asked whether to stay
}

// Config is what the server works with.
type Config struct {
	Routes   []Route
	Sessions Sessions
	Assets   *assets.Assets
	Screens  view.Set
	Service  string // the service's name on screens
	Demo     bool
	// Speaks are the catalogues of the languages besides zh-CN. English says what a browser
	// that prefers it gets before anybody chose.
	Speaks  map[lang.Tag]*translate.Catalogue
	English Greeting
	Secure  bool           // cookies only over https
	Origin  string         // the public origin, https://…; "" trusts the Host header
	Proxies []netip.Prefix // networks of reverse proxies whose X-Forwarded-For is believed
	Now     func() time.Time
	NewID   func(prefix string) string
	Log     *slog.Logger
	Ready   func(ctx context.Context) error
	Metrics *Metrics
	Console func(ctx context.Context, officer string, f page.Frame) (page.Frame, error) // what surrounds officers' pages
	Extra   func(app *fiber.App)                                                        // further routes: API, live events, certificates
}

// Server answers requests.
type Server struct {
	Config
	app    *fiber.App
	routes []Route
	within view.Style // the style sheet, to be written into a document
}

// New makes the server with all its routes.
func New(c Config) *Server {
	s := &Server{Config: c, routes: c.Routes, within: styleWithin(c)}
	s.app = fiber.New(fiber.Config{
		DisableStartupMessage:   true,
		Immutable:               true, // values outlive the request in background work
		BodyLimit:               MaxBody,
		ReadTimeout:             30 * time.Second,
		WriteTimeout:            0, // live events stay open; every handler has its own bound
		IdleTimeout:             2 * time.Minute,
		ErrorHandler:            s.fail,
		EnableTrustedProxyCheck: true, // Fiber believes no header: addressOf tells who calls
	})
	s.app.Server().HeaderReceived = s.bodyLimit
	s.app.Use(s.outermost)
	s.app.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	s.app.Get("/readyz", s.ready)
	s.app.Get(PathStay, s.stay)
	s.app.Get(page.PathAdmin+PathStay, s.stay)
	if c.Metrics != nil {
		s.app.Get("/metrics", c.Metrics.handler)
	}
	if c.Extra != nil {
		c.Extra(s.app)
	}
	for _, r := range s.routes {
		path := fiberPath(r.pattern)
		s.app.Get(path, s.get(r))
		if r.act != nil {
			s.app.Post(path, s.post(r))
		}
	}
	s.app.Use(s.asset)
	return s
}

// App is the Fiber application, for tests and for serving.
func (s *Server) App() *fiber.App { return s.app }

// fiberPath turns "/payments/{id}" into "/payments/:id".
func fiberPath(pattern string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(pattern)
}

func (s *Server) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), 3*time.Second)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		s.Log.ErrorContext(ctx, "not ready", "error", err)
		return c.Status(http.StatusServiceUnavailable).SendString("not ready\n")
	}
	return c.SendString("ready\n")
}

// asset serves files and, for everything else, 404.
func (s *Server) asset(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return fiber.ErrNotFound
	}
	a, ok := s.Assets.ByURL(c.Path())
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, a.CacheControl())
	c.Set(fiber.HeaderETag, a.ETag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if c.Get(fiber.HeaderIfNoneMatch) == a.ETag {
		return c.SendStatus(http.StatusNotModified)
	}
	body, encoding := s.Assets.Body(a, c.Get(fiber.HeaderAcceptEncoding))
	c.Set(fiber.HeaderContentType, a.Type)
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
		return c.Send(body)
	}
	if a.Immutable() { // compressed by the build where that helps
		return c.Send(body)
	}
	return sendCompressed(c, body)
}
