// Package e2e walks through the whole program, as it is shipped, in Chromium: by
// visible labels, with JavaScript and without.
package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"shebao/server/browsertest"
)

var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run finds the program, or builds it where the assets are there already.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "shebao-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = os.Getenv("SHEBAO_BIN")
	if binary == "" {
		binary = filepath.Join(dir, "shebao")
		build := exec.Command("go", "build", "-o", binary, "shebao/server")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build the program (make assets comes first): %v\n%s", err, out)
			return 1
		}
	}
	if browser, err = browsertest.Start(filepath.Join(dir, "profile")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer browser.Close()
	return m.Run()
}

var browser *browsertest.Browser

// program is one running copy of the service.
type program struct {
	t    *testing.T
	dir  string
	cmd  *exec.Cmd
	url  string
	bank string // address of its bank simulator
	log  *logText

	ahead time.Duration // of its clock
}

// logText keeps what the program wrote, for the test that fails.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.WriteString(line + "\n")
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs the program on a free port with the data in dir and waits until it is ready.
func start(t *testing.T, dir string, env ...string) *program {
	t.Helper()
	return startBuild(t, binary, dir, env...)
}

// startBuild is start for another build of the program.
func startBuild(t *testing.T, binary, dir string, env ...string) *program {
	t.Helper()
	p := &program{t: t, dir: dir, log: &logText{}}
	p.cmd = exec.Command(binary, "serve")
	p.cmd.Env = append(os.Environ(), "SHEBAO_ADDR=127.0.0.1:0", "SHEBAO_DATA_DIR="+dir, "SHEBAO_LATE_SECONDS=3")
	p.cmd.Env = append(p.cmd.Env, env...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	found := make(chan string, 2)
	go p.read(errs, func(line string) {
		var entry struct{ Msg, Addr string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "bank simulator listens" {
			found <- "bank http://" + entry.Addr
		}
	})
	go p.read(out, func(line string) {
		if u := strings.TrimSpace(line); strings.HasPrefix(u, "http://") {
			found <- "self " + u
		}
	})
	for p.url == "" || p.bank == "" {
		select {
		case f := <-found:
			kind, url, _ := strings.Cut(f, " ")
			if kind == "self" {
				p.url = url
			} else {
				p.bank = url
			}
		case <-time.After(60 * time.Second):
			t.Fatalf("the program does not start:\n%s", p.log)
		}
	}
	return p
}

func (p *program) read(r io.Reader, each func(line string)) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		p.log.add(lines.Text())
		each(lines.Text())
	}
}

// kill ends the program as a power cut would.
func (p *program) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
	if p.t.Failed() {
		p.t.Logf("the program said:\n%s", p.log)
	}
}

// stop ends the program as an operator would.
func (p *program) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatalf("the program does not stop cleanly: %v", err)
	}
}

// posting is one line of the simulated bank's ledger.
type posting struct {
	Account string
	Serial  string
	Amount  int64
}

// ledger is everything that the simulated bank has posted.
func (p *program) ledger() []posting {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.bank+"/sim/ledger", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var all []posting
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		p.t.Fatal(err)
	}
	return all
}

// person is somebody in front of a phone.
type person struct {
	t *testing.T
	*browsertest.Tab
}

func (p *program) visit(t *testing.T, o browsertest.Options) *person {
	t.Helper()
	tab, err := browser.New(p.url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	return &person{t, tab}
}

// do fails the test at the first step that does not work.
func (w *person) do(steps ...error) {
	w.t.Helper()
	for i, err := range steps {
		if err != nil {
			w.t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

// login logs in with the demo password.
func (w *person) login(document string) {
	w.t.Helper()
	w.do(w.Open("/login"), w.Fill("证件号码", document), w.Fill("密码", "Shebao-demo-1"), w.Press("登录"), w.Title("首页"))
}

// devices are the ways to use the service.
var devices = map[string]browsertest.Options{"with_javascript": {}, "without_javascript": {NoScript: true}}
