// Package firefox opens pages of the service in Firefox, whose service workers and history
// are not Chromium's. It speaks WebDriver BiDi (https://w3c.github.io/webdriver-bidi/).
package firefox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/net/websocket"
)

// Wait is how long a step may take.
const Wait = 30 * time.Second

// prefs keep the browser to loopback: everything else goes to a proxy that is not there.
const prefs = `user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("network.proxy.no_proxies_on", "127.0.0.1");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("services.settings.server", "data:,");
user_pref("intl.accept_languages", "zh-CN, zh");
`

// Browser is one Firefox with one tab and a profile of its own. It is for one goroutine.
type Browser struct {
	cmd     *exec.Cmd
	stop    context.CancelFunc
	line    *websocket.Conn
	sent    int
	context string
	base    string
}

// Start starts Firefox with its profile in dir.
func Start(ctx context.Context, dir string) (*Browser, error) {
	if err := os.WriteFile(filepath.Join(dir, "user.js"), []byte(prefs), 0o600); err != nil {
		return nil, fmt.Errorf("write a profile: %w", err)
	}
	path := os.Getenv("FIREFOX")
	if path == "" {
		path = "firefox-esr"
	}
	ctx, stop := context.WithCancel(ctx)
	b := &Browser{stop: stop}
	b.cmd = exec.CommandContext(ctx, path, "--headless", "--no-remote", "--profile", dir, "--remote-debugging-port", "0", "--remote-allow-origins", origin)
	b.cmd.Env = append(os.Environ(), "HOME="+dir, "MOZ_CRASHREPORTER_DISABLE=1")
	out, err := b.cmd.StderrPipe()
	if err == nil {
		err = b.cmd.Start()
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("start Firefox (set FIREFOX to its path): %w", err)
	}
	if err := b.connect(out); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Close ends Firefox.
func (b *Browser) Close() {
	if b.line != nil {
		_ = b.line.Close()
	}
	b.stop()
	_ = b.cmd.Wait() // it was killed
}

// origin is whom Firefox is to take commands from.
const origin = "http://127.0.0.1"

const listens = "WebDriver BiDi listening on "

func (b *Browser) connect(out io.Reader) error {
	said := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, at, ok := strings.Cut(lines.Text(), listens); ok {
				said <- at
			}
		}
	}()
	var at string
	select {
	case at = <-said:
	case <-time.After(Wait):
		return errors.New("start Firefox: it does not say where it listens")
	}
	var err error
	if b.line, err = websocket.Dial(at+"/session", "", origin); err != nil {
		return fmt.Errorf("connect to Firefox: %w", err)
	}
	if err := b.call("session.new", map[string]any{"capabilities": map[string]any{}}, nil); err != nil {
		return err
	}
	var tree struct {
		Contexts []struct {
			Context string `json:"context"`
		} `json:"contexts"`
	}
	if err := b.call("browsingContext.getTree", map[string]any{}, &tree); err != nil {
		return err
	}
	if len(tree.Contexts) != 1 {
		return fmt.Errorf("start Firefox: it has %d tabs", len(tree.Contexts))
	}
	b.context = tree.Contexts[0].Context
	return nil
}
