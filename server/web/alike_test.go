package web_test

import (
	"context"
	"slices"
	"testing"

	"shebao/server/web"
)

func TestAlike(t *testing.T) {
	file := func(context.Context, *web.Request) (web.Attachment, error) { return web.Attachment{}, nil }
	routes := []web.Route{
		web.Page[int]{Pattern: "/payments/{id}"}.Route(), web.Page[int]{Pattern: "/verify", Access: web.Public}.Route(),
		web.Page[int]{Pattern: "/admin/runs/{id}", Access: web.Officer}.Route(), web.Page[int]{Pattern: "/administration"}.Route(),
		web.Download("/papers/{id}", web.Resident, file),
	}
	if got, want := web.Alike(routes), []string{"/payments/{id}", "/verify", "/administration"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
