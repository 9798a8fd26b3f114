package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
)

// service is one of the two apps, running.
type service struct {
	name   string
	direct string // its address without the slow network
	slow   string // its address behind the proxy
	cookie *http.Cookie
	taken  string // JavaScript: whether the app has all it needs
	stops  []func()
}

func (s *service) stop() {
	for _, f := range s.stops {
		f()
	}
}

// behind puts the slow network before the service.
func (s *service) behind(ctx context.Context) error {
	addr, stop, err := startProxy(ctx, strings.TrimPrefix(s.direct, "http://"))
	if err != nil {
		return err
	}
	s.slow = "http://" + addr
	s.stops = append(s.stops, stop)
	return nil
}

// startService runs our program with the demonstration's data and logs a resident in.
func startService(ctx context.Context, bin, data string) (*service, error) {
	cmd := exec.CommandContext(ctx, bin, "serve")
	cmd.Env = append(os.Environ(), "SHEBAO_ADDR=127.0.0.1:0", "SHEBAO_DATA_DIR="+data)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout = cmd.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &service{name: "shebao", taken: "window.__taken === true", stops: []func(){func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}}}
	lines := bufio.NewScanner(stderr)
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for s.direct == "" && lines.Scan() {
		s.direct = address.FindString(lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	if s.direct == "" {
		s.stop()
		return nil, errors.New("the program did not say where it listens")
	}
	if err := errors.Join(s.behind(ctx), s.login(ctx)); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// login logs in the resident of the demonstration who has everything.
func (s *service) login(ctx context.Context) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, body string) (string, int, error) {
		r, err := http.NewRequestWithContext(ctx, method, s.direct+"/login", strings.NewReader(body))
		if err != nil {
			return "", 0, err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", s.direct)
		answer, err := client.Do(r)
		if err != nil {
			return "", 0, err
		}
		defer func() { _ = answer.Body.Close() }()
		b, err := io.ReadAll(answer.Body)
		return string(b), answer.StatusCode, err
	}
	html, _, err := ask(http.MethodGet, "")
	if err != nil {
		return err
	}
	token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(html)
	if token == nil {
		return errors.New("the login page has no token")
	}
	form := url.Values{"csrf": {token[1]}, "number": {"110101199003071233"}, "password": {"Shebao-demo-1"}, "do": {"enter"}}
	_, status, err := ask(http.MethodPost, form.Encode())
	if err != nil || status != http.StatusSeeOther {
		return fmt.Errorf("log in: status %d: %w", status, err)
	}
	at, err := url.Parse(s.direct)
	if err != nil {
		return err
	}
	for _, c := range jar.Cookies(at) {
		if s.cookie == nil || len(c.Value) > len(s.cookie.Value) {
			s.cookie = c
		}
	}
	if s.cookie == nil {
		return errors.New("no session after the login")
	}
	return nil
}
