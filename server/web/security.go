package web

import (
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"

	"shebao/app/view"
	"shebao/shared/api"
	"shebao/shared/page"
	"shebao/shared/words"
)

// Cookies of the service. None is readable by scripts. (One is theirs: view.UnaskedCookie.)
const (
	cookieSession = "sid"
	cookieOfficer = "oid" // an officer's session, so that it and a resident's don't end each other
	cookieVisitor = "vid"
	cookieNotice  = "said"
	cookieCare    = "care"
	cookieLang    = "lang"
	cookieStyle   = "style" // the style sheet that was sent with a page
)

// Display preferences, for Request.Prefer: 关怀模式 and the language's Code.
const (
	Care     = cookieCare
	Language = cookieLang
)

type localKey int

const (
	keySession localKey = iota
	keyRequest
	keyAddress
)

// outermost runs around every request: id, headers, session, log.
func (s *Server) outermost(c *fiber.Ctx) error {
	started := s.Now()
	c.Locals(keyRequest, s.NewID("r"))
	s.keepAddress(c)
	h := &c.Response().Header
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", view.Policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=()")
	h.Set(view.VersionHeader, s.Assets.Version())
	if s.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	err := s.identify(c)
	if err == nil {
		err = guarded(c)
	}
	if err != nil {
		err = s.fail(c, err)
	}
	s.note(c, started)
	return err
}

// guarded turns a panic in a handler into an error, so that one page can't stop the program.
func guarded(c *fiber.Ctx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return c.Next()
}

// identify finds the session of the call; assets and probes have none.
func (s *Server) identify(c *fiber.Ctx) error {
	if strings.HasPrefix(c.Path(), "/assets/") || c.Path() == "/healthz" || c.Path() == "/readyz" {
		return nil
	}
	if c.Cookies(cookieVisitor) == "" {
		id := s.NewID("v")
		c.Request().Header.SetCookie(cookieVisitor, id)
		s.setCookie(c, cookie{cookieVisitor, id, 0})
	}
	ses, err := s.resume(c)
	if err != nil {
		return err
	}
	c.Locals(keySession, ses)
	if !console(c.Path()) {
		c.Set(OwnerHeader, s.owner(ses))
	}
	return nil
}

// resume is the session that counts on the path, the zero one for nobody. It lasts longer
// for what a person asked.
func (s *Server) resume(c *fiber.Ctx) (Session, error) {
	token := c.Cookies(sessionCookie(c.Path()))
	if token == "" {
		return Session{}, nil
	}
	find := s.Sessions.Resume
	if s.unasked(c) {
		find = s.Sessions.Look
	}
	ses, ok, err := find(c.UserContext(), token)
	if err != nil || !ok || ses.Officer != console(c.Path()) {
		return Session{}, err
	}
	return ses, nil
}

// OwnerHeader says whose the browser's session is: the person's mark, or "-" for nobody.
// What a browser keeps of somebody else it erases. Without it the answer does not know.
const OwnerHeader = "X-Shebao-Owner"

func (s *Server) owner(ses Session) string {
	if ses.Person == "" {
		return "-"
	}
	return s.Sessions.Mark(ses.Person)
}

// console tells whether the path is the officers'.
func console(path string) bool { return path == "/admin" || strings.HasPrefix(path, "/admin/") }

// sessionCookie is the cookie of the session that counts on the path.
func sessionCookie(path string) string {
	if console(path) {
		return cookieOfficer
	}
	return cookieSession
}

func sessionOf(c *fiber.Ctx) Session {
	ses, ok := c.Locals(keySession).(Session)
	if !ok {
		return Session{}
	}
	return ses
}

func requestID(c *fiber.Ctx) string {
	id, ok := c.Locals(keyRequest).(string)
	if !ok {
		return ""
	}
	return id
}

func (s *Server) setCookie(c *fiber.Ctx, k cookie) {
	out := &fiber.Cookie{
		Name: k.name, Value: k.value, Path: "/", HTTPOnly: true, Secure: s.Secure, SameSite: fiber.CookieSameSiteLaxMode,
		SessionOnly: k.maxAge == 0,
	}
	if k.maxAge != 0 {
		out.MaxAge = int(k.maxAge / time.Second)
	}
	if k.maxAge < 0 {
		out.Value, out.Expires = "", time.Unix(1, 0)
	}
	c.Cookie(out)
}

func (s *Server) writeCookies(c *fiber.Ctx, r *Request) {
	for _, k := range r.cookies {
		s.setCookie(c, k)
	}
}

// checkForm refuses posts from other sites and forms without this session's token.
func (s *Server) checkForm(c *fiber.Ctx, r *Request) error {
	if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return api.Forbidden(words.FormExpired)
	}
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && !s.ours(c, origin) {
		return api.Forbidden(words.FormExpired)
	}
	if !s.Sessions.CheckToken(r.Session, c.Cookies(cookieVisitor), r.Form.Get(page.FieldToken)) {
		return &api.Error{Code: api.CodeFormExpired, Message: words.FormExpired, Status: fiber.StatusForbidden}
	}
	return nil
}

func (s *Server) ours(c *fiber.Ctx, origin string) bool {
	if s.Origin != "" {
		return origin == s.Origin
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == string(c.Request().Host())
}

// compressFrom is the size from which a page is worth compressing.
const compressFrom = 1400

var brotliWriters = sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, 4) }}

func sendCompressed(c *fiber.Ctx, body []byte) error {
	if len(body) < compressFrom || !strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "br") {
		return c.Send(body)
	}
	w, ok := brotliWriters.Get().(*brotli.Writer)
	if !ok {
		return c.Send(body)
	}
	defer brotliWriters.Put(w)
	c.Set(fiber.HeaderContentEncoding, "br")
	w.Reset(c)
	if _, err := w.Write(body); err != nil {
		return err
	}
	return w.Close()
}
