package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"shebao/server/config"
	"shebao/server/web"
	assets "shebao/web"
)

// program is the whole running service: backend, pages and listener.
type program struct {
	*backend
	server   *web.Server
	listener *connections
	log      *slog.Logger
}

// newProgram opens everything and listens; Run serves. On an error nothing stays open.
func newProgram(ctx context.Context, cfg config.Config, log *slog.Logger) (*program, error) {
	files, err := assets.Embedded()
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen on SHEBAO_ADDR %s: %w", cfg.Addr, err)
	}
	b, err := openBackend(ctx, cfg, log)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if cfg.IsDemo() {
		if err := b.seedDemo(ctx); err != nil {
			return nil, errors.Join(err, b.close(context.WithoutCancel(ctx)), l.Close())
		}
	}
	server, err := newServer(b, files)
	if err != nil {
		return nil, errors.Join(err, b.close(context.WithoutCancel(ctx)), l.Close())
	}
	return &program{backend: b, server: server, listener: newConnections(l), log: log}, nil
}

// stopWithin is how long a stop waits for the requests that are under way.
const stopWithin = 10 * time.Second

// addr is where the program listens.
func (p *program) addr() string { return p.listener.Addr().String() }

// run serves until ctx ends, then finishes what is under way and closes everything.
func (p *program) run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		p.work(work)
	}()
	served := make(chan error, 1)
	go func() { served <- p.server.App().Listener(p.listener) }()
	var failed error
	select {
	case <-ctx.Done():
		p.log.InfoContext(ctx, "stopping")
		failed = p.stopServing(ctx)
		if err := <-served; err != nil && !errors.Is(err, net.ErrClosed) {
			failed = errors.Join(failed, fmt.Errorf("serve: %w", err))
		}
	case err := <-served:
		failed = fmt.Errorf("serve: %w", err)
	}
	stop()
	<-worked
	p.hangUp()
	return errors.Join(failed, p.close(context.WithoutCancel(ctx)))
}

// stopServing takes no more requests and waits for those under way, for stopWithin at most.
func (p *program) stopServing(ctx context.Context) error {
	p.hangUp()
	p.listener.hangUpSilent()
	cutOff := time.AfterFunc(stopWithin, func() {
		p.log.WarnContext(ctx, "requests are cut off by the stop", "connections", p.listener.hangUpAll())
	})
	defer cutOff.Stop()
	failed := p.server.App().ShutdownWithTimeout(2 * stopWithin)
	// A stop that comes before the first accept finds no server to shut down.
	if err := p.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		failed = errors.Join(failed, err)
	}
	return failed
}

// serve is the command that serves the service.
func serve(ctx context.Context, _ []string, out io.Writer) error {
	cfg, err := config.Load(os.Getenv, os.ReadFile)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
	p, err := newProgram(ctx, cfg, log)
	if err != nil {
		return err
	}
	if err := greet(out, p); err != nil {
		return err
	}
	return p.run(ctx)
}

// greet says where the service is and, in demo mode, who can log in.
func greet(out io.Writer, p *program) error {
	text := fmt.Sprintf("\n%s %s\n  http://%s\n", p.city.Service, version, p.addr())
	if p.cfg.IsDemo() {
		text += demoAccounts
	}
	_, err := io.WriteString(out, text+"\n")
	return err
}

const demoAccounts = `
  演示账号（密码 Shebao-demo-1）
    李明      110101199003071233
    王秀英    11010519491231002X
    陈嘉欣    810000199001010019（港澳居民居住证）
    欧阳𠮷    110105198810010016
    赵无保    110102197505050018
  短信：/demo/inbox
  经办：/admin/login（operator、reviewer、admin、auditor，动态口令见登录页）
`

func listConfig(_ context.Context, _ []string, out io.Writer) error {
	_, err := io.WriteString(out, config.Help())
	return err
}
