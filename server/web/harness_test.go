package web_test

import (
	"context"
	"log/slog"
	"net"
	"testing"
	"testing/fstest"
	"time"

	"shebao/app/view/all"
	"shebao/server/web"
	assets "shebao/web"
)

var silent = slog.New(slog.DiscardHandler)

// listening is a server without pages, changed by change, that really listens: its address.
func listening(t *testing.T, change func(*web.Config)) string {
	t.Helper()
	files, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(`{"version":"1","assets":[]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	c := web.Config{
		Sessions: nobody{}, Assets: files, Screens: all.Screens(), Service: "社保费办理", Now: time.Now, Log: silent,
		NewID: func(prefix string) string { return prefix + "1" }, Ready: func(context.Context) error { return nil },
	}
	change(&c)
	s := web.New(c)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.App().Listener(l) }()
	t.Cleanup(func() { _ = s.App().Shutdown() })
	return l.Addr().String()
}
