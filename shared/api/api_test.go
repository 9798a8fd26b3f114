package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"shebao/shared/api"
)

func TestError(t *testing.T) {
	refused := api.Refuse("past_deadline", "已过缴款期限，不允许扣款")
	wrapped := fmt.Errorf("declare due d1: %w", refused)

	t.Run("it is found in a chain", func(t *testing.T) {
		var e *api.Error
		if !errors.As(wrapped, &e) || e != refused || api.From(wrapped) != refused || api.CodeOf(wrapped) != "past_deadline" {
			t.Errorf("got %v", e)
		}
	})
	t.Run("errors.Is compares codes and not messages", func(t *testing.T) {
		if !errors.Is(wrapped, api.Refuse("past_deadline", "other words")) || errors.Is(wrapped, api.NotFound("")) {
			t.Error("codes decide")
		}
	})
	t.Run("an unknown error says nothing of the inside", func(t *testing.T) {
		e := api.From(errors.New("dial tcp 10.0.0.3: secret"))
		if e.Code != api.CodeInternal || e.Status != 500 || e.Message == "" || e.Message == "dial tcp 10.0.0.3: secret" {
			t.Errorf("got %+v", e)
		}
	})
	t.Run("no error is nil", func(t *testing.T) {
		if api.From(nil) != nil || api.CodeOf(nil) != "" {
			t.Error("nil has a code")
		}
	})
	t.Run("With leaves the original alone", func(t *testing.T) {
		if e := refused.With("别的"); e.Message != "别的" || refused.Message != "已过缴款期限，不允许扣款" || !errors.Is(e, refused) {
			t.Errorf("got %+v", e)
		}
	})
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		e      *api.Error
		code   api.Code
		status int
	}{
		{api.Invalid(), "invalid", 400},
		{api.Unauthorized(""), "login", 401},
		{api.Forbidden(""), "forbidden", 403},
		{api.NotFound(""), "not_found", 404},
		{api.Conflict(""), "conflict", 409},
		{api.Refuse("x", "x"), "x", 422},
		{api.TooMany(time.Second), "too_many", 429},
		{api.Internal(), "internal", 500},
		{api.Unavailable(""), "unavailable", 503},
	} {
		if c.e.Code != c.code || c.e.Status != c.status || c.e.Message == "" {
			t.Errorf("got %+v, want %s with %d", c.e, c.code, c.status)
		}
	}
	if e := api.NotFound("没有这份证明"); e.Message != "没有这份证明" {
		t.Errorf("the given message is replaced by %q", e.Message)
	}
}

func TestProblem(t *testing.T) {
	e := api.Invalid(api.Field("phone", "请输入手机号"))
	e.RequestID = "r1"
	e.RetryAfter = 1500 * time.Millisecond
	b, err := json.Marshal(e.Problem())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"urn:shebao:error:invalid","title":"请输入手机号","status":400,"code":"invalid",` +
		`"instance":"urn:shebao:request:r1","errors":[{"field":"phone","message":"请输入手机号"}],"retryAfter":2}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
}
