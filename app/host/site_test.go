//go:build !js

package host

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"shebao/app/host/internal/trial"
	"shebao/app/view"
	"shebao/shared/page"
	"shebao/web"
)

// site serves the trial pages the way the program's server does.
type site struct {
	*httptest.Server
	assets *web.Assets
	set    view.Set

	posts  atomic.Int64  // forms received
	asked  atomic.Int64  // pages the browser app asked for
	given  atomic.Int64  // questions it gave up
	selves atomic.Int64  // pages asked for that say that no person did
	menus  atomic.Int64  // times the menu was asked for
	blanks atomic.Int64  // times the empty form was asked for
	apps   atomic.Int64  // times the browser app was delivered
	lives  atomic.Int64  // times somebody began to listen to /live
	held   sync.Mutex    // while locked the menu is not answered
	gone   atomic.Bool   // the browser app is not to be had
	slow   chan struct{} // what /slow waits for
	events chan int      // counts that /live is told

	mu      sync.Mutex
	hold    chan struct{} // while not nil the browser app is not delivered before it closes
	count   int
	upload  string
	gallery trial.GalleryState
	frame   func(*page.Frame)
}

func newSite(t *testing.T, assets *web.Assets) *site {
	t.Helper()
	s := &site{assets: assets, set: trial.Screens(), slow: make(chan struct{}), events: make(chan int, 8)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /gallery", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		state := s.gallery
		s.mu.Unlock()
		s.page(w, r, trial.Gallery, page.Frame{Title: "全部组件", Tab: "/", Unread: 2, Demo: true}, state)
	})
	mux.HandleFunc("GET /list", func(w http.ResponseWriter, r *http.Request) {
		n := 60
		if r.FormValue("n") != "" {
			n = 3
		}
		if r.FormValue("old") != "" {
			w.Header().Set(view.VersionHeader, "newer")
		}
		s.page(w, r, trial.List, page.Frame{Title: fmt.Sprintf("列表 %d", n), Tab: "/"}, trial.ListState{Items: n})
	})
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-s.slow:
		case <-r.Context().Done():
			s.given.Add(1)
			return
		}
		s.page(w, r, trial.List, page.Frame{Title: "慢"}, trial.ListState{Items: 1})
	})
	mux.HandleFunc("GET /menu", func(w http.ResponseWriter, r *http.Request) {
		s.held.Lock()
		n := s.menus.Add(1)
		s.held.Unlock()
		s.page(w, r, trial.Menu, page.Frame{Title: "目录"}, trial.MenuState{Asked: int(n)})
	})
	mux.HandleFunc("GET /form", func(w http.ResponseWriter, r *http.Request) {
		s.page(w, r, trial.Form, page.Frame{Title: "办理", Back: "/list"}, trial.FormState{Name: r.FormValue("name")})
	})
	mux.HandleFunc("GET /blank", func(w http.ResponseWriter, r *http.Request) {
		s.blanks.Add(1)
		s.page(w, r, trial.Blank, page.Frame{Title: "空白表"}, trial.FormState{})
	})
	mux.HandleFunc("POST /form", s.postForm)
	mux.HandleFunc("POST /upload", s.postFile)
	mux.HandleFunc("GET /done/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.page(w, r, trial.Done, page.Frame{Title: "完成", Notice: "已保存"}, trial.DoneState{ID: r.PathValue("id"), Name: r.FormValue("name")})
	})
	mux.HandleFunc("GET /live", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		n := s.count
		s.mu.Unlock()
		s.page(w, r, trial.Live, page.Frame{Title: "进度", Live: "/live/events"}, trial.LiveState{Count: n})
	})
	mux.HandleFunc("GET /live/events", s.stream)
	mux.HandleFunc("GET /paper", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "证明文件")
	})
	mux.HandleFunc("GET /private", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") == view.PageType {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, "/login?next=/private", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		s.page(w, r, trial.Done, page.Frame{Title: "登录", Layout: page.LayoutPlain}, trial.DoneState{ID: "login"})
	})
	mux.HandleFunc("GET /desk", func(w http.ResponseWriter, r *http.Request) {
		s.page(w, r, trial.Desk, page.Frame{
			Title: "工作台", Layout: page.LayoutConsole, Tab: "/desk", Meta: "2026-11-23 · 操作员 王*（业务经办）", Logout: "/form",
			Nav: []page.Nav{
				{Path: "/desk", Label: "工作台"},
				{Path: "/x1", Label: "批量扣款"},
				{Path: "/x2", Label: "对账差异", Count: 3},
				{Path: "/x3", Label: "待核实缴费", Count: 5},
				{Path: "/x4", Label: "退费复核", Count: 2},
				{Path: "/x5", Label: "审计"},
			},
		}, struct{}{})
	})
	mux.HandleFunc("GET /", s.asset)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.Header.Get("Accept") == view.PageType {
			s.asked.Add(1)
		}
		if _, err := r.Cookie(view.UnaskedCookie); r.Header.Get(view.UnaskedHeader) != "" || err == nil && r.Header.Get("Sec-Fetch-Dest") == "document" {
			s.selves.Add(1)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// page answers with the document or, when the browser app asks, with JSON.
func (s *site) page(w http.ResponseWriter, r *http.Request, pattern string, f page.Frame, state any) {
	f.Service, f.Token = "社保费办理（演示）", "secret"
	s.mu.Lock()
	if s.frame != nil {
		s.frame(&f)
	}
	s.mu.Unlock()
	body, err := json.Marshal(state)
	if err != nil {
		panic(err)
	}
	env := page.Envelope{Pattern: pattern, URL: r.URL.RequestURI(), Frame: f, State: body}
	w.Header().Set("Content-Security-Policy", view.Policy)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept")
	if w.Header().Get(view.VersionHeader) == "" {
		w.Header().Set(view.VersionHeader, s.assets.Version())
	}
	if r.Header.Get("Accept") == view.PageType {
		w.Header().Set("Content-Type", view.PageType)
		_ = json.NewEncoder(w).Encode(env)
		return
	}
	root, err := s.set.Page(pattern, f, state)
	if err != nil {
		panic(err)
	}
	doc, err := view.Document(nil, env, root, s.assets, view.Style{})
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(doc)
}

func (s *site) postForm(w http.ResponseWriter, r *http.Request) {
	s.posts.Add(1)
	if r.PostFormValue(page.FieldToken) != "secret" || r.PostFormValue("press") != "main" {
		http.Error(w, "no token or button", http.StatusForbidden)
		return
	}
	name := r.PostFormValue("name")
	if name == "坏" {
		http.Error(w, "broken", http.StatusBadGateway)
		return
	}
	if r.PostFormValue("bank") == "" {
		w.Header().Set("X-Status", "422")
		s.page(w, r, trial.Form, page.Frame{Title: "办理", Back: "/list"}, trial.FormState{
			Name: name, Dues: r.PostForm["due"], Problems: []page.Problem{{Field: "bank", Message: "请选择银行"}},
		})
		return
	}
	http.Redirect(w, r, "/done/7?name="+strings.ReplaceAll(name, " ", "+"), http.StatusSeeOther)
}

func (s *site) postFile(w http.ResponseWriter, r *http.Request) {
	f, _, err := r.FormFile("paper")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b, _ := io.ReadAll(f)
	s.mu.Lock()
	s.upload = string(b)
	s.mu.Unlock()
	http.Redirect(w, r, "/done/upload", http.StatusSeeOther)
}

func (s *site) stream(w http.ResponseWriter, r *http.Request) {
	s.lives.Add(1)
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	for out.Flush() == nil {
		select {
		case n := <-s.events:
			s.mu.Lock()
			s.count = n
			s.mu.Unlock()
			_, _ = io.WriteString(w, "event: page\ndata: 1\n\n")
		case <-r.Context().Done():
			return
		}
	}
}

func (s *site) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets.ByURL(r.URL.Path)
	if !ok || a.Name == "app.wasm" && s.gone.Load() {
		http.NotFound(w, r)
		return
	}
	if a.Name == "app.wasm" {
		s.mu.Lock()
		hold := s.hold
		s.mu.Unlock()
		if hold != nil {
			select {
			case <-hold:
			case <-r.Context().Done():
				return
			}
		}
	}
	body, encoding := s.assets.Body(a, r.Header.Get("Accept-Encoding"))
	if encoding != "" {
		w.Header().Set("Content-Encoding", encoding)
	}
	w.Header().Set("Content-Type", a.Type)
	w.Header().Set("Cache-Control", a.CacheControl())
	w.Header().Set("Content-Security-Policy", view.Policy)
	_, _ = w.Write(body)
	if a.Name == "app.wasm" {
		s.apps.Add(1)
	}
}

// holdApp keeps the browser app back until the returned function is called.
func (s *site) holdApp(t *testing.T) (deliver func()) {
	t.Helper()
	c := make(chan struct{})
	s.mu.Lock()
	s.hold = c
	s.mu.Unlock()
	once := sync.OnceFunc(func() {
		close(c)
		s.mu.Lock()
		s.hold = nil
		s.mu.Unlock()
	})
	t.Cleanup(once)
	return once
}

// down takes the site off the network.
func (s *site) down() {
	_ = s.Listener.Close() // the server's own Close says so again
	s.CloseClientConnections()
}
