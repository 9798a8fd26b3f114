package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/app/node"
	"shebao/app/view"
	"shebao/shared/lang"
	"shebao/shared/page"
	"shebao/shared/person"
)

// handlerTimeout bounds the work for one page.
const handlerTimeout = 25 * time.Second

func (s *Server) get(route Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r, err := s.request(c)
		if err != nil {
			return err
		}
		if to, ok := s.turnedAway(c, route); ok {
			return s.redirect(c, r, to, "")
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), handlerTimeout)
		defer cancel()
		if route.fetch != nil {
			return s.attach(ctx, c, route, r)
		}
		state, err := route.load(ctx, r)
		if err != nil {
			return err
		}
		return s.show(c, route, r, state, http.StatusOK)
	}
}

// attach sends a file.
func (s *Server) attach(ctx context.Context, c *fiber.Ctx, route Route, r *Request) error {
	a, err := route.fetch(ctx, r)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderVary, "Cookie, Accept-Encoding")
	c.Set(fiber.HeaderContentType, a.Type)
	c.Set(fiber.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape(a.Name))
	return sendCompressed(c, a.Data)
}

func (s *Server) post(route Route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r, err := s.request(c)
		if err != nil {
			return err
		}
		if to, ok := s.turnedAway(c, route); ok {
			return s.redirect(c, r, to, "")
		}
		if err := readForm(c, r); err != nil {
			return err
		}
		if err := s.checkForm(c, r); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), handlerTimeout)
		defer cancel()
		out, err := route.act(ctx, r)
		if err != nil {
			return err
		}
		if out.to != "" {
			return s.redirect(c, r, out.to, out.notice)
		}
		status := http.StatusUnprocessableEntity
		if out.done {
			status = http.StatusOK
		}
		return s.show(c, route, r, out.state, status)
	}
}

// request gathers what the page's code is given.
func (s *Server) request(c *fiber.Ctx) (*Request, error) {
	u, err := url.Parse(c.OriginalURL())
	if err != nil {
		return nil, fiber.ErrBadRequest
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fiber.ErrBadRequest
	}
	for _, name := range c.Route().Params { // what can't be read at all has no route
		query.Set(name, c.Params(name))
	}
	ses, display := sessionOf(c), displayOf(c.Cookies(cookieCare))
	_, chose := lang.Parse(c.Cookies(cookieLang))
	return &Request{
		Person: ses.Person, Name: ses.Name, Session: ses.ID, Query: query, Form: url.Values{},
		Path: u.Path, URL: u.RequestURI(), Address: addressOf(c), ID: requestID(c), Now: s.Now(),
		Care: display.Careful(), Display: display, Lang: s.language(c), ChoseLang: chose,
	}, nil
}

// displayOf reads the display preference that the browser keeps.
func displayOf(kept string) person.Display {
	if d := person.Display(kept); d.Careful() {
		return d
	}
	return person.Standard
}

func readForm(c *fiber.Ctx, r *Request) error {
	kind := string(c.Request().Header.ContentType())
	switch {
	case strings.HasPrefix(kind, fiber.MIMEApplicationForm):
		form, err := url.ParseQuery(string(c.Body()))
		if err != nil {
			return fiber.ErrBadRequest
		}
		r.Form = form
		return nil
	case strings.HasPrefix(kind, fiber.MIMEMultipartForm):
		return readFiles(c, r)
	default:
		return fiber.ErrUnsupportedMediaType
	}
}

func readFiles(c *fiber.Ctx, r *Request) error {
	form, err := c.MultipartForm()
	if err != nil {
		return fiber.ErrBadRequest
	}
	r.Form, r.Files = url.Values(form.Value), map[string]File{}
	for field, headers := range form.File {
		if len(headers) == 0 {
			continue
		}
		f, err := headers[0].Open()
		if err != nil {
			return fmt.Errorf("open upload: %w", err)
		}
		var data bytes.Buffer
		_, err = data.ReadFrom(f)
		_ = f.Close() // it was only read
		if err != nil {
			return fmt.Errorf("read upload: %w", err)
		}
		r.Files[field] = File{Name: headers[0].Filename, Data: data.Bytes()}
	}
	return nil
}

