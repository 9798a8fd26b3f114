package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	_ "modernc.org/sqlite" // the floor is measured on the driver that the embedded store uses

	"shebao/server/localmongo"
)

// benchFloor prints what the machine can do without us: durable inserts into SQLite and
// an empty route.
func benchFloor(ctx context.Context, dir string, o benchOptions, say func(any)) error {
	if err := localmongo.Reserve(); err != nil { // the store is measured in this process, too
		return err
	}
	say("raw floor")
	db, err := sql.Open("sqlite", "file:"+dir+"/floor.db?_pragma=journal_mode(wal)&_pragma=synchronous(full)")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // a throw-away file
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "create table t(id integer primary key, doc blob not null)"); err != nil {
		return err
	}
	doc := make([]byte, 400)
	for _, clients := range []int{1, 8, 32} {
		say(hammer(ctx, "durable SQLite inserts, one commit each", clients, o.during, func(ctx context.Context, _ int64) error {
			_, err := db.ExecContext(ctx, "insert into t(doc) values(?)", doc)
			return err
		}))
	}
	g := &grouped{db: db, doc: doc}
	say(hammer(ctx, "durable SQLite inserts, commits shared", 32, o.during, func(ctx context.Context, _ int64) error {
		return g.insert(ctx)
	}))
	used, inserts := processorTime(self), 0
	say(hammer(ctx, "durable SQLite inserts, 1,000 in a commit", 1, o.during, func(ctx context.Context, _ int64) error {
		inserts += 1000
		return g.commit(ctx, 1000)
	}).times(1000))
	say(fmt.Sprintf("%-44s %d µs of processor time each", "", perItem(processorTime(self)-used, inserts)))
	return benchEmptyRoute(ctx, o, say)
}

// grouped shares one commit among all who wait for one.
type grouped struct {
	db   *sql.DB
	doc  []byte
	lead sync.Mutex
	mu   sync.Mutex
	wait []chan error
}

func (g *grouped) insert(ctx context.Context) error {
	done := make(chan error, 1)
	g.mu.Lock()
	g.wait = append(g.wait, done)
	g.mu.Unlock()
	g.lead.Lock()
	g.mu.Lock()
	batch := g.wait
	g.wait = nil
	g.mu.Unlock()
	if len(batch) > 0 {
		err := g.commit(ctx, len(batch))
		for _, c := range batch {
			c <- err
		}
	}
	g.lead.Unlock()
	return <-done
}

func (g *grouped) commit(ctx context.Context, n int) error {
	tx, err := g.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	for range n {
		if _, err := tx.ExecContext(ctx, "insert into t(doc) values(?)", g.doc); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// benchEmptyRoute measures Fiber with nothing behind it, client in the same process.
func benchEmptyRoute(ctx context.Context, o benchOptions, say func(any)) error {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("ok") })
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(l) }()
	get := getter("http://"+l.Addr().String()+"/", nil)
	say(hammer(ctx, "empty Fiber route", 32, o.during, get))
	if err := app.ShutdownWithTimeout(5 * time.Second); err != nil {
		return err
	}
	return <-served
}

// getter asks for the address with cookies and checks that it is answered 200.
func getter(url string, cookies map[string]string) func(context.Context, int64) error {
	client := &fasthttp.Client{MaxConnsPerHost: 64}
	return func(context.Context, int64) error {
		req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(req)
		defer fasthttp.ReleaseResponse(res)
		req.SetRequestURI(url)
		for k, v := range cookies {
			req.Header.SetCookie(k, v)
		}
		if err := client.DoTimeout(req, res, 10*time.Second); err != nil {
			return err
		}
		if res.StatusCode() != fasthttp.StatusOK {
			return fmt.Errorf("status %d", res.StatusCode())
		}
		return nil
	}
}
