package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/server/contribution"
	"shebao/shared/api"
	"shebao/shared/page"
)

// fail turns any error into an answer that says nothing of the inside.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	e := asAPI(err)
	read := requestID(c) != "" // a connection that broke before a request came is no failure of ours
	if read && e.Status >= http.StatusInternalServerError {
		s.Log.ErrorContext(c.UserContext(), "request failed", "request", requestID(c), "method", c.Method(), "path", c.Path(), "error", err)
	}
	if e.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(e.RetryAfter/time.Second)+1))
	}
	if !read { // nothing that could be read as a request: there is no route and no page for it
		return c.Status(e.Status).SendString(e.Message)
	}
	if strings.HasPrefix(c.Path(), "/api/") {
		return s.problem(c, e)
	}
	if strings.HasPrefix(c.Path(), "/assets/") {
		return c.Status(e.Status).SendString(http.StatusText(e.Status))
	}
	r, rerr := s.request(c)
	if rerr != nil {
		return c.Status(http.StatusBadRequest).SendString("bad request")
	}
	state := page.Error{Status: e.Status, Code: string(e.Code), Title: title(e.Status), Message: e.Message, Request: r.ID}
	if c.Method() == fiber.MethodGet && e.Status >= 500 {
		state.Retry = r.URL
	}
	layout, back := page.LayoutPlain, "/"
	if sessionOf(c).Officer {
		layout, back = page.LayoutConsole, page.PathAdmin
	}
	route := Route{pattern: page.PatternError, frame: page.Frame{Back: back, Layout: layout}, access: Public}
	if err := s.show(c, route, r, state, e.Status); err != nil {
		s.Log.ErrorContext(c.UserContext(), "error page failed", "request", r.ID, "error", err)
		return c.Status(e.Status).SendString(e.Message)
	}
	return nil
}

func (s *Server) problem(c *fiber.Ctx, e *api.Error) error {
	e = e.With(e.Message)
	e.RequestID = requestID(c)
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("problem: %w", err)
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(e.Status).Send(body)
}

// asAPI finds what people may be told about an error.
func asAPI(err error) *api.Error {
	var refused *contribution.Refusal
	if errors.As(err, &refused) {
		return api.Refuse(api.Code(refused.Code), refused.Message)
	}
	var f *fiber.Error
	if !errors.As(err, &f) {
		return api.From(err)
	}
	switch f.Code {
	case http.StatusNotFound:
		return api.NotFound("")
	case http.StatusMethodNotAllowed:
		return &api.Error{Code: "method", Message: "该页面不接受这种请求。", Status: f.Code}
	case http.StatusRequestEntityTooLarge:
		return &api.Error{Code: "too_large", Message: "提交的内容过大，请减小后重试。", Status: f.Code}
	default:
		if f.Code >= 500 {
			return api.Internal()
		}
		return &api.Error{Code: api.CodeInvalid, Message: "请求无法识别，请返回后重试。", Status: f.Code}
	}
}

func title(status int) string {
	switch {
	case status == http.StatusNotFound:
		return "页面不存在"
	case status == http.StatusForbidden:
		return "无法办理"
	case status == http.StatusTooManyRequests:
		return "操作过于频繁"
	case status >= http.StatusInternalServerError:
		return "暂时无法办理"
	default:
		return "未能完成"
	}
}