// turnedAway says where somebody goes who may not see the page.
func (s *Server) turnedAway(c *fiber.Ctx, route Route) (string, bool) {
	ses := sessionOf(c)
	back := url.QueryEscape(c.OriginalURL()) // of a form too: it is posted to the address of its step
	switch route.access {
	case Public:
		return "", false
	case Resident:
		to := page.PathLogin + "?" + page.LoginFieldNext + "=" + back
		if c.Cookies(sessionCookie(c.Path())) != "" {
			to += "&" + page.LoginFieldEnded + "=1"
		}
		return to, ses.Person == "" || ses.Officer
	case Officer:
		return "/admin/login?next=" + back, ses.Person == "" || !ses.Officer
	default:
		return "/", true
	}
}

func (s *Server) redirect(c *fiber.Ctx, r *Request, to, notice string) error {
	s.writeCookies(c, r)
	if notice != "" {
		s.setCookie(c, cookie{cookieNotice, url.QueryEscape(notice), time.Minute})
	}
	if r.emptied { // not "cache": no personal answer is ever cached, and the assets would have to come again
		c.Set("Clear-Site-Data", `"storage"`)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(local(to), fiber.StatusSeeOther)
}

// local keeps redirects inside this service.
func local(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return "/"
	}
	return to
}

// Local is the path to go to after login: next when it is a path of this service, "/" otherwise.
func Local(next string) string { return local(next) }

// show sends a page as a document or, to the browser app, as JSON.
func (s *Server) show(c *fiber.Ctx, route Route, r *Request, state any, status int) error {
	ses := sessionOf(c)
	f := route.frame
	f.Service, f.Demo, f.Care, f.Size = s.Service, s.Demo, r.Care, r.Display.Size()
	f.Token = s.Sessions.Token(ses.ID, c.Cookies(cookieVisitor))
	if ses.Person != "" {
		f.User, f.Unread = person.MaskName(ses.Name), ses.Unread
		left := s.lasts(ses)
		f.Left, f.Warn = left.Left, left.Warn
	}
	if said := c.Cookies(cookieNotice); said != "" && c.Method() == fiber.MethodGet {
		f.Notice, _ = url.QueryUnescape(said) // a cookie that can't be read says nothing
		s.setCookie(c, cookie{cookieNotice, "", -1})
	}
	if c.Cookies(view.UnaskedCookie) != "" { // it was about this page
		s.setCookie(c, cookie{view.UnaskedCookie, "", -1})
	}
	if s.Console != nil && ses.Officer && (route.access == Officer || route.pattern == page.PatternError) {
		var err error
		if f, err = s.Console(c.UserContext(), ses.Person, f); err != nil {
			return err
		}
	}
	if fr, ok := state.(page.Framed); ok {
		f = fr.InFrame(f)
	}
	f, speak := s.speak(c, route, r, f)
	s.writeCookies(c, r)
	raw, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("state of %s: %w", route.pattern, err)
	}
	env := page.Envelope{Pattern: route.pattern, URL: r.URL, Frame: f, State: raw}
	c.Status(status)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderVary, "Accept, Cookie, Accept-Encoding, Accept-Language")
	c.Set(fiber.HeaderContentLanguage, f.Lang.Code())
	inJSON := strings.Contains(c.Get(fiber.HeaderAccept), view.PageType)
	var root *node.Element
	if speak != nil || !inJSON {
		if root, err = s.Screens.Page(route.pattern, f, state); err != nil {
			return err
		}
	}
	if speak != nil {
		root = localize(root, speak)
		env.Tree = node.AppendJSON(nil, root)
	}
	if inJSON {
		body, err := json.Marshal(env)
		if err != nil {
			return fmt.Errorf("page %s: %w", route.pattern, err)
		}
		c.Set(fiber.HeaderContentType, view.PageType)
		return sendCompressed(c, body)
	}
	style := s.style(c)
	body, err := view.Document(nil, env, root, s.Assets, style)
	if err != nil {
		return fmt.Errorf("document of %s: %w", route.pattern, err)
	}
	c.Set(fiber.HeaderContentSecurityPolicy, style.Policy())
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return sendCompressed(c, body)
}
